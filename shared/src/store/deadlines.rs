//! The Deadlines table: (ownerId, pictureId), until when a registered picture must have been uploaded.
//!
//! DynamoDB removes a row when its time has come, and the removal is an event: whoever follows the stream looks whether the picture
//! came. (An expiry on the picture's own row would delete it unseen, also where it came and its worker was late.)

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{AttributeValue, Put, TransactWriteItem};
use jiff::{SignedDuration, Timestamp};

use super::pictures::key_row;
use super::transaction::write;
use crate::Error;
use crate::aws::{Cloud, variable};
use crate::model::PictureKey;

/// How long an upload may take to come. Its URL is good for an hour.
const PATIENCE: SignedDuration = SignedDuration::from_hours(24);

/// The Deadlines table.
#[derive(Clone, Debug)]
pub struct Deadlines {
    client: Client,
    table: String,
}

impl Deadlines {
    /// The table that `DEADLINES_TABLE` names.
    ///
    /// # Errors
    /// The variable is not set.
    pub fn from_env(cloud: &Cloud) -> Result<Self, Error> {
        Ok(Self::new(cloud.dynamodb(), variable("DEADLINES_TABLE")?))
    }

    /// A table of that name.
    #[must_use]
    pub fn new(client: Client, table: String) -> Self {
        Self { client, table }
    }

    /// The deadline of a picture that is registered now, as a part of a transaction.
    pub(super) fn begin(&self, picture: PictureKey) -> Result<TransactWriteItem, Error> {
        let mut row = key_row(picture);
        let at = Timestamp::now().checked_add(PATIENCE)?.as_second();
        row.insert("expiresAt".into(), AttributeValue::N(at.to_string()));
        Ok(write(Put::builder().table_name(&self.table).set_item(Some(row)).build()?))
    }

    /// Forgets a deadline, whether it is there or not.
    ///
    /// # Errors
    /// DynamoDB's.
    pub async fn forget(&self, picture: PictureKey) -> Result<(), Error> {
        let request = self.client.delete_item().table_name(&self.table).set_key(Some(key_row(picture)));
        request.send().await?;
        Ok(())
    }
}
