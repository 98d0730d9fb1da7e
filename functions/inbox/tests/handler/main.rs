//! The handler against its sample events, the SDK faked at the wire.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod keep;
mod list;
mod read;
mod tables;
mod world;

use domain::{UserId, Visibility};
use serde_json::{Value, json};

use world::{World, me, person};

/// A world with the picture of the sample event, which is mine, and friends of mine with these numbers.
fn with_picture(visibility: Visibility, friends: &[u128]) -> World {
    let world = World::default();
    world.inner().pictures.push(testing::ready_picture(visibility));
    for friend in friends {
        world.friends(me(), person(*friend));
    }
    world
}

/// The kinds of what is kept for somebody.
fn kinds(world: &World, user: UserId) -> Vec<String> {
    let kept = world.kept(user).into_iter();
    kept.map(|row| row["type"].as_s().unwrap().clone()).collect()
}

#[tokio::test]
async fn the_sample_event_is_kept_for_a_friend() {
    let world = with_picture(Visibility::Friends, &[2]);
    assert_eq!(world.handle(testing::sample_event("inbox.json")).await, json!({"batchItemFailures": []}));
    let [row] = world.kept(person(2)).try_into().unwrap();
    // At 2026-11-21T05:22:20Z, by the event; thirty days later it is forgotten.
    assert_eq!(row["expiresAt"].as_n().unwrap(), &(1_795_238_540 + 30 * 24 * 3_600).to_string());
    assert!(world.kept(me()).is_empty());
}

#[tokio::test]
async fn the_sample_calls_are_answered() {
    let world = World::default();
    let listed = world.handle(testing::sample_event("inbox-list.json")).await;
    let data = |answer: &Value| -> Value { serde_json::from_str(answer["body"].as_str().unwrap()).unwrap() };
    assert_eq!(
        data(&listed),
        json!({"code": 200, "data": {"items": [], "cursor": null, "readUntil": null}, "notes": null})
    );
    let read = world.handle(testing::sample_event("inbox-read.json")).await;
    assert_eq!(data(&read)["data"], json!({"readUntil": "2026-11-21T05:22:33Z"}));
}

#[tokio::test]
async fn only_members_have_a_bell() {
    for name in ["inbox-list.json", "inbox-read.json"] {
        let mut event: Value = testing::sample_event(name);
        event["requestContext"]["identity"]["cognitoAuthenticationProvider"] = Value::Null;
        let answer = World::default().handle(event).await;
        assert_eq!(answer["statusCode"], 403, "{answer}");
    }
}
