//! Everyone is told once, whatever fails.

use std::time::{Duration, Instant};

use domain::{Activity, ActivityEvent, UserId, Visibility};
use jiff::SignedDuration;
use serde_json::json;

use uuid::Uuid;

use crate::world::{Receipt, World, owner, person};

const FRIEND: UserId = UserId(Uuid::from_u128(1));

fn world() -> World {
    let world =
        World::default().picture(testing::ready_picture(Visibility::Friends)).friends([owner(), FRIEND]);
    world.connected(owner(), "owner").connected(FRIEND, "friend").connected(FRIEND, "phone")
}

fn ready() -> Activity {
    Activity {
        id: Uuid::now_v7(),
        at: jiff::Timestamp::UNIX_EPOCH,
        what: ActivityEvent::PictureReady { picture: testing::registered_picture().key },
    }
}

fn connections(world: &World) -> Vec<String> {
    world.posted().into_keys().collect()
}

#[tokio::test]
async fn the_same_activity_is_told_once() {
    let (world, activity) = (world(), ready());
    assert!(!world.tell(activity).await);
    assert_eq!(connections(&world), ["friend", "owner", "phone"]);
    assert!(!world.tell(activity).await);
    assert!(connections(&world).is_empty());
    assert!(!world.tell(ready()).await);
    assert_eq!(connections(&world).len(), 3, "another one is told");
}

#[tokio::test]
async fn somebody_elses_activity_is_left_alone_and_comes_again() {
    let (world, activity) = (world(), ready());
    let receipt = Receipt { leased: true, ..Receipt::default() };
    world.state().receipts.insert(format!("live#{}", activity.id), receipt);
    assert!(world.tell(activity).await);
    assert!(connections(&world).is_empty());
}

#[tokio::test]
async fn one_that_fails_keeps_nobody_from_being_told_and_is_told_alone_next_time() {
    let (world, activity) = (world(), ready());
    world.state().failing.insert("friend".into());
    assert!(world.tell(activity).await);
    assert_eq!(connections(&world), ["owner", "phone"]);
    assert!(world.tell(activity).await, "it can be begun at once");
    assert!(connections(&world).is_empty());
    world.state().failing.clear();
    assert!(!world.tell(activity).await);
    assert_eq!(connections(&world), ["friend"]);
    assert_eq!(world.state().connections.len(), 3);
}

#[tokio::test]
async fn connections_that_are_gone_are_forgotten() {
    let world = world();
    world.state().gone.insert("phone".into());
    assert!(!world.tell(ready()).await);
    assert_eq!(connections(&world), ["friend", "owner"]);
    assert!(!world.state().connections.contains_key("phone"));
    assert!(!world.state().of_people[&FRIEND].contains("phone"));
}

#[tokio::test]
async fn a_connection_whose_row_expired_is_forgotten_with_its_person() {
    let world = world();
    world.state().gone.insert("phone".into());
    world.state().connections.remove("phone");
    assert!(!world.tell(ready()).await);
    assert!(!world.state().of_people[&FRIEND].contains("phone"));
}

#[tokio::test]
async fn a_connection_that_has_only_begun_is_kept() {
    let world = world().connected_since(FRIEND, "young", SignedDuration::from_secs(20));
    world.state().gone.insert("young".into());
    assert!(!world.tell(ready()).await);
    assert_eq!(connections(&world), ["friend", "owner", "phone"]);
    assert!(world.state().connections.contains_key("young"));
    assert!(world.state().of_people[&FRIEND].contains("young"));
}

#[tokio::test]
async fn what_there_was_no_time_for_is_told_next_time() {
    let (world, activity) = (world(), ready());
    let event = json!({"Records": [{"messageId": "1", "body": serde_json::to_string(&activity).unwrap()}]});
    let answer = world.handle_within(event, Duration::ZERO).await.unwrap();
    assert_eq!(answer["batchItemFailures"], json!([{"itemIdentifier": "1"}]));
    assert!(connections(&world).is_empty());
    assert!(!world.tell(activity).await);
    assert_eq!(connections(&world).len(), 3);
}

#[tokio::test]
async fn whoever_was_told_is_noted_now_and_then() {
    let mut world = world();
    for n in 0..150 {
        world = world.friends([owner(), person(n + 100)]).connected(person(n + 100), &format!("c{n}"));
    }
    let activity = ready();
    world.state().failing.insert("friend".into());
    assert!(world.tell(activity).await);
    assert_eq!(world.state().receipts[&format!("live#{}", activity.id)].told.len(), 152);
    assert_eq!(world.state().noted, [100, 52]);
    assert_eq!(connections(&world).len(), 152);
}

#[tokio::test]
async fn a_message_that_nobody_understands_keeps_no_other_waiting() {
    let world = world();
    let good = json!({"messageId": "2", "body": serde_json::to_string(&ready()).unwrap()});
    let event = json!({"Records": [{"messageId": "1", "body": "{\"type\": \"x\"}"}, good]});
    let answer = world.handle(event).await.unwrap();
    assert_eq!(answer["batchItemFailures"], json!([{"itemIdentifier": "1"}]));
    assert_eq!(connections(&world).len(), 3);
}

#[tokio::test]
async fn a_connection_that_is_slow_delays_nobody_for_long_and_is_left_out() {
    let world = world().with(|state| _ = state.slow.insert("phone".into()));
    let (activity, start) = (ready(), Instant::now());
    assert!(!world.tell(activity).await, "it does not come again");
    assert_eq!(connections(&world), ["friend", "owner"]);
    assert!(start.elapsed() < Duration::from_secs(3), "{:?}", start.elapsed());
}
