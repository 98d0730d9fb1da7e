//! Tests of the messages that clients send.

use std::time::Duration;

use domain::{FriendshipState, UserId, Visibility};
use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::fixture::{Fixture, handle_in, owner};

/// The connection of the sample events.
const SENDER: &str = "0123456789abcdef";
const FRIEND: UserId = UserId(Uuid::from_u128(1));

/// Creates a picture, with connections of its owner and of the sender. `sender` is their friendship
/// in the view of the owner.
fn fixture(visibility: Visibility, sender: Option<FriendshipState>) -> Fixture {
    let fixture = Fixture::default().picture(testing::ready_picture(visibility)).connected(owner(), "owner");
    let fixture = fixture.connected(FRIEND, SENDER);
    match sender {
        None => fixture,
        Some(state) => fixture.friendship([owner(), FRIEND], state),
    }
}

/// Handles a changed sample message. Returns the sent messages with their connections, and the
/// number of written comment rows.
async fn send(
    fixture: &Fixture,
    name: &str,
    change: impl FnOnce(&mut Value),
) -> (Vec<(String, Value)>, usize) {
    let mut event: Value = testing::sample_event(name);
    let mut body = serde_json::from_str(event["body"].as_str().unwrap()).unwrap();
    change(&mut body);
    event["body"] = body.as_str().map_or_else(|| body.to_string(), Into::into).into();
    assert_eq!(fixture.handle(event).await.unwrap()["statusCode"], 200);
    let written = fixture.state().requests.remove("comments").unwrap_or_default();
    (fixture.take_sent().into_iter().collect(), written)
}

fn assert_refused(outcome: &(Vec<(String, Value)>, usize), code: u16) {
    let [(connection, message)] = outcome.0.as_slice() else { panic!("{outcome:?}") };
    assert_eq!(
        (connection.as_str(), &message["type"], &message["code"]),
        (SENDER, &json!("error"), &json!(code))
    );
    assert!(message["notes"].as_str().unwrap().len() > 20, "{message}");
    assert_eq!(outcome.1, 0, "no comment is written");
}

#[tokio::test]
async fn writes_a_comment_without_a_direct_reply() {
    for (visibility, state) in
        [(Visibility::Friends, Some(FriendshipState::Friends)), (Visibility::Public, None)]
    {
        let outcome = send(&fixture(visibility, state), "live-send-message.json", |_| {}).await;
        // The function writes the comment and its author row.
        assert_eq!(outcome, (vec![], 2), "{visibility:?}");
    }
}

#[tokio::test]
async fn refuses_a_comment_on_a_picture_that_the_author_cannot_view() {
    for (visibility, state) in [
        (Visibility::Private, Some(FriendshipState::Friends)),
        (Visibility::Friends, Some(FriendshipState::Invited)),
        (Visibility::Friends, None),
    ] {
        assert_refused(&send(&fixture(visibility, state), "live-send-message.json", |_| {}).await, 404);
    }
}

#[tokio::test]
async fn refuses_a_comment_if_the_author_or_the_owner_blocked_the_other() {
    for members in [[owner(), FRIEND], [FRIEND, owner()]] {
        let fixture = fixture(Visibility::Public, None).block(members);
        assert_refused(&send(&fixture, "live-send-message.json", |_| {}).await, 403);
    }
}

#[tokio::test]
async fn refuses_a_text_beyond_the_limits() {
    let fixture = fixture(Visibility::Public, None);
    for text in [json!("x".repeat(1_001)), json!(" "), Value::Null] {
        let outcome = send(&fixture, "live-send-message.json", |body| body["text"] = text).await;
        assert_refused(&outcome, 400);
    }
}

#[tokio::test]
async fn refuses_a_message_without_a_picture() {
    let fixture = fixture(Visibility::Public, None);
    for (name, value) in [("ownerId", json!("nobody")), ("pictureId", json!(7)), ("pictureId", Value::Null)] {
        let outcome = send(&fixture, "live-send-message.json", |body| body[name] = value).await;
        assert_refused(&outcome, 400);
    }
}

#[tokio::test]
async fn refuses_and_closes_an_unknown_or_expired_connection() {
    for event in ["live-send-message.json", "live-other.json", "live-watch.json"] {
        let unknown = fixture(Visibility::Public, None).with(|state| _ = state.connections.remove(SENDER));
        let expired = fixture(Visibility::Public, None).with(|state| {
            state.connections.get_mut(SENDER).unwrap().2 = Timestamp::now().as_second() - 1;
        });
        for fixture in [unknown, expired] {
            assert_refused(&send(&fixture, event, |_| {}).await, 403);
            assert_eq!(fixture.state().deleted, [SENDER]);
            assert!(!fixture.state().connections.contains_key(SENDER));
            assert!(fixture.state().watches.is_empty());
        }
    }
}

#[tokio::test]
async fn closes_a_connection_of_a_member_who_sends_too_many_messages() {
    let fixture = fixture(Visibility::Public, None).connected(FRIEND, "second");
    let context = fixture.context(Duration::from_secs(20));
    let send = async |connection: &str| {
        let mut event: Value = testing::sample_event("live-watch.json");
        event["requestContext"]["connectionId"] = connection.into();
        handle_in(&context, event).await.unwrap();
        fixture.take_sent().into_iter().collect::<Vec<_>>()
    };
    for i in 0..100 {
        let sent = send([SENDER, "second"][i % 2]).await;
        assert_eq!(sent[0].1["type"], "watching");
    }
    // Five more messages are allowed each second, so a slow machine sends some of them.
    let mut sent = send(SENDER).await;
    while sent[0].1["type"] == "watching" {
        sent = send(SENDER).await;
    }
    assert_refused(&(sent, 0), 429);
    assert_eq!(fixture.state().deleted, [SENDER]);
    assert!(!fixture.state().connections.contains_key(SENDER));
}

/// The connections and topics of all watches.
fn topics(fixture: &Fixture) -> Vec<String> {
    fixture.state().watches.keys().map(|(topic, _)| topic.clone()).collect()
}

#[tokio::test]
async fn replaces_what_a_connection_watches() {
    let fixture = fixture(Visibility::Public, None);
    let key = testing::registered_picture().key;
    let (sent, _) = send(&fixture, "live-watch.json", |_| {}).await;
    let picture = json!({"ownerId": key.owner_id, "pictureId": key.picture_id});
    let expected = json!({"type": "watching", "public": false, "ownerId": key.owner_id, "picture": picture});
    assert_eq!(sent, [(SENDER.to_owned(), expected)]);
    assert_eq!(topics(&fixture), [format!("owner#{}", key.owner_id), format!("picture#{key}")]);
    send(&fixture, "live-watch.json", |body| body["picture"] = Value::Null).await;
    assert_eq!(topics(&fixture), [format!("owner#{}", key.owner_id)]);
    send(&fixture, "live-watch.json", |body| *body = json!({"action": "watch"})).await;
    assert!(topics(&fixture).is_empty());
}

#[tokio::test]
async fn a_watch_expires_with_its_connection() {
    let fixture = fixture(Visibility::Public, None);
    send(&fixture, "live-watch.json", |_| {}).await;
    let state = fixture.state();
    let expires = state.connections[SENDER].2;
    assert!(state.watches.values().all(|watch| *watch == (FRIEND, expires)), "{:?}", state.watches);
}

#[tokio::test]
async fn ignores_a_watch_that_is_older_than_the_current_one() {
    let fixture = fixture(Visibility::Public, None);
    send(&fixture, "live-watch.json", |_| {}).await;
    let before = topics(&fixture);
    let mut earlier: Value = testing::sample_event("live-watch.json");
    earlier["requestContext"]["requestTimeEpoch"] = json!(1);
    earlier["body"] = json!({"action": "watch", "public": true}).to_string().into();
    fixture.handle(earlier).await.unwrap();
    assert_eq!(topics(&fixture), before);
}

#[tokio::test]
async fn refuses_an_invalid_watch() {
    let fixture = fixture(Visibility::Public, None);
    for (name, value) in
        [("public", json!("yes")), ("ownerId", json!("nobody")), ("picture", json!({"ownerId": FRIEND}))]
    {
        let outcome = send(&fixture, "live-watch.json", |body| body[name] = value).await;
        assert_refused(&outcome, 400);
        let notes = outcome.0[0].1["notes"].as_str().unwrap();
        assert!(notes.contains("the message has") && notes.contains(name), "names the field: {notes}");
        assert!(!notes.contains("enum") && !notes.contains("struct"), "no name of a type: {notes}");
    }
    assert!(topics(&fixture).is_empty());
}

#[tokio::test]
async fn refuses_a_deleted_account() {
    let fixture = fixture(Visibility::Public, None).with(|state| state.deleted_accounts = true);
    assert_refused(&send(&fixture, "live-send-message.json", |_| {}).await, 403);
}

#[tokio::test]
async fn refuses_a_comment_beyond_the_quota_and_says_when_to_go_on() {
    let fixture = fixture(Visibility::Public, None).with(|state| state.quota_is_reached = true);
    let outcome = send(&fixture, "live-send-message.json", |_| {}).await;
    assert_refused(&outcome, 429);
    let notes = outcome.0[0].1["notes"].as_str().unwrap();
    assert!(notes.starts_with("You have written 120 comments this hour."), "{notes}");
}

#[tokio::test]
async fn replies_to_a_ping() {
    let outcome = send(&fixture(Visibility::Public, None), "live-other.json", |_| {}).await;
    assert_eq!(outcome, (vec![(SENDER.into(), json!({"type": "pong"}))], 0));
}

#[tokio::test]
async fn refuses_an_unknown_message_and_names_the_valid_ones() {
    let fixture = fixture(Visibility::Public, None);
    for body in [json!("{\"action\": "), json!({"action": "shout"}), json!({}), json!([1]), json!("")] {
        let outcome = send(&fixture, "live-other.json", |sent| *sent = body.clone()).await;
        assert_refused(&outcome, 400);
        assert!(outcome.0[0].1["notes"].as_str().unwrap().contains("sendMessage"), "{body}");
    }
}

#[tokio::test]
async fn ignores_a_sender_with_a_closed_connection() {
    let fixture = fixture(Visibility::Public, None).with(|state| _ = state.closed.insert(SENDER.into()));
    assert_eq!(send(&fixture, "live-other.json", |_| {}).await, (vec![], 0));
}
