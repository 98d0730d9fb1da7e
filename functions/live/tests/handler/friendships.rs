//! Recipients and content of the messages about friendships.

use domain::FriendshipState::{self, Friends, Invited, Requested};
use domain::{ActivityEvent, UserId};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::fixture::{Fixture, activity};
use crate::reads::REQUESTED_AT;

const ADA: UserId = UserId(Uuid::from_u128(1));
const BOB: UserId = UserId(Uuid::from_u128(2));

/// Creates two connected members. `state` is their friendship in the view of Ada.
fn fixture(state: Option<FriendshipState>) -> Fixture {
    let fixture = Fixture::default().profile(ADA, json!({})).connected(ADA, "ada").connected(BOB, "bob");
    match state {
        None => fixture,
        Some(state) => fixture.friendship([ADA, BOB], state),
    }
}

/// Returns a request of Ada to Bob. `requested_at` is the time in its rows.
fn request(requested_at: &str) -> ActivityEvent {
    ActivityEvent::FriendRequested { from: ADA, to: BOB, requested_at: Some(requested_at.parse().unwrap()) }
}

#[tokio::test]
async fn sends_each_member_the_friendship_in_their_own_view() {
    for (event, state, expected) in [
        (request(REQUESTED_AT), Requested, [("ada", BOB, "requested"), ("bob", ADA, "invited")]),
        (
            ActivityEvent::FriendRequested { from: ADA, to: BOB, requested_at: None },
            Requested,
            [("ada", BOB, "requested"), ("bob", ADA, "invited")],
        ),
        (
            ActivityEvent::FriendAccepted { from: ADA, to: BOB },
            Friends,
            [("ada", BOB, "friends"), ("bob", ADA, "friends")],
        ),
    ] {
        let (fixture, activity) = (fixture(Some(state)), activity(event));
        assert!(fixture.deliver(activity).await);
        let sent = fixture.take_sent();
        assert_eq!(sent.len(), 2);
        for (connection, other, state) in expected {
            let message = &sent[connection];
            assert_eq!(message["type"], event.kind().as_str());
            assert_eq!((&message["id"], &message["user"]["id"]), (&json!(activity.id), &json!(other)));
            assert_eq!(message["state"], state, "{event:?} {connection}");
        }
        assert_eq!(sent["bob"]["user"]["firstName"], "Ada");
        assert_eq!(sent["ada"]["user"]["firstName"], Value::Null, "Bob has no profile");
    }
}

#[tokio::test]
async fn sends_the_end_of_a_friendship_to_the_member_for_whom_it_ended() {
    let fixture = fixture(None);
    for (one, other, connection) in [(ADA, BOB, "ada"), (BOB, ADA, "bob")] {
        assert!(fixture.deliver(activity(ActivityEvent::FriendRemoved { one, other })).await);
        let sent = fixture.take_sent();
        assert_eq!(sent.keys().collect::<Vec<_>>(), [connection]);
        assert_eq!(
            (&sent[connection]["state"], &sent[connection]["user"]["id"]),
            (&Value::Null, &json!(other))
        );
    }
}

#[tokio::test]
async fn sends_a_hidden_request_to_the_requester_only() {
    let sent = fixture(None).block([BOB, ADA]).deliver_new(request(REQUESTED_AT)).await;
    assert_eq!(sent, [("ada".into(), "friend.requested".into())]);
}

#[tokio::test]
async fn does_not_notify_of_a_repeated_request() {
    let sent = fixture(Some(Requested)).deliver_new(request("2026-01-02T03:04:06Z")).await;
    assert_eq!(sent, [("ada".into(), "friend.requested".into())]);
}

#[tokio::test]
async fn sends_the_end_that_a_block_caused_without_the_block() {
    let fixture = fixture(None).block([ADA, BOB]);
    assert!(fixture.deliver(activity(ActivityEvent::FriendRemoved { one: ADA, other: BOB })).await);
    assert_eq!(fixture.take_sent()["ada"]["state"], Value::Null);
}

#[tokio::test]
async fn ignores_outdated_activities() {
    for (event, states) in [
        (request(REQUESTED_AT), [None, Some(Friends), Some(Invited)]),
        (ActivityEvent::FriendAccepted { from: ADA, to: BOB }, [None, Some(Requested), Some(Invited)]),
        (
            ActivityEvent::FriendRemoved { one: ADA, other: BOB },
            [Some(Friends), Some(Requested), Some(Invited)],
        ),
    ] {
        for state in states {
            assert!(fixture(state).deliver_new(event).await.is_empty(), "{event:?} {state:?}");
        }
    }
}
