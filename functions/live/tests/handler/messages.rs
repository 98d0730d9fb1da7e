//! What clients send.

use domain::{FriendshipState, UserId, Visibility};
use serde_json::{Value, json};

use uuid::Uuid;

use crate::world::{World, owner};

/// The connection of the sample events.
const SENDER: &str = "0123456789abcdef";
const FRIEND: UserId = UserId(Uuid::from_u128(1));

/// A picture, its owner connected, and the sender, who is this to the owner.
fn world(visibility: Visibility, sender: Option<FriendshipState>) -> World {
    let world = World::default().picture(testing::ready_picture(visibility)).connected(owner(), "owner");
    let world = world.connected(FRIEND, SENDER);
    match sender {
        None => world,
        Some(state) => world.friendship([owner(), FRIEND], state),
    }
}

/// What is sent to whom when a sample message with these changes comes, and how many rows of comments are written.
async fn send(world: &World, name: &str, change: impl FnOnce(&mut Value)) -> (Vec<(String, Value)>, usize) {
    let mut event: Value = testing::sample_event(name);
    let mut body = serde_json::from_str(event["body"].as_str().unwrap()).unwrap();
    change(&mut body);
    event["body"] = body.as_str().map_or_else(|| body.to_string(), Into::into).into();
    assert_eq!(world.handle(event).await.unwrap()["statusCode"], 200);
    let written = world.state().asked.remove("comments").unwrap_or_default();
    (world.posted().into_iter().collect(), written)
}

fn refused(answered: &(Vec<(String, Value)>, usize), code: u16) {
    let [(connection, message)] = answered.0.as_slice() else { panic!("{answered:?}") };
    assert_eq!(
        (connection.as_str(), &message["type"], &message["code"]),
        (SENDER, &json!("error"), &json!(code))
    );
    assert!(message["notes"].as_str().unwrap().len() > 20, "{message}");
    assert_eq!(answered.1, 0, "nothing is written");
}

#[tokio::test]
async fn a_comment_is_written_and_answered_by_its_activity_alone() {
    for (visibility, state) in
        [(Visibility::Friends, Some(FriendshipState::Friends)), (Visibility::Public, None)]
    {
        let answered = send(&world(visibility, state), "live-send-message.json", |_| {}).await;
        // The comment, and its author's row.
        assert_eq!(answered, (vec![], 2), "{visibility:?}");
    }
}

#[tokio::test]
async fn who_may_not_see_the_picture_is_refused_and_nobody_else_hears_of_it() {
    for (visibility, state) in [
        (Visibility::Private, Some(FriendshipState::Friends)),
        (Visibility::Friends, Some(FriendshipState::Invited)),
        (Visibility::Friends, None),
    ] {
        refused(&send(&world(visibility, state), "live-send-message.json", |_| {}).await, 404);
    }
}

#[tokio::test]
async fn a_text_has_its_limits() {
    let world = world(Visibility::Public, None);
    for text in [json!("x".repeat(1_001)), json!(" "), Value::Null] {
        let answered = send(&world, "live-send-message.json", |body| body["text"] = text).await;
        refused(&answered, 400);
    }
}

#[tokio::test]
async fn what_names_no_picture_is_refused() {
    let world = world(Visibility::Public, None);
    for (name, value) in [("ownerId", json!("nobody")), ("pictureId", json!(7)), ("pictureId", Value::Null)] {
        let answered = send(&world, "live-send-message.json", |body| body[name] = value).await;
        refused(&answered, 400);
    }
}

#[tokio::test]
async fn a_connection_that_is_not_known_is_refused() {
    let world = world(Visibility::Public, None).with(|state| _ = state.connections.remove(SENDER));
    refused(&send(&world, "live-send-message.json", |_| {}).await, 403);
}

#[tokio::test]
async fn a_deleted_account_is_refused() {
    let world = world(Visibility::Public, None).with(|state| state.deleted_accounts = true);
    refused(&send(&world, "live-send-message.json", |_| {}).await, 403);
}

#[tokio::test]
async fn a_ping_is_answered() {
    let answered = send(&world(Visibility::Public, None), "live-other.json", |_| {}).await;
    assert_eq!(answered, (vec![(SENDER.into(), json!({"type": "pong"}))], 0));
}

#[tokio::test]
async fn what_nobody_understands_is_answered_with_what_can_be_sent() {
    let world = world(Visibility::Public, None);
    for body in [json!("{\"action\": "), json!({"action": "shout"}), json!({}), json!([1]), json!("")] {
        let answered = send(&world, "live-other.json", |sent| *sent = body.clone()).await;
        refused(&answered, 400);
        assert!(answered.0[0].1["notes"].as_str().unwrap().contains("sendMessage"), "{body}");
    }
}

#[tokio::test]
async fn whoever_has_gone_needs_no_answer() {
    let world = world(Visibility::Public, None).with(|state| _ = state.gone.insert(SENDER.into()));
    assert_eq!(send(&world, "live-other.json", |_| {}).await, (vec![], 0));
}
