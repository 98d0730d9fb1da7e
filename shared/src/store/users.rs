//! The Users table: profiles by `userId`, and one row per handle that reserves it.
//!
//! A handle's row has the key `handle#HANDLE` and names its owner. Profile and reservation are written in one transaction,
//! which is how DynamoDB makes an attribute other than the key unique.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{Delete, Put, TransactWriteItem};

use super::{Row, batch, from_row, text};
use crate::Error;
use crate::aws::{Cloud, variable};
use crate::model::{Handle, User, UserId};

/// What became of a new or changed profile.
#[derive(Debug, PartialEq, Eq)]
pub enum CreateUser {
    /// Written.
    Done,
    /// Somebody else has the handle.
    HandleTaken,
    /// The profile was there already (when creating), or not in the state it was read in (when changing).
    Conflict,
}

/// How often a transaction that met another one is tried again.
const ATTEMPTS: u32 = 5;

/// The Users table.
#[derive(Clone, Debug)]
pub struct Users {
    client: Client,
    table: String,
}

fn handle_key(handle: &Handle) -> Row {
    Row::from([("userId".into(), text(format_args!("handle#{handle}")))])
}

fn user_key(id: UserId) -> Row {
    Row::from([("userId".into(), text(id))])
}

fn user_row(user: &User) -> Row {
    Row::from([
        ("userId".into(), text(user.id)),
        ("handle".into(), text(&user.handle)),
        ("firstName".into(), text(&user.first_name)),
        ("lastName".into(), text(&user.last_name)),
        ("createdAt".into(), text(user.created_at)),
    ])
}

impl Users {
    /// The table that `USERS_TABLE` names.
    ///
    /// # Errors
    /// The variable is not set.
    pub fn from_env(cloud: &Cloud) -> Result<Self, Error> {
        Ok(Self::new(cloud.dynamodb(), variable("USERS_TABLE")?))
    }

    /// A table of that name.
    #[must_use]
    pub fn new(client: Client, table: String) -> Self {
        Self { client, table }
    }

    async fn row(&self, key: Row) -> Result<Option<Row>, Error> {
        let request = self.client.get_item().table_name(&self.table).set_key(Some(key));
        Ok(request.consistent_read(true).send().await?.item)
    }

    /// A profile (strongly consistent).
    ///
    /// # Errors
    /// DynamoDB's.
    pub async fn get(&self, id: UserId) -> Result<Option<User>, Error> {
        self.row(user_key(id)).await?.map(from_row).transpose()
    }

    /// Profiles, in no order; those that are not there are left out.
    ///
    /// # Errors
    /// DynamoDB's.
    pub async fn get_all(&self, ids: &BTreeSet<UserId>) -> Result<Vec<User>, Error> {
        let keys = ids.iter().copied().map(user_key).collect();
        batch::get_all(&self.client, &self.table, keys).await?.into_iter().map(from_row).collect()
    }

    /// Whose handle it is.
    ///
    /// # Errors
    /// DynamoDB's.
    pub async fn by_handle(&self, handle: &Handle) -> Result<Option<User>, Error> {
        let Some(row) = self.row(handle_key(handle)).await? else { return Ok(None) };
        let Some(Ok(owner)) = row.get("owner").map(|owner| owner.as_s()) else {
            return Err(format!("the reservation of a handle in {} names no owner", self.table).into());
        };
        // The profile may have moved to another handle between the two reads.
        Ok(self.get(owner.parse()?).await?.filter(|user| user.handle == *handle))
    }

    /// Makes a profile and reserves its handle, both or neither.
    ///
    /// # Errors
    /// DynamoDB's.
    pub async fn create(&self, user: &User) -> Result<CreateUser, Error> {
        let profile = self.put(user_row(user)).condition_expression("attribute_not_exists(userId)");
        self.transact([write(profile.build()?), self.reserve(user)?]).await
    }

    /// Replaces `old` by `new`, moving the reservation where the handle changes.
    ///
    /// # Errors
    /// DynamoDB's.
    pub async fn replace(&self, old: &User, new: &User) -> Result<CreateUser, Error> {
        let profile = self
            .put(user_row(new))
            .condition_expression("handle = :old")
            .expression_attribute_values(":old", text(&old.handle));
        let mut writes = vec![write(profile.build()?), self.reserve(new)?];
        if old.handle != new.handle {
            let freed =
                Delete::builder().table_name(&self.table).set_key(Some(handle_key(&old.handle))).build()?;
            writes.push(TransactWriteItem::builder().delete(freed).build());
        }
        self.transact(writes).await
    }

    fn put(&self, row: Row) -> aws_sdk_dynamodb::types::builders::PutBuilder {
        Put::builder().table_name(&self.table).set_item(Some(row))
    }

    fn reserve(&self, user: &User) -> Result<TransactWriteItem, Error> {
        let mut row = handle_key(&user.handle);
        row.insert("owner".into(), text(user.id));
        let reservation = self
            .put(row)
            .condition_expression("attribute_not_exists(userId) OR #owner = :me")
            .expression_attribute_names("#owner", "owner")
            .expression_attribute_values(":me", text(user.id));
        Ok(write(reservation.build()?))
    }

    async fn transact(
        &self,
        writes: impl IntoIterator<Item = TransactWriteItem>,
    ) -> Result<CreateUser, Error> {
        let writes: Vec<_> = writes.into_iter().collect();
        for attempt in 0..ATTEMPTS {
            batch::back_off(attempt).await;
            let request = self.client.transact_write_items().set_transact_items(Some(writes.clone()));
            let error = match request.send().await {
                Ok(_) => return Ok(CreateUser::Done),
                Err(error) => error,
            };
            let Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) =
                service_error(&error)
            else {
                return Err(error.into());
            };
            // One reason per write, in order: the profile, then the reservation.
            let reasons = cancelled.cancellation_reasons();
            let failed = |i: usize, code| reasons.get(i).and_then(|reason| reason.code()) == Some(code);
            match (failed(0, "ConditionalCheckFailed"), failed(1, "ConditionalCheckFailed")) {
                (true, _) => return Ok(CreateUser::Conflict),
                (_, true) => return Ok(CreateUser::HandleTaken),
                // Somebody writes the same rows at this moment: the next look tells who was first.
                _ if (0..writes.len()).any(|i| failed(i, "TransactionConflict")) => {}
                _ => return Err(error.into()),
            }
        }
        Err("the rows of a profile are written again and again by others".into())
    }
}

fn write(put: Put) -> TransactWriteItem {
    TransactWriteItem::builder().put(put).build()
}

fn service_error<E, R>(error: &SdkError<E, R>) -> Option<&E> {
    match error {
        SdkError::ServiceError(error) => Some(error.err()),
        _ => None,
    }
}
