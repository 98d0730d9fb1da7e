//! Pages of the local secondary indexes.

use serde::Deserialize;

use super::Albums;
use crate::cursor_cipher::Position;
use crate::database::Table;
use crate::{Error, from_rows, string};

pub(super) const BY_TIME: &str = "ByTime";
pub(super) const BY_TAKEN: &str = "ByTaken";

/// A position in an index of the Albums table: the sort key of the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlbumPosition(pub(super) String);

impl Position for AlbumPosition {
    fn to_bytes(&self) -> Vec<u8> {
        self.0.clone().into_bytes()
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        String::from_utf8(bytes.to_vec()).ok().map(Self)
    }
}

/// Items of a page, and the position after which the next page starts.
#[derive(Clone, Debug)]
pub struct AlbumPage<T> {
    /// The items.
    pub items: Vec<T>,
    /// `None` on the last page.
    pub next: Option<AlbumPosition>,
}

/// The attributes of a row in an index.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct IndexRow {
    pub entry: String,
    pub time_order: Option<String>,
    taken_order: Option<String>,
}

impl AlbumPage<IndexRow> {
    pub(super) fn parse<T>(
        self,
        parse: impl Fn(&IndexRow) -> Result<T, Error>,
    ) -> Result<AlbumPage<T>, Error> {
        let items = self.items.iter().map(parse).collect::<Result<_, _>>()?;
        Ok(AlbumPage { items, next: self.next })
    }
}

impl Albums {
    pub(super) async fn query_index(
        &self,
        list: String,
        index: &str,
        ascending: bool,
        limit: usize,
        after: Option<AlbumPosition>,
    ) -> Result<AlbumPage<IndexRow>, Error> {
        let order = if index == BY_TIME { "timeOrder" } else { "takenOrder" };
        let request = self.0.query(Table::Albums, "listId", list).index_name(index);
        let request =
            request.consistent_read(true).scan_index_forward(ascending).limit(i32::try_from(limit)?);
        let request = match after {
            None => request,
            Some(after) => {
                let comparison = if ascending { ">" } else { "<" };
                request
                    .key_condition_expression(format!("listId = :list AND {order} {comparison} :after"))
                    .expression_attribute_values(":after", string(after.0))
            }
        };
        let items: Vec<IndexRow> = from_rows(request.send().await?.items)?;
        let last = items.last().filter(|_| items.len() == limit);
        let next = last.and_then(|row| match index {
            BY_TIME => row.time_order.clone(),
            _ => row.taken_order.clone(),
        });
        Ok(AlbumPage { next: next.map(AlbumPosition), items })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::albums::keys::time_order;
    use domain::AlbumId;
    use jiff::Timestamp;

    #[test]
    fn the_position_of_a_page_survives_its_cursor() {
        let position = AlbumPosition(time_order(Timestamp::now(), AlbumId::new()));
        assert_eq!(AlbumPosition::from_bytes(&position.to_bytes()), Some(position));
        assert_eq!(AlbumPosition::from_bytes(&[0xFF]), None);
    }
}
