//! The Deadlines table: key (ownerId, pictureId). A row expires when the upload of a registered
//! picture is overdue. The stream of the table reports the expiry. `thumbnail` deletes the row of
//! an uploaded picture, so that the rows of an owner are the owner's open registrations.

use aws_sdk_dynamodb::types::Select;
use domain::{Picture, PictureKey, UserId};
use jiff::{SignedDuration, Timestamp};

use crate::database::{Database, Table};
use crate::{Error, Row, pictures, seconds};

/// The time that a client has to upload a registered picture.
const UPLOAD_TIMEOUT: SignedDuration = SignedDuration::from_hours(24);
/// The time that a guest has. Their presigned URL is valid for 15 minutes, so the rest is for the
/// transfer of the file. A longer time would let a visitor hold registrations of the owner open.
const GUEST_UPLOAD_TIMEOUT: SignedDuration = SignedDuration::from_hours(1);

/// The Deadlines table.
#[derive(Clone, Debug)]
pub struct Deadlines(Database);

/// Returns the row of a picture that is registered now.
pub(crate) fn row(picture: &Picture) -> Result<Row, Error> {
    let timeout = if picture.guest.is_some() { GUEST_UPLOAD_TIMEOUT } else { UPLOAD_TIMEOUT };
    let mut row = pictures::key(picture.key);
    row.insert("expiresAt".into(), seconds(Timestamp::now().checked_add(timeout)?));
    Ok(row)
}

/// Counts the open registrations of an owner, strongly consistent. DynamoDB deletes expired rows
/// late, so the count omits them.
pub(crate) async fn count_open(database: &Database, owner: UserId) -> Result<u64, Error> {
    let request = database.query(Table::Deadlines, "ownerId", owner).consistent_read(true);
    let request = request
        .filter_expression("expiresAt > :now")
        .expression_attribute_values(":now", seconds(Timestamp::now()));
    let mut pages = request.select(Select::Count).into_paginator().send();
    let mut count = 0;
    while let Some(page) = pages.next().await {
        count += u64::try_from(page?.count)?;
    }
    Ok(count)
}

impl Deadlines {
    /// Opens the table.
    #[must_use]
    pub fn new(database: &Database) -> Self {
        Self(database.clone())
    }

    /// Deletes a deadline. Succeeds even if the deadline does not exist.
    pub async fn delete(&self, picture: PictureKey) -> Result<(), Error> {
        self.0.delete(Table::Deadlines, pictures::key(picture)).send().await?;
        Ok(())
    }
}
