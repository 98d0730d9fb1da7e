//! The Friendships table: (userId, friendId), a row for each direction, both written in one transaction.
//!
//! Its index `ByState` sorts a person's rows by state and is strongly consistent: friends are found without reading through
//! the requests of others, however many.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, Delete, Put, Select, TransactWriteItem};
use jiff::{Timestamp, Unit};

use super::transaction::{self, Outcome, check, transact, write};
use super::{Row, batch, from_row, text, to_row, users};
use crate::Error;
use crate::aws::{Cloud, variable};
use crate::model::{Friendship, FriendshipState, UserId};

/// The index by state.
const BY_STATE: &str = "ByState";

/// What became of a request or an acceptance.
#[derive(Debug, PartialEq, Eq)]
pub enum Befriended {
    /// Written, both directions.
    Done,
    /// One of the two has no profile (any more).
    NobodyThere(UserId),
    /// Something else is there than was expected: read again.
    Moved,
}

/// The Friendships table.
#[derive(Clone, Debug)]
pub struct Friendships {
    client: Client,
    table: String,
}

pub(super) fn key_row(user: UserId, friend: UserId) -> Row {
    Row::from([("userId".into(), text(user)), ("friendId".into(), text(friend))])
}

impl Friendships {
    /// The table that `FRIENDSHIPS_TABLE` names.
    ///
    /// # Errors
    /// The variable is not set.
    pub fn from_env(cloud: &Cloud) -> Result<Self, Error> {
        Ok(Self::new(cloud.dynamodb(), variable("FRIENDSHIPS_TABLE")?))
    }

    /// A table of that name.
    #[must_use]
    pub fn new(client: Client, table: String) -> Self {
        Self { client, table }
    }

    /// What `friend` is to `user` now (strongly consistent).
    ///
    /// # Errors
    /// DynamoDB's.
    pub async fn get(&self, user: UserId, friend: UserId) -> Result<Option<Friendship>, Error> {
        let request = self.client.get_item().table_name(&self.table).set_key(Some(key_row(user, friend)));
        request.consistent_read(true).send().await?.item.map(from_row).transpose()
    }

    /// Asks: `from` has requested, `to` is invited. `users` is where both must have a profile at that moment.
    ///
    /// # Errors
    /// DynamoDB's.
    pub async fn ask(&self, from: UserId, to: UserId, users: &super::Users) -> Result<Befriended, Error> {
        let rows = [(from, to, FriendshipState::Requested), (to, from, FriendshipState::Invited)];
        self.put_both(rows.map(|row| (row, None)), users).await
    }

    /// Accepts what `from` asked of `by`.
    ///
    /// # Errors
    /// DynamoDB's.
    pub async fn accept(&self, by: UserId, from: UserId, users: &super::Users) -> Result<Befriended, Error> {
        let expected = [FriendshipState::Invited, FriendshipState::Requested].map(Some);
        let rows = [(by, from, FriendshipState::Friends), (from, by, FriendshipState::Friends)];
        let [mine, theirs] = rows;
        self.put_both([(mine, expected[0]), (theirs, expected[1])], users).await
    }

    /// Writes both directions, where each finds the state that it expects.
    async fn put_both(
        &self,
        rows: [((UserId, UserId, FriendshipState), Option<FriendshipState>); 2],
        users: &super::Users,
    ) -> Result<Befriended, Error> {
        let since = Timestamp::now().round(Unit::Millisecond)?;
        let mut writes = Vec::with_capacity(4);
        for ((user_id, friend_id, state), expected) in rows {
            writes.push(self.put(&Friendship { user_id, friend_id, state, since }, expected)?);
        }
        let people = rows.map(|((user, ..), _)| user);
        for user in people {
            writes.push(check(&users.table, users::user_key(user), "attribute_exists(userId)")?);
        }
        Ok(match transact(&self.client, writes).await? {
            Outcome::Done => Befriended::Done,
            Outcome::Refused(places) => {
                match places.iter().find_map(|place| people.get(place.checked_sub(2)?)) {
                    Some(user) => Befriended::NobodyThere(*user),
                    None => Befriended::Moved,
                }
            }
        })
    }

    fn put(&self, row: &Friendship, expected: Option<FriendshipState>) -> Result<TransactWriteItem, Error> {
        let put = Put::builder().table_name(&self.table).set_item(Some(to_row(row)?));
        Ok(write(
            match expected {
                None => put.condition_expression("attribute_not_exists(userId)"),
                Some(state) => put
                    .condition_expression("#state = :expected")
                    .expression_attribute_names("#state", "state")
                    .expression_attribute_values(":expected", text(state.as_str())),
            }
            .build()?,
        ))
    }

    /// Ends it, whatever it was, in both directions. Harmless where there is nothing.
    ///
    /// # Errors
    /// DynamoDB's.
    pub async fn end(&self, user: UserId, friend: UserId) -> Result<(), Error> {
        self.delete([(user, friend), (friend, user)]).await
    }

    fn by_state(&self, user: UserId, state: FriendshipState) -> QueryFluentBuilder {
        let request = self.client.query().table_name(&self.table).index_name(BY_STATE).consistent_read(true);
        request
            .key_condition_expression("userId = :user AND #state = :state")
            .expression_attribute_names("#state", "state")
            .expression_attribute_values(":user", text(user))
            .expression_attribute_values(":state", text(state.as_str()))
    }

    /// How many people are this to `user`.
    ///
    /// # Errors
    /// DynamoDB's.
    pub async fn count(&self, user: UserId, state: FriendshipState) -> Result<usize, Error> {
        let mut pages = self.by_state(user, state).select(Select::Count).into_paginator().send();
        let mut count = 0;
        while let Some(page) = pages.next().await {
            count += usize::try_from(page?.count)?;
        }
        Ok(count)
    }

    /// All friends of `user` (strongly consistent), at most [`crate::model::MOST_FRIENDS`] and a few.
    ///
    /// # Errors
    /// DynamoDB's.
    pub async fn friends(&self, user: UserId) -> Result<Vec<UserId>, Error> {
        let request = self.by_state(user, FriendshipState::Friends).projection_expression("friendId");
        let mut rows = request.into_paginator().items().send();
        let mut friends = Vec::new();
        while let Some(row) = rows.next().await {
            friends.push(row?.get("friendId").ok_or("a friendship without a friend").and_then(id)?);
        }
        Ok(friends)
    }

    /// A page of the people that are this to `user`, by their ids, after `after`. Fewer than `limit` means that there are no
    /// more.
    ///
    /// # Errors
    /// DynamoDB's.
    pub async fn page(
        &self,
        user: UserId,
        state: FriendshipState,
        limit: usize,
        after: Option<UserId>,
    ) -> Result<Vec<Friendship>, Error> {
        let start = after.map(|after| {
            let mut key = key_row(user, after);
            key.insert("state".into(), text(state.as_str()));
            key
        });
        let request = self.by_state(user, state).limit(i32::try_from(limit)?);
        let rows = request.set_exclusive_start_key(start).send().await?.items.unwrap_or_default();
        rows.into_iter().map(from_row).collect()
    }

    /// Which of these (reader, owner) are friends now (strongly consistent), by the owner's row.
    ///
    /// # Errors
    /// DynamoDB's.
    pub async fn among(
        &self,
        pairs: &BTreeSet<(UserId, UserId)>,
    ) -> Result<BTreeSet<(UserId, UserId)>, Error> {
        let keys = pairs.iter().map(|(reader, owner)| key_row(*owner, *reader)).collect();
        let rows = batch::get_all(&self.client, &self.table, keys).await?;
        let rows: Vec<Friendship> = rows.into_iter().map(from_row).collect::<Result<_, _>>()?;
        let friends = rows.into_iter().filter(|row| row.state == FriendshipState::Friends);
        Ok(friends.map(|row| (row.friend_id, row.user_id)).collect())
    }

    /// What each of `friends` is to `user` now, and since when (strongly consistent); who is nothing to them is left out.
    ///
    /// # Errors
    /// DynamoDB's.
    pub async fn with(
        &self,
        user: UserId,
        friends: &BTreeSet<UserId>,
    ) -> Result<BTreeMap<UserId, Friendship>, Error> {
        let keys = friends.iter().map(|friend| key_row(user, *friend)).collect();
        let rows = batch::get_all(&self.client, &self.table, keys).await?;
        let rows: Vec<Friendship> = rows.into_iter().map(from_row).collect::<Result<_, _>>()?;
        Ok(rows.into_iter().map(|row| (row.friend_id, row)).collect())
    }

    /// Ends up to fifty of a person's friendships of any state, both directions of each in one transaction, and says how many
    /// there were.
    ///
    /// # Errors
    /// DynamoDB's.
    pub async fn end_some(&self, user: UserId) -> Result<usize, Error> {
        let request = self.client.query().table_name(&self.table).consistent_read(true).limit(50);
        let request = request.key_condition_expression("userId = :user");
        let rows = request.expression_attribute_values(":user", text(user)).send().await?.items;
        let friends: Vec<Friendship> =
            rows.unwrap_or_default().into_iter().map(from_row).collect::<Result<_, _>>()?;
        let both = friends.iter().flat_map(|row| [(user, row.friend_id), (row.friend_id, user)]);
        self.delete(both).await?;
        Ok(friends.len())
    }

    /// Deletes rows, all or none, whether they are there or not.
    async fn delete(&self, pairs: impl IntoIterator<Item = (UserId, UserId)>) -> Result<(), Error> {
        let deletions = pairs.into_iter().map(|(user, friend)| {
            let delete = Delete::builder().table_name(&self.table).set_key(Some(key_row(user, friend)));
            Ok(transaction::delete(delete.build()?))
        });
        transaction::delete_all(&self.client, deletions.collect::<Result<_, Error>>()?).await
    }
}

fn id(value: &AttributeValue) -> Result<UserId, &'static str> {
    value.as_s().ok().and_then(|id| id.parse().ok()).ok_or("a friend that is nobody's id")
}
