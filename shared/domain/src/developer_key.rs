//! Developer keys, with which scripts call the open routes at higher limits.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{KeyId, UserId};

/// The maximum number of developer keys of a member. API Gateway has a quota of 10,000 API keys for
/// an account and Region.
pub const MAX_KEYS: u32 = 5;
/// The maximum number of developer keys that a member can create in a day (UTC), revoked ones
/// included.
pub const MAX_KEYS_PER_DAY: u64 = 20;

/// A developer key of a member. Only API Gateway stores the secret value of the key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeveloperKey {
    /// The id of the key.
    pub key_id: KeyId,
    /// The member who created the key.
    pub user_id: UserId,
    /// The member's name for the key.
    pub name: String,
    /// The time of creation (UTC).
    pub created_at: Timestamp,
    /// The id of the API key in API Gateway. `None` if its creation did not succeed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api_key_id: Option<String>,
}
