//! The Feeds table: (feedId, pictureId), hints of what each reader may see, newest first by key.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::{PutRequest, WriteRequest};

use super::{Row, batch, from_row, page, text, to_row};
use crate::Error;
use crate::api::PageRequest;
use crate::aws::{Cloud, variable};
use crate::model::{FeedId, FeedRow};

/// The Feeds table.
#[derive(Clone, Debug)]
pub struct Feeds {
    client: Client,
    table: String,
}

impl Feeds {
    /// The table that `FEEDS_TABLE` names.
    ///
    /// # Errors
    /// The variable is not set.
    pub fn from_env(cloud: &Cloud) -> Result<Self, Error> {
        Ok(Self::new(cloud.dynamodb(), variable("FEEDS_TABLE")?))
    }

    /// A table of that name.
    #[must_use]
    pub fn new(client: Client, table: String) -> Self {
        Self { client, table }
    }

    /// A page of one feed, newest first. Fewer than `page.limit` rows means that there are no more: a row is 150 bytes, far
    /// from the megabyte at which DynamoDB cuts a page short. Eventually consistent, which is half the price and all that its
    /// reader needs.
    ///
    /// # Errors
    /// DynamoDB's.
    pub async fn page(&self, feed: FeedId, page: PageRequest) -> Result<Vec<FeedRow>, Error> {
        rows(self.query(feed, page)?).await
    }

    /// A page of one feed as it is now (strongly consistent), newest first, at most 5,000 rows. Fewer than `page.limit` means
    /// that there are no more.
    ///
    /// # Errors
    /// DynamoDB's.
    pub async fn rows_now(&self, feed: FeedId, page: PageRequest) -> Result<Vec<FeedRow>, Error> {
        rows(self.query(feed, page)?.consistent_read(true)).await
    }

    fn query(&self, feed: FeedId, page: PageRequest) -> Result<QueryFluentBuilder, Error> {
        page::newest(&self.client, &self.table, ("feedId", ":feed"), text(feed), page)
    }

    /// A page of all rows of all feeds, in no order, and where to read on. For rebuilding everything only.
    ///
    /// # Errors
    /// DynamoDB's.
    pub async fn scan(
        &self,
        limit: usize,
        after: Option<&FeedRow>,
    ) -> Result<(Vec<FeedRow>, Option<FeedRow>), Error> {
        let start = after.map(row_key);
        let (rows, more) = page::scan::<FeedRow>(&self.client, &self.table, limit, start).await?;
        let next = rows.last().copied().filter(|_| more);
        Ok((rows, next))
    }

    /// Writes and deletes rows, all of them or an error; doing so twice is harmless.
    ///
    /// # Errors
    /// DynamoDB's.
    pub async fn write(&self, wanted: &[FeedRow], unwanted: &[FeedRow]) -> Result<(), Error> {
        let mut writes = Vec::with_capacity(wanted.len() + unwanted.len());
        for row in wanted {
            let put = PutRequest::builder().set_item(Some(to_row(row)?)).build()?;
            writes.push(WriteRequest::builder().put_request(put).build());
        }
        for row in unwanted {
            writes.push(batch::deletion(row_key(row))?);
        }
        batch::write_all(&self.client, &self.table, writes).await
    }
}

async fn rows(request: QueryFluentBuilder) -> Result<Vec<FeedRow>, Error> {
    request.send().await?.items.unwrap_or_default().into_iter().map(from_row).collect()
}

fn row_key(row: &FeedRow) -> Row {
    Row::from([("feedId".into(), text(row.feed_id)), ("pictureId".into(), text(row.key.picture_id))])
}
