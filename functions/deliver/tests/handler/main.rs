//! Tests the handler with its sample event and other events, and a fake AWS.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod albums;
mod failures;
mod fixture;
mod recipients;
mod services;
mod tables;

use domain::{PictureId, PictureKey, Visibility};
use serde_json::{Value, json};

use fixture::Fixture;

/// Creates the picture of the sample event. Its owner has the default notification preferences.
fn with_picture(visibility: Visibility) -> (Fixture, PictureKey) {
    let fixture = Fixture::default();
    let picture = testing::ready_picture(visibility);
    let key = picture.key;
    fixture.member(key.owner_id.0.as_u128(), json!({}));
    fixture.state().pictures.push(picture);
    (fixture, key)
}

/// Adds a picture of the same owner, registered at this time (seconds since the epoch).
fn add_picture(fixture: &Fixture, key: PictureKey, seconds: u64) -> PictureKey {
    let time = uuid::Timestamp::from_unix(uuid::NoContext, seconds, 0);
    let key = PictureKey { picture_id: PictureId(uuid::Uuid::new_v7(time)), ..key };
    let mut picture = testing::ready_picture(Visibility::Friends);
    picture.key = key;
    fixture.state().pictures.push(picture);
    key
}

/// Creates notification preferences with these channels for every notification type.
fn prefer(channels: &[&str]) -> Value {
    json!({ "picture.ready": channels, "friend.requested": channels, "friend.accepted": channels,
        "comment.added": channels })
}

#[tokio::test]
async fn the_sample_event_reaches_a_friend() {
    let (fixture, key) = with_picture(Visibility::Friends);
    fixture.friends(key.owner_id, fixture.member(2, prefer(&["push", "email"])));
    let response =
        deliver::handle(&fixture.context("albumen@example.com"), testing::sample_event("deliver.json")).await;
    assert!(response.batch_item_failures.is_empty());
    assert_eq!(fixture.take_recipients(), (vec!["2".into()], vec!["p2@example.com".into()]));
}
