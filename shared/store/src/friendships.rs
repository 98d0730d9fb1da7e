//! The Friendships table: key (userId, friendId), one row per direction, both written in one
//! transaction.
//!
//! The local secondary index `ByState` sorts the rows of a member by state, so that a query of
//! friends does not read requests. It supports strongly consistent reads.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::Select;
use domain::{Friendship, FriendshipState, UserId};
use jiff::{Timestamp, Unit};

use crate::database::{Database, Table};
use crate::transaction::{Conflict, Expression};
use crate::{Error, Row, from_rows, string, to_row};

const BY_STATE: &str = "ByState";
/// The maximum number of friendships deleted in one transaction. DynamoDB allows 100 writes; a
/// friendship takes two.
const MAX_DELETED: i32 = 50;

/// The Friendships table.
#[derive(Clone, Debug)]
pub struct Friendships(Database);

pub(crate) fn key(user: UserId, friend: UserId) -> Row {
    Row::from([("userId".into(), string(user)), ("friendId".into(), string(friend))])
}

impl Friendships {
    /// Opens the table.
    #[must_use]
    pub fn new(database: &Database) -> Self {
        Self(database.clone())
    }

    /// Reads the friendship from the view of `user`, strongly consistent.
    pub async fn get(&self, user: UserId, friend: UserId) -> Result<Option<Friendship>, Error> {
        self.0.get_as(Table::Friendships, key(user, friend)).await
    }

    /// Requests a friendship.
    ///
    /// Conflicts: [`Conflict::NoProfile`], and [`Conflict::Changed`] if the two members have a
    /// friendship or a request already.
    pub async fn request(&self, from: UserId, to: UserId) -> Result<Result<(), Conflict>, Error> {
        let absent = || Expression::absent("userId");
        let requested = (from, to, FriendshipState::Requested, absent());
        let invited = (to, from, FriendshipState::Invited, absent());
        self.put_both([requested, invited]).await
    }

    /// Accepts the request that `from` sent to `by`.
    ///
    /// Conflicts: [`Conflict::NoProfile`], and [`Conflict::Changed`] if there is no such request.
    pub async fn accept(&self, by: UserId, from: UserId) -> Result<Result<(), Conflict>, Error> {
        let has_state = |state: FriendshipState| {
            let condition = Expression::new("#state = :expected").name("#state", "state");
            condition.value(":expected", string(state.as_str()))
        };
        let invited = (by, from, FriendshipState::Friends, has_state(FriendshipState::Invited));
        let requested = (from, by, FriendshipState::Friends, has_state(FriendshipState::Requested));
        self.put_both([invited, requested]).await
    }

    async fn put_both(
        &self,
        rows: [(UserId, UserId, FriendshipState, Expression); 2],
    ) -> Result<Result<(), Conflict>, Error> {
        let since = Timestamp::now().round(Unit::Millisecond)?;
        let mut transaction = self.0.transaction();
        let users = [rows[0].0, rows[1].0];
        for (user_id, friend_id, state, condition) in rows {
            let row = to_row(&Friendship { user_id, friend_id, state, since })?;
            transaction = transaction.put_if(Table::Friendships, row, condition, Conflict::Changed);
        }
        for user in users {
            transaction = transaction.require_profile(user);
        }
        transaction.commit().await
    }

    /// Deletes both rows of a friendship or a request. Succeeds even if they do not exist.
    pub async fn end(&self, user: UserId, friend: UserId) -> Result<(), Error> {
        self.0.delete_together(Table::Friendships, [key(user, friend), key(friend, user)]).await
    }

    fn query_by_state(&self, user: UserId, state: FriendshipState) -> QueryFluentBuilder {
        let request = self.0.query(Table::Friendships, "userId", user).index_name(BY_STATE);
        request
            .consistent_read(true)
            .key_condition_expression("userId = :user AND #state = :state")
            .expression_attribute_names("#state", "state")
            .expression_attribute_values(":state", string(state.as_str()))
    }

    /// Counts the friendships of a member in this state, strongly consistent.
    pub async fn count(&self, user: UserId, state: FriendshipState) -> Result<usize, Error> {
        let mut pages = self.query_by_state(user, state).select(Select::Count).into_paginator().send();
        let mut count = 0;
        while let Some(page) = pages.next().await {
            count += usize::try_from(page?.count)?;
        }
        Ok(count)
    }

    /// Reads all friends of a member, strongly consistent: at most about [`domain::MAX_FRIENDS`].
    pub async fn list_friends(&self, user: UserId) -> Result<Vec<UserId>, Error> {
        let request = self.query_by_state(user, FriendshipState::Friends).projection_expression("friendId");
        let mut rows = request.into_paginator().items().send();
        let mut friends = Vec::new();
        while let Some(row) = rows.next().await {
            let row = row?;
            let id = row.get("friendId").and_then(|id| id.as_s().ok());
            friends.push(id.ok_or("a friendship without a friend")?.parse()?);
        }
        Ok(friends)
    }

    /// Reads a page of the friendships of a member in this state, in the order of friend ids after
    /// `after`. A page with fewer than `limit` rows is the last one.
    pub async fn read_page(
        &self,
        user: UserId,
        state: FriendshipState,
        limit: usize,
        after: Option<UserId>,
    ) -> Result<Vec<Friendship>, Error> {
        let start = after.map(|after| {
            let mut start = key(user, after);
            start.insert("state".into(), string(state.as_str()));
            start
        });
        let request = self.query_by_state(user, state).limit(i32::try_from(limit)?);
        from_rows(request.set_exclusive_start_key(start).send().await?.items)
    }

    /// Returns the pairs (reader, owner) that are friends, strongly consistent. Reads the row from
    /// the view of the owner.
    pub async fn find_friends(
        &self,
        pairs: &BTreeSet<(UserId, UserId)>,
    ) -> Result<BTreeSet<(UserId, UserId)>, Error> {
        let keys = pairs.iter().map(|(reader, owner)| key(*owner, *reader));
        let rows: Vec<Friendship> = self.0.get_all_as(Table::Friendships, keys).await?;
        let friends = rows.into_iter().filter(|row| row.state == FriendshipState::Friends);
        Ok(friends.map(|row| (row.friend_id, row.user_id)).collect())
    }

    /// Reads the friendships and requests between a member and `others`, strongly consistent.
    /// Omits members without one.
    pub async fn find_with(
        &self,
        user: UserId,
        others: &BTreeSet<UserId>,
    ) -> Result<BTreeMap<UserId, Friendship>, Error> {
        let keys = others.iter().map(|friend| key(user, *friend));
        let rows: Vec<Friendship> = self.0.get_all_as(Table::Friendships, keys).await?;
        Ok(rows.into_iter().map(|row| (row.friend_id, row)).collect())
    }

    /// Deletes up to 50 friendships and requests of a member, both directions in one transaction,
    /// and returns their number.
    pub async fn end_some(&self, user: UserId) -> Result<usize, Error> {
        let request = self.0.query(Table::Friendships, "userId", user).consistent_read(true);
        let friends: Vec<Friendship> = from_rows(request.limit(MAX_DELETED).send().await?.items)?;
        let keys = friends.iter().flat_map(|row| [key(user, row.friend_id), key(row.friend_id, user)]);
        self.0.delete_together(Table::Friendships, keys).await?;
        Ok(friends.len())
    }
}
