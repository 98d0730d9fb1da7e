//! The Notifications table: (userId, notificationId), what a person's bell lists, newest first by key; and until when they have
//! read it.
//!
//! Entries are found by whose doing they are, too, in the index `ByActor`: they go with that account, as with their reader's. An
//! entry that is written at the very moment of a deletion is shown to nobody and goes when its time has come.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, Put, PutRequest, WriteRequest};
use jiff::Timestamp;

use super::transaction::{Outcome, transact, write};
use super::{Row, Users, batch, from_row, text, to_row};
use crate::Error;
use crate::api::PageRequest;
use crate::aws::{Cloud, variable};
use crate::model::{Notification, NotificationId, UserId};

/// The index by whose doing it is.
const BY_ACTOR: &str = "ByActor";
/// The row that says until when its person has read. It sorts after all entries.
const READ: &str = "~read";
/// How many rows are deleted in one go.
const MOST_DELETED: i32 = 100;

/// The Notifications table.
#[derive(Clone, Debug)]
pub struct Notifications {
    client: Client,
    table: String,
}

fn key_row(user: UserId, id: impl ToString) -> Row {
    Row::from([("userId".into(), text(user)), ("notificationId".into(), text(id))])
}

impl Notifications {
    /// The table that `NOTIFICATIONS_TABLE` names.
    ///
    /// # Errors
    /// The variable is not set.
    pub fn from_env(cloud: &Cloud) -> Result<Self, Error> {
        Ok(Self::new(cloud.dynamodb(), variable("NOTIFICATIONS_TABLE")?))
    }

    /// A table of that name.
    #[must_use]
    pub fn new(client: Client, table: String) -> Self {
        Self { client, table }
    }

    /// Writes those entries that are not there yet, all of them or an error: what is there keeps its time. (If two write the same at the
    /// very same moment, the later one's counts.)
    ///
    /// # Errors
    /// DynamoDB's.
    pub async fn put_all(&self, entries: &[Notification]) -> Result<(), Error> {
        let keys = entries.iter().map(|entry| key_row(entry.user_id, entry.id())).collect();
        let there = batch::get_all(&self.client, &self.table, keys).await?.into_iter();
        let there: BTreeSet<_> = there
            .map(|row| from_row::<Notification>(row).map(|entry| (entry.user_id, entry.id())))
            .collect::<Result<_, _>>()?;
        let put = |entry: &Notification| {
            let mut row = to_row(entry)?;
            row.extend(key_row(entry.user_id, entry.id()));
            row.insert("expiresAt".into(), number(entry.expires_at()?.as_second()));
            let put = PutRequest::builder().set_item(Some(row)).build()?;
            Ok(WriteRequest::builder().put_request(put).build())
        };
        let new = entries.iter().filter(|entry| !there.contains(&(entry.user_id, entry.id())));
        let writes = new.map(put).collect::<Result<_, Error>>()?;
        batch::write_all(&self.client, &self.table, writes).await
    }

    /// A page of a person's entries, newest first (strongly consistent). Fewer than `page.limit` means that there are no more: an
    /// entry has 500 bytes, and DynamoDB cuts a page short at a megabyte.
    ///
    /// # Errors
    /// DynamoDB's.
    pub async fn page(
        &self,
        user: UserId,
        page: PageRequest<NotificationId>,
    ) -> Result<Vec<Notification>, Error> {
        let before = page.after.map_or_else(|| READ.to_owned(), |after| after.to_string());
        let request = self.client.query().table_name(&self.table).consistent_read(true);
        let request = request
            .key_condition_expression("userId = :user AND notificationId < :before")
            .expression_attribute_values(":user", text(user))
            .expression_attribute_values(":before", text(before));
        let request = request.scan_index_forward(false).limit(i32::try_from(page.limit)?);
        request.send().await?.items.unwrap_or_default().into_iter().map(from_row).collect()
    }

    /// Until when a person has read, if they ever said so (strongly consistent).
    ///
    /// # Errors
    /// DynamoDB's.
    pub async fn read_until(&self, user: UserId) -> Result<Option<Timestamp>, Error> {
        let request = self.client.get_item().table_name(&self.table).set_key(Some(key_row(user, READ)));
        let Some(row) = request.consistent_read(true).send().await?.item else { return Ok(None) };
        let time = row.get("readUntil").and_then(|value| value.as_n().ok());
        let time = time.ok_or_else(|| format!("a row of {} says nothing of when it was read", self.table))?;
        Ok(Some(Timestamp::from_millisecond(time.parse()?)?))
    }

    /// Notes that a person has read until `until` (in whole milliseconds), and says until when they have: later, if they said so
    /// before. `None`: their account was deleted.
    ///
    /// # Errors
    /// DynamoDB's.
    pub async fn mark_read(
        &self,
        user: UserId,
        until: Timestamp,
        users: &Users,
    ) -> Result<Option<Timestamp>, Error> {
        let time = number(until.as_millisecond());
        let mut row = key_row(user, READ);
        row.insert("readUntil".into(), time.clone());
        let put = Put::builder().table_name(&self.table).set_item(Some(row));
        let put = put
            .condition_expression("attribute_not_exists(readUntil) OR readUntil < :until")
            .expression_attribute_values(":until", time);
        match transact(&self.client, vec![write(put.build()?), users.not_deleted(user)?]).await? {
            Outcome::Done => Ok(Some(until)),
            Outcome::Refused(places) if places.contains(&1) => Ok(None),
            Outcome::Refused(_) => self.read_until(user).await,
        }
    }

    /// Deletes entries, whether they are there or not.
    ///
    /// # Errors
    /// DynamoDB's.
    pub async fn delete_all(&self, entries: &[Notification]) -> Result<(), Error> {
        let keys = entries.iter().map(|entry| key_row(entry.user_id, entry.id())).collect();
        batch::delete_all(&self.client, &self.table, keys).await
    }

    /// Deletes up to a hundred of a person's rows and says how many there were.
    ///
    /// # Errors
    /// DynamoDB's.
    pub async fn delete_some(&self, user: UserId) -> Result<usize, Error> {
        let request = self.client.query().consistent_read(true).key_condition_expression("userId = :user");
        self.delete(request.expression_attribute_values(":user", text(user))).await
    }

    /// Deletes up to a hundred entries of others that are this person's doing and says how many there were. The index
    /// follows the table within a second or so: it may still have a few that are gone, and deleting them again is harmless; and it may not
    /// have yet what was written just now, which is shown to nobody (see above) and goes when its time has come.
    ///
    /// # Errors
    /// DynamoDB's.
    pub async fn delete_some_by(&self, actor: UserId) -> Result<usize, Error> {
        let request = self.client.query().index_name(BY_ACTOR).key_condition_expression("actorId = :actor");
        self.delete(request.expression_attribute_values(":actor", text(actor))).await
    }

    async fn delete(&self, query: QueryFluentBuilder) -> Result<usize, Error> {
        let query = query.table_name(&self.table).limit(MOST_DELETED);
        let rows = query.projection_expression("userId, notificationId").send().await?.items;
        let keys = rows.unwrap_or_default();
        let number = keys.len();
        batch::delete_all(&self.client, &self.table, keys).await?;
        Ok(number)
    }
}

fn number(value: impl ToString) -> AttributeValue {
    AttributeValue::N(value.to_string())
}
