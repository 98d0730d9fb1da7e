//! Recipients and content of the messages about friendships.

use domain::FriendshipState::{self, Friends, Invited, Requested};
use domain::{ActivityEvent, UserId};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::fixture::{Fixture, activity};

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

#[tokio::test]
async fn sends_each_member_the_friendship_in_their_own_view() {
    for (event, state, (to_ada, to_bob)) in [
        (
            ActivityEvent::FriendRequested { from: ADA, to: BOB },
            Some(Requested),
            (json!("requested"), json!("invited")),
        ),
        (
            ActivityEvent::FriendAccepted { from: ADA, to: BOB },
            Some(Friends),
            (json!("friends"), json!("friends")),
        ),
        (ActivityEvent::FriendRemoved { one: ADA, other: BOB }, None, (Value::Null, Value::Null)),
    ] {
        let (fixture, activity) = (fixture(state), activity(event));
        assert!(fixture.deliver(activity).await);
        let sent = fixture.take_sent();
        assert_eq!(sent.len(), 2);
        for (connection, other, state) in [("ada", BOB, to_ada), ("bob", ADA, to_bob)] {
            let message = &sent[connection];
            assert_eq!(message["type"], event.kind().as_str());
            assert_eq!((&message["id"], &message["user"]["id"]), (&json!(activity.id), &json!(other)));
            assert_eq!(message.get("state"), Some(&state), "{event:?} {connection}");
        }
        assert_eq!(sent["bob"]["user"]["firstName"], "Ada");
        assert_eq!(sent["ada"]["user"]["firstName"], Value::Null, "Bob has no profile");
    }
}

#[tokio::test]
async fn ignores_outdated_activities() {
    for (event, states) in [
        (ActivityEvent::FriendRequested { from: ADA, to: BOB }, [None, Some(Friends), Some(Invited)]),
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
