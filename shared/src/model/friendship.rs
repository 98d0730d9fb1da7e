//! Friendships: who asked whom, and who are friends.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::UserId;

/// How many friends a person may have. A picture is written to the feed of each of them: 5,000 rows take some 200 requests.
pub const MOST_FRIENDS: usize = 5_000;
/// How many requests a person may have waiting for an answer.
pub const MOST_REQUESTS: usize = 1_000;

/// What one person is to another, as the first one sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "FriendState"))]
pub enum FriendshipState {
    /// Both agreed.
    Friends,
    /// I asked; they have not answered.
    Requested,
    /// They asked; I have not answered.
    Invited,
}

impl FriendshipState {
    /// As the table and the API spell it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Friends => "friends",
            Self::Requested => "requested",
            Self::Invited => "invited",
        }
    }

    /// Reads the API's spelling.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Friends, Self::Requested, Self::Invited].into_iter().find(|state| state.as_str() == text)
    }
}

/// A row of the Friendships table: one direction. Both directions are written in one transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Friendship {
    /// Who sees it so.
    pub user_id: UserId,
    /// The other one.
    pub friend_id: UserId,
    /// What the other one is to the first.
    pub state: FriendshipState,
    /// Since when (UTC).
    pub since: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::FriendshipState::{self, *};

    #[test]
    fn the_table_and_the_api_spell_alike() {
        for state in [Friends, Requested, Invited] {
            assert_eq!(FriendshipState::parse(state.as_str()), Some(state));
            assert_eq!(serde_json::to_value(state).unwrap(), state.as_str());
        }
        assert_eq!(FriendshipState::parse("enemies"), None);
    }
}
