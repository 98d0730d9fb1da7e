//! Events of the Friendships table. A transaction writes both directions of a friendship, and each
//! has a record. Only one of the two records yields an event.

use domain::FriendshipState::{Friends, Invited, Requested};
use domain::{ActivityEvent, Friendship};

/// Derives the event from a row before and after the change. The row of the invited member yields a
/// request, the row of the requester yields an acceptance, and the row with the lesser `userId`
/// yields the end of a friendship or request.
#[must_use]
pub fn derive_event(old: Option<Friendship>, new: Option<Friendship>) -> Option<ActivityEvent> {
    match (old, new) {
        (None, Some(new)) if new.state == Invited => {
            Some(ActivityEvent::FriendRequested { from: new.friend_id, to: new.user_id })
        }
        (Some(old), Some(new)) if (old.state, new.state) == (Requested, Friends) => {
            Some(ActivityEvent::FriendAccepted { from: new.user_id, to: new.friend_id })
        }
        (Some(old), None) if old.user_id < old.friend_id => {
            Some(ActivityEvent::FriendRemoved { one: old.user_id, other: old.friend_id })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{FriendshipState, UserId};
    use uuid::Uuid;

    const ADA: UserId = UserId(Uuid::from_u128(1));
    const BOB: UserId = UserId(Uuid::from_u128(2));

    /// The state in the view of Ada and in the view of Bob.
    type States = Option<(FriendshipState, FriendshipState)>;

    fn row(user_id: UserId, friend_id: UserId, state: Option<FriendshipState>) -> Option<Friendship> {
        let since = "2026-01-02T03:04:05Z".parse().unwrap();
        state.map(|state| Friendship { user_id, friend_id, state, since })
    }

    /// Returns the events of both records of one change.
    fn derive_events(old: States, new: States) -> Vec<ActivityEvent> {
        let ada_row = |states: States| row(ADA, BOB, states.map(|(ada_view, _)| ada_view));
        let bob_row = |states: States| row(BOB, ADA, states.map(|(_, bob_view)| bob_view));
        let ada_event = derive_event(ada_row(old), ada_row(new));
        let bob_event = derive_event(bob_row(old), bob_row(new));
        ada_event.into_iter().chain(bob_event).collect()
    }

    #[test]
    fn a_change_has_at_most_one_event() {
        let (ada_requested, bob_requested) = (Some((Requested, Invited)), Some((Invited, Requested)));
        let friends = Some((Friends, Friends));
        let removed = ActivityEvent::FriendRemoved { one: ADA, other: BOB };
        for (old, new, expected) in [
            (None, ada_requested, Some(ActivityEvent::FriendRequested { from: ADA, to: BOB })),
            (None, bob_requested, Some(ActivityEvent::FriendRequested { from: BOB, to: ADA })),
            (ada_requested, friends, Some(ActivityEvent::FriendAccepted { from: ADA, to: BOB })),
            (bob_requested, friends, Some(ActivityEvent::FriendAccepted { from: BOB, to: ADA })),
            (ada_requested, None, Some(removed)),
            (bob_requested, None, Some(removed)),
            (friends, None, Some(removed)),
            (ada_requested, ada_requested, None),
            (friends, friends, None),
            (None, friends, None),
        ] {
            assert_eq!(derive_events(old, new), Vec::from_iter(expected), "{old:?} -> {new:?}");
        }
    }
}
