//! The DynamoDB client with the names of the tables.

use std::collections::BTreeSet;
use std::sync::Arc;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::delete_item::DeleteItemError;
use aws_sdk_dynamodb::operation::delete_item::builders::DeleteItemFluentBuilder;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::put_item::builders::PutItemFluentBuilder;
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use domain::{PageRequest, UserId};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::aws::{Cloud, variable};
use crate::transaction::Transaction;
use crate::{Error, Row, from_row, from_rows, string};

/// A table of the application.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    /// See [`crate::Albums`].
    Albums,
    /// See [`crate::Comments`].
    Comments,
    /// Open WebSocket connections; see [`crate::Connections`].
    Connections,
    /// See [`crate::Deadlines`].
    Deadlines,
    /// Phones; see [`crate::Endpoints`].
    Devices,
    /// See [`crate::Feeds`].
    Feeds,
    /// See [`crate::Friendships`].
    Friendships,
    /// See [`crate::DeveloperKeys`].
    Keys,
    /// See [`crate::Links`].
    Links,
    /// See [`crate::Names`].
    Names,
    /// See [`crate::Notifications`].
    Notifications,
    /// See [`crate::Pictures`].
    Pictures,
    /// See [`crate::Quotas`].
    Quotas,
    /// See [`crate::IdempotencyStore`].
    Receipts,
    /// See [`crate::Secrets`].
    Secrets,
    /// See [`crate::Users`].
    Users,
    /// The watches of open connections; see [`crate::Connections`].
    Watches,
}

impl Table {
    /// All tables, in the order of declaration.
    pub const ALL: [Self; 17] = [
        Self::Albums,
        Self::Comments,
        Self::Connections,
        Self::Deadlines,
        Self::Devices,
        Self::Feeds,
        Self::Friendships,
        Self::Keys,
        Self::Links,
        Self::Names,
        Self::Notifications,
        Self::Pictures,
        Self::Quotas,
        Self::Receipts,
        Self::Secrets,
        Self::Users,
        Self::Watches,
    ];

    /// Returns the name of the environment variable that contains the name of the table.
    #[must_use]
    pub fn variable(self) -> String {
        format!("{self:?}_TABLE").to_uppercase()
    }
}

/// The client and the names of all tables. Clones share one client.
#[derive(Clone, Debug)]
pub struct Database(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    client: Client,
    names: [String; Table::ALL.len()],
}

impl Database {
    /// Reads the name of each table from the environment variable [`Table::variable`].
    ///
    /// # Errors
    /// Returns an error that names the variable if it is not set.
    pub fn from_env(cloud: &Cloud) -> Result<Self, Error> {
        let mut names = [const { String::new() }; Table::ALL.len()];
        for (name, table) in names.iter_mut().zip(Table::ALL) {
            *name = variable(&table.variable())?;
        }
        Ok(Self(Arc::new(Inner { client: cloud.dynamodb(), names })))
    }

    /// Creates a database with the table names that `name_table` returns.
    #[must_use]
    pub fn new(client: Client, name_table: impl Fn(Table) -> String) -> Self {
        Self(Arc::new(Inner { client, names: Table::ALL.map(name_table) }))
    }

    /// Starts a transaction.
    pub(crate) fn transaction(&self) -> Transaction<'_> {
        Transaction::new(self)
    }

    pub(crate) fn client(&self) -> &Client {
        &self.0.client
    }

    /// Returns the name of a table in this deployment.
    pub(crate) fn name(&self, table: Table) -> &str {
        &self.0.names[table as usize]
    }

    /// Reads one row, strongly consistent.
    pub(crate) async fn get(&self, table: Table, key: Row) -> Result<Option<Row>, Error> {
        let request = self.client().get_item().table_name(self.name(table)).set_key(Some(key));
        Ok(request.consistent_read(true).send().await?.item)
    }

    /// Reads one row, strongly consistent, and deserializes it.
    pub(crate) async fn get_as<T: DeserializeOwned>(
        &self,
        table: Table,
        key: Row,
    ) -> Result<Option<T>, Error> {
        self.get(table, key).await?.map(from_row).transpose()
    }

    pub(crate) fn put(&self, table: Table, row: Row) -> PutItemFluentBuilder {
        self.client().put_item().table_name(self.name(table)).set_item(Some(row))
    }

    pub(crate) fn update(&self, table: Table, key: Row) -> UpdateItemFluentBuilder {
        self.client().update_item().table_name(self.name(table)).set_key(Some(key))
    }

    pub(crate) fn delete(&self, table: Table, key: Row) -> DeleteItemFluentBuilder {
        self.client().delete_item().table_name(self.name(table)).set_key(Some(key))
    }

    /// Builds a query of the partition in which the partition key `name` has this value. The
    /// placeholder of the value is the name without the suffix `Id`, such as `:user` for `userId`.
    pub(crate) fn query(&self, table: Table, name: &str, value: impl ToString) -> QueryFluentBuilder {
        let request = self.client().query().table_name(self.name(table));
        request
            .key_condition_expression(equals(name))
            .expression_attribute_values(placeholder(name), string(value))
    }

    /// Builds a query of a page of a partition, newest picture first. The sort key must be
    /// `pictureId`.
    pub(crate) fn query_newest(
        &self,
        table: Table,
        name: &str,
        value: impl ToString,
        page: PageRequest,
    ) -> Result<QueryFluentBuilder, Error> {
        let request =
            self.query(table, name, value).limit(i32::try_from(page.limit)?).scan_index_forward(false);
        Ok(match page.after {
            None => request,
            Some(after) => request
                .key_condition_expression(format!("{} AND pictureId < :after", equals(name)))
                .expression_attribute_values(":after", string(after)),
        })
    }

    /// Reads a page of the whole table after the key `start`, strongly consistent. The second value
    /// is the key of the last row if more rows can follow.
    pub(crate) async fn scan<T: DeserializeOwned>(
        &self,
        table: Table,
        limit: usize,
        start: Option<Row>,
    ) -> Result<(Vec<T>, Option<Row>), Error> {
        let request = self.client().scan().table_name(self.name(table)).consistent_read(true);
        let request = request.limit(i32::try_from(limit)?).set_exclusive_start_key(start);
        let reply = request.send().await?;
        Ok((from_rows(reply.items)?, reply.last_evaluated_key))
    }

    /// Reads at most `limit` rows of a table, from the key `random` on and then from the first row.
    /// Returns the user ids among the values of `userId`. Repeated calls with random keys find all
    /// ids. Strongly consistent.
    pub(crate) async fn sample_user_ids(
        &self,
        table: Table,
        limit: usize,
        random: Row,
    ) -> Result<BTreeSet<UserId>, Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct RowKey {
            user_id: String,
        }
        let (mut ids, mut left) = (BTreeSet::new(), limit);
        // Only the hash of the first key matters. DynamoDB does not require that the row exists.
        for mut start in [Some(random), None] {
            while left > 0 {
                let rows: Vec<RowKey>;
                (rows, start) = self.scan(table, left, start).await?;
                left -= rows.len();
                ids.extend(rows.iter().filter_map(|row| row.user_id.parse::<UserId>().ok()));
                if start.is_none() {
                    break;
                }
            }
        }
        Ok(ids)
    }
}

fn placeholder(name: &str) -> String {
    format!(":{}", name.trim_end_matches("Id"))
}

fn equals(name: &str) -> String {
    format!("{name} = {}", placeholder(name))
}

/// An error of a single write that can have a condition.
pub(crate) trait WriteError: std::error::Error + Send + Sync + 'static {
    fn is_condition_failed(&self) -> bool;
}

macro_rules! write_errors {
    ($($error:ident),*) => {$(
        impl WriteError for $error {
            fn is_condition_failed(&self) -> bool {
                self.is_conditional_check_failed_exception()
            }
        }
    )*};
}
write_errors!(DeleteItemError, PutItemError, UpdateItemError);

/// Converts the error of a failed condition of a single write to `None`.
pub(crate) fn unless_condition_failed<T, E, R>(result: Result<T, SdkError<E, R>>) -> Result<Option<T>, Error>
where
    E: WriteError,
    R: std::fmt::Debug + Send + Sync + 'static,
{
    match result {
        Ok(reply) => Ok(Some(reply)),
        Err(SdkError::ServiceError(error)) if error.err().is_condition_failed() => Ok(None),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_in_the_order_of_declaration_and_name_their_variables() {
        for (index, table) in Table::ALL.into_iter().enumerate() {
            assert_eq!(table as usize, index);
        }
        assert_eq!(Table::Pictures.variable(), "PICTURES_TABLE");
    }
}
