//! Reads and writes rows of the DynamoDB tables directly.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Display;

use aws_sdk_dynamodb::types::{AttributeValue, Get, TransactGetItem};
use domain::{
    FeedId, FeedRow, Friendship, FriendshipState, Picture, PictureId, PictureKey, PictureState, Topic,
    UserId, Visibility,
};
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use store::{AttributeUpdate, Connections, Database, Endpoints, Feeds, Pictures, Table};
use uuid::Uuid;

use super::Root;
use super::related_rows::picture_key;
use crate::rows;

/// A row of a table: the attribute values by name.
pub type Row = HashMap<String, AttributeValue>;

/// The physical names of all tables.
#[derive(Debug)]
#[expect(missing_docs, reason = "docs/architecture.md describes the tables")]
pub struct Tables {
    pub albums: String,
    pub comments: String,
    pub connections: String,
    pub deadlines: String,
    pub devices: String,
    pub feeds: String,
    pub friendships: String,
    pub keys: String,
    pub links: String,
    pub names: String,
    pub notifications: String,
    pub pictures: String,
    pub quotas: String,
    pub receipts: String,
    pub secrets: String,
    pub users: String,
    pub watches: String,
}

pub(super) fn string_attribute(value: impl Display) -> AttributeValue {
    AttributeValue::S(value.to_string())
}

fn parse_rows<T: DeserializeOwned>(rows: Vec<Row>) -> Vec<T> {
    serde_dynamo::from_items(rows).unwrap()
}

impl Root {
    /// Returns the physical names of all tables. Reads them from the stack once.
    pub async fn tables(&self) -> &Tables {
        let look_up = async || Tables {
            albums: self.physical_id("AlbumsTable").await,
            comments: self.physical_id("CommentsTable").await,
            connections: self.physical_id("ConnectionsTable").await,
            deadlines: self.physical_id("DeadlinesTable").await,
            devices: self.physical_id("DevicesTable").await,
            feeds: self.physical_id("FeedsTable").await,
            friendships: self.physical_id("FriendshipsTable").await,
            keys: self.physical_id("KeysTable").await,
            links: self.physical_id("LinksTable").await,
            names: self.physical_id("NamesTable").await,
            notifications: self.physical_id("NotificationsTable").await,
            pictures: self.physical_id("PicturesTable").await,
            quotas: self.physical_id("QuotasTable").await,
            receipts: self.physical_id("ReceiptsTable").await,
            secrets: self.physical_id("SecretsTable").await,
            users: self.physical_id("UsersTable").await,
            watches: self.physical_id("WatchesTable").await,
        };
        self.tables.get_or_init(look_up).await
    }

    /// Returns the tables in the form that the crate `store` expects.
    pub async fn database(&self) -> Database {
        let tables = self.tables().await;
        let name = |table| match table {
            Table::Albums => &tables.albums,
            Table::Comments => &tables.comments,
            Table::Connections => &tables.connections,
            Table::Deadlines => &tables.deadlines,
            Table::Devices => &tables.devices,
            Table::Feeds => &tables.feeds,
            Table::Friendships => &tables.friendships,
            Table::Keys => &tables.keys,
            Table::Links => &tables.links,
            Table::Names => &tables.names,
            Table::Notifications => &tables.notifications,
            Table::Pictures => &tables.pictures,
            Table::Quotas => &tables.quotas,
            Table::Receipts => &tables.receipts,
            Table::Secrets => &tables.secrets,
            Table::Users => &tables.users,
            Table::Watches => &tables.watches,
        };
        Database::new(self.dynamodb.clone(), |table| name(table).clone())
    }

    async fn scan(&self, table: &str) -> Vec<Row> {
        let rows = self.dynamodb.scan().table_name(table).consistent_read(true).into_paginator().items();
        rows.send().collect::<Result<_, _>>().await.unwrap()
    }

    /// Returns all rows of a table in the JSON of DynamoDB.
    pub async fn rows_as_json(&self, table: &str) -> Value {
        let body = json!({"TableName": table, "ConsistentRead": true});
        self.call_json("dynamodb", "DynamoDB_20120810.Scan", &body).await["Items"].clone()
    }

    /// Ends the rest of a handle, as if 30 days had passed.
    pub async fn end_rest_of_handle(&self, handle: &str) {
        let a_minute_ago = (Timestamp::now().as_second() - 60).to_string();
        let update = self.dynamodb.update_item().table_name(&self.tables().await.users);
        let update = update
            .key("userId", string_attribute(format_args!("handle#{handle}")))
            .condition_expression("attribute_exists(expiresAt)")
            .update_expression("SET expiresAt = :time")
            .expression_attribute_values(":time", AttributeValue::N(a_minute_ago));
        update.send().await.unwrap();
    }

    /// Returns all rows of all tables.
    pub async fn all_rows(&self) -> Vec<Row> {
        let Tables { albums, comments, connections, deadlines, devices, feeds, .. } = self.tables().await;
        let Tables { friendships, keys, links, names, notifications, pictures, .. } = self.tables().await;
        let Tables { quotas, receipts, secrets, users, watches, .. } = self.tables().await;
        let mut rows = Vec::new();
        for table in [
            albums,
            comments,
            connections,
            deadlines,
            devices,
            feeds,
            friendships,
            keys,
            links,
            names,
            notifications,
            pictures,
            quotas,
            receipts,
            secrets,
            users,
            watches,
        ] {
            rows.extend(self.scan(table).await);
        }
        rows
    }

    /// Returns the rows of `table` in which the partition key `key` has `value`, in the order of
    /// the sort key.
    pub(super) async fn partition<T: DeserializeOwned>(
        &self,
        table: &str,
        key: &str,
        value: impl Display,
    ) -> Vec<T> {
        let rows = self.dynamodb.query().table_name(table).consistent_read(true);
        let rows = rows.key_condition_expression("#key = :value").expression_attribute_names("#key", key);
        let rows = rows
            .expression_attribute_values(":value", string_attribute(value))
            .into_paginator()
            .items()
            .send();
        parse_rows(rows.collect::<Result<_, _>>().await.unwrap())
    }

    /// Returns the row of a picture.
    pub async fn picture_row(&self, picture: PictureKey) -> Option<Row> {
        let request = self.dynamodb.get_item().table_name(&self.tables().await.pictures);
        request.set_key(Some(picture_key(picture))).consistent_read(true).send().await.unwrap().item
    }

    /// Returns the pictures of an owner, oldest first.
    pub async fn pictures_of(&self, owner: UserId) -> Vec<Picture> {
        self.partition(&self.tables().await.pictures, "ownerId", owner).await
    }

    /// Writes the row of a picture.
    pub async fn put_picture(&self, picture: &Picture) {
        let (table, row) = (&self.tables().await.pictures, serde_dynamo::to_item(picture).unwrap());
        self.dynamodb.put_item().table_name(table).set_item(Some(row)).send().await.unwrap();
    }

    /// Adds the attributes that make a picture `ready`. Does nothing if the picture does not exist.
    pub async fn make_ready(&self, key: PictureKey) {
        let Picture { renditions, metadata, .. } =
            rows::picture(key.owner_id, Visibility::Private, PictureState::Ready);
        let parts = json!({"renditions": renditions, "metadata": metadata});
        let update = AttributeUpdate::default().set_fields(&parts).unwrap();
        Pictures::new(&self.database().await).update(key, update).await.unwrap();
    }

    /// Returns all rows of a user in the table Friendships: friendships, requests, blocks, and rows
    /// that only record an earlier request.
    pub async fn friendships_of(&self, user: UserId) -> Vec<Friendship> {
        self.partition(&self.tables().await.friendships, "userId", user).await
    }

    /// Writes accepted friendships of `user` with each of `friends`, in both directions.
    pub async fn put_friends(&self, user: UserId, friends: &[UserId]) {
        let (table, since) = (&self.tables().await.friendships, Timestamp::now());
        let state = FriendshipState::Friends;
        for friend in friends {
            for (user_id, friend_id) in [(user, *friend), (*friend, user)] {
                let row = serde_dynamo::to_item(Friendship::new(user_id, friend_id, state, since)).unwrap();
                self.dynamodb.put_item().table_name(table).set_item(Some(row)).send().await.unwrap();
            }
        }
    }

    /// Returns the sorted words of a user in the table Names.
    pub async fn name_words_of(&self, user: UserId) -> Vec<String> {
        let entries = self.scan(&self.tables().await.names).await.into_iter();
        let entries = entries.map(|row| row["entry"].as_s().unwrap().clone());
        let suffix = format!("#{user}");
        let mut words: Vec<_> =
            entries.filter_map(|entry| Some(entry.strip_suffix(&suffix)?.to_owned())).collect();
        words.sort();
        words
    }

    /// Returns the rows of a user's notification list, including outdated ones.
    pub async fn notifications_of(&self, user: UserId) -> Vec<Value> {
        self.partition(&self.tables().await.notifications, "userId", user).await
    }

    /// Returns the ids of the stored WebSocket connections of a user.
    pub async fn connections_of(&self, user: UserId) -> BTreeSet<String> {
        let connections = Endpoints::connections(&self.database().await);
        connections.find_by_users([user]).await.unwrap().remove(&user).unwrap_or_default()
    }

    /// Adds connections of a user that no client has opened.
    pub async fn put_connections(&self, user: UserId, count: u32, expires_at: Timestamp) {
        let connections = Connections::new(&self.database().await);
        for _ in 0..count {
            let id = Uuid::now_v7().to_string();
            connections.register(user, &id, count, expires_at, None).await.unwrap().unwrap();
        }
    }

    /// Returns the ids of the connections that watch the pictures of a user.
    pub async fn watchers_of(&self, owner: UserId) -> BTreeSet<String> {
        let connections = Connections::new(&self.database().await);
        let found = connections.find_watchers([Topic::Owner(owner)]).await.unwrap();
        found.open.into_values().flatten().collect()
    }

    /// Returns the state of `one` towards `other` and the reverse, read in one transaction. A state
    /// is `None` if there is neither a friendship nor a request.
    pub async fn friendship_states(
        &self,
        one: UserId,
        other: UserId,
    ) -> (Option<FriendshipState>, Option<FriendshipState>) {
        let table = &self.tables().await.friendships;
        let reads = [(one, other), (other, one)].map(|(user, friend)| {
            let get = Get::builder()
                .table_name(table)
                .key("userId", string_attribute(user))
                .key("friendId", string_attribute(friend));
            TransactGetItem::builder().get(get.build().unwrap()).build()
        });
        let reply = self.dynamodb.transact_get_items().set_transact_items(Some(reads.to_vec())).send().await;
        let mut rows = reply.unwrap().responses.unwrap().into_iter().map(|reply| {
            let row = reply.item.filter(|row| !row.is_empty())?;
            serde_dynamo::from_item::<_, Friendship>(row).unwrap().state.visible()
        });
        (rows.next().unwrap(), rows.next().unwrap())
    }

    /// Returns the sorted ids of all feeds that contain a picture.
    pub async fn feed_ids(&self, picture: PictureKey) -> Vec<String> {
        let rows = self.dynamodb.scan().table_name(&self.tables().await.feeds);
        let rows = rows.filter_expression("pictureId = :id");
        let rows = rows.expression_attribute_values(":id", string_attribute(picture.picture_id));
        let rows = rows.consistent_read(true).into_paginator().items().send();
        let rows: Vec<_> = rows.collect::<Result<_, _>>().await.unwrap();
        let mut feeds: Vec<_> = rows.iter().map(|row| row["feedId"].as_s().unwrap().clone()).collect();
        feeds.sort();
        feeds
    }

    /// Returns the rows of a feed, oldest picture first. Omits pictures older than `oldest`.
    pub async fn feed_rows(&self, feed: FeedId, oldest: Option<PictureId>) -> Vec<FeedRow> {
        let oldest = oldest.unwrap_or(PictureId(Uuid::nil()));
        let rows = self.dynamodb.query().table_name(&self.tables().await.feeds).consistent_read(true);
        let rows = rows.key_condition_expression("feedId = :feed AND pictureId >= :oldest");
        let rows = rows.expression_attribute_values(":feed", string_attribute(feed));
        let rows = rows
            .expression_attribute_values(":oldest", string_attribute(oldest))
            .into_paginator()
            .items()
            .send();
        parse_rows(rows.collect::<Result<_, _>>().await.unwrap())
    }

    /// Writes and deletes rows of the table Feeds without the function `index`, to corrupt feeds.
    pub async fn write_feed_rows(&self, to_write: &[FeedRow], to_delete: &[FeedRow]) {
        Feeds::new(&self.database().await).write(to_write, to_delete).await.unwrap();
    }
}
