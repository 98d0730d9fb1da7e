//! The Friendships table: key (userId, friendId), one row per direction, both written in one
//! transaction. The rows also record declined requests and blocks; see [`FriendshipPair`].
//!
//! The local secondary index `ByState` sorts the rows of a member by state, so that a query of
//! friends does not read requests. It supports strongly consistent reads.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::Select;
use domain::{Friendship, FriendshipPair, FriendshipState, QuotaLimits, UserId};
use jiff::Timestamp;

use crate::database::{Database, Table};
use crate::transaction::{Conflict, Expression};
use crate::{Error, Row, from_rows, seconds, string, to_row};

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

/// Creates a condition that a row has the same state as `old`, which was read. A change that keeps
/// the state of one row changes the state of the other row of the two members.
fn unchanged(old: Option<Friendship>) -> Expression {
    match old {
        None => Expression::absent("userId"),
        Some(old) => Expression::new("#state = :state AND since = :since")
            .name("#state", "state")
            .value(":state", string(old.state.as_str()))
            .value(":since", string(old.since)),
    }
}

/// Creates a condition on the row of a member that neither of the two members blocked the other.
pub(crate) fn no_block() -> Expression {
    Expression::new(
        "attribute_not_exists(blockedByFriend) AND (attribute_not_exists(userId) OR #state <> :blocked)",
    )
    .name("#state", "state")
    .value(":blocked", string(FriendshipState::Blocked.as_str()))
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

    /// Reads the rows of two members, strongly consistent: the row of `user` first.
    pub async fn get_both(&self, user: UserId, friend: UserId) -> Result<[Option<Friendship>; 2], Error> {
        let keys = [key(user, friend), key(friend, user)];
        let rows: Vec<Friendship> = self.0.get_all_as(Table::Friendships, keys).await?;
        Ok([user, friend].map(|id| rows.iter().find(|row| row.user_id == id).copied()))
    }

    /// Replaces the rows of two members that [`Friendships::get_both`] read, in one transaction.
    /// Deletes the rows if they have no facts. `profiles` are the members who must have a profile.
    /// Counts a request that `mine` sends.
    ///
    /// Conflicts: [`Conflict::NoProfile`], [`Conflict::QuotaExceeded`], [`Conflict::Changed`] if a
    /// row has changed, and [`Conflict::AccountDeleted`] if `profiles` is not empty and the account
    /// of the member of `mine` was deleted.
    pub async fn replace_both(
        &self,
        rows: [Option<Friendship>; 2],
        new: FriendshipPair,
        profiles: &[UserId],
        limits: &QuotaLimits,
    ) -> Result<Result<(), Conflict>, Error> {
        let expires_at = new.expires_at();
        let is_empty = expires_at.is_some_and(|time| time <= Timestamp::now());
        let mut transaction = self.0.transaction();
        for (old, new) in rows.into_iter().zip([new.mine, new.theirs]) {
            let (table, condition) = (Table::Friendships, unchanged(old));
            let key = key(new.user_id, new.friend_id);
            transaction = match is_empty {
                false => {
                    let mut row = to_row(&new)?;
                    row.extend(expires_at.map(|time| ("expiresAt".into(), seconds(time))));
                    transaction.put_if(table, row, condition, Conflict::Changed)
                }
                true if old.is_none() => transaction.require(table, key, condition, Conflict::Changed),
                true => transaction.delete_if(table, key, condition, Conflict::Changed),
            };
        }
        if !profiles.is_empty() {
            transaction = transaction.require_account(new.mine.user_id);
        }
        for user in profiles {
            transaction = transaction.require_profile(*user);
        }
        // A request is sent, or sent again.
        if new.mine.state == FriendshipState::Requested && rows[0] != Some(new.mine) {
            transaction = transaction.count_friend_request(new.mine.user_id, limits);
        }
        transaction.commit().await
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

    /// Reads a page of the friendships of a member in this state: those that follow the one with
    /// `after`. A page with fewer than `limit` rows is the last one.
    ///
    /// The rows have
    /// [no particular order](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LSI.html),
    /// because all of them have the same sort key in the index.
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
        let friends = self.get_in_state(keys, FriendshipState::Friends).await?;
        Ok(friends.map(|row| (row.friend_id, row.user_id)).collect())
    }

    /// Returns the pairs (member, other) in which the member blocked the other, strongly
    /// consistent.
    pub async fn find_blocks(
        &self,
        pairs: &BTreeSet<(UserId, UserId)>,
    ) -> Result<BTreeSet<(UserId, UserId)>, Error> {
        let keys = pairs.iter().map(|(member, other)| key(*member, *other));
        let blocks = self.get_in_state(keys, FriendshipState::Blocked).await?;
        Ok(blocks.map(|row| (row.user_id, row.friend_id)).collect())
    }

    /// Reads the rows with these keys that have this state, strongly consistent.
    async fn get_in_state(
        &self,
        keys: impl Iterator<Item = Row>,
        state: FriendshipState,
    ) -> Result<impl Iterator<Item = Friendship>, Error> {
        let rows: Vec<Friendship> = self.0.get_all_as(Table::Friendships, keys).await?;
        Ok(rows.into_iter().filter(move |row| row.state == state))
    }

    /// Reads the rows of a member about `others`, strongly consistent. Omits members without one.
    pub async fn find_with(
        &self,
        user: UserId,
        others: &BTreeSet<UserId>,
    ) -> Result<BTreeMap<UserId, Friendship>, Error> {
        let keys = others.iter().map(|friend| key(user, *friend));
        let rows: Vec<Friendship> = self.0.get_all_as(Table::Friendships, keys).await?;
        Ok(rows.into_iter().map(|row| (row.friend_id, row)).collect())
    }

    /// Deletes up to 50 friendships, requests and blocks of a member, both directions in one
    /// transaction, and returns their number.
    pub async fn end_some(&self, user: UserId) -> Result<usize, Error> {
        let request = self.0.query(Table::Friendships, "userId", user).consistent_read(true);
        let friends: Vec<Friendship> = from_rows(request.limit(MAX_DELETED).send().await?.items)?;
        let keys = friends.iter().flat_map(|row| [key(user, row.friend_id), key(row.friend_id, user)]);
        self.0.delete_together(Table::Friendships, keys).await?;
        Ok(friends.len())
    }
}
