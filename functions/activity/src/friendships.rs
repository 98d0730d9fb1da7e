//! What a change of a friendship means. Both directions are written at once, each with a record of its own: one of the two speaks.

use domain::FriendshipState::{Friends, Invited, Requested};
use domain::{ActivityEvent, Friendship};

/// From the row before and after the change. Who is invited tells of the request, who requested tells of the acceptance, and the
/// lesser id tells of the end.
#[must_use]
pub fn what(old: Option<Friendship>, new: Option<Friendship>) -> Option<What> {
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

    /// What Bob is to Ada, and Ada to Bob.
    type Rows = Option<(FriendshipState, FriendshipState)>;

    fn row(user_id: UserId, friend_id: UserId, state: Option<FriendshipState>) -> Option<Friendship> {
        let since = "2026-01-02T03:04:05Z".parse().unwrap();
        state.map(|state| Friendship { user_id, friend_id, state, since })
    }

    /// What the two records of one change tell together.
    fn told(old: Rows, new: Rows) -> Vec<What> {
        let (adas, bobs) = (|rows: Rows| rows.map(|rows| rows.0), |rows: Rows| rows.map(|rows| rows.1));
        let ada = what(row(ADA, BOB, adas(old)), row(ADA, BOB, adas(new)));
        let bob = what(row(BOB, ADA, bobs(old)), row(BOB, ADA, bobs(new)));
        ada.into_iter().chain(bob).collect()
    }

    #[test]
    fn one_change_is_told_once() {
        let (ada_asked, bob_asked) = (Some((Requested, Invited)), Some((Invited, Requested)));
        let friends = Some((Friends, Friends));
        let removed = ActivityEvent::FriendRemoved { one: ADA, other: BOB };
        for (old, new, expected) in [
            (None, ada_asked, Some(ActivityEvent::FriendRequested { from: ADA, to: BOB })),
            (None, bob_asked, Some(ActivityEvent::FriendRequested { from: BOB, to: ADA })),
            (ada_asked, friends, Some(ActivityEvent::FriendAccepted { from: ADA, to: BOB })),
            (bob_asked, friends, Some(ActivityEvent::FriendAccepted { from: BOB, to: ADA })),
            (ada_asked, None, Some(removed)),
            (bob_asked, None, Some(removed)),
            (friends, None, Some(removed)),
            (ada_asked, ada_asked, None),
            (friends, friends, None),
            (None, friends, None),
        ] {
            assert_eq!(told(old, new), Vec::from_iter(expected), "{old:?} -> {new:?}");
        }
    }
}
