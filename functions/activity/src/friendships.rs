//! Events of the Friendships table. A transaction writes both directions of a friendship, and each
//! has a record. The records yield one event for a request or an acceptance, and one event for each
//! member whose friendship or request ended.

use domain::FriendshipState::{Friends, Requested};
use domain::{ActivityEvent, Friendship};

/// Derives the event from a row before and after the change. The row of the requester yields a
/// request, whether or not the other member sees it, and an acceptance. A request has a new
/// `since`, also if it repeats a request that the other member did not see.
#[must_use]
pub fn derive_event(old: Option<Friendship>, new: Option<Friendship>) -> Option<ActivityEvent> {
    let visible = |row: Option<Friendship>| row.and_then(|row| row.state.visible());
    match (visible(old), visible(new)) {
        (Some(Requested), Some(Friends)) => {
            new.map(|new| ActivityEvent::FriendAccepted { from: new.user_id, to: new.friend_id })
        }
        (_, Some(Requested)) if old.map(|old| old.since) != new.map(|new| new.since) => {
            let event = |new: Friendship| ActivityEvent::FriendRequested {
                from: new.user_id,
                to: new.friend_id,
                requested_at: Some(new.since),
            };
            new.map(event)
        }
        (Some(_), None) => {
            old.map(|old| ActivityEvent::FriendRemoved { one: old.user_id, other: old.friend_id })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::FriendshipState::{self, Blocked, Invited, Unrelated};
    use domain::UserId;
    use jiff::{Timestamp, ToSpan};
    use uuid::Uuid;

    const ADA: UserId = UserId(Uuid::from_u128(1));
    const BOB: UserId = UserId(Uuid::from_u128(2));

    /// The state in the view of Ada and in the view of Bob.
    type States = Option<(FriendshipState, FriendshipState)>;

    fn row(user_id: UserId, friend_id: UserId, state: FriendshipState, since: Timestamp) -> Friendship {
        Friendship::new(user_id, friend_id, state, since)
    }

    /// Returns the events of both records of one change. Rows without a change have no record.
    fn derive_events(old: States, new: States) -> Vec<ActivityEvent> {
        let both = |states: States, since| match states {
            None => [None, None],
            Some((ada, bob)) => [Some(row(ADA, BOB, ada, since)), Some(row(BOB, ADA, bob, since))],
        };
        let (before, after) = (Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH + 1.second());
        let records = both(old, before).into_iter().zip(both(new, after));
        let change = |(old, new): (Option<Friendship>, Option<Friendship>)| {
            let same_state = old.zip(new).is_some_and(|(old, new)| old.state == new.state);
            (!same_state).then(|| derive_event(old, new)).flatten()
        };
        records.filter_map(change).collect()
    }

    #[test]
    fn each_change_has_its_events() {
        let (ada_requested, bob_requested) = (Some((Requested, Invited)), Some((Invited, Requested)));
        let (friends, strangers) = (Some((Friends, Friends)), Some((Unrelated, Unrelated)));
        let (hidden, declined) = (Some((Requested, Unrelated)), strangers);
        let (blocked, asks_blocker) = (Some((Unrelated, Blocked)), Some((Requested, Blocked)));
        let requested_at = Some(Timestamp::UNIX_EPOCH + 1.second());
        let ada_asks = ActivityEvent::FriendRequested { from: ADA, to: BOB, requested_at };
        let bob_asks = ActivityEvent::FriendRequested { from: BOB, to: ADA, requested_at };
        let [ada_loses, bob_loses] =
            [(ADA, BOB), (BOB, ADA)].map(|(one, other)| ActivityEvent::FriendRemoved { one, other });
        let accepts = |from, to| vec![ActivityEvent::FriendAccepted { from, to }];
        for (old, new, expected) in [
            (None, ada_requested, vec![ada_asks]),
            (strangers, ada_requested, vec![ada_asks]),
            (None, bob_requested, vec![bob_asks]),
            (ada_requested, friends, accepts(ADA, BOB)),
            (bob_requested, friends, accepts(BOB, ADA)),
            (ada_requested, None, vec![ada_loses, bob_loses]),
            (ada_requested, strangers, vec![ada_loses, bob_loses]),
            (bob_requested, None, vec![ada_loses, bob_loses]),
            (friends, None, vec![ada_loses, bob_loses]),
            (friends, strangers, vec![ada_loses, bob_loses]),
            (ada_requested, ada_requested, vec![]),
            (friends, friends, vec![]),
            (None, friends, vec![]),
            // Hidden requests.
            (declined, hidden, vec![ada_asks]),
            (hidden, declined, vec![ada_loses]),
            (hidden, friends, accepts(ADA, BOB)),
            // Blocks.
            (None, blocked, vec![]),
            (strangers, blocked, vec![]),
            (friends, blocked, vec![ada_loses, bob_loses]),
            (ada_requested, blocked, vec![ada_loses, bob_loses]),
            (bob_requested, blocked, vec![ada_loses, bob_loses]),
            (hidden, asks_blocker, vec![]),
            (blocked, asks_blocker, vec![ada_asks]),
            (asks_blocker, blocked, vec![ada_loses]),
            (blocked, strangers, vec![]),
            (strangers, None, vec![]),
        ] {
            assert_eq!(derive_events(old, new), expected, "{old:?} -> {new:?}");
        }
    }

    #[test]
    fn a_hidden_request_that_is_sent_again_is_a_request() {
        let [old, new] = [0, 1].map(|n| row(ADA, BOB, Requested, Timestamp::UNIX_EPOCH + n.seconds()));
        let requested_at = Some(new.since);
        let expected = ActivityEvent::FriendRequested { from: ADA, to: BOB, requested_at };
        assert_eq!(derive_event(Some(old), Some(new)), Some(expected));
        let unblocked = Friendship { blocked_by_friend: true, ..old };
        assert_eq!(derive_event(Some(unblocked), Some(old)), None);
    }
}
