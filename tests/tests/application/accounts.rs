//! A deleted account takes everything with it.

use bytes::Bytes;
use end_to_end::live::Page;
use end_to_end::people::{CODE, Member, anyone_sees, befriend, everything, key_of, registered, token};
use end_to_end::pictures::any;
use end_to_end::root::Root;
use end_to_end::{cloud, records, wait};
use futures_util::future::join_all;
use serde_json::json;
use client::ClientError;
use domain::{PictureKey, State, UserId, Visibility};
use uuid::Uuid;

/// The rows that name somebody, of all there are.
async fn rows_naming(root: &Root, id: UserId) -> Vec<String> {
    let rows = root.all_rows().await.into_iter().map(|row| format!("{row:?}"));
    rows.filter(|row| row.contains(&id.to_string())).collect()
}

/// Waits until nothing is left of an account: rows, objects, and the sign-in.
async fn until_gone(root: &Root, member: &Member) {
    let id = member.id();
    wait::until_equal(&format!("no row names {id}"), &[""; 0], async || rows_naming(root, id).await).await;
    let objects = async || root.objects_of(id).await;
    wait::until_equal(&format!("no object is of {id}"), &[""; 0], objects).await;
    let refused = cloud::app().sign_in(&member.email, &member.password).await.map(|_| ()).unwrap_err();
    assert!(matches!(refused, ClientError::Identity(_)), "{refused:?}");
}

fn path(member: &Member) -> String {
    format!("/users/{}", member.id())
}

#[tokio::test]
async fn everything_goes_with_an_account() {
    let people = join_all((0..5).map(|_| Member::new())).await;
    let [ada, friend, asked, asker, stranger] = people.as_slice() else { unreachable!() };
    let (app, root) = (cloud::app(), Root::default());
    befriend(ada, friend).await;
    assert_eq!(friend.choose(everything()).await.code, 200);
    assert_eq!(ada.befriend(asked).await.code, 200);
    assert_eq!(asker.befriend(ada).await.code, 200);
    let public = key_of(&ada.share(&any(), Visibility::Public).await);
    let mut pictures = vec![public];
    for (visibility, state) in [
        (Visibility::Private, State::Ready),
        (Visibility::Friends, State::Ready),
        (Visibility::Public, State::Failed),
    ] {
        let picture = records::picture(ada.id(), visibility, state);
        root.put_picture(&picture).await;
        pictures.push(picture.key);
    }
    let friends = records::picture(friend.id(), Visibility::Friends, State::Ready);
    root.put_picture(&friends).await;
    wait::until_true("the friend has hers", async || root.feeds(pictures[2]).await.len() == 2).await;
    wait::until_true("she has the friend's", async || root.feeds(friends.key).await.len() == 2).await;
    wait::until_true("everyone has the public one", async || anyone_sees(&app, public).await).await;
    assert_eq!(root.objects(public).await.len(), 3);
    let (page, phone) = reached(&root, ada, friend, &pictures, friends.key).await;
    let deletions = root.end_of_stream("cleanup", &root.tables().await.users).await;

    assert_eq!(friend.delete(&path(ada)).await.code, 403, "only they themselves");
    assert_eq!(friend.get(&path(ada)).await.code, 200);
    let deleted = ada.delete(&path(ada)).await;
    assert_eq!((deleted.code, &deleted.data["id"]), (200, &ada.id().to_string().into()), "{deleted:?}");
    // At once.
    assert_eq!(friend.get(&path(ada)).await.code, 404);
    assert_eq!(friend.get(&format!("/users?handle={}", ada.handle)).await.code, 404);
    let listed = friend.all("/friends", 100).await;
    assert!(listed.is_empty(), "who has no profile is nobody's friend: {listed:?}");
    let again = ada.delete(&path(ada)).await.code;
    assert!([200, 404].contains(&again), "it goes on while something is left: {again}");
    let heir = Member::without_profile().await;
    let mut profile = heir.profile();
    profile["handle"] = ada.handle.as_str().into();
    assert_eq!(heir.post("/users", &profile).await.code, 201, "the handle is free again");
    assert_eq!(stranger.befriend(ada).await.code, 404);

    until_gone(&root, ada).await;
    assert_eq!(ada.delete(&path(ada)).await.code, 404, "nothing is left");
    assert!(!root.has_endpoint(&phone).await, "messages to her phone have no address any more");
    page.comment(friends.key, "Still here?");
    assert_eq!(page.first("error").await["code"], 403, "a page that is open is nobody's");
    let said: Vec<_> = friend.comments(friends.key).await.iter().map(|said| said["text"].clone()).collect();
    assert_eq!(said, ["Mine."], "what others said stays");
    for picture in pictures {
        assert_eq!(friend.get(&format!("/pictures/{picture}")).await.code, 404);
    }
    assert!(!anyone_sees(&app, public).await);
    for other in [friend, asked, asker] {
        assert!(root.friendships_of(other.id()).await.is_empty());
        assert_eq!(other.get(&path(other)).await.code, 200, "nobody else goes");
    }
    assert!(friend.sees_in("/feed", friends.key).await, "nor anything of theirs");
    assert_eq!(friend.get(&format!("/users?handle={}", ada.handle)).await.data["id"], heir.id().to_string());
    let event = root.changes_since(&deletions, &ada.id().to_string()).await;
    for _ in 0..2 {
        root.invoke("cleanup", &event).await;
    }
    until_gone(&root, ada).await;
    assert_eq!(heir.get(&path(&heir)).await.code, 200, "told again, it takes nobody along");
}

/// Gives somebody all by which people are told and say things: comments on their pictures and on a friend's, a phone (whose ARN it
/// gives), an open page, choices, and an upload that never came.
async fn reached(
    root: &Root,
    ada: &Member,
    friend: &Member,
    hers: &[PictureKey],
    friends: PictureKey,
) -> (Page, String) {
    assert_eq!(ada.choose(everything()).await.code, 200);
    registered(ada, "fcm", &token()).await;
    let page = ada.open_page().await;
    for (author, picture, text) in [
        (ada, hers[0], "Look!"),
        (friend, hers[0], "Oh."),
        (ada, friends, "Nice."),
        (friend, friends, "Mine."),
    ] {
        assert_eq!(author.comment(picture, text).await.code, 201);
    }
    page.about("comment.added", friends).await;
    // Her bell has an entry that she has read; the friend's has one of her doing.
    for (who, other) in [(ada, friend), (friend, ada)] {
        wait::until_true("it is kept", async || {
            root.notifications_of(who.id())
                .await
                .iter()
                .any(|row| format!("{row:?}").contains(&other.id().to_string()))
        })
        .await;
    }
    assert_eq!(ada.put("/notifications", &json!({"readUntil": "2026-01-02T03:04:05Z"})).await.code, 200);
    // It is noted who was told by e-mail, and of whom.
    for told in [ada, friend] {
        wait::until_true("they are told", async || !root.mails(&told.email).await.is_empty()).await;
    }
    assert!(root.has_deadline(ada.register(&any(), Visibility::Public).await.key()).await);
    assert_eq!(root.connections_of(ada.id()).await.len(), 1);
    let [phone] = root.devices_of(ada.id()).await.try_into().unwrap();
    assert!(root.has_endpoint(&phone).await);
    (page, phone)
}

#[tokio::test]
async fn credentials_that_are_good_for_a_while_bring_nothing_back() {
    let (ada, friend, other) = (Member::new().await, Member::new().await, Member::new().await);
    let root = Root::default();
    befriend(&ada, &friend).await;
    let file = any();
    let begun = ada.register(&file, Visibility::Public).await;
    assert_eq!(ada.delete(&path(&ada)).await.code, 200);
    let tries = async || {
        let upload = ada.post("/pictures", &json!({"contentType": "image/jpeg", "bytes": 5})).await;
        assert_eq!(upload.code, 403, "{upload:?}");
        assert!(upload.notes.unwrap().contains("was deleted"));
        let profile = ada.post("/users", &ada.profile()).await;
        assert_eq!(profile.code, 403, "{profile:?}");
        assert_eq!(ada.put(&path(&ada), &ada.profile()).await.code, 404);
        assert_eq!(ada.befriend(&other).await.code, 409, "no profile");
        assert_eq!(other.befriend(&ada).await.code, 404);
        let read = ada.put("/notifications", &json!({"readUntil": "2026-01-02T03:04:05Z"})).await;
        assert_eq!(read.code, 403, "{read:?}");
    };
    tries().await;
    until_gone(&root, &ada).await;
    tries().await;
    assert_eq!(ada.befriend(&friend).await.code, 409, "friends no more");
    // What was handed out before is good for a while, too.
    ada.session.send_bytes(&begun.upload, Bytes::from(file.bytes), |_, _| ()).await.unwrap();
    until_gone(&root, &ada).await;
}

#[tokio::test]
async fn who_comes_back_is_somebody_else() {
    let ada = Member::new().await;
    let root = Root::default();
    let key = key_of(&ada.share(&any(), Visibility::Public).await);
    assert_eq!(ada.delete(&path(&ada)).await.code, 200);
    until_gone(&root, &ada).await;
    let app = cloud::app();
    app.sign_up(&ada.email, &ada.password).await.unwrap();
    app.confirm(&ada.email, CODE).await.unwrap();
    let session = app.sign_in(&ada.email, &ada.password).await.unwrap();
    assert_ne!(session.user(), ada.id());
    let again = Member { session, email: ada.email, password: ada.password, handle: ada.handle };
    assert_eq!(again.post("/users", &again.profile()).await.code, 201, "with the same handle");
    assert_eq!(again.get(&format!("/pictures/{key}")).await.code, 404);
    assert!(again.all("/friends", 100).await.is_empty());
    assert!(again.all(&format!("{}/pictures", path(&again)), 100).await.is_empty());
}

#[tokio::test]
async fn who_never_made_a_profile_can_go_too() {
    let someone = Member::without_profile().await;
    let root = Root::default();
    let key = key_of(&someone.share(&any(), Visibility::Public).await);
    assert_eq!(someone.delete(&path(&someone)).await.code, 200);
    assert_eq!(someone.post("/users", &someone.profile()).await.code, 403);
    until_gone(&root, &someone).await;
    assert!(root.record(key).await.is_none() && root.objects(key).await.is_empty());
    let nobody = format!("/users/{}", Uuid::now_v7());
    assert_eq!(someone.delete(&nobody).await.code, 403, "not even what is not there is others'");
}

/// Whoever is first, nothing names the account when all is at rest.
#[tokio::test]
async fn what_happens_while_an_account_goes_leaves_nothing() {
    let others = join_all((0..6).map(|_| Member::new())).await;
    let (ada, root) = (Member::new().await, Root::default());
    for other in &others[..3] {
        assert_eq!(ada.befriend(other).await.code, 200);
    }
    let befriending = others.iter().map(|other| other.befriend(&ada));
    let file = any();
    let body = json!({"contentType": file.content_type, "bytes": file.bytes.len(), "visibility": "public"});
    let registering = (0..4).map(|_| ada.post("/pictures", &body));
    let path = path(&ada);
    let all = async { tokio::join!(join_all(befriending), ada.delete(&path), join_all(registering)) };
    let (befriended, deleted, registered) = all.await;
    assert_eq!(deleted.code, 200, "{deleted:?}");
    for answer in befriended {
        assert!([200, 404].contains(&answer.code), "before or after: {answer:?}");
    }
    for answer in registered {
        assert!([201, 403].contains(&answer.code), "before or after: {answer:?}");
    }
    until_gone(&root, &ada).await;
    for other in &others {
        assert!(other.all("/friends?state=requested", 100).await.is_empty());
    }
}
