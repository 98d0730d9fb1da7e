//! The Feeds table: key (feedId, pictureId), so that a feed sorts by time. A row is a hint that the
//! reader of the feed can view the picture.

use domain::{FeedId, FeedRow, PageRequest, PictureId};

use crate::database::{Database, Table};
use crate::{Error, Row, from_rows, string, to_row};

/// The Feeds table.
#[derive(Clone, Debug)]
pub struct Feeds(Database);

fn key(row: &FeedRow) -> Row {
    Row::from([("feedId".into(), string(row.feed_id)), ("pictureId".into(), string(row.key.picture_id))])
}

impl Feeds {
    /// Opens the table.
    #[must_use]
    pub fn new(database: &Database) -> Self {
        Self(database.clone())
    }

    /// Reads a page of a feed, newest first, eventually consistent, at half the cost of a strongly
    /// consistent read. A page with fewer than `page.limit` rows is the last one, because rows have
    /// 150 bytes and one query reads 1 MB.
    pub async fn read_page(&self, feed: FeedId, page: PageRequest) -> Result<Vec<FeedRow>, Error> {
        from_rows(self.0.query_newest(Table::Feeds, "feedId", feed, page)?.send().await?.items)
    }

    /// Reads up to `limit` rows of a feed whose pictures are newer than `picture`, oldest first,
    /// eventually consistent.
    pub async fn read_newer(
        &self,
        feed: FeedId,
        picture: PictureId,
        limit: usize,
    ) -> Result<Vec<FeedRow>, Error> {
        let request = self.0.query(Table::Feeds, "feedId", feed).limit(i32::try_from(limit)?);
        let request = request.key_condition_expression("feedId = :feed AND pictureId > :after");
        let request = request.expression_attribute_values(":after", string(picture));
        from_rows(request.send().await?.items)
    }

    /// Reads a page of at most 5,000 rows as [`Feeds::read_page`] does, but strongly consistent.
    pub async fn read_consistent_page(&self, feed: FeedId, page: PageRequest) -> Result<Vec<FeedRow>, Error> {
        let request = self.0.query_newest(Table::Feeds, "feedId", feed, page)?;
        from_rows(request.consistent_read(true).send().await?.items)
    }

    /// Scans a page of all rows, in no order, for a rebuild of all feeds. The second value is the
    /// row after which the next page starts.
    pub async fn scan(
        &self,
        limit: usize,
        after: Option<&FeedRow>,
    ) -> Result<(Vec<FeedRow>, Option<FeedRow>), Error> {
        let (rows, last_key) = self.0.scan::<FeedRow>(Table::Feeds, limit, after.map(key)).await?;
        let next = rows.last().copied().filter(|_| last_key.is_some());
        Ok((rows, next))
    }

    /// Writes and deletes rows. Idempotent. After an error, some writes may be applied.
    pub async fn write(&self, puts: &[FeedRow], deletes: &[FeedRow]) -> Result<(), Error> {
        let rows = puts.iter().map(to_row).collect::<Result<_, _>>()?;
        self.0.write_all(Table::Feeds, rows, deletes.iter().map(key).collect()).await
    }
}
