//! The S3 keys of a picture's objects, built and parsed here only.
//!
//! | object | key |
//! |---|---|
//! | original | `originals/OWNER/PICTURE` |
//! | renditions | `renditions/OWNER/PICTURE/small`, `…/large` |

use crate::model::{PictureKey, RenditionSize};

/// Where originals are; functions that write never write here (rule: nothing writes under the prefix it is subscribed to).
pub const ORIGINALS: &str = "originals/";
/// Where renditions are.
pub const RENDITIONS: &str = "renditions/";

/// The key of a picture's original.
#[must_use]
pub fn original(key: PictureKey) -> String {
    format!("{ORIGINALS}{key}")
}

/// The key of a rendition.
#[must_use]
pub fn rendition(key: PictureKey, size: RenditionSize) -> String {
    let name = match size {
        RenditionSize::Small => "small",
        RenditionSize::Large => "large",
    };
    format!("{RENDITIONS}{key}/{name}")
}

/// Which picture an S3 event's object key names, if it is an original's. Event keys are encoded as in an HTML form:
/// `+` is a blank, `%XX` a byte.
#[must_use]
pub fn parse_original(event_key: &str) -> Option<PictureKey> {
    let key = decode(event_key)?;
    let (owner, picture) = key.strip_prefix(ORIGINALS)?.split_once('/')?;
    Some(PictureKey { owner_id: owner.parse().ok()?, picture_id: picture.parse().ok()? })
}

fn decode(encoded: &str) -> Option<String> {
    let mut bytes = encoded.bytes();
    let mut decoded = Vec::with_capacity(encoded.len());
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'+' => b' ',
            b'%' => hex(bytes.next()?)? << 4 | hex(bytes.next()?)?,
            other => other,
        });
    }
    String::from_utf8(decoded).ok()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|d| u8::try_from(d).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{PictureId, UserId};
    use proptest::prelude::*;

    fn some_key() -> PictureKey {
        PictureKey { owner_id: UserId(uuid::Uuid::from_u128(7)), picture_id: PictureId::new() }
    }

    #[test]
    fn what_is_built_is_parsed() {
        let key = some_key();
        assert_eq!(parse_original(&original(key)), Some(key));
        assert_eq!(parse_original(&original(key).replace('/', "%2F").replace('-', "%2d")), Some(key));
    }

    #[test]
    fn other_keys_are_nobodys() {
        let key = some_key();
        assert_eq!(parse_original(&rendition(key, RenditionSize::Small)), None);
        assert_eq!(parse_original(&format!("{}/more", original(key))), None);
        assert_eq!(parse_original("originals/a+b/c%2"), None);
        assert_eq!(parse_original("originals/%ff%fe/%zz"), None);
    }

    proptest! {
        #[test]
        fn no_key_panics(key in ".*") {
            let _ = parse_original(&key);
        }
    }
}
