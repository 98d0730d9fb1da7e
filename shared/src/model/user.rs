//! People.

use std::fmt::{self, Display};
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Choices, UserId};

/// A member's public profile, and the row of the Users table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// The Cognito `sub`.
    #[serde(rename(serialize = "id", deserialize = "userId"))]
    pub id: UserId,
    /// Unique among all members.
    pub handle: Handle,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// When the profile was made (UTC).
    pub created_at: Timestamp,
    /// How they want to be told of what. Their own business: no part of what others are shown.
    #[serde(default, skip_serializing)]
    pub notifications: Choices,
}

/// A unique name people find each other by: 3 to 30 of `a–z`, `0–9`, `_`, `-` and `.`, lower case.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Handle(String);

impl Handle {
    /// The handle as text.
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

/// Why a text is not a handle, as a sentence for the person who typed it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("handle must be 3 to 30 letters a-z, digits, '.', '_' or '-', and begin with a letter or digit")]
pub struct NotAHandle;

impl FromStr for Handle {
    type Err = NotAHandle;

    /// Upper case is taken as lower case, so that no two people differ by case alone.
    fn from_str(s: &str) -> Result<Self, NotAHandle> {
        let s = s.trim().to_ascii_lowercase();
        let allowed = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || b"._-".contains(&c);
        let begins = s.as_bytes().first().is_some_and(u8::is_ascii_alphanumeric);
        if begins && (3..=30).contains(&s.len()) && s.bytes().all(allowed) {
            Ok(Self(s))
        } else {
            Err(NotAHandle)
        }
    }
}

#[cfg(feature = "typescript")]
crate::typescript::strings!(Handle);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn handles_are_folded_and_bounded() {
        assert_eq!("Ada.L".parse::<Handle>().unwrap().as_str(), "ada.l");
        for bad in ["", "ab", ".ada", "a b c", "ada#1", "ädä", &"a".repeat(31)] {
            assert_eq!(bad.parse::<Handle>(), Err(NotAHandle), "{bad}");
        }
    }
}
