//! Pages: `?limit=` and `?cursor=`.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

use super::ApiError;
use crate::model::PictureId;

/// How many items a page has where the caller does not say.
const DEFAULT_LIMIT: usize = 50;
/// How many items a page may have.
const MOST: usize = 100;

/// Where to read on: after this picture, towards older ones. Every feed is sorted by picture id, so one id is a position
/// in all of them; and a made-up position discloses nothing, because each row is checked when it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor(pub PictureId);

impl Cursor {
    /// As it is handed to clients.
    #[must_use]
    pub fn encode(self) -> String {
        URL_SAFE_NO_PAD.encode(self.0.0.as_bytes())
    }

    fn decode(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        Uuid::from_slice(&bytes).ok().map(|id| Self(PictureId(id)))
    }
}

/// Which page is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageRequest {
    /// The most items, 1 to 100.
    pub limit: usize,
    /// `None`: the newest.
    pub after: Option<Cursor>,
}

impl PageRequest {
    /// Reads the query parameters.
    ///
    /// # Errors
    /// [`ApiError::Invalid`].
    pub fn parse(limit: Option<&str>, cursor: Option<&str>) -> Result<Self, ApiError> {
        let limit = match limit {
            None => DEFAULT_LIMIT,
            Some(text) => text
                .parse()
                .ok()
                .filter(|limit| (1..=MOST).contains(limit))
                .ok_or_else(|| ApiError::Invalid(format!("limit must be a number from 1 to {MOST}")))?,
        };
        let after = match cursor {
            None => None,
            Some(text) => Some(Cursor::decode(text).ok_or_else(|| {
                ApiError::Invalid(
                    "cursor is not one that we handed out; leave it away to begin at the newest".into(),
                )
            })?),
        };
        Ok(Self { limit, after })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back() {
        let cursor = Cursor(PictureId::new());
        let page = PageRequest::parse(Some("7"), Some(&cursor.encode())).unwrap();
        assert_eq!(page, PageRequest { limit: 7, after: Some(cursor) });
    }

    #[test]
    fn wrong_pages_are_refused() {
        for (limit, cursor) in
            [(Some("0"), None), (Some("101"), None), (Some("x"), None), (None, Some("%%%"))]
        {
            assert_eq!(PageRequest::parse(limit, cursor).unwrap_err().status(), 400, "{limit:?} {cursor:?}");
        }
    }
}
