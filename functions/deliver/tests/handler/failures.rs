//! Tests of repeated events and failed deliveries.

use aws_sdk_dynamodb::types::AttributeValue;
use domain::{Activity, ActivityEvent, FriendshipState, Visibility};
use serde_json::json;

use crate::fixture::{Fault, Fixture, activity, endpoint, id};
use crate::{prefer, with_picture};

/// Creates a new picture of a member with this number of friends, who chose push and e-mail. The
/// numbers of the friends start at 2.
fn with_friends(number: u128) -> (Fixture, Activity) {
    let (fixture, picture) = with_picture(Visibility::Friends);
    for n in 2..2 + number {
        fixture.friends(picture.owner_id, fixture.member(n, prefer(&["push", "email"])));
    }
    (fixture, activity(ActivityEvent::PictureReady { picture }))
}

fn add_fault(fixture: &Fixture, destination: &str, fault: Fault) {
    fixture.state().faults.insert(destination.into(), fault);
}

#[tokio::test]
async fn delivers_an_activity_once() {
    let (fixture, activity) = with_friends(2);
    assert!(fixture.deliver(&activity).await);
    assert_eq!((fixture.take_push_recipients().len(), fixture.take_email_recipients().len()), (2, 2));
    assert!(fixture.deliver(&activity).await);
    assert_eq!((fixture.take_push_recipients().len(), fixture.take_email_recipients().len()), (0, 0));
}

#[tokio::test]
async fn an_activity_leased_to_another_invocation_is_retried_later() {
    let (fixture, activity) = with_friends(1);
    let row = [("leaseUntil".into(), AttributeValue::N(i64::MAX.to_string()))];
    fixture.state().receipts.insert(format!("deliver#{}", activity.id), row.into());
    assert!(!fixture.deliver(&activity).await);
    assert_eq!((fixture.take_push_recipients().len(), fixture.take_email_recipients().len()), (0, 0));
}

#[tokio::test]
async fn a_failed_recipient_is_retried_alone() {
    let (fixture, activity) = with_friends(3);
    add_fault(&fixture, &endpoint("2"), Fault::Throttled);
    add_fault(&fixture, "p3@example.com", Fault::Throttled);
    assert!(!fixture.deliver(&activity).await);
    assert_eq!(fixture.take_push_recipients(), ["3", "4"]);
    assert_eq!(fixture.take_email_recipients(), ["p2@example.com", "p4@example.com"]);
    assert!(!fixture.deliver(&activity).await, "the fault persists");
    assert_eq!((fixture.take_push_recipients().len(), fixture.take_email_recipients().len()), (0, 0));
    fixture.state().faults.clear();
    assert!(fixture.deliver(&activity).await);
    assert_eq!(
        (fixture.take_push_recipients(), fixture.take_email_recipients()),
        (vec!["2".into()], vec!["p3@example.com".into()])
    );
    assert!(fixture.deliver(&activity).await);
    assert_eq!((fixture.take_push_recipients().len(), fixture.take_email_recipients().len()), (0, 0));
}

#[tokio::test]
async fn removes_a_device_with_a_disabled_or_deleted_endpoint() {
    for fault in [Fault::Disabled, Fault::NotFound, Fault::NoEndpoint] {
        let (fixture, activity) = with_friends(2);
        add_fault(&fixture, &endpoint("2"), fault);
        assert!(fixture.deliver(&activity).await, "{fault:?}");
        assert_eq!(fixture.take_push_recipients(), ["3"]);
        assert_eq!(fixture.state().removed_devices, [(id(2), endpoint("2"))]);
        assert_eq!(fixture.state().deleted_endpoints, [endpoint("2")]);
    }
}

#[tokio::test]
async fn does_not_remove_a_device_if_sns_rejects_the_message() {
    let (fixture, activity) = with_friends(1);
    add_fault(&fixture, &endpoint("2"), Fault::TooLong);
    assert!(!fixture.deliver(&activity).await);
    assert!(fixture.state().removed_devices.is_empty());
}

#[tokio::test]
async fn does_not_retry_an_email_that_ses_rejects() {
    let (fixture, activity) = with_friends(2);
    add_fault(&fixture, "p2@example.com", Fault::Rejected);
    assert!(fixture.deliver(&activity).await);
    assert_eq!(fixture.take_email_recipients(), ["p3@example.com"]);
    fixture.state().faults.clear();
    assert!(fixture.deliver(&activity).await);
    assert!(fixture.take_email_recipients().is_empty());
}

#[tokio::test]
async fn sends_email_only_to_confirmed_addresses_of_enabled_accounts() {
    let (fixture, activity) = with_friends(4);
    fixture.state().accounts.get_mut(&id(2)).unwrap().verified = false;
    fixture.state().accounts.get_mut(&id(3)).unwrap().enabled = false;
    fixture.state().accounts.remove(&id(4));
    assert!(fixture.deliver(&activity).await);
    assert_eq!(
        (fixture.take_push_recipients().len(), fixture.take_email_recipients()),
        (4, vec!["p5@example.com".into()])
    );
}

#[tokio::test]
async fn sends_no_email_without_a_sender_address() {
    let (fixture, activity) = with_friends(2);
    assert!(fixture.handle_from("", &[activity]).await.is_empty());
    assert_eq!((fixture.take_push_recipients().len(), fixture.take_email_recipients().len()), (2, 0));
}

#[tokio::test]
async fn a_failed_message_does_not_repeat_the_others() {
    let (fixture, good) = with_friends(1);
    let from = fixture.member(8, json!({}));
    fixture.friendship(from, id(2), [FriendshipState::Requested, FriendshipState::Invited]);
    let bad = activity(ActivityEvent::FriendRequested { from, to: id(2), requested_at: None });
    let preferences = json!({"picture.ready": ["push"], "friend.requested": ["email"]});
    fixture.state().profiles.insert(id(2), preferences);
    add_fault(&fixture, "p2@example.com", Fault::Throttled);
    assert_eq!(fixture.handle_from("albumen@example.com", &[bad, good]).await, [0]);
    assert_eq!(fixture.take_push_recipients(), ["2"]);
}

#[tokio::test]
async fn notifies_many_friends_in_groups() {
    let (fixture, activity) = with_friends(250);
    assert!(fixture.deliver(&activity).await);
    assert_eq!((fixture.take_push_recipients().len(), fixture.take_email_recipients().len()), (250, 250));
    let count = |name: &str| fixture.state().requests.iter().filter(|request| *request == name).count();
    // One transaction reads the picture. Three transactions read the picture and a group of
    // friends.
    assert_eq!(count("TransactGetItems"), 4);
    assert_eq!((count("BatchGetItem Users"), count("BatchGetItem Devices")), (3, 3));
}

#[tokio::test]
async fn reads_only_the_profiles_of_friends_without_push_and_email() {
    let (fixture, activity) = with_friends(250);
    fixture.state().profiles.values_mut().for_each(|preferences| *preferences = json!({}));
    assert!(fixture.deliver(&activity).await);
    assert_eq!((fixture.take_push_recipients().len(), fixture.take_email_recipients().len()), (0, 0));
    let requests = fixture.state().requests.clone();
    assert!(!requests.contains(&"BatchGetItem Devices".to_owned()));
    assert_eq!(requests.iter().filter(|request| *request == "TransactGetItems").count(), 1);
}
