//! The Users table: profiles by `userId`, one row per handle that reserves it, and one per account that is being deleted.
//!
//! A handle's row has the key `handle#HANDLE` and names its owner. Profile and reservation are written in one transaction,
//! which is how DynamoDB makes an attribute other than the key unique.
//!
//! A deletion's row has the key `deleted#HASH` and names the account until nothing is left of it, however long that takes. Then
//! it stays for a day without a name, so that what still calls with the account's credentials, good for an hour, cannot bring it
//! back.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{AttributeValue, Delete, Put, TransactWriteItem};
use jiff::{SignedDuration, Timestamp};
use serde_dynamo::aws_sdk_dynamodb_1::to_attribute_value;
use uuid::Uuid;

use super::transaction::{Outcome, check, delete, transact, write};
use super::{Row, batch, from_row, service_error, text};
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
    /// The account was deleted.
    Deleted,
}

/// What the keys of deletions begin with.
const DELETED: &str = "deleted#";
/// The name space of deletions: a random UUID.
const DELETIONS: Uuid = Uuid::from_u128(0x8f6e_0b7c_52f1_4c0e_9d0b_6a1f_3f1d_7c55);
/// How long a deletion is remembered once nothing is left of the account; the credentials of the account are good for an hour.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(24);

/// The Users table.
#[derive(Clone, Debug)]
pub struct Users {
    client: Client,
    pub(super) table: String,
}

fn handle_key(handle: &Handle) -> Row {
    Row::from([("userId".into(), text(format_args!("handle#{handle}")))])
}

/// Where the deletion of an account is kept: a hash (UUID version 5), which says nothing of whose it was.
fn deletion_key(id: UserId) -> Row {
    Row::from([(
        "userId".into(),
        text(format_args!("{DELETED}{}", Uuid::new_v5(&DELETIONS, id.0.as_bytes()))),
    )])
}

pub(super) fn user_key(id: UserId) -> Row {
    Row::from([("userId".into(), text(id))])
}

fn user_row(user: &User) -> Result<Row, Error> {
    Ok(Row::from([
        ("userId".into(), text(user.id)),
        ("handle".into(), text(&user.handle)),
        ("firstName".into(), text(&user.first_name)),
        ("lastName".into(), text(&user.last_name)),
        ("createdAt".into(), text(user.created_at)),
        ("notifications".into(), to_attribute_value(&user.notifications)?),
    ]))
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
        let profile = self.put(user_row(user)?).condition_expression("attribute_not_exists(userId)");
        self.transact(vec![write(profile.build()?), self.reserve(user)?, self.not_deleted(user.id)?]).await
    }

    /// Replaces `old` by `new`, moving the reservation where the handle changes. Handle and choices must still be as in `old`: the
    /// one so that no reservation is left behind, the others because `new` may have taken them over.
    ///
    /// # Errors
    /// DynamoDB's.
    pub async fn replace(&self, old: &User, new: &User) -> Result<CreateUser, Error> {
        let profile = self
            .put(user_row(new)?)
            .condition_expression(
                "handle = :old AND (attribute_not_exists(notifications) OR notifications = :chosen)",
            )
            .expression_attribute_values(":old", text(&old.handle))
            .expression_attribute_values(":chosen", to_attribute_value(&old.notifications)?);
        let mut writes = vec![write(profile.build()?), self.reserve(new)?, self.not_deleted(new.id)?];
        if old.handle != new.handle {
            let freed = Delete::builder().table_name(&self.table).set_key(Some(handle_key(&old.handle)));
            writes.push(delete(freed.build()?));
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

    async fn transact(&self, writes: Vec<TransactWriteItem>) -> Result<CreateUser, Error> {
        Ok(match transact(&self.client, writes).await? {
            Outcome::Done => CreateUser::Done,
            // The profile, then the reservation, then the deletion.
            Outcome::Refused(places) if places.contains(&2) => CreateUser::Deleted,
            Outcome::Refused(places) if places.contains(&0) => CreateUser::Conflict,
            Outcome::Refused(_) => CreateUser::HandleTaken,
        })
    }

    /// Refuses a transaction for an account that was deleted.
    pub(super) fn not_deleted(&self, id: UserId) -> Result<TransactWriteItem, Error> {
        check(&self.table, deletion_key(id), "attribute_not_exists(userId)")
    }

    /// Begins the deletion of an account, or begins it anew while something is left: profile and handle go, and everything else by
    /// subscription. `false` where nothing is left.
    ///
    /// # Errors
    /// DynamoDB's.
    pub async fn delete(&self, id: UserId) -> Result<bool, Error> {
        for _ in 0..3 {
            let mut row = deletion_key(id);
            row.insert("account".into(), text(id));
            row.insert("askedAt".into(), text(Timestamp::now()));
            let unfinished = "attribute_not_exists(userId) OR attribute_exists(account)";
            let mut writes = vec![write(self.put(row).condition_expression(unfinished).build()?)];
            match self.get(id).await? {
                Some(profile) => {
                    let own = Delete::builder().table_name(&self.table).set_key(Some(user_key(id)));
                    let own = own.condition_expression("handle = :handle");
                    writes.push(delete(
                        own.expression_attribute_values(":handle", text(&profile.handle)).build()?,
                    ));
                    let handle = Delete::builder().table_name(&self.table);
                    writes.push(delete(handle.set_key(Some(handle_key(&profile.handle))).build()?));
                }
                // Somebody without a profile has pictures, too; one that is made at this moment is seen at the next try.
                None => writes.push(check(&self.table, user_key(id), "attribute_not_exists(userId)")?),
            }
            match transact(&self.client, writes).await? {
                Outcome::Done => return Ok(true),
                Outcome::Refused(places) if places.contains(&0) => return Ok(false),
                // The profile moved to another handle.
                Outcome::Refused(_) => {}
            }
        }
        Err("the profile of an account that is to be deleted changes again and again".into())
    }

    /// Whether a key (`userId`) of this table is that of a deletion.
    #[must_use]
    pub fn is_deletion(key: &str) -> bool {
        key.starts_with(DELETED)
    }

    /// The account that a row of this table says is being deleted, if it still is. `key`: the row's `userId`.
    ///
    /// # Errors
    /// DynamoDB's.
    pub async fn being_deleted(&self, key: &str) -> Result<Option<UserId>, Error> {
        if !Self::is_deletion(key) {
            return Ok(None);
        }
        let row = self.row(Row::from([("userId".into(), text(key))])).await?;
        let account = row.as_ref().and_then(|row| row.get("account")).and_then(|value| value.as_s().ok());
        Ok(account.map(|id| id.parse()).transpose()?)
    }

    /// Nothing is left of an account: its deletion keeps no name, and goes itself in a day.
    ///
    /// # Errors
    /// DynamoDB's.
    pub async fn forget(&self, id: UserId) -> Result<(), Error> {
        let request = self.client.update_item().table_name(&self.table).set_key(Some(deletion_key(id)));
        let expires_at = Timestamp::now().checked_add(REMEMBERED)?.as_second();
        let request = request
            .condition_expression("attribute_exists(userId)")
            .update_expression("SET expiresAt = :expiresAt REMOVE account")
            .expression_attribute_values(":expiresAt", AttributeValue::N(expires_at.to_string()));
        match request.send().await {
            Ok(_) => Ok(()),
            Err(error) => match service_error(&error) {
                Some(UpdateItemError::ConditionalCheckFailedException(_)) => Ok(()),
                _ => Err(error.into()),
            },
        }
    }
}
