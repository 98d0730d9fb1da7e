//! The handler against its sample events, the SDK faked at the wire.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod comments;
mod connections;
mod friendships;
mod messages;
mod once;
mod pictures;
mod reads;
mod sockets;
mod world;
mod writes;

use domain::Visibility;
use serde_json::json;

use world::{World, owner};

/// The friend of the sample events.
const FRIEND: &str = "7a2d9c40-5e8f-4b16-8c3a-1f0e2d4b6a98";

#[tokio::test]
async fn the_sample_batch_is_told() {
    let friend = FRIEND.parse().unwrap();
    let world =
        World::default().picture(testing::ready_picture(Visibility::Friends)).friends([owner(), friend]);
    let world = world.connected(owner(), "mine").connected(friend, "theirs");
    let event = testing::sample_event("live.json");
    assert_eq!(world.handle(event).await.unwrap(), json!({"batchItemFailures": []}));
    let mut told: Vec<_> = std::mem::take(&mut world.state().posted);
    told.sort_by_key(|(connection, message)| (message["type"].to_string(), connection.clone()));
    let told: Vec<_> =
        told.iter().map(|(id, message)| (id.as_str(), message["type"].as_str().unwrap())).collect();
    let expected = [
        ("mine", "friend.accepted"),
        ("theirs", "friend.accepted"),
        ("mine", "picture.ready"),
        ("theirs", "picture.ready"),
    ];
    assert_eq!(told, expected);
}
