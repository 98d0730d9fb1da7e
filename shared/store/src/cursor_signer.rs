//! Signed cursors of lists.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac;
use uuid::Uuid;

/// The length of a position in bytes.
const POSITION_BYTES: usize = 16;

/// Signs positions in lists with HMAC-SHA-256, so that a cursor is valid only for one list and one
/// reader.
#[derive(Clone, Debug)]
pub struct CursorSigner(hmac::Key);

impl CursorSigner {
    /// Creates a signer from a key of 32 random bytes.
    #[must_use]
    pub fn new(key: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, key))
    }

    /// Encodes a position as a cursor. `scope` identifies the list and its reader.
    #[must_use]
    pub fn encode(&self, scope: &str, position: Uuid) -> String {
        let tag = hmac::sign(&self.0, &message(scope, position));
        URL_SAFE_NO_PAD.encode([position.as_bytes(), tag.as_ref()].concat())
    }

    /// Decodes the position of a cursor. Returns `None` unless the cursor was encoded with the same
    /// key and scope.
    #[must_use]
    pub fn decode(&self, scope: &str, cursor: &str) -> Option<Uuid> {
        let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let (position, tag) = bytes.split_at_checked(POSITION_BYTES)?;
        let position = Uuid::from_slice(position).ok()?;
        hmac::verify(&self.0, &message(scope, position), tag).ok()?;
        Some(position)
    }
}

fn message(scope: &str, position: Uuid) -> Vec<u8> {
    [position.as_bytes(), scope.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_valid_only_in_its_scope_and_for_its_key() {
        let (signer, position) = (CursorSigner::new(&[7; 32]), Uuid::now_v7());
        let cursor = signer.encode("ada /feed", position);
        assert_eq!(signer.decode("ada /feed", &cursor), Some(position));
        assert_eq!(signer.decode("bob /feed", &cursor), None);
        assert_eq!(CursorSigner::new(&[8; 32]).decode("ada /feed", &cursor), None);
    }

    #[test]
    fn a_changed_cursor_is_invalid() {
        let (signer, position) = (CursorSigner::new(&[7; 32]), Uuid::now_v7());
        let cursor = signer.encode("ada /feed", position);
        for place in 0..cursor.len() {
            let mut changed = cursor.clone().into_bytes();
            changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
            assert_eq!(signer.decode("ada /feed", std::str::from_utf8(&changed).unwrap()), None, "{place}");
        }
        let truncated = &cursor[..42];
        for invalid in
            ["", "%%%", "AAAA", &URL_SAFE_NO_PAD.encode(position), truncated, &format!("{cursor}A")]
        {
            assert_eq!(signer.decode("ada /feed", invalid), None, "{invalid}");
        }
    }
}
