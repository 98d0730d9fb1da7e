//! Members and their profiles.

use std::fmt::{self, Display};
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{NotificationPreferences, UserId};

/// The profile of a member: a row of the Users table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// The Cognito `sub`.
    #[serde(rename(serialize = "id", deserialize = "userId"))]
    pub id: UserId,
    /// The handle, unique among members.
    pub handle: Handle,
    /// The given name.
    pub first_name: String,
    /// The family name.
    pub last_name: String,
    /// The time of creation (UTC).
    pub created_at: Timestamp,
    /// The notification preferences. Never serialized, because only the member can view them.
    #[serde(default, skip_serializing)]
    pub notifications: NotificationPreferences,
    /// Whether other members find the person by name. Never serialized, because only the member can
    /// view it.
    #[serde(default, skip_serializing)]
    pub findable: bool,
}

/// A unique name by which members find each other: 3 to 30 of `a–z`, `0–9`, `_`, `-` and `.`, in
/// lower case.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Handle(String);

impl Handle {
    /// Returns the handle as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Display for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A text that is not a handle, as a sentence for the person who typed it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("handle must be 3 to 30 letters a-z, digits, '.', '_' or '-', and begin with a letter or digit")]
pub struct InvalidHandle;

impl FromStr for Handle {
    type Err = InvalidHandle;

    /// Parses a handle. Converts upper case to lower case, so that no two handles differ only by
    /// case.
    fn from_str(s: &str) -> Result<Self, InvalidHandle> {
        let s = s.trim().to_ascii_lowercase();
        let allowed = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || b"._-".contains(&c);
        let valid_start = s.as_bytes().first().is_some_and(u8::is_ascii_alphanumeric);
        if valid_start && (3..=30).contains(&s.len()) && s.bytes().all(allowed) {
            Ok(Self(s))
        } else {
            Err(InvalidHandle)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_handles_in_lower_case_and_rejects_others() {
        assert_eq!("Ada.L".parse::<Handle>().unwrap().as_str(), "ada.l");
        for bad in ["", "ab", ".ada", "a b c", "ada#1", "ädä", &"a".repeat(31)] {
            assert_eq!(bad.parse::<Handle>(), Err(InvalidHandle), "{bad}");
        }
    }
}
