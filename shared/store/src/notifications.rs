//! The Notifications table: key (userId, notificationId), so that entries sort by time. Stores each
//! member's notification list and read marker.
//!
//! The index `ByActor` finds entries by the member who caused them. The deletion of an account
//! deletes the entries that the member received or caused. An entry that is written during the
//! deletion is omitted from lists until it expires.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use domain::{Notification, NotificationId, PageRequest, UserId};
use jiff::Timestamp;

use crate::database::{Database, Table};
use crate::transaction::{Conflict, Expression};
use crate::{Error, Row, from_rows, number, seconds, string, to_row};

const BY_ACTOR: &str = "ByActor";
/// The sort key of the read marker. It sorts after all entries.
const READ_MARKER: &str = "~read";
/// The maximum number of rows deleted in one call.
const MAX_DELETED: i32 = 100;

/// The Notifications table.
#[derive(Clone, Debug)]
pub struct Notifications(Database);

fn key(user: UserId, id: impl ToString) -> Row {
    Row::from([("userId".into(), string(user)), ("notificationId".into(), string(id))])
}

impl Notifications {
    /// Opens the table.
    #[must_use]
    pub fn new(database: &Database) -> Self {
        Self(database.clone())
    }

    /// Returns the entries that do not exist, strongly consistent.
    pub async fn filter_missing(&self, entries: Vec<Notification>) -> Result<Vec<Notification>, Error> {
        let keys = entries.iter().map(|entry| key(entry.user_id, entry.id()));
        let existing: Vec<Notification> = self.0.get_all_as(Table::Notifications, keys).await?;
        let existing: BTreeSet<_> = existing.iter().map(|entry| (entry.user_id, entry.id())).collect();
        Ok(entries.into_iter().filter(|entry| !existing.contains(&(entry.user_id, entry.id()))).collect())
    }

    /// Writes entries. Pass only those of [`Notifications::filter_missing`], because an existing
    /// entry becomes unread again. After an error, some entries may be written.
    pub async fn put_all(&self, entries: &[Notification]) -> Result<(), Error> {
        let rows = entries.iter().map(|entry| {
            let mut row = to_row(entry)?;
            row.extend(key(entry.user_id, entry.id()));
            row.insert("expiresAt".into(), seconds(entry.expires_at()?));
            Ok(row)
        });
        self.0.write_all(Table::Notifications, rows.collect::<Result<_, Error>>()?, vec![]).await
    }

    /// Reads a page of a member's entries, newest first, strongly consistent. A page with fewer
    /// than `page.limit` entries is the last one, because entries have 500 bytes and one query
    /// reads 1 MB. DynamoDB deletes expired entries late. The filter omits them, which are the
    /// oldest ones.
    pub async fn read_page(
        &self,
        user: UserId,
        page: PageRequest<NotificationId>,
    ) -> Result<Vec<Notification>, Error> {
        let before = page.after.map_or_else(|| READ_MARKER.to_owned(), |after| after.to_string());
        let request = self.0.query(Table::Notifications, "userId", user).consistent_read(true);
        let request = request
            .key_condition_expression("userId = :user AND notificationId < :before")
            .expression_attribute_values(":before", string(before))
            .filter_expression("expiresAt > :now")
            .expression_attribute_values(":now", seconds(Timestamp::now()));
        let request = request.scan_index_forward(false).limit(i32::try_from(page.limit)?);
        from_rows(request.send().await?.items)
    }

    /// Reads a member's read marker, strongly consistent. Returns `None` if the member never set
    /// it.
    pub async fn read_marker(&self, user: UserId) -> Result<Option<Timestamp>, Error> {
        let Some(row) = self.0.get(Table::Notifications, key(user, READ_MARKER)).await? else {
            return Ok(None);
        };
        let time = row.get("readUntil").and_then(|value| value.as_n().ok());
        let time = time.ok_or("a read marker without a time")?;
        Ok(Some(Timestamp::from_millisecond(time.parse()?)?))
    }

    /// Moves a member's read marker forward to `until` (whole milliseconds). Returns the marker,
    /// which can already be later, or `None` if the account was deleted.
    pub async fn advance_marker(&self, user: UserId, until: Timestamp) -> Result<Option<Timestamp>, Error> {
        let time = number(until.as_millisecond());
        let mut row = key(user, READ_MARKER);
        row.insert("readUntil".into(), time.clone());
        let later = Expression::new("attribute_not_exists(readUntil) OR readUntil < :until");
        let later = later.value(":until", time);
        let transaction = self.0.transaction();
        let transaction = transaction.put_if(Table::Notifications, row, later, Conflict::Changed);
        match transaction.require_account(user).commit().await? {
            Ok(()) => Ok(Some(until)),
            Err(Conflict::AccountDeleted) => Ok(None),
            Err(_) => self.read_marker(user).await,
        }
    }

    /// Deletes entries. Succeeds even if entries do not exist.
    pub async fn delete_all(&self, entries: &[Notification]) -> Result<(), Error> {
        let keys = entries.iter().map(|entry| key(entry.user_id, entry.id())).collect();
        self.0.delete_all(Table::Notifications, keys).await
    }

    /// Deletes up to 100 rows of a member and returns their number.
    pub async fn delete_some(&self, user: UserId) -> Result<usize, Error> {
        self.delete(self.0.query(Table::Notifications, "userId", user).consistent_read(true)).await
    }

    /// Deletes up to 100 entries that `actor` caused, and returns their number. The index is
    /// eventually consistent, usually within a second, so that the call can miss new entries.
    pub async fn delete_some_by(&self, actor: UserId) -> Result<usize, Error> {
        self.delete(self.0.query(Table::Notifications, "actorId", actor).index_name(BY_ACTOR)).await
    }

    async fn delete(&self, query: QueryFluentBuilder) -> Result<usize, Error> {
        let query = query.limit(MAX_DELETED).projection_expression("userId, notificationId");
        let keys = query.send().await?.items.unwrap_or_default();
        let count = keys.len();
        self.0.delete_all(Table::Notifications, keys).await?;
        Ok(count)
    }
}
