//! Friendships and friend requests.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::UserId;

/// The maximum number of friends of a member. A shared picture is written to the feed of each
/// friend: 5,000 rows take about 200 requests.
pub const MAX_FRIENDS: usize = 5_000;
/// The maximum number of open requests of a member.
pub const MAX_REQUESTS: usize = 1_000;

/// The state of a friendship from the view of one member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "FriendState"))]
pub enum FriendshipState {
    /// Both members agreed.
    Friends,
    /// The member sent a request.
    Requested,
    /// The member received a request.
    Invited,
}

impl FriendshipState {
    /// Returns the spelling in the table and in the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Friends => "friends",
            Self::Requested => "requested",
            Self::Invited => "invited",
        }
    }

    /// Parses the spelling of the API.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Friends, Self::Requested, Self::Invited].into_iter().find(|state| state.as_str() == text)
    }
}

/// A row of the Friendships table: a friendship from the view of one of its two members. Both rows
/// are written in one transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Friendship {
    /// The member who sees the friendship in this `state`.
    pub user_id: UserId,
    /// The other member.
    pub friend_id: UserId,
    /// The state from the view of `user_id`.
    pub state: FriendshipState,
    /// The time of the last change (UTC).
    pub since: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::FriendshipState::{self, *};

    #[test]
    fn the_table_and_the_api_use_the_same_spelling() {
        for state in [Friends, Requested, Invited] {
            assert_eq!(FriendshipState::parse(state.as_str()), Some(state));
            assert_eq!(serde_json::to_value(state).unwrap(), state.as_str());
        }
        assert_eq!(FriendshipState::parse("enemies"), None);
    }
}
