//! The handler against its sample event and others like it, the SDK faked at the wire.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod kinds;
mod services;
mod tables;
mod trouble;
mod world;

use domain::{PictureId, PictureKey, Visibility};
use serde_json::{Value, json};

use world::World;

/// A world with the picture of the sample event, whose owner chose nothing.
fn with_picture(visibility: Visibility) -> (World, PictureKey) {
    let world = World::default();
    let picture = testing::ready_picture(visibility);
    let key = picture.key;
    world.person(key.owner_id.0.as_u128(), json!({}));
    world.inner().pictures.push(picture);
    (world, key)
}

/// Another picture of the same owner, registered so many seconds after the epoch.
fn another(world: &World, key: PictureKey, seconds: u64) -> PictureKey {
    let time = uuid::Timestamp::from_unix(uuid::NoContext, seconds, 0);
    let key = PictureKey { picture_id: PictureId(uuid::Uuid::new_v7(time)), ..key };
    let mut picture = testing::ready_picture(Visibility::Friends);
    picture.key = key;
    world.inner().pictures.push(picture);
    key
}

/// Wants to be told of everything that is news on these channels.
fn all(channels: &[&str]) -> Value {
    json!({ "picture.ready": channels, "friend.requested": channels, "friend.accepted": channels,
        "comment.added": channels })
}

#[tokio::test]
async fn the_sample_event_reaches_a_friend() {
    let (world, key) = with_picture(Visibility::Friends);
    world.friends(key.owner_id, world.person(2, all(&["push", "email"])));
    let reply =
        deliver::handle(&world.context("albumen@example.com"), testing::sample_event("deliver.json")).await;
    assert!(reply.batch_item_failures.is_empty());
    assert_eq!(world.reached(), (vec!["2".into()], vec!["p2@example.com".into()]));
}
