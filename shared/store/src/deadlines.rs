//! The Deadlines table: key (ownerId, pictureId). A row expires when the upload of a registered
//! picture is overdue. The stream of the table reports the expiry.

use domain::PictureKey;
use jiff::{SignedDuration, Timestamp};

use crate::database::{Database, Table};
use crate::{Error, Row, pictures, seconds};

/// The time that a client has to upload a registered picture.
const UPLOAD_TIMEOUT: SignedDuration = SignedDuration::from_hours(24);

/// The Deadlines table.
#[derive(Clone, Debug)]
pub struct Deadlines(Database);

/// Returns the row of a picture that is registered now.
pub(crate) fn row(picture: PictureKey) -> Result<Row, Error> {
    let mut row = pictures::key(picture);
    row.insert("expiresAt".into(), seconds(Timestamp::now().checked_add(UPLOAD_TIMEOUT)?));
    Ok(row)
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
