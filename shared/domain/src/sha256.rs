//! Hashes of originals, used to find duplicates, and of secrets.

use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};

/// A SHA-256 hash in lower-case hexadecimal digits: of the bytes of an original, or of a secret.
/// The hash of an original is not part of [`Picture`](crate::Picture), so that no reply discloses
/// which file a member has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(
    feature = "openapi",
    derive(schemars::JsonSchema),
    schemars(inline, description = "64 hexadecimal digits.", extend("pattern" = "^[0-9A-Fa-f]{64}$"))
)]
pub struct Sha256(String);

impl Sha256 {
    /// Hashes `bytes`.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(digest(&SHA256, bytes).as_ref().iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// Parses 64 hexadecimal digits of either case.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        digits.then(|| Self(text.to_ascii_lowercase()))
    }

    /// Returns the 64 digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    #[test]
    fn hashes_the_test_vector_of_the_standard() {
        assert_eq!(Sha256::of(b"abc").as_str(), ABC);
        assert_eq!(serde_json::to_value(Sha256::of(b"abc")).unwrap(), ABC);
    }

    #[test]
    fn parses_digits_of_either_case() {
        assert_eq!(Sha256::parse(&ABC.to_uppercase()), Some(Sha256::of(b"abc")));
        let padded = format!(" {ABC}");
        for wrong in ["", &ABC[1..], &padded, &ABC.replace('b', "g"), &"é".repeat(32)] {
            assert_eq!(Sha256::parse(wrong), None, "{wrong}");
        }
    }
}
