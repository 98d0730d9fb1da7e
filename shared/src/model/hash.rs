//! What tells whether two files are the same.

use ring::digest::{SHA256, digest};
use serde::Serialize;

/// The SHA-256 of an original's bytes, in small hexadecimal digits. It is no part of [`Picture`](super::Picture), so that nothing
/// shows it: whoever knows it knows which file somebody has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Sha256(String);

impl Sha256 {
    /// Of these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(digest(&SHA256, bytes).as_ref().iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// Reads 64 hexadecimal digits, small or capital.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        digits.then(|| Self(text.to_ascii_lowercase()))
    }

    /// 64 digits.
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
    fn bytes_have_the_hash_that_everyone_computes() {
        assert_eq!(Sha256::of(b"abc").as_str(), ABC);
        assert_eq!(serde_json::to_value(Sha256::of(b"abc")).unwrap(), ABC);
    }

    #[test]
    fn digits_are_read_whatever_their_case() {
        assert_eq!(Sha256::parse(&ABC.to_uppercase()), Some(Sha256::of(b"abc")));
        let padded = format!(" {ABC}");
        for wrong in ["", &ABC[1..], &padded, &ABC.replace('b', "g"), &"é".repeat(32)] {
            assert_eq!(Sha256::parse(wrong), None, "{wrong}");
        }
    }
}
