//! The Connections and Devices tables: the endpoints to which the application sends messages. An
//! endpoint belongs to one member at a time.
//!
//! | `endpointId` | row |
//! |---|---|
//! | `ENDPOINT` | its member, the time of registration, and whether it must be replaced |
//! | `user#ID` | the set of a member's endpoints |
//!
//! Both rows are written in one transaction, so that one strongly consistent read finds the member
//! of an endpoint or the endpoints of a member.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_dynamodb::types::AttributeValue;
use domain::UserId;
use jiff::Timestamp;
use serde::Deserialize;

use crate::database::{Database, Table};
use crate::retry::back_off;
use crate::transaction::{Conflict, Expression, Transaction};
use crate::{Error, Row, from_row, number, seconds, string};

/// The maximum number of attempts to register an endpoint while other calls change its rows.
pub(crate) const MAX_ATTEMPTS: u32 = 5;
/// The prefix of the rows of members.
const USER: &str = "user#";

/// An endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Endpoint {
    /// The member who receives the messages.
    pub user_id: UserId,
    /// The time of registration (UTC).
    pub since: Timestamp,
    /// Whether the endpoint must be deleted and replaced, because it belonged to another member
    /// before. Messages for that member can still be on their way to it.
    #[serde(default)]
    pub must_replace: bool,
}

/// The assignment of an endpoint to a member.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Registration<'a> {
    pub(crate) user: UserId,
    pub(crate) endpoint: &'a str,
    /// The maximum number of endpoints of the member.
    pub(crate) max: u32,
    /// An endpoint of the member that does not count, because the caller removes it afterwards.
    pub(crate) replaced: Option<&'a str>,
    /// Whether to take the endpoint from another member.
    pub(crate) moves: bool,
    /// The time at which the rows expire.
    pub(crate) expires_at: Option<Timestamp>,
}

/// The row of a member.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UserRow {
    endpoint_id: String,
    #[serde(default)]
    endpoints: BTreeSet<String>,
}

/// A table of endpoints.
#[derive(Clone, Debug)]
pub struct Endpoints {
    database: Database,
    table: Table,
}

pub(crate) fn key(endpoint: &str) -> Row {
    Row::from([("endpointId".into(), string(endpoint))])
}

fn user_key(user: UserId) -> Row {
    key(&format!("{USER}{user}"))
}

fn string_set(endpoint: &str) -> AttributeValue {
    AttributeValue::Ss(vec![endpoint.to_owned()])
}

impl Endpoints {
    /// Opens the table of WebSocket connections, by the connection ids of API Gateway.
    #[must_use]
    pub fn connections(database: &Database) -> Self {
        Self { database: database.clone(), table: Table::Connections }
    }

    /// Opens the table of phones, by the ARNs of their SNS platform endpoints.
    #[must_use]
    pub fn devices(database: &Database) -> Self {
        Self { database: database.clone(), table: Table::Devices }
    }

    /// Assigns an endpoint to a member, removes it from its previous member, and returns the new
    /// row. `max` is the maximum number of endpoints of the member. If the member has the endpoint
    /// `replaced`, they can have one more until the caller removes it.
    ///
    /// Conflicts: [`Conflict::AccountDeleted`], [`Conflict::LimitReached`] and, if other calls
    /// change the rows during every attempt, [`Conflict::Changed`]. A call with a conflict changes
    /// no row, but after [`Conflict::Changed`] the endpoint can belong to another member than
    /// before the call.
    pub async fn register(
        &self,
        user: UserId,
        endpoint: &str,
        max: u32,
        replaced: Option<&str>,
    ) -> Result<Result<Endpoint, Conflict>, Error> {
        let registration = Registration { user, endpoint, max, replaced, moves: true, expires_at: None };
        self.register_if(registration, None).await
    }

    /// Assigns an endpoint as [`Endpoints::register`] does, unless it belongs to another member: in
    /// that case, the conflict is [`Conflict::Changed`].
    pub async fn register_unless_taken(
        &self,
        user: UserId,
        endpoint: &str,
        max: u32,
        replaced: Option<&str>,
    ) -> Result<Result<Endpoint, Conflict>, Error> {
        let registration = Registration { user, endpoint, max, replaced, moves: false, expires_at: None };
        self.register_if(registration, None).await
    }

    /// Assigns an endpoint as [`Endpoints::register`] does, on a condition on another row of the
    /// table.
    pub(crate) async fn register_if(
        &self,
        registration: Registration<'_>,
        condition: Option<(Row, Expression, Conflict)>,
    ) -> Result<Result<Endpoint, Conflict>, Error> {
        let Registration { user, endpoint, moves, .. } = registration;
        for attempt in 0..MAX_ATTEMPTS {
            back_off(attempt).await;
            let old = self.get(endpoint).await?;
            let previous = old.map(|old| old.user_id).filter(|previous| *previous != user);
            if !moves && previous.is_some() {
                return Ok(Err(Conflict::Changed));
            }
            // A mark stays until the endpoint is removed.
            let must_replace = previous.is_some() || old.is_some_and(|old| old.must_replace);
            let new = Endpoint { user_id: user, since: Timestamp::now(), must_replace };
            let mut transaction = self.database.transaction().require_account(user);
            if let Some((key, condition, conflict)) = condition.clone() {
                transaction = transaction.require(self.table, key, condition, conflict);
            }
            let transaction = self.add_to_user(transaction, registration);
            let mut transaction = self.put_endpoint(transaction, registration, old, new);
            if let Some(previous) = previous {
                transaction = self.remove_from_user(transaction, previous, endpoint);
            }
            match transaction.commit().await? {
                Ok(()) => return Ok(Ok(new)),
                Err(Conflict::Changed) => {}
                Err(conflict) => return Ok(Err(conflict)),
            }
        }
        Ok(Err(Conflict::Changed))
    }

    fn put_endpoint<'a>(
        &self,
        transaction: Transaction<'a>,
        Registration { endpoint, expires_at, .. }: Registration<'_>,
        old: Option<Endpoint>,
        new: Endpoint,
    ) -> Transaction<'a> {
        let mut row = key(endpoint);
        row.insert("userId".into(), string(new.user_id));
        row.insert("since".into(), string(new.since));
        row.extend(new.must_replace.then(|| ("mustReplace".into(), AttributeValue::Bool(true))));
        row.extend(expires_at.map(|at| ("expiresAt".into(), seconds(at))));
        let condition = match old {
            None => Expression::absent("endpointId"),
            Some(old) => {
                let same = Expression::new("userId = :before").value(":before", string(old.user_id));
                // Keeps a mark that another call has set since the read.
                if new.must_replace { same } else { same.and("attribute_not_exists(mustReplace)") }
            }
        };
        transaction.put_if(self.table, row, condition, Conflict::Changed)
    }

    fn add_to_user<'a>(
        &self,
        transaction: Transaction<'a>,
        Registration { user, endpoint, max, expires_at, replaced, .. }: Registration<'_>,
    ) -> Transaction<'a> {
        let below_limit = Expression::new(
            "attribute_not_exists(endpoints) OR size(endpoints) < :most OR contains(endpoints, :id)",
        );
        let mut below_limit = below_limit.value(":most", number(max)).value(":id", string(endpoint));
        if let Some(replaced) = replaced {
            below_limit =
                below_limit.or("contains(endpoints, :replaced)").value(":replaced", string(replaced));
        }
        let update = match expires_at {
            None => Expression::new("ADD endpoints :ids"),
            Some(at) => Expression::new("SET expiresAt = :at ADD endpoints :ids").value(":at", seconds(at)),
        };
        let update = update.value(":ids", string_set(endpoint));
        transaction.update_if(self.table, user_key(user), update, below_limit, Conflict::LimitReached)
    }

    fn remove_from_user<'a>(
        &self,
        transaction: Transaction<'a>,
        user: UserId,
        endpoint: &str,
    ) -> Transaction<'a> {
        let update = Expression::new("DELETE endpoints :ids").value(":ids", string_set(endpoint));
        let exists = Expression::exists("endpointId");
        transaction.update_if(self.table, user_key(user), update, exists, Conflict::Changed)
    }

    /// Reads an endpoint, strongly consistent. Returns `None` if no member has the endpoint.
    pub async fn get(&self, endpoint: &str) -> Result<Option<Endpoint>, Error> {
        self.database.get_as(self.table, key(endpoint)).await
    }

    /// Deletes an endpoint if it still belongs to the member.
    pub async fn remove(&self, user: UserId, endpoint: &str) -> Result<(), Error> {
        let own = Expression::new("userId = :user").value(":user", string(user));
        let delete = self.database.transaction().delete_if(self.table, key(endpoint), own, Conflict::Changed);
        if self.remove_from_user(delete, user, endpoint).commit().await?.is_err() {
            // The endpoint expired or belongs to another member. Its name can still be in the
            // member's set.
            self.remove_from_set(user, endpoint).await?;
        }
        Ok(())
    }

    /// Removes an endpoint from the set of a member. Succeeds even if the member has no set.
    pub(crate) async fn remove_from_set(&self, user: UserId, endpoint: &str) -> Result<(), Error> {
        let transaction = self.remove_from_user(self.database.transaction(), user, endpoint);
        // The only conflict is a missing set.
        let _ = transaction.commit().await?;
        Ok(())
    }

    /// Reads the endpoints of members, strongly consistent. Omits members without endpoints.
    pub async fn find_by_users(
        &self,
        users: impl IntoIterator<Item = UserId>,
    ) -> Result<BTreeMap<UserId, BTreeSet<String>>, Error> {
        let keys = users.into_iter().map(user_key).collect();
        parse_users(self.database.get_all(self.table, keys).await?)
    }

    /// Removes all endpoints of a member.
    pub async fn remove_all(&self, user: UserId) -> Result<(), Error> {
        let endpoints = self.find_by_users([user]).await?.remove(&user).unwrap_or_default();
        self.database.delete_all(self.table, endpoints.iter().map(|id| key(id)).collect()).await?;
        self.database.delete_all(self.table, vec![user_key(user)]).await
    }
}

fn parse_users(rows: Vec<Row>) -> Result<BTreeMap<UserId, BTreeSet<String>>, Error> {
    let mut users = BTreeMap::new();
    for row in rows {
        let row: UserRow = from_row(row)?;
        let user = row
            .endpoint_id
            .strip_prefix(USER)
            .ok_or("the key of a member's row does not begin with user#")?;
        if !row.endpoints.is_empty() {
            users.insert(user.parse()?, row.endpoints);
        }
    }
    Ok(users)
}
