//! The Users table: key userId.
//!
//! | `userId` | row |
//! |---|---|
//! | `ID` | a profile |
//! | `handle#HANDLE` | the reservation of a handle for its `owner` |
//! | `deleted#HASH` | the deletion of an account; names the `account` until it is complete |
//!
//! One transaction writes a profile and the reservation of its handle, because only keys are unique
//! in DynamoDB. It also writes the rows of the table Names if the person is findable by name.
//!
//! A handle that its owner left rests: for 30 days, nobody but its former owner can take it. Its
//! row has `expiresAt` instead of `owner`. It names the former owner by a hash, so that it contains
//! no user id after the account is deleted. After a change of the handle, `nextHandle` is the new
//! handle, so that addresses with the former handle still work.
//!
//! The row of a complete deletion expires after a day, so that the account's credentials, which are
//! valid for an hour, cannot recreate the account.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::AttributeValue;
use domain::{HANDLE_REST, Handle, MAX_HANDLE_CHANGES, User, UserId};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_dynamo::aws_sdk_dynamodb_1::to_attribute_value;
use uuid::Uuid;

use crate::database::{Database, Table, unless_condition_failed};
use crate::retry::back_off;
use crate::transaction::{Conflict, Expression, Transaction};
use crate::{Error, Row, seconds, string};

/// The prefix of the keys of deletions.
const DELETED: &str = "deleted#";
/// The namespace of the hashes of former owners: a random UUID.
const FORMER_OWNERS: Uuid = Uuid::from_u128(0x2c1d_94a6_7f03_4b58_a3e2_5d0b_8e6f_19c7);
/// The namespace of the hashes of deletions: a random UUID.
const DELETIONS: Uuid = Uuid::from_u128(0x8f6e_0b7c_52f1_4c0e_9d0b_6a1f_3f1d_7c55);
/// The time until the row of a complete deletion expires.
const DELETION_RETENTION: SignedDuration = SignedDuration::from_hours(24);
/// The maximum number of attempts to delete a profile while other calls change it.
const MAX_ATTEMPTS: u32 = 5;

/// The Users table.
#[derive(Clone, Debug)]
pub struct Users(Database);

pub(crate) fn key(id: UserId) -> Row {
    text_key(id)
}

/// Returns the key of an account's deletion. It contains a UUID version 5, which does not reveal
/// the account.
pub(crate) fn deletion_key(id: UserId) -> Row {
    text_key(format_args!("{DELETED}{}", Uuid::new_v5(&DELETIONS, id.0.as_bytes())))
}

fn handle_key(handle: &Handle) -> Row {
    text_key(format_args!("handle#{handle}"))
}

fn text_key(id: impl ToString) -> Row {
    Row::from([("userId".into(), string(id))])
}

/// The row of a handle.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct HandleRow {
    owner: Option<UserId>,
    next_handle: Option<Handle>,
    /// Seconds since the epoch.
    expires_at: Option<i64>,
}

fn profile_row(user: &User) -> Result<Row, Error> {
    let mut row = Row::from([
        ("userId".into(), string(user.id)),
        ("handle".into(), string(&user.handle)),
        ("firstName".into(), string(&user.first_name)),
        ("createdAt".into(), string(user.created_at)),
        ("notifications".into(), to_attribute_value(&user.notifications)?),
        ("findable".into(), AttributeValue::Bool(user.findable)),
    ]);
    if !user.handle_changes.is_empty() {
        row.insert("handleChanges".into(), to_attribute_value(&user.handle_changes)?);
    }
    if !user.last_name.is_empty() {
        row.insert("lastName".into(), string(&user.last_name));
    }
    Ok(row)
}

impl Users {
    /// Opens the table.
    #[must_use]
    pub fn new(database: &Database) -> Self {
        Self(database.clone())
    }

    /// Reads a profile, strongly consistent.
    pub async fn get(&self, id: UserId) -> Result<Option<User>, Error> {
        self.0.get_as(Table::Users, key(id)).await
    }

    /// Reads profiles, strongly consistent, in no order. Omits users without a profile.
    pub async fn get_all(&self, ids: &BTreeSet<UserId>) -> Result<Vec<User>, Error> {
        self.0.get_all_as(Table::Users, ids.iter().copied().map(key)).await
    }

    /// Reads at most `limit` rows, from a random one on. Returns the ids of the profiles among
    /// them. Repeated calls find all profiles.
    pub async fn sample_ids(&self, limit: usize) -> Result<BTreeSet<UserId>, Error> {
        self.0.sample_user_ids(Table::Users, limit, key(UserId(Uuid::now_v7()))).await
    }

    /// Reads the profile of the user who has a handle.
    pub async fn find_by_handle(&self, handle: &Handle) -> Result<Option<User>, Error> {
        let Some(row) = self.0.get(Table::Users, handle_key(handle)).await? else { return Ok(None) };
        // A handle that rests has no owner.
        let Some(owner) = row.get("owner").and_then(|owner| owner.as_s().ok()) else { return Ok(None) };
        // The user can change the handle between the two reads.
        Ok(self.get(owner.parse()?).await?.filter(|user| user.handle == *handle))
    }

    /// Reads the profile of the user who has a handle, or who replaced it less than [`HANDLE_REST`]
    /// ago.
    pub async fn find_by_recent_handle(&self, handle: &Handle) -> Result<Option<User>, Error> {
        let now = Timestamp::now().as_second();
        let mut handle = handle.clone();
        // Each handle is older than the next one, unless its user returned to it. It then has an
        // owner again.
        for _ in 0..=MAX_HANDLE_CHANGES {
            let row: HandleRow = match self.0.get_as(Table::Users, handle_key(&handle)).await? {
                Some(row) => row,
                None => return Ok(None),
            };
            match row {
                HandleRow { owner: Some(owner), .. } => {
                    return Ok(self.get(owner).await?.filter(|user| user.handle == handle));
                }
                HandleRow { next_handle: Some(next), expires_at: Some(end), .. } if now < end => {
                    handle = next;
                }
                _ => return Ok(None),
            }
        }
        Ok(None)
    }

    /// Creates a profile and reserves its handle.
    ///
    /// Conflicts: [`Conflict::AccountDeleted`], [`Conflict::HandleTaken`], and
    /// [`Conflict::Changed`] if the profile exists already.
    pub async fn create(&self, user: &User) -> Result<Result<(), Conflict>, Error> {
        let absent = Expression::absent("userId");
        let profile = profile_row(user)?;
        let transaction = self.0.transaction().put_if(Table::Users, profile, absent, Conflict::Changed);
        let transaction = reserve_handle(transaction, user).require_account(user.id);
        transaction.replace_names(user.id, None, Some(user)).commit().await
    }

    /// Replaces the profile `old` by `new`. Reserves the new handle; the old one rests.
    ///
    /// Conflicts: [`Conflict::AccountDeleted`], [`Conflict::HandleTaken`], and
    /// [`Conflict::Changed`] if the handle, the preferences or the words in the table Names differ
    /// from `old`.
    pub async fn replace(&self, old: &User, new: &User) -> Result<Result<(), Conflict>, Error> {
        let unchanged = unchanged_names(old)
            .and("(attribute_not_exists(notifications) OR notifications = :chosen)")
            .value(":chosen", to_attribute_value(&old.notifications)?);
        let profile = profile_row(new)?;
        let transaction = self.0.transaction().put_if(Table::Users, profile, unchanged, Conflict::Changed);
        let mut transaction = reserve_handle(transaction, new).require_account(new.id);
        if old.handle != new.handle {
            let mut row = resting_handle(&old.handle)?;
            row.insert("formerOwner".into(), former_owner_hash(old.id, &old.handle));
            row.insert("nextHandle".into(), string(&new.handle));
            transaction = transaction.put(Table::Users, row);
        }
        transaction.replace_names(new.id, Some(old), Some(new)).commit().await
    }

    /// Starts or restarts the deletion of an account. Deletes the profile and the rows of the table
    /// Names; the handle rests. The function `cleanup`, which subscribes to the table, deletes all
    /// other data. Returns `false` if the deletion is already complete.
    pub async fn delete(&self, id: UserId) -> Result<bool, Error> {
        for attempt in 0..MAX_ATTEMPTS {
            back_off(attempt).await;
            let mut row = deletion_key(id);
            row.insert("account".into(), string(id));
            row.insert("askedAt".into(), string(Timestamp::now()));
            let incomplete = Expression::new("attribute_not_exists(userId) OR attribute_exists(account)");
            let transaction = self.0.transaction();
            let transaction = transaction.put_if(Table::Users, row, incomplete, Conflict::AccountDeleted);
            let transaction = match self.get(id).await? {
                Some(profile) => {
                    let unchanged = unchanged_names(&profile);
                    let transaction =
                        transaction.delete_if(Table::Users, key(id), unchanged, Conflict::Changed);
                    let transaction = transaction.put(Table::Users, resting_handle(&profile.handle)?);
                    transaction.replace_names(id, Some(&profile), None)
                }
                // A user without a profile can have pictures. The condition fails if the profile
                // is created now.
                None => transaction.require(
                    Table::Users,
                    key(id),
                    Expression::absent("userId"),
                    Conflict::Changed,
                ),
            };
            match transaction.commit().await? {
                Ok(()) => return Ok(true),
                Err(Conflict::AccountDeleted) => return Ok(false),
                Err(_) => {}
            }
        }
        Err(format!("other calls changed the profile in each of {MAX_ATTEMPTS} attempts").into())
    }

    /// Returns `true` if a `userId` of this table is the key of a deletion.
    #[must_use]
    pub fn is_deletion(key: &str) -> bool {
        key.starts_with(DELETED)
    }

    /// Reads the account of a deletion that is in progress. `key` is the `userId` of its row.
    /// Returns `None` for other keys and for a complete deletion.
    pub async fn find_account_in_deletion(&self, key: &str) -> Result<Option<UserId>, Error> {
        if !Self::is_deletion(key) {
            return Ok(None);
        }
        let row = self.0.get(Table::Users, text_key(key)).await?;
        let account = row.as_ref().and_then(|row| row.get("account")).and_then(|value| value.as_s().ok());
        Ok(account.map(|id| id.parse()).transpose()?)
    }

    /// Completes the deletion of an account: removes the account from the row of the deletion, and
    /// sets the time at which the row expires. Does nothing if there is no such row.
    pub async fn complete_deletion(&self, id: UserId) -> Result<(), Error> {
        let expires_at = seconds(Timestamp::now().checked_add(DELETION_RETENTION)?);
        let request = self
            .0
            .update(Table::Users, deletion_key(id))
            .condition_expression("attribute_exists(userId)")
            .update_expression("SET expiresAt = :expiresAt REMOVE account")
            .expression_attribute_values(":expiresAt", expires_at);
        unless_condition_failed(request.send().await).map(drop)
    }
}

/// Creates a condition that the handle and the words in the table Names are those of `profile`.
fn unchanged_names(profile: &User) -> Expression {
    let unchanged = Expression::new("handle = :handle").value(":handle", string(&profile.handle));
    if !profile.findable {
        let hidden = unchanged.and("(attribute_not_exists(findable) OR findable = :findable)");
        return hidden.value(":findable", AttributeValue::Bool(false));
    }
    let findable = unchanged
        .and("findable = :findable AND firstName = :first")
        .value(":findable", AttributeValue::Bool(true))
        .value(":first", string(&profile.first_name));
    match profile.last_name.as_str() {
        "" => findable.and("attribute_not_exists(lastName)"),
        last_name => findable.and("lastName = :last").value(":last", string(last_name)),
    }
}

/// Adds the reservation of the handle. Fails if another user has it or left it within
/// [`HANDLE_REST`]. DynamoDB deletes expired rows late, so the condition compares the time.
fn reserve_handle<'a>(transaction: Transaction<'a>, user: &User) -> Transaction<'a> {
    let mut row = handle_key(&user.handle);
    row.insert("owner".into(), string(user.id));
    let free = "attribute_not_exists(userId) OR #owner = :me OR formerOwner = :hash OR expiresAt <= :now";
    let free = Expression::new(free)
        .name("#owner", "owner")
        .value(":me", string(user.id))
        .value(":hash", former_owner_hash(user.id, &user.handle))
        .value(":now", seconds(Timestamp::now()));
    transaction.put_if(Table::Users, row, free, Conflict::HandleTaken)
}

/// Returns the row of a handle that nobody can take until [`HANDLE_REST`] has passed.
fn resting_handle(handle: &Handle) -> Result<Row, Error> {
    let mut row = handle_key(handle);
    row.insert("expiresAt".into(), seconds(Timestamp::now().checked_add(HANDLE_REST)?));
    Ok(row)
}

/// Returns a UUID version 5, which does not reveal the user, and not which handles had the same
/// owner.
fn former_owner_hash(id: UserId, handle: &Handle) -> AttributeValue {
    string(Uuid::new_v5(&FORMER_OWNERS, format!("{id}#{handle}").as_bytes()))
}
