//! The Feeds table: (feedId, pictureId), hints of what each reader may see, newest first by key.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{DeleteRequest, PutRequest, WriteRequest};

use super::{Row, batch, from_row, text, to_row};
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
    /// from the megabyte at which DynamoDB cuts a page short.
    ///
    /// # Errors
    /// DynamoDB's.
    pub async fn page(&self, feed: FeedId, page: PageRequest) -> Result<Vec<FeedRow>, Error> {
        let mut request = self
            .client
            .query()
            .table_name(&self.table)
            .key_condition_expression("feedId = :feed")
            .expression_attribute_values(":feed", text(feed))
            .limit(i32::try_from(page.limit)?)
            .scan_index_forward(false);
        if let Some(after) = page.after {
            request = request
                .key_condition_expression("feedId = :feed AND pictureId < :after")
                .expression_attribute_values(":after", text(after.0));
        }
        request.send().await?.items.unwrap_or_default().into_iter().map(from_row).collect()
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
            let delete = DeleteRequest::builder().set_key(Some(row_key(row))).build()?;
            writes.push(WriteRequest::builder().delete_request(delete).build());
        }
        batch::write_all(&self.client, &self.table, writes).await
    }
}

fn row_key(row: &FeedRow) -> Row {
    Row::from([("feedId".into(), text(row.feed_id)), ("pictureId".into(), text(row.key.picture_id))])
}
