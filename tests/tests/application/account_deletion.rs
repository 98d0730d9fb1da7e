//! Deleting an account deletes everything that belongs to it.

use bytes::Bytes;
use client::ClientError;
use domain::{PictureKey, PictureState, UserId, Visibility};
use end_to_end::live::Page;
use end_to_end::people::{
    CONFIRMATION_CODE, Member, all_notifications, befriend, is_in_public_feed, key_of, new_token,
    register_phone,
};
use end_to_end::pictures::unique_file;
use end_to_end::root::Root;
use end_to_end::{cloud, rows, wait};
use futures_util::future::join_all;
use serde_json::json;
use uuid::Uuid;

/// Returns the rows of all tables that contain the id of a member.
async fn find_rows_of(root: &Root, id: UserId) -> Vec<String> {
    let rows = root.all_rows().await.into_iter().map(|row| format!("{row:?}"));
    rows.filter(|row| row.contains(&id.to_string())).collect()
}

/// Waits until no row and no object of an account exists, and asserts that its owner cannot sign
/// in.
async fn until_gone(root: &Root, member: &Member) {
    let id = member.id();
    let rows = async || find_rows_of(root, id).await;
    wait::until_equal(&format!("no row contains {id}"), &[""; 0], rows).await;
    let objects = async || root.object_keys_of(id).await;
    wait::until_equal(&format!("no object of {id} exists"), &[""; 0], objects).await;
    let rejected = cloud::app().sign_in(&member.email, &member.password).await.map(|_| ()).unwrap_err();
    assert!(matches!(rejected, ClientError::Identity(_)), "{rejected:?}");
}

fn path(member: &Member) -> String {
    format!("/users/{}", member.id())
}

#[tokio::test]
async fn deleting_an_account_deletes_everything_of_its_owner() {
    let people = join_all((0..5).map(|_| Member::new())).await;
    let [ada, friend, invited, requester, stranger] = people.as_slice() else { unreachable!() };
    let (app, root) = (cloud::app(), Root::default());
    befriend(ada, friend).await;
    assert_eq!(friend.set_notifications(all_notifications()).await.code, 200);
    assert_eq!(ada.befriend(invited).await.code, 200);
    assert_eq!(requester.befriend(ada).await.code, 200);
    let public = key_of(&ada.share(&unique_file(), Visibility::Public).await);
    let mut pictures = vec![public];
    for (visibility, state) in [
        (Visibility::Private, PictureState::Ready),
        (Visibility::Friends, PictureState::Ready),
        (Visibility::Public, PictureState::Failed),
    ] {
        let picture = rows::picture(ada.id(), visibility, state);
        root.put_picture(&picture).await;
        pictures.push(picture.key);
    }
    let friends_picture = rows::picture(friend.id(), Visibility::Friends, PictureState::Ready);
    root.put_picture(&friends_picture).await;
    for picture in [pictures[2], friends_picture.key] {
        wait::until_true("all feeds contain it", async || root.feed_ids(picture).await.len() == 3).await;
    }
    wait::until_true("the public feed contains it", async || is_in_public_feed(&app, public).await).await;
    assert_eq!(root.object_keys(public).await.len(), 3);
    let (page, phone) = add_activity(&root, ada, friend, &pictures, friends_picture.key).await;
    let before_deletion = root.end_of_stream("cleanup", &root.tables().await.users).await;

    assert_eq!(
        friend.delete(&path(ada)).await.code,
        403,
        "a member cannot delete the account of another member"
    );
    assert_eq!(friend.get(&path(ada)).await.code, 200);
    let deleted = ada.delete(&path(ada)).await;
    assert_eq!((deleted.code, &deleted.data["id"]), (200, &ada.id().to_string().into()), "{deleted:?}");
    // The next assertions are true as soon as the API replies. The rest is deleted asynchronously.
    assert_eq!(friend.get(&path(ada)).await.code, 404);
    assert_eq!(friend.get(&format!("/users?handle={}", ada.handle)).await.code, 404);
    let listed = friend.read_all("/friends", 100).await;
    assert!(listed.is_empty(), "the list omits friends without a profile: {listed:?}");
    let again = ada.delete(&path(ada)).await.code;
    assert!([200, 404].contains(&again), "the API replies 200 while the deletion runs: {again}");
    let successor = Member::without_profile().await;
    let mut profile = successor.profile();
    profile["handle"] = ada.handle.as_str().into();
    assert_eq!(successor.post("/users", &profile).await.code, 409, "the handle rests");
    root.end_rest_of_handle(&ada.handle).await;
    assert_eq!(successor.post("/users", &profile).await.code, 201, "the handle is free after 30 days");
    assert_eq!(stranger.befriend(ada).await.code, 404);

    until_gone(&root, ada).await;
    assert_eq!(ada.delete(&path(ada)).await.code, 404, "the deletion is complete");
    assert!(!root.has_endpoint(&phone).await, "the platform endpoint is deleted");
    page.comment(friends_picture.key, "Still here?");
    assert_eq!(page.until_first("error").await["code"], 403, "an open page has no member");
    let comments = friend.comments(friends_picture.key).await;
    let texts: Vec<_> = comments.iter().map(|comment| comment["text"].clone()).collect();
    assert_eq!(texts, ["Mine."], "comments of other members are not deleted");
    for picture in pictures {
        assert_eq!(friend.get(&format!("/pictures/{picture}")).await.code, 404);
    }
    assert!(!is_in_public_feed(&app, public).await);
    for other in [friend, invited, requester] {
        assert!(root.friendships_of(other.id()).await.is_empty());
        assert_eq!(other.get(&path(other)).await.code, 200, "other accounts are not deleted");
    }
    assert!(
        friend.has_in_list("/feed", friends_picture.key).await,
        "pictures of other members are not deleted"
    );
    let found = friend.get(&format!("/users?handle={}", ada.handle)).await;
    assert_eq!(found.data["id"], successor.id().to_string());
    let event = root.changes_since(&before_deletion, &ada.id().to_string()).await;
    for _ in 0..2 {
        root.invoke("cleanup", &event).await;
    }
    until_gone(&root, ada).await;
    assert_eq!(successor.get(&path(&successor)).await.code, 200, "a repeated event deletes nothing else");
}

/// Creates rows in the remaining tables for `ada`: comments on her pictures and on a picture of a
/// friend, notifications, a phone, an open page, settings, and a picture that was never uploaded.
/// Returns the page and the ARN of the phone.
async fn add_activity(
    root: &Root,
    ada: &Member,
    friend: &Member,
    own_pictures: &[PictureKey],
    friends_picture: PictureKey,
) -> (Page, String) {
    assert_eq!(ada.set_notifications(all_notifications()).await.code, 200);
    register_phone(ada, "fcm", &new_token()).await;
    let page = ada.open_page().await;
    for (author, picture, text) in [
        (ada, own_pictures[0], "Look!"),
        (friend, own_pictures[0], "Oh."),
        (ada, friends_picture, "Nice."),
        (friend, friends_picture, "Mine."),
    ] {
        assert_eq!(author.comment(picture, text).await.code, 201);
    }
    page.until_received("comment.added", friends_picture).await;
    // Each of the two members has a notification about the other. Ada has read her notification.
    for (member, other) in [(ada, friend), (friend, ada)] {
        wait::until_true("the notification is stored", async || {
            root.notifications_of(member.id())
                .await
                .iter()
                .any(|row| format!("{row:?}").contains(&other.id().to_string()))
        })
        .await;
    }
    assert_eq!(ada.put("/notifications", &json!({"readUntil": "2026-01-02T03:04:05Z"})).await.code, 200);
    // The table Receipts records the recipients of e-mails.
    for member in [ada, friend] {
        wait::until_true("an e-mail is sent", async || !root.mails(&member.email).await.is_empty()).await;
    }
    assert!(root.has_deadline(ada.register(&unique_file(), Visibility::Public).await.key()).await);
    assert_eq!(ada.post("/keys", &json!({"name": "Slide show"})).await.code, 201);
    assert_eq!(root.connections_of(ada.id()).await.len(), 1);
    let [phone] = root.devices_of(ada.id()).await.try_into().unwrap();
    assert!(root.has_endpoint(&phone).await);
    (page, phone)
}

#[tokio::test]
async fn unexpired_credentials_of_a_deleted_account_create_nothing() {
    let (ada, friend, other) = (Member::new().await, Member::new().await, Member::new().await);
    let root = Root::default();
    befriend(&ada, &friend).await;
    let file = unique_file();
    let registered = ada.register(&file, Visibility::Public).await;
    assert_eq!(ada.delete(&path(&ada)).await.code, 200);
    let assert_rejected = async || {
        let upload = ada.post("/pictures", &json!({"contentType": "image/jpeg", "bytes": 5})).await;
        assert_eq!(upload.code, 403, "{upload:?}");
        assert!(upload.notes.unwrap().contains("was deleted"));
        let profile = ada.post("/users", &ada.profile()).await;
        assert_eq!(profile.code, 403, "{profile:?}");
        assert_eq!(ada.put(&path(&ada), &ada.profile()).await.code, 404);
        assert_eq!(ada.befriend(&other).await.code, 403);
        assert_eq!(other.befriend(&ada).await.code, 404);
        let read = ada.put("/notifications", &json!({"readUntil": "2026-01-02T03:04:05Z"})).await;
        assert_eq!(read.code, 403, "{read:?}");
    };
    assert_rejected().await;
    until_gone(&root, &ada).await;
    assert_rejected().await;
    assert_eq!(ada.befriend(&friend).await.code, 403, "the friendship ended");
    // The upload URL was issued before the deletion and is still valid.
    ada.session.send_bytes(&registered.upload, Bytes::from(file.bytes), |_, _| ()).await.unwrap();
    until_gone(&root, &ada).await;
}

#[tokio::test]
async fn signing_up_again_with_the_same_address_creates_a_new_account() {
    let ada = Member::new().await;
    let root = Root::default();
    let key = key_of(&ada.share(&unique_file(), Visibility::Public).await);
    assert_eq!(ada.delete(&path(&ada)).await.code, 200);
    until_gone(&root, &ada).await;
    let app = cloud::app();
    app.sign_up(&ada.email, &ada.password).await.unwrap();
    app.confirm(&ada.email, CONFIRMATION_CODE).await.unwrap();
    let session = app.sign_in(&ada.email, &ada.password).await.unwrap();
    assert_ne!(session.user(), ada.id());
    let former_handle = json!({"handle": ada.handle, "firstName": "Ada"});
    let handle = format!("{}-2", ada.handle);
    let again = Member { session, email: ada.email, password: ada.password, handle };
    assert_eq!(again.post("/users", &former_handle).await.code, 409, "the handle rests for everybody");
    assert_eq!(again.post("/users", &again.profile()).await.code, 201);
    assert_eq!(again.get(&format!("/pictures/{key}")).await.code, 404);
    assert!(again.read_all("/friends", 100).await.is_empty());
    assert!(again.read_all(&format!("{}/pictures", path(&again)), 100).await.is_empty());
}

#[tokio::test]
async fn deletes_an_account_without_a_profile() {
    let someone = Member::without_profile().await;
    let root = Root::default();
    let key = key_of(&someone.share(&unique_file(), Visibility::Public).await);
    assert_eq!(someone.delete(&path(&someone)).await.code, 200);
    assert_eq!(someone.post("/users", &someone.profile()).await.code, 403);
    until_gone(&root, &someone).await;
    assert!(root.picture_row(key).await.is_none() && root.object_keys(key).await.is_empty());
    let unknown = format!("/users/{}", Uuid::now_v7());
    assert_eq!(someone.delete(&unknown).await.code, 403, "the same reply whether or not the account exists");
}

/// Afterwards, no row contains the id of the account, in any order of the calls.
#[tokio::test]
async fn concurrent_calls_leave_nothing_of_a_deleted_account() {
    let others = join_all((0..6).map(|_| Member::new())).await;
    let (ada, root) = (Member::new().await, Root::default());
    for other in &others[..3] {
        assert_eq!(ada.befriend(other).await.code, 200);
    }
    let befriending = others.iter().map(|other| other.befriend(&ada));
    let file = unique_file();
    let body = json!({"contentType": file.content_type, "bytes": file.bytes.len(), "visibility": "public"});
    let registering = (0..4).map(|_| ada.post("/pictures", &body));
    let path = path(&ada);
    let all = async { tokio::join!(join_all(befriending), ada.delete(&path), join_all(registering)) };
    let (befriended, deleted, registered) = all.await;
    assert_eq!(deleted.code, 200, "{deleted:?}");
    for answer in befriended {
        assert!([200, 404].contains(&answer.code), "the call runs before or after the deletion: {answer:?}");
    }
    for answer in registered {
        assert!([201, 403].contains(&answer.code), "the call runs before or after the deletion: {answer:?}");
    }
    until_gone(&root, &ada).await;
    for other in &others {
        assert!(other.read_all("/friends?state=requested", 100).await.is_empty());
    }
}

#[tokio::test]
async fn an_account_deleted_in_the_user_pool_leaves_nothing() {
    let (ada, friend, root) = (Member::new().await, Member::new().await, Root::default());
    befriend(&ada, &friend).await;
    let key = key_of(&ada.share(&unique_file(), Visibility::Public).await);
    let theirs = key_of(&friend.share(&unique_file(), Visibility::Friends).await);
    assert_eq!(ada.comment(theirs, "Nice").await.code, 201);
    let check = |member: &Member| json!({"checkAccounts": {"user": member.id()}});
    root.invoke("cleanup", &check(&ada)).await;
    assert_eq!(friend.get(&path(&ada)).await.code, 200, "the user exists");
    root.delete_user(ada.id()).await;
    assert_eq!(friend.get(&path(&ada)).await.code, 200, "no event of the user pool");
    for member in [&ada, &friend] {
        root.invoke("cleanup", &check(member)).await;
    }
    until_gone(&root, &ada).await;
    assert_eq!(friend.get(&format!("/pictures/{key}")).await.code, 404);
    assert_eq!(friend.get(&path(&friend)).await.code, 200);
}

#[tokio::test]
async fn deleting_an_account_deletes_its_albums_memberships_and_links() {
    let (ada, friend) = (Member::new().await, Member::new().await);
    let other = Member::new().await;
    let root = Root::default();
    for (one, two) in [(&ada, &friend), (&ada, &other), (&friend, &other)] {
        befriend(one, two).await;
    }
    let create = async |owner: &Member| {
        let created = owner.post("/albums", &json!({"title": "Oslo"})).await;
        format!("/albums/{}", created.data["id"].as_str().unwrap())
    };
    let (own, joined) = (create(&ada).await, create(&friend).await);
    let add_member = async |album: &str, by: &Member, member: &Member| {
        let path = format!("{album}/members/{}", member.id());
        assert_eq!(by.put(&path, &json!({"role": "curator"})).await.code, 200);
    };
    add_member(&own, &ada, &friend).await;
    add_member(&joined, &friend, &ada).await;
    add_member(&joined, &ada, &other).await;
    let mut pictures = Vec::new();
    for (owner, album) in [(&ada, &joined), (&friend, &own), (&friend, &joined)] {
        let picture = rows::picture(owner.id(), Visibility::Private, PictureState::Ready);
        root.put_picture(&picture).await;
        let path = format!("{album}/pictures/{}", picture.key);
        assert_eq!(owner.put(&path, &json!({})).await.code, 200);
        pictures.push(picture.key);
    }
    // A notification that is written during the deletion would remain until it expires.
    for (member, expected) in [(&friend, 2), (&other, 3)] {
        wait::until_true("the notifications of the albums are stored", async || {
            let entries = member.read_all("/notifications", 100).await;
            entries.iter().filter(|entry| !entry["album"].is_null()).count() >= expected
        })
        .await;
    }
    let album = own.trim_start_matches("/albums/");
    assert_eq!(ada.post("/links", &json!({ "albumId": album })).await.code, 201);

    assert_eq!(ada.delete(&path(&ada)).await.code, 200);
    until_gone(&root, &ada).await;
    assert_eq!(friend.get(&own).await.code, 404);
    let remaining = friend.get(&joined).await;
    assert_eq!((remaining.code, &remaining.data["count"]), (200, &json!(1)), "{remaining:?}");
    let members = friend.read_all(&format!("{joined}/members"), 10).await;
    let ids: Vec<_> = members.iter().map(|member| member["id"].clone()).collect();
    assert_eq!(ids, [json!(other.id())]);
    assert_eq!(
        friend.get(&format!("/pictures/{}", pictures[1])).await.code,
        200,
        "pictures of others remain"
    );
    let albums = friend.read_all("/albums", 10).await;
    assert_eq!(albums.len(), 1, "{albums:?}");
}
