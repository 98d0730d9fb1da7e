//! Friendships, friend requests and blocks.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::UserId;

/// The maximum number of friends of a member. A shared picture is written to the feed of each
/// friend: 5,000 rows take about 200 requests.
pub const MAX_FRIENDS: usize = 5_000;
/// The maximum number of open requests of a member.
pub const MAX_REQUESTS: usize = 1_000;
/// The maximum number of members that a member blocks.
pub const MAX_BLOCKS: usize = 1_000;
/// The time for which a member who declined a request sees no further request of the sender.
const REQUEST_PAUSE: SignedDuration = SignedDuration::from_hours(7 * 24);
/// The time in which a member is notified of at most one request of the same member.
const NOTIFICATION_INTERVAL: SignedDuration = SignedDuration::from_hours(24);

/// The state of a friendship from the view of one member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "FriendState"))]
pub enum FriendshipState {
    /// Both members agreed.
    Friends,
    /// The member sent a request. The other member does not see it if they blocked the member or
    /// declined an earlier request.
    Requested,
    /// The member received a request.
    Invited,
    /// The member blocked the other member.
    #[cfg_attr(feature = "typescript", ts(skip))]
    Blocked,
    /// There is neither a friendship nor a request nor a block by the member. The row exists only
    /// to store a notified or declined request, or a block by the other member.
    #[cfg_attr(feature = "typescript", ts(skip))]
    Unrelated,
}

impl FriendshipState {
    /// Returns the spelling in the table and in the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Friends => "friends",
            Self::Requested => "requested",
            Self::Invited => "invited",
            Self::Blocked => "blocked",
            Self::Unrelated => "unrelated",
        }
    }

    /// Parses the spelling of the API. Returns `None` for the states that the API does not show.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Friends, Self::Requested, Self::Invited].into_iter().find(|state| state.as_str() == text)
    }

    /// Returns the state that the API shows to the member: `None` without a friendship or request.
    #[must_use]
    pub fn visible(self) -> Option<Self> {
        (!matches!(self, Self::Blocked | Self::Unrelated)).then_some(self)
    }
}

/// A row of the Friendships table: the relation to `friend_id` from the view of `user_id`. Both
/// rows of two members are written in one transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Friendship {
    /// The member who sees the friendship in this `state`.
    pub user_id: UserId,
    /// The other member.
    pub friend_id: UserId,
    /// The state from the view of `user_id`.
    pub state: FriendshipState,
    /// The time of the last change of `state` (UTC, milliseconds).
    pub since: Timestamp,
    /// Whether the other member blocked the member. No reply discloses it to the member.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub blocked_by_friend: bool,
    /// The time of the last request of the other member of which the member was notified.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notified_at: Option<Timestamp>,
    /// The time at which the member declined the last request of the other member. A later visible
    /// request and a friendship remove it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub declined_at: Option<Timestamp>,
}

impl Friendship {
    /// Creates a row without a block by the other member, and without earlier requests.
    #[must_use]
    pub fn new(user_id: UserId, friend_id: UserId, state: FriendshipState, since: Timestamp) -> Self {
        Self {
            user_id,
            friend_id,
            state,
            since,
            blocked_by_friend: false,
            notified_at: None,
            declined_at: None,
        }
    }

    fn with_state(self, state: FriendshipState, now: Timestamp) -> Self {
        match state == self.state {
            true => self,
            false => Self { state, since: now, ..self },
        }
    }

    /// Returns `true` if the member does not see requests of the other member at this time.
    fn hides_requests(&self, now: Timestamp) -> bool {
        self.state == FriendshipState::Blocked || is_within(self.declined_at, REQUEST_PAUSE, now)
    }

    /// Returns `true` if the pause after a declined request ended after `start`.
    fn ended_pause(&self, start: Timestamp, now: Timestamp) -> bool {
        let had_pause = is_within(self.declined_at, REQUEST_PAUSE, start);
        had_pause && !is_within(self.declined_at, REQUEST_PAUSE, now)
    }

    /// Returns `true` if the request that the other member sent at `requested_at` is open and
    /// notifies the member. A missing time, as in activities of older versions, counts as equal.
    #[must_use]
    pub fn announces_request(&self, requested_at: Option<Timestamp>) -> bool {
        let differs = self.notified_at.zip(requested_at).is_some_and(|(notified, sent)| notified != sent);
        self.state == FriendshipState::Invited && !differs
    }

    /// Returns `true` if the notification of the request that the other member sent at
    /// `requested_at` must be stored: the request is open, or it ended without being declined. A
    /// repeated request within a day creates no notification, and needs the stored one.
    #[must_use]
    pub fn keeps_request(&self, requested_at: Timestamp) -> bool {
        let was_withdrawn = self.state == FriendshipState::Unrelated && self.declined_at.is_none();
        self.announces_request(Some(requested_at)) || was_withdrawn && self.notified_at == Some(requested_at)
    }

    /// Returns the time after which the row can be deleted (UTC), unless the other member blocks
    /// the member. Returns `None` if it must remain.
    fn expires_at(&self) -> Option<Timestamp> {
        if self.state != FriendshipState::Unrelated {
            return None;
        }
        let notified = self.notified_at.map(|time| time.saturating_add(NOTIFICATION_INTERVAL));
        let declined = self.declined_at.map(|time| time.saturating_add(REQUEST_PAUSE));
        let times = [notified, declined].into_iter().flatten().filter_map(Result::ok);
        Some(times.max().unwrap_or(Timestamp::UNIX_EPOCH))
    }
}

fn is_within(start: Option<Timestamp>, period: SignedDuration, now: Timestamp) -> bool {
    start.is_some_and(|start| now.duration_since(start) < period)
}

/// Both rows of two members. A missing row is equal to an unrelated one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FriendshipPair {
    /// The row of the member who acts.
    pub mine: Friendship,
    /// The row of the other member.
    pub theirs: Friendship,
}

impl FriendshipPair {
    /// Creates the pair of two members from the rows that exist.
    #[must_use]
    pub fn new(user: UserId, friend: UserId, rows: [Option<Friendship>; 2]) -> Self {
        let [mine, theirs] = rows;
        let empty =
            |user, friend| Friendship::new(user, friend, FriendshipState::Unrelated, Timestamp::UNIX_EPOCH);
        Self {
            mine: mine.unwrap_or_else(|| empty(user, friend)),
            theirs: theirs.unwrap_or_else(|| empty(friend, user)),
        }
    }

    /// Accepts the request of the other member, or sends one. The other member does not see the
    /// request if they blocked the member or declined a request in the last seven days; the member
    /// cannot tell. A repeated call sends such a request again.
    #[must_use]
    pub fn befriend(self, now: Timestamp) -> Self {
        use FriendshipState::{Blocked, Friends, Invited, Requested, Unrelated};
        let Self { mine, theirs } = self;
        match (mine.state, theirs.state) {
            (Blocked | Friends, _) | (Requested, Invited) => self,
            (Invited, _) | (Unrelated, Requested) => Self {
                mine: Friendship { declined_at: None, ..mine.with_state(Friends, now) },
                theirs: Friendship { declined_at: None, ..theirs.with_state(Friends, now) },
            },
            (Requested | Unrelated, _) if theirs.hides_requests(now) => {
                // A block looks like a declined request: a call after the pause renews the request.
                let old = Friendship { state: Unrelated, ..mine };
                let mine = if theirs.ended_pause(mine.since, now) { old } else { mine };
                Self { mine: mine.with_state(Requested, now), theirs }
            }
            (Requested | Unrelated, _) => {
                let was_notified = is_within(theirs.notified_at, NOTIFICATION_INTERVAL, now);
                let notified_at = if was_notified { theirs.notified_at } else { Some(now) };
                let mine = Friendship { state: Requested, since: now, declined_at: None, ..mine };
                let theirs = Friendship { notified_at, declined_at: None, ..theirs.with_state(Invited, now) };
                Self { mine, theirs }
            }
        }
    }

    /// Withdraws a request, declines one, or ends a friendship.
    #[must_use]
    pub fn end(self, now: Timestamp) -> Self {
        use FriendshipState::{Blocked, Friends, Invited, Requested, Unrelated};
        let Self { mine, theirs } = self;
        let unrelated = |row: Friendship| row.with_state(Unrelated, now);
        match mine.state {
            Blocked | Unrelated => self,
            Requested if theirs.state != Invited => Self { mine: unrelated(mine), theirs },
            Friends | Requested => Self { mine: unrelated(mine), theirs: unrelated(theirs) },
            Invited => Self {
                mine: Friendship { declined_at: Some(now), ..unrelated(mine) },
                theirs: unrelated(theirs),
            },
        }
    }

    /// Blocks the other member, ends the friendship, and declines a request. A hidden request of
    /// the other member stays in their view, because its end would disclose the block.
    #[must_use]
    pub fn block(self, now: Timestamp) -> Self {
        use FriendshipState::{Blocked, Invited, Requested, Unrelated};
        let Self { mine, theirs } = self;
        let has_hidden_request = theirs.state == Requested && mine.state != Invited;
        let keeps_state = theirs.state == Blocked || has_hidden_request;
        let theirs = if keeps_state { theirs } else { theirs.with_state(Unrelated, now) };
        let declined_at = if mine.state == Invited { Some(now) } else { mine.declined_at };
        Self {
            mine: Friendship { declined_at, ..mine.with_state(Blocked, now) },
            theirs: Friendship { blocked_by_friend: true, ..theirs },
        }
    }

    /// Ends the block of the other member.
    #[must_use]
    pub fn unblock(self, now: Timestamp) -> Self {
        let Self { mine, theirs } = self;
        match mine.state {
            FriendshipState::Blocked => Self {
                mine: mine.with_state(FriendshipState::Unrelated, now),
                theirs: Friendship { blocked_by_friend: false, ..theirs },
            },
            _ => self,
        }
    }

    /// Returns the time after which both rows can be deleted (UTC), or `None` if they must remain.
    #[must_use]
    pub fn expires_at(&self) -> Option<Timestamp> {
        Some(self.mine.expires_at()?.max(self.theirs.expires_at()?))
    }
}

#[cfg(test)]
mod tests {
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
    fn by_other(
        pair: FriendshipPair,
        action: impl FnOnce(FriendshipPair) -> FriendshipPair,
    ) -> FriendshipPair {
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
                    let view = |pair: FriendshipPair| {
                        pair.mine.state.visible().map(|state| (state, pair.mine.since))
                    };
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
}
