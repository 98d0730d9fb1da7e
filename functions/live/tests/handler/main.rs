//! Tests the handler with sample events and a fake AWS.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod albums;
mod client_messages;
mod cognito;
mod comments;
mod connections;
mod fixture;
mod friendships;
mod idempotency;
mod management_api;
mod pictures;
mod reads;
mod sign_out;
mod writes;

use domain::Visibility;
use serde_json::json;

use fixture::{Fixture, owner};

/// The friend of the sample events.
const FRIEND: &str = "7a2d9c40-5e8f-4b16-8c3a-1f0e2d4b6a98";

#[tokio::test]
async fn delivers_the_sample_batch() {
    let friend = FRIEND.parse().unwrap();
    let fixture =
        Fixture::default().picture(testing::ready_picture(Visibility::Friends)).friends([owner(), friend]);
    let fixture = fixture.connected(owner(), "mine").connected(friend, "theirs");
    let event = testing::sample_event("live.json");
    assert_eq!(fixture.handle(event).await.unwrap(), json!({"batchItemFailures": []}));
    let mut sent: Vec<_> = std::mem::take(&mut fixture.state().sent);
    sent.sort_by_key(|(connection, message)| (message["type"].to_string(), connection.clone()));
    let sent: Vec<_> =
        sent.iter().map(|(id, message)| (id.as_str(), message["type"].as_str().unwrap())).collect();
    let expected = [
        ("mine", "friend.accepted"),
        ("theirs", "friend.accepted"),
        ("mine", "picture.ready"),
        ("theirs", "picture.ready"),
    ];
    assert_eq!(sent, expected);
}
