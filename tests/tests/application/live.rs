//! Live events reach the open pages of exactly the members who can view the change.

use std::time::{Duration, SystemTime};

use client::{ClientError, Connection};
use domain::{PictureKey, Visibility, Watch};
use end_to_end::live::{Page, is_about};
use end_to_end::people::{Member, befriend, key_of};
use end_to_end::pictures::unique_file;
use end_to_end::root::Root;
use end_to_end::{cloud, wait, wire};
use serde_json::{Value, json};

async fn set_visibility(owner: &Member, picture: PictureKey, visibility: &str) {
    let answer = owner.patch(&format!("/pictures/{picture}"), &json!({"visibility": visibility})).await;
    assert_eq!(answer.code, 200, "{answer:?}");
}

/// Returns the types of the messages about a picture.
fn types_about(page: &Page, picture: PictureKey) -> Vec<String> {
    let messages = page.messages().into_iter().map(|(_, message)| message);
    let messages = messages.filter(|message| is_about(message, picture));
    messages.map(|message| message["type"].as_str().unwrap().to_owned()).collect()
}

/// Waits until a page has received exactly these messages about a picture.
async fn until_types(page: &Page, picture: PictureKey, expected: &[&str]) {
    let what = format!("a page receives these messages about {picture}");
    wait::until_equal(&what, &expected, async || types_about(page, picture)).await;
}

/// Sends each member a friend request and waits until their page receives it. Then every earlier
/// event is delivered, because no event takes longer than a friend request.
pub async fn until_earlier_events_are_delivered(pages: &[(&Member, &Page)]) {
    for (member, page) in pages {
        let other = Member::new().await;
        assert_eq!(other.befriend(member).await.code, 200);
        let from = other.id().to_string();
        wait::until_true("the page receives the last message", async || {
            page.messages_of_type("friend.requested").iter().any(|message| message["user"]["id"] == from)
        })
        .await;
    }
}

#[tokio::test]
async fn owner_friend_and_stranger_receive_only_changes_that_they_can_view() {
    let (owner, friend, stranger) = (Member::new().await, Member::new().await, Member::new().await);
    let (owners, friends, strangers) =
        (owner.open_page().await, friend.open_page().await, stranger.open_page().await);
    let visitor = Member::new().await;
    let visitors = visitor.open_page().await;

    // A request and its acceptance reach both members, each with the state in their own view.
    friend.befriend(&owner).await;
    let (received, sent) =
        (owners.until_first("friend.requested").await, friends.until_first("friend.requested").await);
    assert_eq!((&received["user"]["id"], &received["state"]), (&json!(friend.id()), &json!("invited")));
    assert_eq!((&sent["user"]["id"], &sent["state"]), (&json!(owner.id()), &json!("requested")));
    assert_eq!(received["user"]["handle"], friend.handle);
    owner.befriend(&friend).await;
    for (page, other) in [(&owners, &friend), (&friends, &owner)] {
        let message = page.until_first("friend.accepted").await;
        assert_eq!((&message["user"]["id"], &message["state"]), (&json!(other.id()), &json!("friends")));
    }

    // A picture for friends, which a stranger watches.
    let picture = owner.upload(&unique_file(), Visibility::Friends).await;
    strangers.watch(Watch { picture: Some(picture), ..Watch::default() }).await;
    for page in [&owners, &friends] {
        let (_, message) = page.until_received("picture.ready", picture).await;
        let shown = &message["picture"];
        assert_eq!(key_of(shown), picture, "{message}");
        assert_eq!(shown["state"], "ready");
        assert!(shown.get("original").is_none() && shown.get("gps").is_none(), "{message}");
        let small = shown["renditions"]["small"]["url"].as_str().unwrap();
        assert!(small.starts_with(&cloud::stack().site), "{small}");
        assert_eq!(wire::get(small).await.status, 200, "the page can show the picture");
    }

    // Comments that pages send. A stranger's comment is rejected and delivered to nobody.
    friends.comment(picture, "Lovely <b>light</b>");
    for page in [&owners, &friends] {
        let (_, message) = page.until_received("comment.added", picture).await;
        assert_eq!(message["comment"]["text"], "Lovely <b>light</b>");
        assert_eq!(message["comment"]["author"]["id"], json!(friend.id()));
    }
    strangers.comment(picture, "Me too!");
    let rejected = strangers.until_first("error").await;
    assert_eq!(rejected["code"], 404, "{rejected}");
    let comments = owner.get(&format!("/pictures/{picture}/comments")).await.data;
    assert_eq!(comments["items"].as_array().unwrap().len(), 1, "{comments}");

    // Visible to its owner, then to everyone, then to friends again.
    set_visibility(&owner, picture, "private").await;
    friends.until_received("picture.removed", picture).await;
    owners.until_received("picture.changed", picture).await;
    set_visibility(&owner, picture, "public").await;
    strangers.until_received("picture.changed", picture).await;
    friends.until_received("picture.changed", picture).await;
    let comment = comments["items"][0]["id"].as_str().unwrap();
    assert_eq!(owner.delete(&format!("/pictures/{picture}/comments/{comment}")).await.code, 200);
    for page in [&owners, &friends, &strangers] {
        assert_eq!(page.until_received("comment.removed", picture).await.1["commentId"], comment);
    }
    set_visibility(&owner, picture, "friends").await;
    strangers.until_received("picture.removed", picture).await;

    // The end of the friendship reaches both members. The former friend receives nothing after it.
    wait::until_equal("the friend's page has six messages", &6, async || {
        types_about(&friends, picture).len()
    })
    .await;
    owner.unfriend(&friend).await;
    for (page, other) in [(&owners, &friend), (&friends, &owner)] {
        let message = page.until_first("friend.removed").await;
        assert_eq!((&message["user"]["id"], &message["state"]), (&json!(other.id()), &Value::Null));
    }
    owner.patch(&format!("/pictures/{picture}"), &json!({"caption": "Ours"})).await;
    wait::until_true("the owner's page receives the caption", async || {
        owners
            .messages_of_type("picture.changed")
            .iter()
            .any(|message| message["picture"]["caption"] == "Ours")
    })
    .await;
    owner.delete(&format!("/pictures/{picture}")).await;
    owners.until_received("picture.removed", picture).await;

    until_earlier_events_are_delivered(&[(&owner, &owners), (&friend, &friends), (&stranger, &strangers)])
        .await;
    until_earlier_events_are_delivered(&[(&visitor, &visitors)]).await;
    let received_by_friend = [
        "picture.ready",
        "comment.added",
        "picture.removed",
        "picture.changed",
        "comment.removed",
        "picture.changed",
    ];
    until_types(&friends, picture, &received_by_friend).await;
    until_types(&strangers, picture, &["picture.changed", "comment.removed", "picture.removed"]).await;
    until_types(&visitors, picture, &[]).await;
    let others: Vec<_> =
        strangers.message_types().into_iter().filter(|kind| kind.starts_with("friend.")).collect();
    assert_eq!(others, ["friend.requested"], "the request of `until_earlier_events_are_delivered`");
}

#[tokio::test]
async fn strangers_receive_a_public_picture_while_they_watch_a_list_that_shows_it() {
    let (owner, other) = (Member::new().await, Member::new().await);
    let (public, owned) = (
        Watch { public: true, ..Watch::default() },
        Watch { owner_id: Some(owner.id()), ..Watch::default() },
    );
    let elsewhere = Watch { owner_id: Some(other.id()), ..Watch::default() };
    let members = [Member::new().await, Member::new().await, Member::new().await];
    let mut pages = vec![];
    for (member, watch) in members.iter().zip([public, owned, elsewhere]) {
        let page = member.open_page().await;
        page.watch(watch).await;
        pages.push(page);
    }
    let first = owner.upload(&unique_file(), Visibility::Public).await;
    for page in &pages[..2] {
        page.until_received("picture.ready", first).await;
    }
    // The watch of the first two pages ends: one shows something else, one is closed.
    pages[0].watch(Watch::default()).await;
    let root = Root::default();
    assert!(!root.watchers_of(owner.id()).await.is_empty());
    pages[1].disconnect();
    wait::until_equal("the closed page watches nothing", &0, async || {
        root.watchers_of(owner.id()).await.len()
    })
    .await;
    let second = owner.upload(&unique_file(), Visibility::Public).await;
    owner.until_processed(second).await;
    until_earlier_events_are_delivered(&[(&members[0], &pages[0]), (&members[2], &pages[2])]).await;
    until_types(&pages[0], first, &["picture.ready"]).await;
    until_types(&pages[0], second, &[]).await;
    until_types(&pages[2], first, &[]).await;
}

/// Returns the HTTP status of the reply to a handshake.
async fn status_of(url: &str) -> u16 {
    match Connection::open(url).await {
        Ok(_) => 101,
        Err(ClientError::Rejected { code, .. }) => code,
        Err(error) => panic!("{error:?}"),
    }
}

#[tokio::test]
async fn after_a_sign_out_everywhere_connections_close_and_only_new_sessions_connect() {
    let member = Member::new().await;
    let elsewhere = cloud::app().sign_in(&member.email, &member.password).await.unwrap();
    let page = member.open_page().await;
    let mut other = elsewhere.connect().await.unwrap();
    member.session.sign_out_everywhere().await.unwrap();
    let path = format!("/users/{}/connections", member.id());
    let stranger = Member::new().await;
    assert_eq!(stranger.delete(&path).await.code, 403);
    assert_eq!(member.delete(&path).await.code, 200);
    assert_eq!(other.next().await.unwrap(), None, "the connection of the other browser is closed");
    wait::until_true("the page's connection is closed", async || !page.is_open()).await;
    assert!(Root::default().connections_of(member.id()).await.is_empty());

    // AWS still accepts the credentials of the old session.
    let ended = [elsewhere.live_url().await.unwrap(), elsewhere.live_url_with_token().await.unwrap()];
    for url in ended {
        assert_eq!(status_of(&url).await, 403, "the session has ended");
    }
    let new = cloud::app().sign_in(&member.email, &member.password).await.unwrap();
    let mut connection = new.connect().await.unwrap();
    connection.send(r#"{"action": "ping"}"#).await.unwrap();
    assert_eq!(connection.next().await.unwrap().unwrap()["type"], "pong");
}

#[tokio::test]
async fn a_member_with_fifty_connections_is_refused_with_status_429() {
    let member = Member::new().await;
    let root = Root::default();
    let now = jiff::Timestamp::now();
    root.put_connections(member.id(), 50, now + jiff::SignedDuration::from_mins(5)).await;
    let url = member.session.live_url().await.unwrap();
    assert_eq!(status_of(&url).await, 429);
    // Expired connections do not count.
    let member = Member::new().await;
    root.put_connections(member.id(), 50, now - jiff::SignedDuration::from_secs(1)).await;
    assert_eq!(status_of(&member.session.live_url().await.unwrap()).await, 101);
}

#[tokio::test]
async fn only_signed_in_members_connect() {
    let member = Member::new().await;
    let rejected = async |url: &str, why: &str| match Connection::open(url).await {
        Err(ClientError::Rejected { code: 403, .. }) => {}
        other => panic!("{why}: {other:?}"),
    };
    rejected(&cloud::stack().live, "unsigned").await;
    let url = member.session.live_url().await.unwrap();
    let (start, signature) = url.split_once("X-Amz-Signature=").unwrap();
    let changed = if signature.starts_with('0') { '1' } else { '0' };
    let tampered = format!("{changed}{}", &signature[1..]);
    rejected(&format!("{start}X-Amz-Signature={tampered}"), "tampered signature").await;
    rejected(&url.replace("X-Amz-Expires=60", "X-Amz-Expires=6000"), "tampered expiry").await;
    let credentials = member.session.credentials().await.unwrap();
    let hour_ago = SystemTime::now() - Duration::from_secs(3600);
    rejected(&wire::presign(&cloud::stack().live, &credentials, hour_ago), "expired").await;
    let mut page = Connection::open(&url).await.unwrap();
    page.send(r#"{"action": "ping"}"#).await.unwrap();
    assert_eq!(page.next().await.unwrap().unwrap()["type"], "pong");
}

#[tokio::test]
async fn replies_to_an_invalid_message_with_an_error() {
    let member = Member::new().await;
    let page = member.open_page().await;
    let picture = member.upload(&unique_file(), Visibility::Private).await;
    let long = json!({"action": "sendMessage", "ownerId": picture.owner_id, "pictureId": picture.picture_id,
        "text": "x".repeat(1_001)})
    .to_string();
    let wrong = [
        "not JSON",
        "[]",
        r#"{"action": "dance"}"#,
        r#"{"action": "sendMessage"}"#,
        r#"{"action": "watch", "ownerId": 7}"#,
        // The names of routes, which are not messages.
        r#"{"action": "$connect"}"#,
        r#"{"action": "$disconnect"}"#,
        r#"{"action": "$default"}"#,
        long.as_str(),
    ];
    for (number, text) in wrong.into_iter().enumerate() {
        page.send(text);
        wait::until_true("the page receives an error", async || {
            page.messages_of_type("error").len() > number
        })
        .await;
        let error = page.messages_of_type("error").pop().unwrap();
        assert_eq!(error["code"], 400, "{text}: {error}");
        assert!(error["notes"].as_str().unwrap().len() > 20, "{error}");
    }
    assert!(page.is_open());
    assert_eq!(Root::default().connections_of(member.id()).await.len(), 1);
}

#[tokio::test]
async fn removes_a_closed_connection() {
    let member = Member::new().await;
    let root = Root::default();
    let connection = member.session.connect().await.unwrap();
    let page = member.open_page().await;
    let open = async || root.connections_of(member.id()).await.len();
    wait::until_equal("both connections are stored", &2, &open).await;
    connection.close().await.unwrap();
    wait::until_equal("one connection is stored", &1, &open).await;
    page.disconnect();
    wait::until_equal("no connection is stored", &0, &open).await;
}

#[tokio::test]
async fn members_who_turned_a_type_off_do_not_receive_it() {
    let (owner, friend) = (Member::new().await, Member::new().await);
    befriend(&owner, &friend).await;
    let mut profile = friend.profile();
    profile["notifications"] = json!({"picture.ready": []});
    assert_eq!(friend.put(&format!("/users/{}", friend.id()), &profile).await.code, 200);
    let (owners, friends) = (owner.open_page().await, friend.open_page().await);
    let picture = owner.upload(&unique_file(), Visibility::Friends).await;
    owners.until_received("picture.ready", picture).await;
    set_visibility(&owner, picture, "public").await;
    friends.until_received("picture.changed", picture).await;
    until_types(&friends, picture, &["picture.changed"]).await;
}
