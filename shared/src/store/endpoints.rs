//! Tables of what people can be reached at: open connections, devices. An endpoint is one person's at a time.
//!
//! | row | says |
//! |---|---|
//! | `ENDPOINT` | whose it is, and since when |
//! | `user#ID` | all endpoints of a person |
//!
//! Both are written in one transaction, so that either way one strongly consistent read finds what is there now.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{AttributeValue, Delete, Put, TransactWriteItem, Update};
use jiff::Timestamp;
use serde::Deserialize;

use super::transaction::{self, Outcome, transact, write};
use super::{Row, Users, batch, from_row, text};
use crate::Error;
use crate::aws::{Cloud, variable};
use crate::model::UserId;

/// How often others may change the same rows between reading and writing.
const MOST_ROUNDS: usize = 5;
/// What the keys of people's rows begin with.
const USER: &str = "user#";

/// What became of a new endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Registered {
    /// It is the person's now.
    Done,
    /// The person has as many as they may have.
    TooMany,
    /// The person's account was deleted.
    AccountDeleted,
}

/// An endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Endpoint {
    /// Whose it is.
    pub user_id: UserId,
    /// Since when (UTC).
    pub since: Timestamp,
}

/// What one person can be reached at.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OfUser {
    endpoint_id: String,
    #[serde(default)]
    endpoints: BTreeSet<String>,
}

/// A table of endpoints.
#[derive(Clone, Debug)]
pub struct Endpoints {
    client: Client,
    table: String,
}

fn key_row(endpoint: &str) -> Row {
    Row::from([("endpointId".into(), text(endpoint))])
}

fn user_key(user: UserId) -> Row {
    key_row(&format!("{USER}{user}"))
}

impl Endpoints {
    /// Open WebSocket connections, by the id that API Gateway gives them: the table that `CONNECTIONS_TABLE` names.
    ///
    /// # Errors
    /// The variable is not set.
    pub fn connections_from_env(cloud: &Cloud) -> Result<Self, Error> {
        Ok(Self::new(cloud.dynamodb(), variable("CONNECTIONS_TABLE")?))
    }

    /// Phones, by the ARN of their SNS platform endpoint: the table that `DEVICES_TABLE` names.
    ///
    /// # Errors
    /// The variable is not set.
    pub fn devices_from_env(cloud: &Cloud) -> Result<Self, Error> {
        Ok(Self::new(cloud.dynamodb(), variable("DEVICES_TABLE")?))
    }

    /// A table of that name.
    #[must_use]
    pub fn new(client: Client, table: String) -> Self {
        Self { client, table }
    }

    /// Makes an endpoint a person's, whoever had it before; one of at most `most`. `expires`: when DynamoDB may forget it.
    ///
    /// # Errors
    /// DynamoDB's.
    pub async fn register(
        &self,
        user: UserId,
        endpoint: &str,
        most: usize,
        expires: Option<Timestamp>,
        users: &Users,
    ) -> Result<Registered, Error> {
        for _ in 0..MOST_ROUNDS {
            let before = self.get(endpoint).await?.map(|endpoint| endpoint.user_id);
            let mut writes = vec![
                users.not_deleted(user)?,
                self.add_to(user, endpoint, most, expires)?,
                self.put(user, endpoint, before, expires)?,
            ];
            if let Some(other) = before.filter(|other| *other != user) {
                writes.push(self.take_from(other, endpoint)?);
            }
            match transact(&self.client, writes).await? {
                Outcome::Done => return Ok(Registered::Done),
                Outcome::Refused(places) if places.contains(&0) => return Ok(Registered::AccountDeleted),
                Outcome::Refused(places) if places.contains(&1) => return Ok(Registered::TooMany),
                Outcome::Refused(_) => {}
            }
        }
        Err("this endpoint goes from hand to hand".into())
    }

    fn put(
        &self,
        user: UserId,
        endpoint: &str,
        before: Option<UserId>,
        expires: Option<Timestamp>,
    ) -> Result<TransactWriteItem, Error> {
        let mut row = key_row(endpoint);
        row.insert("userId".into(), text(user));
        row.insert("since".into(), text(Timestamp::now()));
        row.extend(expires.map(expires_at));
        let put = Put::builder().table_name(&self.table).set_item(Some(row));
        Ok(write(
            match before {
                None => put.condition_expression("attribute_not_exists(endpointId)"),
                Some(before) => put
                    .condition_expression("userId = :before")
                    .expression_attribute_values(":before", text(before)),
            }
            .build()?,
        ))
    }

    fn add_to(
        &self,
        user: UserId,
        endpoint: &str,
        most: usize,
        expires: Option<Timestamp>,
    ) -> Result<TransactWriteItem, Error> {
        let room = "attribute_not_exists(endpoints) OR size(endpoints) < :most OR contains(endpoints, :id)";
        let update = Update::builder().table_name(&self.table).set_key(Some(user_key(user)));
        let update = update
            .condition_expression(room)
            .expression_attribute_values(":most", AttributeValue::N(most.to_string()))
            .expression_attribute_values(":id", text(endpoint))
            .expression_attribute_values(":ids", AttributeValue::Ss(vec![endpoint.to_owned()]));
        let update = match expires.map(expires_at) {
            None => update.update_expression("ADD endpoints :ids"),
            Some((name, at)) => update
                .update_expression(format!("SET {name} = :at ADD endpoints :ids"))
                .expression_attribute_values(":at", at),
        };
        Ok(TransactWriteItem::builder().update(update.build()?).build())
    }

    fn take_from(&self, user: UserId, endpoint: &str) -> Result<TransactWriteItem, Error> {
        let update = Update::builder()
            .table_name(&self.table)
            .set_key(Some(user_key(user)))
            .update_expression("DELETE endpoints :ids")
            .condition_expression("attribute_exists(endpointId)")
            .expression_attribute_values(":ids", AttributeValue::Ss(vec![endpoint.to_owned()]));
        Ok(TransactWriteItem::builder().update(update.build()?).build())
    }

    /// An endpoint, if it is somebody's (strongly consistent).
    ///
    /// # Errors
    /// DynamoDB's.
    pub async fn get(&self, endpoint: &str) -> Result<Option<Endpoint>, Error> {
        let request = self.client.get_item().table_name(&self.table).set_key(Some(key_row(endpoint)));
        request.consistent_read(true).send().await?.item.map(from_row).transpose()
    }

    /// Forgets an endpoint, if it is still that person's.
    ///
    /// # Errors
    /// DynamoDB's.
    pub async fn remove(&self, user: UserId, endpoint: &str) -> Result<(), Error> {
        let own = Delete::builder().table_name(&self.table).set_key(Some(key_row(endpoint)));
        let own = own.condition_expression("userId = :user").expression_attribute_values(":user", text(user));
        let writes = vec![transaction::delete(own.build()?), self.take_from(user, endpoint)?];
        match transact(&self.client, writes).await? {
            Outcome::Done => Ok(()),
            // It expired, or is somebody else's.
            Outcome::Refused(_) => {
                transact(&self.client, vec![self.take_from(user, endpoint)?]).await.map(drop)
            }
        }
    }

    /// What these people can be reached at (strongly consistent); who has nothing is left out.
    ///
    /// # Errors
    /// DynamoDB's.
    pub async fn of(
        &self,
        users: impl IntoIterator<Item = UserId>,
    ) -> Result<BTreeMap<UserId, BTreeSet<String>>, Error> {
        let keys = users.into_iter().map(user_key).collect();
        people(batch::get_all(&self.client, &self.table, keys).await?)
    }

    /// A page of everybody with what they can be reached at (strongly consistent), and where to read on.
    ///
    /// # Errors
    /// DynamoDB's.
    pub async fn page(
        &self,
        after: Option<String>,
    ) -> Result<(BTreeMap<UserId, BTreeSet<String>>, Option<String>), Error> {
        let request = self.client.scan().table_name(&self.table).consistent_read(true);
        let request = request.filter_expression("begins_with(endpointId, :user)");
        let request = request.expression_attribute_values(":user", text(USER));
        let reply = request.set_exclusive_start_key(after.as_deref().map(key_row)).send().await?;
        let next = reply.last_evaluated_key.as_ref().and_then(|key| key.get("endpointId"));
        let next = next.and_then(|id| id.as_s().ok()).cloned();
        Ok((people(reply.items.unwrap_or_default())?, next))
    }

    /// Forgets those of a person's endpoints whose own rows have expired.
    ///
    /// # Errors
    /// DynamoDB's.
    pub async fn forget_expired(&self, user: UserId) -> Result<(), Error> {
        let all = self.of([user]).await?.remove(&user).unwrap_or_default();
        let rows = batch::get_all(&self.client, &self.table, all.iter().map(|id| key_row(id)).collect());
        let now = Timestamp::now().as_second();
        let there: BTreeSet<_> = rows.await?.iter().filter_map(|row| unexpired(row, now)).collect();
        for gone in all.difference(&there) {
            self.remove(user, gone).await?;
        }
        Ok(())
    }

    /// Forgets all of a person's endpoints.
    ///
    /// # Errors
    /// DynamoDB's.
    pub async fn remove_all(&self, user: UserId) -> Result<(), Error> {
        let all = self.of([user]).await?.remove(&user).unwrap_or_default();
        let keys = all.iter().map(|endpoint| key_row(endpoint)).collect();
        batch::delete_all(&self.client, &self.table, keys).await?;
        batch::delete_all(&self.client, &self.table, vec![user_key(user)]).await
    }
}

/// Which endpoint a row is about, unless it has expired.
fn unexpired(row: &Row, now: i64) -> Option<String> {
    let at = row.get("expiresAt").and_then(|at| at.as_n().ok()?.parse().ok());
    let endpoint = row.get("endpointId")?.as_s().ok()?;
    at.is_none_or(|at: i64| at > now).then(|| endpoint.clone())
}

fn expires_at(at: Timestamp) -> (String, AttributeValue) {
    ("expiresAt".into(), AttributeValue::N(at.as_second().to_string()))
}

fn people(rows: Vec<Row>) -> Result<BTreeMap<UserId, BTreeSet<String>>, Error> {
    let mut people = BTreeMap::new();
    for row in rows {
        let row: OfUser = from_row(row)?;
        let user = row.endpoint_id.strip_prefix(USER).ok_or("a row of endpoints that is nobody's")?;
        if !row.endpoints.is_empty() {
            people.insert(user.parse()?, row.endpoints);
        }
    }
    Ok(people)
}
