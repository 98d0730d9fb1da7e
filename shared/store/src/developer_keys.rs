//! The Keys table: the developer keys of members.
//!
//! | `keyId` | row |
//! |---|---|
//! | `KEY` | the [`DeveloperKey`] |
//! | `user#ID` | the set of a member's keys |
//!
//! Both rows are written in one transaction, so that one strongly consistent read finds the member
//! of a key or the keys of a member.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::AttributeValue;
use domain::{DeveloperKey, KeyId, MAX_KEYS, UserId};
use serde::Deserialize;

use crate::database::{Database, Table, unless_condition_failed};
use crate::transaction::{Conflict, Expression, Transaction};
use crate::{Error, Row, number, string, to_row};

/// The row of a member.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct UserRow {
    #[serde(default)]
    key_ids: BTreeSet<KeyId>,
}

/// The Keys table.
#[derive(Clone, Debug)]
pub struct DeveloperKeys(Database);

fn row_key(id: impl ToString) -> Row {
    Row::from([("keyId".into(), string(id))])
}

fn user_key(user: UserId) -> Row {
    row_key(format_args!("user#{user}"))
}

fn string_set(key: KeyId) -> AttributeValue {
    AttributeValue::Ss(vec![key.to_string()])
}

impl DeveloperKeys {
    /// Opens the table.
    #[must_use]
    pub fn new(database: &Database) -> Self {
        Self(database.clone())
    }

    /// Adds a key and counts it in the day.
    ///
    /// Conflicts: [`Conflict::AccountDeleted`], [`Conflict::NoProfile`], [`Conflict::LimitReached`]
    /// after [`MAX_KEYS`], and [`Conflict::QuotaExceeded`].
    pub async fn create(&self, key: &DeveloperKey) -> Result<Result<(), Conflict>, Error> {
        let (user, id) = (key.user_id, key.key_id);
        let below_limit = Expression::new("attribute_not_exists(keyIds) OR size(keyIds) < :max");
        let below_limit = below_limit.value(":max", number(MAX_KEYS));
        let add = Expression::new("ADD keyIds :ids").value(":ids", string_set(id));
        let transaction = self.0.transaction().require_account(user).require_profile(user);
        let transaction =
            transaction.put_if(Table::Keys, to_row(key)?, Expression::absent("keyId"), Conflict::Changed);
        let transaction =
            transaction.update_if(Table::Keys, user_key(user), add, below_limit, Conflict::LimitReached);
        transaction.count_key(user, key.created_at).commit().await
    }

    /// Stores the id of the API key of API Gateway. Returns `false` if the key was deleted.
    pub async fn set_api_key(&self, key: KeyId, api_key_id: &str) -> Result<bool, Error> {
        let request = self.0.update(Table::Keys, row_key(key));
        let request = request
            .update_expression("SET apiKeyId = :id")
            .expression_attribute_values(":id", string(api_key_id))
            .condition_expression("attribute_exists(keyId)");
        Ok(unless_condition_failed(request.send().await)?.is_some())
    }

    /// Reads a key, strongly consistent.
    pub async fn get(&self, key: KeyId) -> Result<Option<DeveloperKey>, Error> {
        self.0.get_as(Table::Keys, row_key(key)).await
    }

    /// Reads the keys of a member, newest first, strongly consistent.
    pub async fn list_of(&self, user: UserId) -> Result<Vec<DeveloperKey>, Error> {
        let row: UserRow = self.0.get_as(Table::Keys, user_key(user)).await?.unwrap_or_default();
        let mut keys: Vec<DeveloperKey> =
            self.0.get_all_as(Table::Keys, row.key_ids.into_iter().map(row_key)).await?;
        keys.sort_unstable_by_key(|key| Reverse(key.key_id));
        Ok(keys)
    }

    /// Deletes a key. Succeeds even if the key does not exist. Delete its API key before, because
    /// only the row contains the id of the API key.
    ///
    /// Returns `false` and deletes nothing if the row contains an API key that `key` does not
    /// contain, which [`DeveloperKeys::set_api_key`] stored in the meantime.
    pub async fn delete(&self, key: &DeveloperKey) -> Result<bool, Error> {
        let (user, id) = (key.user_id, key.key_id);
        let unchanged = Expression::absent("apiKeyId");
        let unchanged = match &key.api_key_id {
            Some(api_key) => unchanged.or("apiKeyId = :read").value(":read", string(api_key)),
            None => unchanged,
        };
        let transaction = self.0.transaction();
        let transaction =
            transaction.delete_if(Table::Keys, row_key(id), unchanged.clone(), Conflict::Changed);
        if remove_from_user(transaction, user, id).commit().await?.is_ok() {
            return Ok(true);
        }
        // The row of the key has another API key, or that of the member was deleted.
        let Expression { text, values, .. } = unchanged;
        let request = self.0.delete(Table::Keys, row_key(id)).condition_expression(text);
        let values = (!values.is_empty()).then_some(values);
        let request = request.set_expression_attribute_values(values);
        Ok(unless_condition_failed(request.send().await)?.is_some())
    }

    /// Deletes the row of a member whose keys were deleted.
    pub async fn forget_member(&self, user: UserId) -> Result<(), Error> {
        self.0.delete(Table::Keys, user_key(user)).send().await?;
        Ok(())
    }
}

fn remove_from_user(transaction: Transaction<'_>, user: UserId, key: KeyId) -> Transaction<'_> {
    let remove = Expression::new("DELETE keyIds :ids").value(":ids", string_set(key));
    transaction.update_if(Table::Keys, user_key(user), remove, Expression::exists("keyId"), Conflict::Changed)
}
