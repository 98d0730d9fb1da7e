//! Cursors that nobody else can make or move.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac;
use uuid::Uuid;

/// Bytes of a seal: HMAC-SHA-256 cut to half, as RFC 2104, section 5, allows.
const TAG: usize = 16;

/// Seals positions in lists, so that a cursor is good for the list and the reader that it was handed out for, and nowhere else.
#[derive(Clone, Debug)]
pub struct Seal(hmac::Key);

impl Seal {
    /// A seal with this key, 32 random bytes.
    #[must_use]
    pub fn new(key: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, key))
    }

    fn tag(&self, scope: &str, position: Uuid) -> hmac::Tag {
        let mut context = hmac::Context::with_key(&self.0);
        context.update(position.as_bytes());
        context.update(scope.as_bytes());
        context.sign()
    }

    /// A position as it is handed to clients. `scope`: which list, and whose reading of it.
    #[must_use]
    pub fn encode(&self, scope: &str, position: Uuid) -> String {
        let tag = self.tag(scope, position);
        URL_SAFE_NO_PAD.encode([position.as_bytes(), &tag.as_ref()[..TAG]].concat())
    }

    /// The position, if the text was handed out for this scope.
    #[must_use]
    pub fn decode(&self, scope: &str, text: &str) -> Option<Uuid> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (position, tag) = bytes.split_at_checked(TAG)?;
        let position = Uuid::from_slice(position).ok()?;
        let expected = self.tag(scope, position);
        // Not in constant time: what a forger would gain is a place to read on from, and each row is checked when it is read.
        (tag == &expected.as_ref()[..TAG]).then_some(position)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_where_it_was_handed_out() {
        let (seal, position) = (Seal::new(&[7; 32]), Uuid::now_v7());
        let cursor = seal.encode("ada /feed", position);
        assert_eq!(seal.decode("ada /feed", &cursor), Some(position));
        assert_eq!(seal.decode("bob /feed", &cursor), None);
        assert_eq!(Seal::new(&[8; 32]).decode("ada /feed", &cursor), None);
    }

    #[test]
    fn a_changed_cursor_is_none() {
        let (seal, position) = (Seal::new(&[7; 32]), Uuid::now_v7());
        let cursor = seal.encode("ada /feed", position);
        for place in 0..cursor.len() {
            let mut changed = cursor.clone().into_bytes();
            changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
            assert_eq!(seal.decode("ada /feed", std::str::from_utf8(&changed).unwrap()), None, "{place}");
        }
        for made_up in
            ["", "%%%", "AAAA", &URL_SAFE_NO_PAD.encode(position), &cursor[..42], &format!("{cursor}A")]
        {
            assert_eq!(seal.decode("ada /feed", made_up), None, "{made_up}");
        }
    }
}
