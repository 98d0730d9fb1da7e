use super::FriendshipState::{self, *};
use super::*;
use jiff::ToSpan;
use uuid::Uuid;

const ADA: UserId = UserId(Uuid::from_u128(1));
const BOB: UserId = UserId(Uuid::from_u128(2));

fn time(hours: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + (1_000_000 + hours).hours()
}

fn strangers() -> FriendshipPair {
    FriendshipPair::new(ADA, BOB, [None, None])
}

/// Applies an action of the other member.
fn by_other(pair: FriendshipPair, action: impl FnOnce(FriendshipPair) -> FriendshipPair) -> FriendshipPair {
    let swap = |FriendshipPair { mine, theirs }| FriendshipPair { mine: theirs, theirs: mine };
    swap(action(swap(pair)))
}

fn states(pair: FriendshipPair) -> [FriendshipState; 2] {
    [pair.mine.state, pair.theirs.state]
}

/// Ada sent a request, and Bob declined it an hour later.
fn declined() -> FriendshipPair {
    by_other(strangers().befriend(time(0)), |pair| pair.end(time(1)))
}

#[test]
fn the_table_and_the_api_use_the_same_spelling() {
    for state in [Friends, Requested, Invited] {
        assert_eq!(FriendshipState::parse(state.as_str()), Some(state));
    }
    for state in [Friends, Requested, Invited, Blocked, Unrelated] {
        assert_eq!(serde_json::to_value(state).unwrap(), state.as_str());
    }
    assert_eq!(FriendshipState::parse("enemies"), None);
}

#[test]
fn the_api_does_not_accept_or_show_blocks_as_states() {
    for state in [Blocked, Unrelated] {
        assert_eq!((FriendshipState::parse(state.as_str()), state.visible()), (None, None));
    }
}

#[test]
fn a_request_is_accepted_or_withdrawn() {
    let requested = strangers().befriend(time(0));
    assert_eq!(states(requested), [Requested, Invited]);
    assert_eq!(requested.befriend(time(1)), requested, "a repeated request changes nothing");
    let friends = by_other(requested, |pair| pair.befriend(time(1)));
    assert_eq!(states(friends), [Friends, Friends]);
    assert_eq!([friends.mine.since, friends.theirs.since], [time(1); 2]);
    assert_eq!(friends.befriend(time(2)), friends);
    assert_eq!(states(friends.end(time(2))), [Unrelated, Unrelated]);
    assert_eq!(states(requested.end(time(1))), [Unrelated, Unrelated]);
    assert_eq!(strangers().end(time(0)), strangers());
}

#[test]
fn a_declined_request_is_hidden_for_a_week() {
    for hours in [2, 7 * 24] {
        let again = declined().befriend(time(hours));
        assert_eq!(states(again), [Requested, Unrelated], "after {hours} hours");
        assert_eq!(again.befriend(time(hours)), again);
        assert_eq!(states(again.end(time(hours))), [Unrelated, Unrelated]);
    }
    let hidden = declined().befriend(time(2));
    for pair in [declined(), hidden] {
        let again = pair.befriend(time(7 * 24 + 1));
        assert_eq!(states(again), [Requested, Invited]);
        assert!(again.theirs.announces_request(Some(again.mine.since)));
    }
}

#[test]
fn a_hidden_request_does_not_prolong_the_pause() {
    let hidden = declined().befriend(time(2));
    assert_eq!(hidden.theirs, declined().theirs);
    assert_eq!(hidden.end(time(3)).theirs, declined().theirs);
}

#[test]
fn a_member_who_declined_can_request_at_any_time() {
    let requested = by_other(declined(), |pair| pair.befriend(time(2)));
    assert_eq!(states(requested), [Invited, Requested]);
    let hidden = declined().befriend(time(2));
    assert_eq!(states(by_other(hidden, |pair| pair.befriend(time(3)))), [Friends, Friends]);
    let withdrawn = by_other(requested, |pair| pair.end(time(3)));
    assert_eq!(states(withdrawn.befriend(time(4))), [Requested, Invited], "the request ended the pause");
}

#[test]
fn the_end_of_a_friendship_is_no_declined_request() {
    let friends = by_other(strangers().befriend(time(0)), |pair| pair.befriend(time(1)));
    let ended = by_other(friends, |pair| pair.end(time(2)));
    assert_eq!(states(ended.befriend(time(3))), [Requested, Invited]);
}

#[test]
fn repeated_requests_notify_once_a_day() {
    let mut pair = strangers();
    let mut announced = Vec::new();
    for hours in [0, 1, 2, 23, 24, 25] {
        pair = pair.befriend(time(hours));
        assert_eq!(states(pair), [Requested, Invited]);
        if pair.theirs.announces_request(Some(pair.mine.since)) {
            announced.push(hours);
        }
        pair = pair.end(time(hours));
    }
    assert_eq!(announced, [0, 24]);
    let other_way = by_other(pair, |pair| pair.befriend(time(26)));
    assert!(other_way.mine.announces_request(Some(time(26))), "each direction counts on its own");
}

#[test]
fn a_friendship_between_two_requests_does_not_reset_the_interval() {
    let friends = by_other(strangers().befriend(time(0)), |pair| pair.befriend(time(1)));
    let again = friends.end(time(2)).befriend(time(3));
    assert!(!again.theirs.announces_request(Some(again.mine.since)));
}

#[test]
fn an_activity_of_the_first_request_is_announced_after_a_repeated_request() {
    let pair = strangers().befriend(time(0)).end(time(1)).befriend(time(2));
    let announces = [time(0), time(2)].map(|sent| pair.theirs.announces_request(Some(sent)));
    assert_eq!(announces, [true, false]);
    assert!(pair.theirs.announces_request(None), "activities of older versions have no time");
    assert!(!pair.mine.announces_request(Some(time(0))));
}

#[test]
fn a_withdrawn_request_keeps_its_notification_for_a_repeated_one() {
    let withdrawn = strangers().befriend(time(0)).end(time(1));
    assert!(withdrawn.theirs.keeps_request(time(0)));
    assert!(!withdrawn.theirs.announces_request(Some(time(0))));
    assert!(!withdrawn.befriend(time(2)).end(time(3)).theirs.keeps_request(time(2)), "a repeated one");
    assert!(!declined().theirs.keeps_request(time(0)));
    assert!(!strangers().theirs.keeps_request(time(0)));
}

#[test]
fn a_block_ends_friendships_and_requests() {
    let requested = strangers().befriend(time(0));
    let invited = by_other(strangers(), |pair| pair.befriend(time(0)));
    let friends = by_other(requested, |pair| pair.befriend(time(0)));
    for pair in [strangers(), requested, invited, friends, declined()] {
        let blocked = by_other(pair, |pair| pair.block(time(3)));
        assert_eq!(states(blocked), [Unrelated, Blocked]);
        assert_eq!([blocked.mine.blocked_by_friend, blocked.theirs.blocked_by_friend], [true, false]);
        assert_eq!(by_other(blocked, |pair| pair.block(time(4))), blocked);
    }
}

#[test]
fn a_block_leaves_a_hidden_request_in_the_view_of_the_requester() {
    let hidden = declined().befriend(time(2));
    let blocked = by_other(hidden, |pair| pair.block(time(3)));
    assert_eq!(states(blocked), [Requested, Blocked]);
    assert_eq!(blocked.mine.since, hidden.mine.since);
    assert_eq!(states(blocked.end(time(4))), [Unrelated, Blocked]);
}

#[test]
fn a_blocked_member_sees_the_same_as_a_member_whose_request_was_declined() {
    let blocked = by_other(strangers(), |pair| pair.block(time(0)));
    let pair = by_other(strangers().befriend(time(0)), |pair| pair.block(time(1)));
    for blocked in [blocked, pair] {
        let hidden = blocked.befriend(time(2));
        assert_eq!(hidden.mine.state.visible(), declined().befriend(time(2)).mine.state.visible());
        assert_eq!((hidden.mine.since, hidden.theirs), (time(2), blocked.theirs));
        assert_eq!(states(hidden.befriend(time(9_000))), [Requested, Blocked], "a block has no end");
        assert_eq!(hidden.end(time(3)).theirs, blocked.theirs);
        assert_eq!(hidden.end(time(3)).mine.state.visible(), None);
    }
}

/// Ada cannot tell a block from a declined request by any sequence of requests and ends.
#[test]
fn the_requests_of_a_blocked_member_look_like_declined_ones() {
    let requested = strangers().befriend(time(0));
    let end = |pair: FriendshipPair| pair.end(time(1));
    let block = |pair: FriendshipPair| pair.block(time(1));
    let week = 7 * 24;
    for hours in [[2, 3, 4], [2, week, week + 1], [2, week + 1, week + 2], [week + 1, week + 2, 9_000]] {
        for actions in 0..8_u32 {
            let (mut declined, mut blocked) = (by_other(requested, end), by_other(requested, block));
            for (i, hours) in hours.into_iter().enumerate() {
                let ends = actions & (1 << i) != 0;
                let act = |pair: FriendshipPair| {
                    if ends { pair.end(time(hours)) } else { pair.befriend(time(hours)) }
                };
                (declined, blocked) = (act(declined), act(blocked));
                let view =
                    |pair: FriendshipPair| pair.mine.state.visible().map(|state| (state, pair.mine.since));
                assert_eq!(view(blocked), view(declined), "{hours} hours, actions {actions:b}");
            }
        }
    }
}

#[test]
fn a_member_who_blocked_another_cannot_request() {
    let blocked = strangers().block(time(0));
    assert_eq!(blocked.befriend(time(1)), blocked);
    assert_eq!(blocked.end(time(1)), blocked);
}

#[test]
fn an_ended_block_leaves_strangers() {
    let pair = strangers().block(time(0)).unblock(time(1));
    assert_eq!((states(pair), pair.theirs.blocked_by_friend), ([Unrelated; 2], false));
    assert_eq!(pair.expires_at(), Some(Timestamp::UNIX_EPOCH));
    assert_eq!(strangers().unblock(time(1)), strangers());
    let blocked = by_other(strangers(), |pair| pair.block(time(0))).befriend(time(1));
    let unblocked = by_other(blocked, |pair| pair.unblock(time(2)));
    assert_eq!(states(unblocked), [Requested, Unrelated], "the earlier request stays hidden");
    assert_eq!(states(unblocked.befriend(time(3))), [Requested, Invited]);
}

#[test]
fn each_of_two_blocks_ends_on_its_own() {
    let both = by_other(strangers().block(time(0)), |pair| pair.block(time(1)));
    assert_eq!(states(both), [Blocked; 2]);
    let one = both.unblock(time(2));
    assert_eq!(states(one), [Unrelated, Blocked]);
    assert_eq!([one.mine.blocked_by_friend, one.theirs.blocked_by_friend], [true, false]);
}

#[test]
fn rows_expire_after_their_last_fact() {
    let requested = strangers().befriend(time(0));
    assert_eq!(requested.expires_at(), None);
    assert_eq!(requested.end(time(1)).expires_at(), Some(time(24)));
    assert_eq!(declined().expires_at(), Some(time(1 + 7 * 24)));
    assert_eq!(declined().befriend(time(2)).expires_at(), None);
    assert_eq!(strangers().block(time(0)).expires_at(), None);
}

#[test]
fn rows_of_older_versions_have_no_further_facts() {
    let row = Friendship::new(ADA, BOB, Friends, time(0));
    let json = serde_json::to_value(row).unwrap();
    assert_eq!(json.as_object().unwrap().len(), 4, "{json}");
    assert_eq!(serde_json::from_value::<Friendship>(json).unwrap(), row);
}
