//! Encrypted cursors of lists.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce};
use ring::error::Unspecified;
use ring::{hkdf, hmac};
use uuid::Uuid;

use crate::Error;

/// The length of a padded position is a multiple of this number of bytes.
const BLOCK: usize = 32;
/// The byte after a position, before the zeros of the padding.
const END: u8 = 0x80;

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

/// Encrypts positions in lists with AES-256-GCM. A cursor is valid only for one list and one
/// reader, and does not reveal its position, which can be the position of a hidden item.
///
/// The nonce derives from the position, so that the same page always has the same cursor and caches
/// can store the replies of open routes.
#[derive(Clone, Debug)]
pub struct CursorCipher {
    positions: LessSafeKey,
    nonces: hmac::Key,
}

impl CursorCipher {
    /// Derives the keys from 32 random bytes.
    pub fn new(secret: &[u8]) -> Result<Self, Error> {
        let derive = || {
            let secret = hkdf::Salt::new(hkdf::HKDF_SHA256, &[]).extract(secret);
            let positions = secret.expand(&[b"cursor positions"], &AES_256_GCM)?.into();
            let nonces = secret.expand(&[b"cursor nonces"], hmac::HMAC_SHA256)?.into();
            Ok::<_, Unspecified>(Self { positions: LessSafeKey::new(positions), nonces })
        };
        derive().map_err(|_| "the keys of cursors cannot be derived".into())
    }

    /// Encrypts a position. `scope` identifies the list and its reader.
    pub fn encrypt(&self, scope: &str, position: &impl Position) -> Result<String, Error> {
        let mut bytes = pad(position.to_bytes());
        let nonce = self.nonce(scope, &bytes);
        let unique = Nonce::assume_unique_for_key(nonce);
        let tag = self.positions.seal_in_place_separate_tag(unique, Aad::from(scope), &mut bytes);
        let tag = tag.map_err(|_| "a cursor cannot be encrypted")?;
        Ok(URL_SAFE_NO_PAD.encode([&nonce, &bytes[..], tag.as_ref()].concat()))
    }

    /// Decrypts the position of a cursor. Returns `None` unless the cursor was encrypted with the
    /// same secret and scope.
    #[must_use]
    pub fn decrypt<T: Position>(&self, scope: &str, cursor: &str) -> Option<T> {
        let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let (nonce, encrypted) = bytes.split_first_chunk()?;
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let mut encrypted = encrypted.to_vec();
        let padded = self.positions.open_in_place(nonce, Aad::from(scope), &mut encrypted).ok()?;
        T::from_bytes(unpad(padded)?)
    }

    /// Derives the nonce of a position in a scope. The length of the scope separates the scope from
    /// the position, so that two pairs never yield the same message.
    fn nonce(&self, scope: &str, position: &[u8]) -> [u8; NONCE_LEN] {
        let message = [&scope.len().to_le_bytes(), scope.as_bytes(), position].concat();
        let mut nonce = [0; NONCE_LEN];
        nonce.copy_from_slice(&hmac::sign(&self.nonces, &message).as_ref()[..NONCE_LEN]);
        nonce
    }
}

/// Pads a position, so that a cursor does not reveal its exact length.
fn pad(mut position: Vec<u8>) -> Vec<u8> {
    position.push(END);
    position.resize(position.len().next_multiple_of(BLOCK), 0);
    position
}

fn unpad(padded: &[u8]) -> Option<&[u8]> {
    let end = padded.iter().rposition(|byte| *byte != 0)?;
    (padded[end] == END).then_some(&padded[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cipher(secret: u8) -> CursorCipher {
        CursorCipher::new(&[secret; 32]).unwrap()
    }

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

    #[test]
    fn a_cursor_is_valid_only_in_its_scope_and_for_its_secret() {
        let position = Uuid::now_v7();
        let cursor = cipher(7).encrypt("ada /feed", &position).unwrap();
        assert_eq!(cipher(7).decrypt("ada /feed", &cursor), Some(position));
        assert_eq!(cipher(7).decrypt::<Uuid>("bob /feed", &cursor), None);
        assert_eq!(cipher(8).decrypt::<Uuid>("ada /feed", &cursor), None);
    }

    #[test]
    fn a_changed_cursor_is_invalid() {
        let (cipher, position) = (cipher(7), Uuid::now_v7());
        let cursor = cipher.encrypt("ada /feed", &position).unwrap();
        for place in 0..cursor.len() {
            let mut changed = cursor.clone().into_bytes();
            changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
            let changed = std::str::from_utf8(&changed).unwrap();
            assert_eq!(cipher.decrypt::<Uuid>("ada /feed", changed), None, "{place}");
        }
        let truncated = &cursor[..42];
        for invalid in
            ["", "%%%", "AAAA", &URL_SAFE_NO_PAD.encode(position), truncated, &format!("{cursor}A")]
        {
            assert_eq!(cipher.decrypt::<Uuid>("ada /feed", invalid), None, "{invalid}");
        }
    }

    /// The last row of a page of a search can belong to a person who cannot be found.
    #[test]
    fn a_cursor_reveals_neither_its_position_nor_the_exact_length() {
        let cursors = ["ada#7", "lovelace#1234"].map(|text| {
            let cursor = cipher(7).encrypt("bob /users", &Text(text.into())).unwrap();
            let bytes = URL_SAFE_NO_PAD.decode(&cursor).unwrap();
            for part in text.as_bytes().windows(3) {
                assert!(!bytes.windows(3).any(|window| window == part), "{text}");
            }
            cursor
        });
        assert_eq!(cursors[0].len(), cursors[1].len());
    }

    #[test]
    fn the_same_position_has_the_same_cursor_in_one_scope_only() {
        let (cipher, position) = (cipher(7), Uuid::now_v7());
        let cursor = |scope| cipher.encrypt(scope, &position).unwrap();
        assert_eq!(cursor("ada /feed"), cursor("ada /feed"));
        assert_ne!(cursor("ada /feed")[..16], cursor("bob /feed")[..16], "the nonces differ");
    }

    #[test]
    fn positions_of_any_length_and_content_survive() {
        let cipher = cipher(7);
        for length in 0..100 {
            for end in ["", "\0", "\u{80}", "\u{80}\0"] {
                let position = Text("x".repeat(length) + end);
                let cursor = cipher.encrypt("ada /users", &position).unwrap();
                assert_eq!(cipher.decrypt("ada /users", &cursor), Some(position));
            }
        }
        let cursor = cipher.encrypt("ada /users", &Text("b".into())).unwrap();
        assert_eq!(cipher.decrypt::<Uuid>("ada /users", &cursor), None, "not an id");
    }
}
