//! Hashes of originals, used to find duplicates, and of secrets.

use std::fmt;

use ring::digest::{Context, Digest, SHA256, digest};
use serde::{Deserialize, Serialize};

/// The maximum number of hashes in one call of `POST /pictures/known`.
pub const MAX_HASHES: usize = 500;

/// A SHA-256 hash in lower-case hexadecimal digits: of the bytes of an original, or of a secret.
/// The hash of an original is not part of [`Picture`](crate::Picture), so that no reply discloses
/// which file a member has.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
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
        Self::from_digest(digest(&SHA256, bytes))
    }

    fn from_digest(digest: Digest) -> Self {
        Self(digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect())
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

/// Hashes bytes that arrive in pieces.
#[derive(Clone)]
pub struct Sha256Hasher(Context);

impl Sha256Hasher {
    /// Appends bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// Returns the hash of all bytes.
    #[must_use]
    pub fn finish(self) -> Sha256 {
        Sha256::from_digest(self.0.finish())
    }
}

impl Default for Sha256Hasher {
    fn default() -> Self {
        Self(Context::new(&SHA256))
    }
}

impl fmt::Debug for Sha256Hasher {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Sha256Hasher").finish_non_exhaustive()
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
    fn hashes_pieces_as_one_text() {
        let mut hasher = Sha256Hasher::default();
        hasher.update(b"a");
        hasher.update(b"");
        hasher.update(b"bc");
        assert_eq!(hasher.finish().as_str(), ABC);
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
