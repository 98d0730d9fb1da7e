//! Each connection receives an activity once, despite failures.

use std::time::{Duration, Instant};

use domain::{Activity, ActivityEvent, UserId, Visibility};
use jiff::SignedDuration;
use serde_json::json;
use uuid::Uuid;

use crate::fixture::{Fixture, Receipt, activity, member, owner};

const FRIEND: UserId = UserId(Uuid::from_u128(1));

fn fixture() -> Fixture {
    let fixture =
        Fixture::default().picture(testing::ready_picture(Visibility::Friends)).friends([owner(), FRIEND]);
    fixture.connected(owner(), "owner").connected(FRIEND, "friend").connected(FRIEND, "phone")
}

fn ready() -> Activity {
    activity(ActivityEvent::PictureReady { picture: testing::registered_picture().key })
}

fn connections(fixture: &Fixture) -> Vec<String> {
    fixture.take_sent().into_keys().collect()
}

#[tokio::test]
async fn delivers_an_activity_once() {
    let (fixture, activity) = (fixture(), ready());
    assert!(fixture.deliver(activity).await);
    assert_eq!(connections(&fixture), ["friend", "owner", "phone"]);
    assert!(fixture.deliver(activity).await);
    assert!(connections(&fixture).is_empty());
    assert!(fixture.deliver(ready()).await);
    assert_eq!(connections(&fixture).len(), 3, "a new activity");
}

#[tokio::test]
async fn an_activity_leased_to_another_invocation_is_retried_later() {
    let (fixture, activity) = (fixture(), ready());
    let receipt = Receipt { leased: true, ..Receipt::default() };
    fixture.state().receipts.insert(format!("live#{}", activity.id), receipt);
    assert!(!fixture.deliver(activity).await);
    assert!(connections(&fixture).is_empty());
}

#[tokio::test]
async fn waits_for_another_invocation_that_delivers_the_same_activity() {
    let (fixture, activity) = (fixture(), ready());
    let (id, receipt) = (format!("live#{}", activity.id), Receipt { leased: true, ..Receipt::default() });
    fixture.state().receipts.insert(id.clone(), receipt);
    let release = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        fixture.state().receipts.get_mut(&id).unwrap().leased = false;
    };
    assert!(futures_util::future::join(fixture.deliver(activity), release).await.0);
    assert_eq!(connections(&fixture).len(), 3);
}

#[tokio::test]
async fn a_failed_connection_is_retried_alone() {
    let (fixture, activity) = (fixture(), ready());
    fixture.state().failing.insert("friend".into());
    assert!(!fixture.deliver(activity).await);
    assert_eq!(connections(&fixture), ["owner", "phone"]);
    assert!(!fixture.deliver(activity).await, "the lease is released");
    assert!(connections(&fixture).is_empty());
    fixture.state().failing.clear();
    assert!(fixture.deliver(activity).await);
    assert_eq!(connections(&fixture), ["friend"]);
    assert_eq!(fixture.state().connections.len(), 3);
}

#[tokio::test]
async fn removes_closed_connections() {
    let fixture = fixture();
    fixture.state().closed.insert("phone".into());
    assert!(fixture.deliver(ready()).await);
    assert_eq!(connections(&fixture), ["friend", "owner"]);
    assert!(!fixture.state().connections.contains_key("phone"));
    assert!(!fixture.state().members[&FRIEND].contains("phone"));
}

#[tokio::test]
async fn removes_a_closed_connection_with_an_expired_row_from_the_row_of_its_member() {
    let fixture = fixture();
    fixture.state().closed.insert("phone".into());
    fixture.state().connections.remove("phone");
    assert!(fixture.deliver(ready()).await);
    assert!(!fixture.state().members[&FRIEND].contains("phone"));
}

#[tokio::test]
async fn does_not_remove_a_connection_that_is_still_being_established() {
    let fixture = fixture().connected_since(FRIEND, "new", SignedDuration::from_secs(20));
    fixture.state().closed.insert("new".into());
    assert!(fixture.deliver(ready()).await);
    assert_eq!(connections(&fixture), ["friend", "owner", "phone"]);
    assert!(fixture.state().connections.contains_key("new"));
    assert!(fixture.state().members[&FRIEND].contains("new"));
}

#[tokio::test]
async fn retries_messages_that_exceed_the_broadcast_time() {
    let (fixture, activity) = (fixture(), ready());
    let event = json!({"Records": [{"messageId": "1", "body": serde_json::to_string(&activity).unwrap()}]});
    let response = fixture.handle_within(event, Duration::ZERO).await.unwrap();
    assert_eq!(response["batchItemFailures"], json!([{"itemIdentifier": "1"}]));
    assert!(connections(&fixture).is_empty());
    assert!(fixture.deliver(activity).await);
    assert_eq!(connections(&fixture).len(), 3);
}

#[tokio::test]
async fn records_deliveries_in_batches() {
    let mut fixture = fixture();
    for n in 0..150 {
        fixture = fixture.friends([owner(), member(n + 100)]).connected(member(n + 100), &format!("c{n}"));
    }
    let activity = ready();
    fixture.state().failing.insert("friend".into());
    assert!(!fixture.deliver(activity).await);
    assert_eq!(fixture.state().receipts[&format!("live#{}", activity.id)].delivered.len(), 152);
    assert_eq!(fixture.state().recorded, [100, 52]);
    assert_eq!(connections(&fixture).len(), 152);
}

#[tokio::test]
async fn an_invalid_message_does_not_delay_the_others() {
    let fixture = fixture();
    let good = json!({"messageId": "2", "body": serde_json::to_string(&ready()).unwrap()});
    let event = json!({"Records": [{"messageId": "1", "body": "{\"type\": \"x\"}"}, good]});
    let response = fixture.handle(event).await.unwrap();
    assert_eq!(response["batchItemFailures"], json!([{"itemIdentifier": "1"}]));
    assert_eq!(connections(&fixture).len(), 3);
}

#[tokio::test]
async fn skips_a_slow_connection() {
    let fixture = fixture().with(|state| _ = state.slow.insert("phone".into()));
    let (activity, start) = (ready(), Instant::now());
    assert!(fixture.deliver(activity).await, "a slow connection is not retried");
    assert_eq!(connections(&fixture), ["friend", "owner"]);
    assert!(start.elapsed() < Duration::from_secs(3), "{:?}", start.elapsed());
}
