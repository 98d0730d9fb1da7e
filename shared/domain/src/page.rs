//! Pages of lists.

use crate::PictureId;

/// A request for a page of a list: at most `limit` items after the position `after`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageRequest<T = PictureId> {
    /// The maximum number of items.
    pub limit: usize,
    /// The position of the last item of the previous page; `None` for the first page. All feeds
    /// sort by picture id, so one id is a position in each of them.
    pub after: Option<T>,
}

impl<T> PageRequest<T> {
    /// Returns the position after which the next page starts, or `None` if the page is not full. A
    /// full page has a next position even if nothing follows, so that the cursor does not reveal
    /// whether hidden items follow.
    #[must_use]
    pub fn next<R>(&self, rows: &[R], position: impl FnOnce(&R) -> T) -> Option<T> {
        rows.last().filter(|_| rows.len() == self.limit).map(position)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn only_a_full_page_has_a_next_position() {
        let rows = [1, 2].map(|n| PictureId(Uuid::from_u128(n)));
        let next = |limit| PageRequest { limit, after: None }.next(&rows, |row| *row);
        assert_eq!((next(2), next(3)), (Some(rows[1]), None));
    }
}
