//! The notification list: each event is stored once, for its recipients only, and listed while it
//! is current.

use std::time::Duration;

use domain::{PictureKey, PictureState, Visibility};
use end_to_end::people::{Member, befriend};
use end_to_end::pictures::unique_file;
use end_to_end::root::Root;
use end_to_end::{rows, wait};
use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::events::wait_until_idle;

const PATH: &str = "/notifications";

/// Returns the notification list of a member, newest first, read in pages of two.
async fn list(member: &Member) -> Vec<Value> {
    member.read_all(PATH, 2).await
}

/// Returns the types of the listed notifications, sorted, since events of the same second have no
/// order.
async fn list_types(member: &Member) -> Vec<String> {
    let mut types: Vec<_> =
        list(member).await.iter().map(|entry| entry["type"].as_str().unwrap().to_owned()).collect();
    types.sort_unstable();
    types
}

async fn until_types(member: &Member, expected: &[&str]) {
    wait::until_equal("the list has these types", &expected, async || list_types(member).await).await;
}

async fn comment(author: &Member, picture: PictureKey) {
    assert_eq!(author.comment(picture, "Lovely.").await.code, 201);
}

/// Asserts the actor, the picture and the age of a notification.
fn assert_about(entry: &Value, actor: &Member, picture: Option<PictureKey>) {
    let user = &entry["user"];
    assert_eq!((&user["id"], &user["handle"]), (&json!(actor.id()), &json!(actor.handle)), "{entry}");
    assert_eq!((&user["firstName"], &user["lastName"]), (&json!("Ada"), &json!("Lovelace")), "{entry}");
    let owner = picture.map_or(Value::Null, |picture| json!(picture.owner_id));
    let id = picture.map_or(Value::Null, |picture| json!(picture.picture_id));
    assert_eq!((&entry["ownerId"], &entry["pictureId"]), (&owner, &id), "{entry}");
    let age = Timestamp::now().duration_since(entry["at"].as_str().unwrap().parse().unwrap());
    assert!(age < SignedDuration::from_mins(10), "{entry}");
}

#[tokio::test]
async fn stores_each_event_for_its_recipients_only() {
    let root = Root::default();
    let people = join_all((0..4).map(|_| Member::new())).await;
    let [owner, friend, invited, stranger] = people.as_slice() else { unreachable!() };
    assert_eq!(friend.befriend(owner).await.code, 200);
    until_types(owner, &["friend.requested"]).await;
    let [request] = list(owner).await.try_into().unwrap();
    assert_about(&request, friend, None);
    assert_eq!(owner.befriend(friend).await.code, 200);
    until_types(friend, &["friend.accepted"]).await;
    assert!(list(owner).await.is_empty(), "an accepted request is no longer listed");

    let private = owner.upload(&unique_file(), Visibility::Private).await;
    let shared = owner.upload(&unique_file(), Visibility::Friends).await;
    let public = rows::picture(owner.id(), Visibility::Public, PictureState::Processing);
    root.put_picture(&public).await;
    root.make_ready(public.key).await;
    assert_eq!(owner.until_processed(private).await["state"], "ready");
    until_types(friend, &["friend.accepted", "picture.ready", "picture.ready"]).await;
    for (author, picture) in [(friend, shared), (stranger, public.key), (owner, shared)] {
        comment(author, picture).await;
    }
    until_types(owner, &["comment.added", "comment.added"]).await;
    assert_eq!(owner.befriend(invited).await.code, 200);
    until_types(invited, &["friend.requested"]).await;

    // Once the queue is empty, every event is stored.
    wait_until_idle(&root, &["inbox"]).await;
    until_types(friend, &["friend.accepted", "picture.ready", "picture.ready"]).await;
    until_types(owner, &["comment.added", "comment.added"]).await;
    assert!(list(stranger).await.is_empty());
    for entry in list(friend).await {
        let picture = match entry["type"].as_str().unwrap() {
            "friend.accepted" => None,
            _ if entry["pictureId"] == json!(shared.picture_id) => Some(shared),
            _ => Some(public.key),
        };
        assert_about(&entry, owner, picture);
    }
    for entry in list(owner).await {
        let (author, picture) = match entry["pictureId"] == json!(shared.picture_id) {
            true => (friend, shared),
            false => (stranger, public.key),
        };
        assert_about(&entry, author, Some(picture));
    }
}

#[tokio::test]
async fn lists_current_events_only() {
    let (owner, friend, root) = (Member::new().await, Member::new().await, Root::default());
    befriend(&friend, &owner).await;
    until_types(&friend, &["friend.accepted"]).await;
    let mut pictures = Vec::new();
    for _ in 0..3 {
        let picture = rows::picture(owner.id(), Visibility::Friends, PictureState::Processing);
        root.put_picture(&picture).await;
        root.make_ready(picture.key).await;
        pictures.push(picture.key);
    }
    until_types(&friend, &["friend.accepted", "picture.ready", "picture.ready", "picture.ready"]).await;
    comment(&friend, pictures[0]).await;
    until_types(&owner, &["comment.added"]).await;
    let comment_id = owner.comments(pictures[0]).await[0]["id"].as_str().unwrap().to_owned();

    assert_eq!(owner.delete(&format!("/pictures/{}", pictures[1])).await.code, 200);
    let hidden = owner.patch(&format!("/pictures/{}", pictures[2]), &json!({"visibility": "private"})).await;
    assert_eq!(hidden.code, 200);
    assert_eq!(list_types(&friend).await, ["friend.accepted", "picture.ready"], "immediately");
    assert_eq!(friend.delete(&format!("/pictures/{}/comments/{comment_id}", pictures[0])).await.code, 200);
    assert!(list(&owner).await.is_empty(), "immediately");
    assert_eq!(owner.unfriend(&friend).await.code, 200);
    assert!(list(&friend).await.is_empty(), "immediately");
    let requester = Member::new().await;
    assert_eq!(requester.befriend(&friend).await.code, 200);
    until_types(&friend, &["friend.requested"]).await;
    assert_eq!(requester.unfriend(&friend).await.code, 200);
    assert!(list(&friend).await.is_empty(), "a withdrawn request");
    // Longer than the error of an event's time, which has whole seconds.
    tokio::time::sleep(Duration::from_secs(4)).await;
    assert_eq!(requester.befriend(&friend).await.code, 200);
    until_types(&friend, &["friend.requested"]).await;
}

#[tokio::test]
async fn stores_a_repeated_event_once() {
    let (invited, requester, root) = (Member::new().await, Member::new().await, Root::default());
    let position = root.end_of_stream("activity", &root.tables().await.friendships).await;
    assert_eq!(requester.befriend(&invited).await.code, 200);
    until_types(&invited, &["friend.requested"]).await;
    let before = root.notifications_of(invited.id()).await;
    // Repeats the queue's message, and the stream record that caused it.
    let [entry] = list(&invited).await.try_into().unwrap();
    let message = json!({"id": entry["id"], "at": entry["at"], "type": entry["type"], "from": requester.id(),
        "to": invited.id()});
    for _ in 0..2 {
        root.send_message("inbox", &message.to_string()).await;
    }
    let changes = root.changes_since(&position, &invited.id().to_string()).await;
    assert!(!changes["Records"].as_array().unwrap().is_empty());
    root.invoke("activity", &changes).await;
    wait_until_idle(&root, &["inbox"]).await;
    assert_eq!(root.notifications_of(invited.id()).await, before);
}

#[tokio::test]
async fn the_read_marker_only_advances() {
    let (member, other) = (Member::new().await, Member::new().await);
    let marker = async |member: &Member| member.get(PATH).await.ok().unwrap()["readUntil"].clone();
    assert_eq!(marker(&member).await, Value::Null);
    let (earlier, later) = ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05.678Z");
    for (sent, stored) in [(later, later), (earlier, later)] {
        let answer = member.put(PATH, &json!({ "readUntil": sent })).await;
        assert_eq!((answer.code, answer.data), (200, json!({ "readUntil": stored })));
        assert_eq!(marker(&member).await, stored);
    }
    let answer = member.put(PATH, &json!({"readUntil": "2999-01-01T00:00:00Z"})).await;
    let stored: Timestamp = answer.data["readUntil"].as_str().unwrap().parse().unwrap();
    let distance = Timestamp::now().duration_since(stored).abs();
    assert!(distance < SignedDuration::from_mins(1), "a future time becomes the current one: {stored}");
    assert_eq!(marker(&other).await, Value::Null, "the marker of another member");
    for wrong in [json!({}), json!({"readUntil": null}), json!({"readUntil": "yesterday"})] {
        let answer = member.put(PATH, &wrong).await;
        assert_eq!(answer.code, 400, "{wrong}");
        assert!(answer.notes.as_deref().unwrap().starts_with("Invalid input: readUntil"), "{answer:?}");
    }
}
