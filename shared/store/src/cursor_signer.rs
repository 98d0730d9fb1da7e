//! Signed cursors of lists.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::SHA256_OUTPUT_LEN;
use ring::hmac;
use uuid::Uuid;

/// A position in a list, after which a page starts.
pub trait Position: Sized {
    /// Returns the bytes that a cursor contains.
    fn to_bytes(&self) -> Vec<u8>;

    /// Parses the bytes of [`Position::to_bytes`].
    fn from_bytes(bytes: &[u8]) -> Option<Self>;
}

/// Ids are positions in lists that sort by id.
impl<T: Copy + From<Uuid>> Position for T
where
    Uuid: From<T>,
{
    fn to_bytes(&self) -> Vec<u8> {
        Uuid::from(*self).into_bytes().into()
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        Uuid::from_slice(bytes).ok().map(Self::from)
    }
}

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
    pub fn encode(&self, scope: &str, position: &impl Position) -> String {
        let position = position.to_bytes();
        let tag = hmac::sign(&self.0, &message(scope, &position));
        URL_SAFE_NO_PAD.encode([&position, tag.as_ref()].concat())
    }

    /// Decodes the position of a cursor. Returns `None` unless the cursor was encoded with the same
    /// key and scope.
    #[must_use]
    pub fn decode<T: Position>(&self, scope: &str, cursor: &str) -> Option<T> {
        let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let (position, tag) = bytes.split_at_checked(bytes.len().checked_sub(SHA256_OUTPUT_LEN)?)?;
        hmac::verify(&self.0, &message(scope, position), tag).ok()?;
        T::from_bytes(position)
    }
}

/// Returns the signed bytes. They begin with the length of the scope, because positions differ in
/// length.
fn message(scope: &str, position: &[u8]) -> Vec<u8> {
    [&scope.len().to_le_bytes(), scope.as_bytes(), position].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_valid_only_in_its_scope_and_for_its_key() {
        let (signer, position) = (CursorSigner::new(&[7; 32]), Uuid::now_v7());
        let cursor = signer.encode("ada /feed", &position);
        assert_eq!(signer.decode("ada /feed", &cursor), Some(position));
        assert_eq!(signer.decode::<Uuid>("bob /feed", &cursor), None);
        assert_eq!(CursorSigner::new(&[8; 32]).decode::<Uuid>("ada /feed", &cursor), None);
    }

    #[test]
    fn a_changed_cursor_is_invalid() {
        let (signer, position) = (CursorSigner::new(&[7; 32]), Uuid::now_v7());
        let cursor = signer.encode("ada /feed", &position);
        for place in 0..cursor.len() {
            let mut changed = cursor.clone().into_bytes();
            changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
            let changed = std::str::from_utf8(&changed).unwrap();
            assert_eq!(signer.decode::<Uuid>("ada /feed", changed), None, "{place}");
        }
        let truncated = &cursor[..42];
        for invalid in
            ["", "%%%", "AAAA", &URL_SAFE_NO_PAD.encode(position), truncated, &format!("{cursor}A")]
        {
            assert_eq!(signer.decode::<Uuid>("ada /feed", invalid), None, "{invalid}");
        }
    }

    #[test]
    fn no_part_of_a_scope_becomes_part_of_a_position() {
        #[derive(Debug, PartialEq)]
        struct Text(String);
        impl Position for Text {
            fn to_bytes(&self) -> Vec<u8> {
                self.0.clone().into_bytes()
            }
            fn from_bytes(bytes: &[u8]) -> Option<Self> {
                String::from_utf8(bytes.into()).ok().map(Self)
            }
        }
        let signer = CursorSigner::new(&[7; 32]);
        let cursor = signer.encode("ada /users", &Text("b#1".into()));
        assert_eq!(signer.decode("ada /users", &cursor), Some(Text("b#1".into())));
        let bytes = URL_SAFE_NO_PAD.decode(cursor).unwrap();
        let (position, tag) = bytes.split_at(3);
        let moved = URL_SAFE_NO_PAD.encode([b"s", position, tag].concat());
        assert_eq!(signer.decode::<Text>("ada /user", &moved), None);
        assert_eq!(
            signer.decode::<Uuid>("ada /users", &signer.encode("ada /users", &Text("b".into()))),
            None
        );
    }
}
