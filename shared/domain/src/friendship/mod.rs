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
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema), schemars(rename = "FriendState"))]
pub enum FriendshipState {
    /// Both members agreed.
    Friends,
    /// The member sent a request. The other member does not see it if they blocked the member or
    /// declined an earlier request.
    Requested,
    /// The member received a request.
    Invited,
    /// The member blocked the other member.
    #[cfg_attr(feature = "openapi", schemars(skip))]
    Blocked,
    /// There is neither a friendship nor a request nor a block by the member. The row exists only
    /// to store a notified or declined request, or a block by the other member.
    #[cfg_attr(feature = "openapi", schemars(skip))]
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
                // After the pause, sets a new `since`, as for a declined request. Otherwise the
                // member could detect the block.
                let is_sent = mine.state == Unrelated || theirs.ended_pause(mine.since, now);
                let since = if is_sent { now } else { mine.since };
                Self { mine: Friendship { state: Requested, since, ..mine }, theirs }
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
mod tests;
