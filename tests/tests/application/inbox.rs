//! What happened is kept for those whom it concerns: once, for nobody else, and as it is now.

use std::time::Duration;

use end_to_end::people::{Member, befriend};
use end_to_end::pictures::any;
use end_to_end::root::Root;
use end_to_end::{records, wait};
use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use domain::{PictureKey, State, Visibility};

use crate::events::wait_until_idle;

const BELL: &str = "/notifications";

/// What somebody's bell lists, newest first, read in pages of two.
async fn bell(member: &Member) -> Vec<Value> {
    member.all(BELL, 2).await
}

/// Of which kinds it is, sorted: what happens in the same second is in no order.
async fn kinds(member: &Member) -> Vec<String> {
    let mut kinds: Vec<_> =
        bell(member).await.iter().map(|entry| entry["type"].as_str().unwrap().to_owned()).collect();
    kinds.sort_unstable();
    kinds
}

async fn until_kinds(member: &Member, expected: &[&str]) {
    wait::until_equal("the bell lists it", &expected, async || kinds(member).await).await;
}

async fn comment(author: &Member, picture: PictureKey) {
    assert_eq!(author.comment(picture, "Lovely.").await.code, 201);
}

/// Whether an entry is by `actor`, about `picture`.
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
async fn each_thing_is_kept_for_the_right_person_and_for_nobody_else() {
    let root = Root::default();
    let people = join_all((0..4).map(|_| Member::new())).await;
    let [owner, friend, asked, stranger] = people.as_slice() else { unreachable!() };
    assert_eq!(friend.befriend(owner).await.code, 200);
    until_kinds(owner, &["friend.requested"]).await;
    let [request] = bell(owner).await.try_into().unwrap();
    assert_about(&request, friend, None);
    assert_eq!(owner.befriend(friend).await.code, 200);
    until_kinds(friend, &["friend.accepted"]).await;
    assert!(bell(owner).await.is_empty(), "a request that was answered is over");

    let private = owner.upload(&any(), Visibility::Private).await;
    let shared = owner.upload(&any(), Visibility::Friends).await;
    let public = records::picture(owner.id(), Visibility::Public, State::Processing);
    root.put_picture(&public).await;
    root.complete(public.key).await;
    assert_eq!(owner.settled(private).await["state"], "ready");
    until_kinds(friend, &["friend.accepted", "picture.ready", "picture.ready"]).await;
    for (author, picture) in [(friend, shared), (stranger, public.key), (owner, shared)] {
        comment(author, picture).await;
    }
    until_kinds(owner, &["comment.added", "comment.added"]).await;
    assert_eq!(owner.befriend(asked).await.code, 200);
    until_kinds(asked, &["friend.requested"]).await;

    // Once nothing waits, all was kept or never will be.
    wait_until_idle(&root, &["inbox"]).await;
    until_kinds(friend, &["friend.accepted", "picture.ready", "picture.ready"]).await;
    until_kinds(owner, &["comment.added", "comment.added"]).await;
    assert!(bell(stranger).await.is_empty());
    for entry in bell(friend).await {
        let picture = match entry["type"].as_str().unwrap() {
            "friend.accepted" => None,
            _ if entry["pictureId"] == json!(shared.picture_id) => Some(shared),
            _ => Some(public.key),
        };
        assert_about(&entry, owner, picture);
    }
    for entry in bell(owner).await {
        let (author, picture) = match entry["pictureId"] == json!(shared.picture_id) {
            true => (friend, shared),
            false => (stranger, public.key),
        };
        assert_about(&entry, author, Some(picture));
    }
}

#[tokio::test]
async fn what_is_not_so_any_more_is_not_listed() {
    let (owner, friend, root) = (Member::new().await, Member::new().await, Root::default());
    befriend(&friend, &owner).await;
    until_kinds(&friend, &["friend.accepted"]).await;
    let mut pictures = Vec::new();
    for _ in 0..3 {
        let picture = records::picture(owner.id(), Visibility::Friends, State::Processing);
        root.put_picture(&picture).await;
        root.complete(picture.key).await;
        pictures.push(picture.key);
    }
    until_kinds(&friend, &["friend.accepted", "picture.ready", "picture.ready", "picture.ready"]).await;
    comment(&friend, pictures[0]).await;
    until_kinds(&owner, &["comment.added"]).await;
    let said = owner.comments(pictures[0]).await[0]["id"].as_str().unwrap().to_owned();

    assert_eq!(owner.delete(&format!("/pictures/{}", pictures[1])).await.code, 200);
    let hidden = owner.patch(&format!("/pictures/{}", pictures[2]), &json!({"visibility": "private"})).await;
    assert_eq!(hidden.code, 200);
    assert_eq!(kinds(&friend).await, ["friend.accepted", "picture.ready"], "at once");
    assert_eq!(friend.delete(&format!("/pictures/{}/comments/{said}", pictures[0])).await.code, 200);
    assert!(bell(&owner).await.is_empty(), "at once");
    assert_eq!(owner.unfriend(&friend).await.code, 200);
    assert!(bell(&friend).await.is_empty(), "at once");
    let asking = Member::new().await;
    assert_eq!(asking.befriend(&friend).await.code, 200);
    until_kinds(&friend, &["friend.requested"]).await;
    assert_eq!(asking.unfriend(&friend).await.code, 200);
    assert!(bell(&friend).await.is_empty(), "a request that was withdrawn");
    // More than a change's time, which is in seconds, can be off.
    tokio::time::sleep(Duration::from_secs(4)).await;
    assert_eq!(asking.befriend(&friend).await.code, 200);
    until_kinds(&friend, &["friend.requested"]).await;
}

#[tokio::test]
async fn what_is_told_again_is_kept_once() {
    let (asked, asking, root) = (Member::new().await, Member::new().await, Root::default());
    let place = root.end_of_stream("notify", &root.tables().await.friendships).await;
    assert_eq!(asking.befriend(&asked).await.code, 200);
    until_kinds(&asked, &["friend.requested"]).await;
    let before = root.notifications_of(asked.id()).await;
    // The message of the queue, and the change that it follows from.
    let [entry] = bell(&asked).await.try_into().unwrap();
    let message = json!({"id": entry["id"], "at": entry["at"], "type": entry["type"], "from": asking.id(),
        "to": asked.id()});
    for _ in 0..2 {
        root.send("inbox", &message.to_string()).await;
    }
    let changes = root.changes_since(&place, &asked.id().to_string()).await;
    assert!(!changes["Records"].as_array().unwrap().is_empty());
    root.invoke("notify", &changes).await;
    wait_until_idle(&root, &["inbox"]).await;
    assert_eq!(root.notifications_of(asked.id()).await, before);
}

#[tokio::test]
async fn what_was_read_stays_read() {
    let (member, other) = (Member::new().await, Member::new().await);
    let until = async |who: &Member| who.get(BELL).await.ok().unwrap()["readUntil"].clone();
    assert_eq!(until(&member).await, Value::Null);
    let (earlier, later) = ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05.678Z");
    for (said, noted) in [(later, later), (earlier, later)] {
        let answer = member.put(BELL, &json!({ "readUntil": said })).await;
        assert_eq!((answer.code, answer.data), (200, json!({ "readUntil": noted })));
        assert_eq!(until(&member).await, noted);
    }
    let answer = member.put(BELL, &json!({"readUntil": "2999-01-01T00:00:00Z"})).await;
    let noted: Timestamp = answer.data["readUntil"].as_str().unwrap().parse().unwrap();
    let ago = Timestamp::now().duration_since(noted).abs();
    assert!(ago < SignedDuration::from_mins(1), "nobody has read what is to come: {noted}");
    assert_eq!(until(&other).await, Value::Null, "one's own");
    for wrong in [json!({}), json!({"readUntil": null}), json!({"readUntil": "yesterday"})] {
        let answer = member.put(BELL, &wrong).await;
        assert_eq!(answer.code, 400, "{wrong}");
        assert!(answer.notes.as_deref().unwrap().starts_with("Invalid input: readUntil"), "{answer:?}");
    }
}
