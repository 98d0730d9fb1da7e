//! Developer keys in requests and replies.

use domain::{DeveloperKey, KeyId, Text};
use jiff::Timestamp;
use jiff::civil::Date;
use lambda::http::ApiError;
use serde::{Deserialize, Serialize};

/// The body of `POST /keys`.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema), schemars(rename = "NewKey"))]
pub struct KeyInput {
    #[cfg_attr(feature = "openapi", schemars(with = "String", length(min = 1, max = Text::KEY_NAME.max_chars)))]
    name: Option<String>,
}

impl KeyInput {
    /// Validates and returns the name.
    pub fn name(&self) -> Result<String, ApiError> {
        Ok(Text::KEY_NAME.clean_required(self.name.as_deref())?)
    }
}

/// A new developer key.
// It has no `Debug`, so that no log can contain the secret.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct CreatedKey {
    pub id: KeyId,
    pub name: String,
    /// The secret to send as the header `x-api-key`. No later reply contains it.
    pub key: String,
}

/// A developer key as its owner sees it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema), schemars(rename = "Key"))]
pub struct KeyView {
    id: KeyId,
    name: String,
    created_at: Timestamp,
    /// The calls of today (UTC).
    calls_today: u64,
    /// The calls of each of the last 30 days (UTC), today included, oldest first. Days without
    /// calls are omitted.
    usage: Vec<DayUsage>,
}

impl KeyView {
    /// Creates the view of a key with the usage of the days until `today`.
    pub fn new(key: DeveloperKey, usage: Vec<DayUsage>, today: Date) -> Self {
        let calls_today = usage.last().filter(|day| day.date == today).map_or(0, |day| day.calls);
        Self { id: key.key_id, name: key.name, created_at: key.created_at, calls_today, usage }
    }
}

/// The calls of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema), schemars(rename = "KeyUsage"))]
pub struct DayUsage {
    /// A day of UTC.
    pub date: Date,
    /// The number of calls.
    pub calls: u64,
}

/// The limits of each developer key. Template parameters set them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct KeyLimits {
    /// Calls in a second, on average.
    pub calls_per_second: u32,
    /// Calls at once.
    pub burst: u32,
    /// Calls in a day (UTC).
    pub calls_per_day: u32,
}

/// The `data` of `GET /keys`. There are no pages, because a member has few keys.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct KeyList {
    /// The keys, newest first.
    pub items: Vec<KeyView>,
    pub limits: KeyLimits,
}
