//! Who is told of a friendship, and what.

use domain::FriendshipState::{Friends, Invited, Requested};
use domain::{Activity, ActivityEvent, UserId};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::world::World;

const ADA: UserId = UserId(Uuid::from_u128(1));
const BOB: UserId = UserId(Uuid::from_u128(2));

/// Two who are connected; `state`: what Bob is to Ada.
fn world(state: Option<FriendshipState>) -> World {
    let world = World::default().profile(ADA, json!({})).connected(ADA, "ada").connected(BOB, "bob");
    match state {
        None => world,
        Some(state) => world.friendship([ADA, BOB], state),
    }
}

#[tokio::test]
async fn both_are_told_what_they_are_to_each_other() {
    for (what, state, (to_ada, to_bob)) in [
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
        let (world, id) = (world(state), Uuid::now_v7());
        assert!(!world.tell(Activity { id, at: jiff::Timestamp::UNIX_EPOCH, what }).await);
        let posted = world.posted();
        assert_eq!(posted.len(), 2);
        for (connection, other, state) in [("ada", BOB, to_ada), ("bob", ADA, to_bob)] {
            let message = &posted[connection];
            assert_eq!(message["type"], what.kind().as_str());
            assert_eq!((&message["id"], &message["user"]["id"]), (&json!(id), &json!(other)));
            assert_eq!(message.get("state"), Some(&state), "{what:?} {connection}");
        }
        assert_eq!(posted["bob"]["user"]["firstName"], "Ada");
        assert_eq!(posted["ada"]["user"]["firstName"], Value::Null, "Bob has no profile");
    }
}

#[tokio::test]
async fn what_is_no_longer_so_is_not_told() {
    for (what, states) in [
        (ActivityEvent::FriendRequested { from: ADA, to: BOB }, [None, Some(Friends), Some(Invited)]),
        (ActivityEvent::FriendAccepted { from: ADA, to: BOB }, [None, Some(Requested), Some(Invited)]),
        (
            ActivityEvent::FriendRemoved { one: ADA, other: BOB },
            [Some(Friends), Some(Requested), Some(Invited)],
        ),
    ] {
        for state in states {
            assert!(world(state).happens(what).await.is_empty(), "{what:?} {state:?}");
        }
    }
}
