//! The Connections table with the WebSocket connections of members, and the Watches table with what
//! the connections watch.
//!
//! | table | key | row |
//! |---|---|---|
//! | Connections | `CONNECTION`, `user#ID` | a connection and the connections of a member; see [`Endpoints`] |
//! | Connections | `signOut#ID` | the time at which a member signed out everywhere |
//! | Watches | topic, connection | a connection that watches a topic |
//!
//! The row of a connection lists its topics, so that one transaction replaces or removes the rows
//! of the Watches table.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_dynamodb::types::AttributeValue;
use domain::{PUBLIC_SHARDS, Topic, UserId, Watch};
use futures_util::future::try_join_all;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::database::{Database, Table};
use crate::endpoints::{self, Endpoints, MAX_ATTEMPTS, Registration};
use crate::retry::back_off;
use crate::transaction::{Conflict, Expression};
use crate::{Error, Row, from_rows, number, seconds, string, to_row};

/// The maximum number of connections that watch a picture and that a change of it reaches. The same
/// maximum applies to the connections that watch the owner. It also applies to the connections that
/// watch the public pictures, in all shards together.
pub const MAX_WATCHERS: usize = 1_000;
/// The maximum number of expired watches that one call of [`Connections::find_watchers`] deletes.
const MAX_DELETED_WATCHES: usize = 100;
/// The time after a sign-out everywhere during which earlier credentials can still be valid:
/// [an hour](https://docs.aws.amazon.com/cognito/latest/developerguide/role-trust-and-permissions.html).
const OLD_CREDENTIALS: SignedDuration = SignedDuration::from_hours(1);

/// Ids of connections by member.
pub type ConnectionsByUser = BTreeMap<UserId, BTreeSet<String>>;

/// The connections of members or of a topic.
#[derive(Debug, Default)]
pub struct FoundConnections {
    /// Connections that can receive messages.
    pub open: ConnectionsByUser,
    /// Connections to close and remove.
    pub expired: ConnectionsByUser,
}

/// A connection.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Connection {
    endpoint_id: String,
    /// The member who opened it.
    pub user_id: UserId,
    /// The time of registration (UTC).
    pub since: Timestamp,
    /// Seconds since the epoch.
    expires_at: i64,
    /// The topics with a row in the Watches table.
    #[serde(default)]
    topics: Vec<String>,
    /// The time of the last change of the topics, in milliseconds since the epoch.
    watched_at: Option<i64>,
}

impl Connection {
    /// Returns `true` if the connection has expired.
    #[must_use]
    pub fn is_expired(&self) -> bool {
        has_expired(self.expires_at)
    }

    /// Creates the condition that the row has not changed since the read.
    fn is_unchanged(&self) -> Expression {
        let user = Expression::new("userId = :user").value(":user", string(self.user_id));
        match self.watched_at {
            None => user.and("attribute_not_exists(watchedAt)"),
            Some(at) => user.and("watchedAt = :seen").value(":seen", number(at)),
        }
    }
}

fn has_expired(expires_at: i64) -> bool {
    expires_at <= Timestamp::now().as_second()
}

/// A row of the Watches table.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct WatchRow {
    topic: String,
    connection_id: String,
    user_id: UserId,
    expires_at: i64,
}

fn watch_key(topic: impl ToString, connection: &str) -> Row {
    Row::from([("topic".into(), string(topic)), ("connectionId".into(), string(connection))])
}

/// A sign-out of a member everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SignOut {
    signed_out_at: Timestamp,
}

impl SignOut {
    /// Returns `true` if credentials from before the sign-out can still be valid.
    #[must_use]
    pub fn is_recent(&self) -> bool {
        Timestamp::now().duration_since(self.signed_out_at) < OLD_CREDENTIALS
    }
}

fn sign_out_key(user: UserId) -> Row {
    endpoints::key(&format!("signOut#{user}"))
}

/// The tables Connections and Watches.
#[derive(Clone, Debug)]
pub struct Connections {
    database: Database,
    endpoints: Endpoints,
}

impl Connections {
    /// Opens the tables.
    #[must_use]
    pub fn new(database: &Database) -> Self {
        Self { database: database.clone(), endpoints: Endpoints::connections(database) }
    }

    /// Registers a connection. `max` is the maximum number of connections of the member, `sign_out`
    /// the result of [`Connections::find_sign_out`].
    ///
    /// Conflicts: [`Conflict::AccountDeleted`], [`Conflict::LimitReached`] and, after another
    /// sign-out, [`Conflict::SignedOut`].
    pub async fn register(
        &self,
        user: UserId,
        connection: &str,
        max: u32,
        expires_at: Timestamp,
        sign_out: Option<SignOut>,
    ) -> Result<Result<(), Conflict>, Error> {
        let absent = Expression::absent("endpointId");
        let condition = match sign_out {
            None => absent,
            Some(seen) => absent.or("signedOutAt = :seen").value(":seen", string(seen.signed_out_at)),
        };
        let condition = (sign_out_key(user), condition, Conflict::SignedOut);
        let registration = Registration {
            user,
            endpoint: connection,
            max,
            replaced: None,
            moves: true,
            expires_at: Some(expires_at),
        };
        let outcome = self.endpoints.register_if(registration, Some(condition)).await?;
        Ok(outcome.map(|_row| ()))
    }

    /// Reads a connection, strongly consistent. Returns `None` if it is not registered.
    pub async fn get(&self, connection: &str) -> Result<Option<Connection>, Error> {
        self.database.get_as(Table::Connections, endpoints::key(connection)).await
    }

    /// Reads the connections of members, strongly consistent.
    pub async fn find_by_users(
        &self,
        users: impl IntoIterator<Item = UserId>,
    ) -> Result<FoundConnections, Error> {
        let mut expired = self.endpoints.find_by_users(users).await?;
        let keys = expired.values().flatten().map(|id| endpoints::key(id));
        let rows: Vec<Connection> = self.database.get_all_as(Table::Connections, keys).await?;
        let mut open = ConnectionsByUser::new();
        for row in rows.into_iter().filter(|row| !row.is_expired()) {
            if expired.get_mut(&row.user_id).is_some_and(|ids| ids.remove(&row.endpoint_id)) {
                open.entry(row.user_id).or_default().insert(row.endpoint_id);
            }
        }
        expired.retain(|_, ids| !ids.is_empty());
        Ok(FoundConnections { open, expired })
    }

    /// Reads the connections that watch topics, strongly consistent, within [`MAX_WATCHERS`].
    /// Deletes some watches of expired connections, so that they do not hide others.
    pub async fn find_watchers(
        &self,
        topics: impl IntoIterator<Item = Topic>,
    ) -> Result<FoundConnections, Error> {
        let rows = try_join_all(topics.into_iter().map(|topic| self.read_topic(topic))).await?;
        let mut found = FoundConnections::default();
        let (expired, open): (Vec<_>, Vec<_>) =
            rows.into_iter().flatten().partition(|row| has_expired(row.expires_at));
        try_join_all(expired.iter().take(MAX_DELETED_WATCHES).map(async |row| {
            let key = watch_key(&row.topic, &row.connection_id);
            self.database.delete(Table::Watches, key).send().await
        }))
        .await?;
        for (group, rows) in [(&mut found.open, open), (&mut found.expired, expired)] {
            for row in rows {
                group.entry(row.user_id).or_default().insert(row.connection_id);
            }
        }
        Ok(found)
    }

    async fn read_topic(&self, topic: Topic) -> Result<Vec<WatchRow>, Error> {
        let limit = match topic {
            Topic::Public(_) => MAX_WATCHERS / usize::from(PUBLIC_SHARDS),
            Topic::Owner(_) | Topic::Picture(_) => MAX_WATCHERS,
        };
        let request = self.database.query(Table::Watches, "topic", topic).consistent_read(true);
        from_rows(request.limit(i32::try_from(limit)?).send().await?.items)
    }

    /// Replaces what a connection watches. `at` is the time of the client's message in milliseconds
    /// since the epoch: a later message that was handled first remains in effect.
    pub async fn watch(&self, connection: &str, watch: Watch, at: i64) -> Result<(), Error> {
        let topics: Vec<_> = watch.topics(connection).map(|topic| topic.to_string()).collect();
        for attempt in 0..MAX_ATTEMPTS {
            back_off(attempt).await;
            let Some(row) = self.get(connection).await? else { return Ok(()) };
            if row.watched_at.is_some_and(|watched_at| watched_at > at) {
                return Ok(());
            }
            let list = topics.iter().map(string).collect();
            let update = Expression::new("SET topics = :topics, watchedAt = :at")
                .value(":topics", AttributeValue::L(list))
                .value(":at", number(at));
            let key = endpoints::key(connection);
            let transaction = self.database.transaction();
            let mut transaction =
                transaction.update_if(Table::Connections, key, update, row.is_unchanged(), Conflict::Changed);
            for outdated in row.topics.iter().filter(|topic| !topics.contains(topic)) {
                transaction = transaction.delete(Table::Watches, watch_key(outdated, connection));
            }
            for topic in &topics {
                let (topic, connection_id) = (topic.clone(), connection.to_owned());
                let (user_id, expires_at) = (row.user_id, row.expires_at);
                let row = WatchRow { topic, connection_id, user_id, expires_at };
                transaction = transaction.put(Table::Watches, to_row(&row)?);
            }
            if transaction.commit().await?.is_ok() {
                return Ok(());
            }
        }
        Err(format!("the connection changed in each of {MAX_ATTEMPTS} attempts").into())
    }

    /// Removes a connection of a member, and what it watches. Succeeds even if it does not exist.
    pub async fn remove(&self, user: UserId, connection: &str) -> Result<(), Error> {
        for attempt in 0..MAX_ATTEMPTS {
            back_off(attempt).await;
            let row = self.get(connection).await?.filter(|row| row.user_id == user);
            let Some(row) = row else {
                return self.endpoints.remove_from_set(user, connection).await;
            };
            let key = endpoints::key(connection);
            let transaction = self.database.transaction();
            let delete =
                transaction.delete_if(Table::Connections, key, row.is_unchanged(), Conflict::Changed);
            let delete = row.topics.iter().fold(delete, |transaction, topic| {
                transaction.delete(Table::Watches, watch_key(topic, connection))
            });
            if delete.commit().await?.is_ok() {
                return self.endpoints.remove_from_set(user, connection).await;
            }
        }
        Err(format!("the connection changed in each of {MAX_ATTEMPTS} attempts").into())
    }

    /// Removes all rows of a member.
    pub async fn remove_all(&self, user: UserId) -> Result<(), Error> {
        let ids = self.endpoints.find_by_users([user]).await?.remove(&user).unwrap_or_default();
        let keys = ids.iter().map(|id| endpoints::key(id));
        let rows: Vec<Connection> = self.database.get_all_as(Table::Connections, keys).await?;
        let watches = rows.iter().flat_map(|row| {
            let key = |topic| watch_key(topic, &row.endpoint_id);
            row.topics.iter().map(key).collect::<Vec<_>>()
        });
        self.database.delete_all(Table::Watches, watches.collect()).await?;
        self.database.delete_all(Table::Connections, vec![sign_out_key(user)]).await?;
        self.endpoints.remove_all(user).await
    }

    /// Records that a member signs out everywhere now.
    pub async fn record_sign_out(&self, user: UserId) -> Result<(), Error> {
        let now = Timestamp::now();
        let mut row = sign_out_key(user);
        row.insert("signedOutAt".into(), string(now));
        row.insert("expiresAt".into(), seconds(now.checked_add(OLD_CREDENTIALS)?));
        self.database.put(Table::Connections, row).send().await?;
        Ok(())
    }

    /// Reads the last sign-out of a member everywhere, strongly consistent.
    pub async fn find_sign_out(&self, user: UserId) -> Result<Option<SignOut>, Error> {
        self.database.get_as(Table::Connections, sign_out_key(user)).await
    }
}
