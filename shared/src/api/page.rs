//! Pages: `?limit=` and `?cursor=`.

use serde::Serialize;
use uuid::Uuid;

use super::ApiError;
use crate::model::PictureId;
use crate::view::PictureView;

/// How many items a page has where the caller does not say.
const DEFAULT_LIMIT: usize = 50;
/// How many items a page may have.
const MOST: usize = 100;

/// Which page is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageRequest<T = PictureId> {
    /// The most items: from callers 1 to 100.
    pub limit: usize,
    /// Where to read on: after this one. `None`: from the beginning, for pictures the newest. Every feed is sorted by picture
    /// id, so one id is a position in all of them.
    pub after: Option<T>,
}

impl<T: From<Uuid>> PageRequest<T> {
    /// Reads the query parameters. `open` finds the position in a cursor, if it is one.
    ///
    /// # Errors
    /// [`ApiError::Invalid`].
    pub fn parse(
        limit: Option<&str>,
        cursor: Option<&str>,
        open: impl FnOnce(&str) -> Option<Uuid>,
    ) -> Result<Self, ApiError> {
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
            Some(text) => Some(open(text).map(T::from).ok_or_else(|| {
                let what =
                    "cursor is not one that you were handed out for this list; leave it away to begin anew";
                ApiError::Invalid(what.into())
            })?),
        };
        Ok(Self { limit, after })
    }
}

impl<T> PageRequest<T> {
    /// Where to read on after these rows of the page. A full page can always be read on from and another never: so nothing tells
    /// whether there is something behind it that is not for the reader.
    #[must_use]
    pub fn next<R>(&self, rows: &[R], position: impl FnOnce(&R) -> T) -> Option<T> {
        rows.last().filter(|_| rows.len() == self.limit).map(position)
    }
}

/// The `data` of a page of a list.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Page<Item = PictureView> {
    /// In the order of the list.
    pub items: Vec<Item>,
    /// Where to read on; null: there are no more.
    pub cursor: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_what_was_asked_for() {
        let position = Uuid::now_v7();
        let page = PageRequest::parse(Some("7"), Some("x"), |_| Some(position)).unwrap();
        assert_eq!(page, PageRequest { limit: 7, after: Some(PictureId(position)) });
        let page = PageRequest::<PictureId>::parse(None, None, |_| None).unwrap();
        assert_eq!(page, PageRequest { limit: DEFAULT_LIMIT, after: None });
    }

    #[test]
    fn only_full_pages_are_read_on_from() {
        let rows = [1, 2].map(|n| PictureId(Uuid::from_u128(n)));
        let next = |limit| PageRequest { limit, after: None }.next(&rows, |row| *row);
        assert_eq!((next(2), next(3)), (Some(rows[1]), None));
    }

    #[test]
    fn wrong_pages_are_refused() {
        for (limit, cursor) in
            [(Some("0"), None), (Some("101"), None), (Some("x"), None), (None, Some("%%%"))]
        {
            let error = PageRequest::<PictureId>::parse(limit, cursor, |_| None).unwrap_err();
            assert_eq!(error.status(), 400, "{limit:?} {cursor:?}");
        }
    }
}
