//! The S3 keys of the objects of a picture. No other module builds or parses them.
//!
//! | object | key |
//! |---|---|
//! | original | `originals/OWNER/PICTURE` |
//! | renditions | `renditions/OWNER/PICTURE/small`, `…/large` |

use percent_encoding::percent_decode_str;

use crate::{PictureKey, RenditionSize};

/// The prefix of originals. No function writes an object with this prefix, because functions
/// subscribe to new objects that have it.
pub const ORIGINALS: &str = "originals/";
/// The prefix of renditions.
pub const RENDITIONS: &str = "renditions/";

/// Returns the key of the original of a picture.
#[must_use]
pub fn original(key: PictureKey) -> String {
    format!("{ORIGINALS}{key}")
}

/// Returns the key of a rendition.
#[must_use]
pub fn rendition(key: PictureKey, size: RenditionSize) -> String {
    let name = match size {
        RenditionSize::Small => "small",
        RenditionSize::Large => "large",
    };
    format!("{RENDITIONS}{key}/{name}")
}

/// Parses the object key of an S3 event. Returns `None` unless it is the key of an original. S3
/// encodes the keys of events as HTML forms do: `+` is a space and `%XX` a byte.
#[must_use]
pub fn parse_original(event_key: &str) -> Option<PictureKey> {
    let spaced = event_key.replace('+', " ");
    let key = percent_decode_str(&spaced).decode_utf8().ok()?;
    let (owner, picture) = key.strip_prefix(ORIGINALS)?.split_once('/')?;
    Some(PictureKey { owner_id: owner.parse().ok()?, picture_id: picture.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{PictureId, UserId};
    use proptest::prelude::*;

    fn some_key() -> PictureKey {
        PictureKey { owner_id: UserId(uuid::Uuid::from_u128(7)), picture_id: PictureId::new() }
    }

    #[test]
    fn parses_the_keys_it_builds() {
        let key = some_key();
        assert_eq!(parse_original(&original(key)), Some(key));
        assert_eq!(parse_original(&original(key).replace('/', "%2F").replace('-', "%2d")), Some(key));
    }

    #[test]
    fn rejects_other_keys() {
        let key = some_key();
        assert_eq!(parse_original(&rendition(key, RenditionSize::Small)), None);
        assert_eq!(parse_original(&format!("{}/more", original(key))), None);
        assert_eq!(parse_original("originals/a+b/c%2"), None);
        assert_eq!(parse_original("originals/%ff%fe/%zz"), None);
    }

    proptest! {
        #[test]
        fn parsing_never_panics(key in ".*") {
            let _ = parse_original(&key);
        }
    }
}
