//! Write transactions with conditions.

use std::collections::HashMap;

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{
    AttributeValue, CancellationReason, ConditionCheck, Delete, Put, TransactWriteItem, Update,
};
use domain::{AlbumAccess, AlbumRole, FriendshipState, PictureKey, Quota, UserId, access};

use crate::access::{ViewedAlbum, VisiblePicture};
use crate::database::{Database, Table};
use crate::retry::{TRANSACTION_ATTEMPTS, back_off};
use crate::{Error, Row, albums, friendships, pictures, string, users};

/// The error after DynamoDB has cancelled the last attempt of a transaction.
pub(crate) const STILL_CANCELLED: &str =
    "DynamoDB cancelled every attempt of a transaction, because of concurrent writes or throttling";

/// The condition that failed, so that a transaction wrote nothing. If several conditions fail,
/// A transaction returns the first conflict in the order of declaration. Of two equal
/// kinds of conflict, it returns the one that was added first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conflict {
    /// The account that the transaction requires was deleted.
    AccountDeleted,
    /// This user, who must have a profile, has none.
    NoProfile(UserId),
    /// The album or the link that the write requires was deleted, or no longer allows the write.
    NotAllowed,
    /// The maximum number of items is reached: endpoints of a member, pictures or members of an
    /// album, albums of a picture, or pictures of the guests of a link.
    LimitReached,
    /// The guests of a link have sent the maximum number of pictures in this hour.
    HourlyLimitReached,
    /// The member signed out everywhere after the caller's check.
    SignedOut,
    /// A row differs from the state that the transaction expects. Read the row and decide again.
    Changed,
    /// Another user has the handle.
    HandleTaken,
    /// The write exceeds a quota of the member.
    QuotaExceeded(Quota),
    /// The member has no counters of all pictures yet.
    NotCounted,
    /// The link of a guest's picture was deleted, and with it the counters of its pictures.
    LinkDeleted,
}

impl Conflict {
    /// Returns the precedence of the conflict: its position in the order of declaration.
    fn rank(&self) -> u8 {
        match self {
            Self::AccountDeleted => 0,
            Self::NoProfile(_) => 1,
            Self::NotAllowed => 2,
            Self::LimitReached => 3,
            Self::HourlyLimitReached => 4,
            Self::SignedOut => 5,
            Self::Changed => 6,
            Self::HandleTaken => 7,
            Self::QuotaExceeded(_) => 8,
            Self::NotCounted => 9,
            Self::LinkDeleted => 10,
        }
    }
}

/// A condition or an update: an expression with the names and the values of its placeholders.
#[derive(Clone, Debug, Default)]
pub(crate) struct Expression {
    pub(crate) text: String,
    pub(crate) names: HashMap<String, String>,
    pub(crate) values: HashMap<String, AttributeValue>,
}

impl Expression {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    pub(crate) fn name(mut self, placeholder: &str, name: &str) -> Self {
        self.names.insert(placeholder.into(), name.into());
        self
    }

    pub(crate) fn value(mut self, placeholder: &str, value: AttributeValue) -> Self {
        self.values.insert(placeholder.into(), value);
        self
    }

    /// Adds a condition that must also hold.
    pub(crate) fn and(mut self, condition: &str) -> Self {
        self.text = format!("{} AND {condition}", self.text);
        self
    }

    /// Adds a condition that an attribute still has the value that was read, or none.
    pub(crate) fn and_same(self, name: &str, read: Option<AttributeValue>) -> Self {
        match read {
            Some(read) => self.and(&format!("{name} = :{name}")).value(&format!(":{name}"), read),
            None => self.and(&format!("attribute_not_exists({name})")),
        }
    }

    /// Adds a condition that suffices alone.
    pub(crate) fn or(mut self, condition: &str) -> Self {
        self.text = format!("{} OR {condition}", self.text);
        self
    }

    /// Creates a condition that the row exists. `key` is an attribute of the primary key.
    pub(crate) fn exists(key: &str) -> Self {
        Self::new(format!("attribute_exists({key})"))
    }

    /// Creates a condition that the row does not exist. `key` is an attribute of the primary key.
    pub(crate) fn absent(key: &str) -> Self {
        Self::new(format!("attribute_not_exists({key})"))
    }

    /// Creates a condition that the attribute `name` has this value.
    pub(crate) fn equals(name: &str, value: impl ToString) -> Self {
        Self::new("#name = :value").name("#name", name).value(":value", string(value))
    }
}

/// Returns `None` if the map has no entries, because DynamoDB rejects empty maps of placeholders.
fn non_empty<V>(map: HashMap<String, V>) -> Option<HashMap<String, V>> {
    (!map.is_empty()).then_some(map)
}

/// Sets the condition of a builder of `Put`, `Delete`, `Update` or `ConditionCheck`.
macro_rules! set_condition {
    ($builder:expr, $condition:expr) => {{
        let Expression { text, names, values } = $condition;
        $builder
            .condition_expression(text)
            .set_expression_attribute_names(non_empty(names))
            .set_expression_attribute_values(non_empty(values))
    }};
}

/// Writes that DynamoDB applies all or not at all. Each condition has a [`Conflict`], which
/// [`Transaction::commit`] returns if the condition fails.
#[derive(Debug)]
pub(crate) struct Transaction<'a> {
    database: &'a Database,
    items: Vec<(TransactWriteItem, Option<Conflict>)>,
    invalid: Option<Error>,
}

impl<'a> Transaction<'a> {
    pub(crate) fn new(database: &'a Database) -> Self {
        Self { database, items: Vec::new(), invalid: None }
    }

    fn add<E: Into<Error>>(mut self, item: Result<TransactWriteItem, E>, conflict: Option<Conflict>) -> Self {
        match item {
            Ok(item) => self.items.push((item, conflict)),
            Err(error) => self.invalid = Some(error.into()),
        }
        self
    }

    /// Adds a write of a row.
    pub(crate) fn put(self, table: Table, row: Row) -> Self {
        let put = Put::builder().table_name(self.database.name(table)).set_item(Some(row)).build();
        self.add(put.map(|put| TransactWriteItem::builder().put(put).build()), None)
    }

    /// Adds a write of a row. `condition` applies to the existing row with the same key.
    pub(crate) fn put_if(self, table: Table, row: Row, condition: Expression, conflict: Conflict) -> Self {
        let put = Put::builder().table_name(self.database.name(table)).set_item(Some(row));
        let put = set_condition!(put, condition).build();
        self.add(put.map(|put| TransactWriteItem::builder().put(put).build()), Some(conflict))
    }

    /// Adds a deletion of a row. Succeeds even if the row does not exist.
    pub(crate) fn delete(self, table: Table, key: Row) -> Self {
        let delete = Delete::builder().table_name(self.database.name(table)).set_key(Some(key)).build();
        self.add(delete.map(|delete| TransactWriteItem::builder().delete(delete).build()), None)
    }

    /// Adds a deletion of a row on a condition.
    pub(crate) fn delete_if(self, table: Table, key: Row, condition: Expression, conflict: Conflict) -> Self {
        let delete = Delete::builder().table_name(self.database.name(table)).set_key(Some(key));
        let delete = set_condition!(delete, condition).build();
        self.add(delete.map(|delete| TransactWriteItem::builder().delete(delete).build()), Some(conflict))
    }

    /// Adds an update of a row on a condition. The request has one map of placeholders, so `update`
    /// and `condition` must not use the same ones.
    pub(crate) fn update_if(
        self,
        table: Table,
        key: Row,
        update: Expression,
        mut condition: Expression,
        conflict: Conflict,
    ) -> Self {
        condition.names.extend(update.names);
        condition.values.extend(update.values);
        let item = Update::builder().table_name(self.database.name(table)).set_key(Some(key));
        let item = set_condition!(item.update_expression(update.text), condition).build();
        self.add(item.map(|update| TransactWriteItem::builder().update(update).build()), Some(conflict))
    }

    /// Adds a condition on a row that the transaction does not write.
    pub(crate) fn require(self, table: Table, key: Row, condition: Expression, conflict: Conflict) -> Self {
        let check = ConditionCheck::builder().table_name(self.database.name(table)).set_key(Some(key));
        let check = set_condition!(check, condition).build();
        self.add(
            check.map(|check| TransactWriteItem::builder().condition_check(check).build()),
            Some(conflict),
        )
    }

    /// Adds the condition that the account was not deleted.
    pub(crate) fn require_account(self, user: UserId) -> Self {
        let deletion = users::deletion_key(user);
        self.require(Table::Users, deletion, Expression::absent("userId"), Conflict::AccountDeleted)
    }

    /// Adds the condition that the user has a profile.
    pub(crate) fn require_profile(self, user: UserId) -> Self {
        let conflict = Conflict::NoProfile(user);
        self.require(Table::Users, users::key(user), Expression::exists("userId"), conflict)
    }

    /// Adds the conditions under which `reader` can still comment on a picture that they could
    /// comment on when it was read.
    ///
    /// For the owner, the picture must exist. For other readers, it must have the same visibility,
    /// neither of the two may have blocked the other, and they must be friends, or able to view
    /// the same album, if the access depends on it. Readiness needs no condition, because
    /// `thumbnail` and `metadata` skip a picture that already has their part. A ready picture can
    /// only fail if `thumbnail` renders it twice concurrently and one rendering times out.
    pub(crate) fn require_can_comment(self, seen: &VisiblePicture, reader: UserId) -> Self {
        let VisiblePicture { picture, relation, via } = seen;
        let key = pictures::key(picture.key);
        if relation.is_owner() {
            return self.require(Table::Pictures, key, Expression::exists("ownerId"), Conflict::Changed);
        }
        let visibility = Expression::equals("visibility", picture.visibility.as_str());
        let transaction = self.require(Table::Pictures, key, visibility, Conflict::Changed);
        let via = via.as_ref().filter(|_| access::depends_on_album(picture, *relation));
        let by_friend = via.is_some_and(|via| {
            via.access == AlbumAccess::Friend && via.album.owner_id == picture.key.owner_id
        });
        let friendship = match access::depends_on_friendship(picture, *relation) || by_friend {
            true => Expression::equals("state", FriendshipState::Friends.as_str()),
            false => friendships::no_block(),
        };
        let key = friendships::key(reader, picture.key.owner_id);
        let transaction = transaction.require(Table::Friendships, key, friendship, Conflict::Changed);
        match via {
            Some(via) => transaction.require_album_shows(via, picture.key, reader),
            None => transaction,
        }
    }

    /// Adds the conditions under which `reader` can still view a picture in an album.
    fn require_album_shows(self, via: &ViewedAlbum, picture: PictureKey, reader: UserId) -> Self {
        let album = via.album.album_id;
        let exists = || Expression::exists("entry");
        let entry = albums::entry_key(album, picture);
        let transaction = self.require(Table::Albums, entry, exists(), Conflict::Changed);
        let (album_row, owner) = (albums::key(album), via.album.owner_id);
        let visibility = Expression::equals("visibility", via.album.visibility.as_str());
        match via.access {
            AlbumAccess::Role(AlbumRole::Owner) => {
                transaction.require(Table::Albums, album_row, exists(), Conflict::Changed)
            }
            AlbumAccess::Role(_) => {
                let member = albums::member_key(album, reader);
                let transaction = transaction.require(Table::Albums, album_row, exists(), Conflict::Changed);
                let transaction = transaction.require(Table::Albums, member, exists(), Conflict::Changed);
                transaction.require_unless_same(owner, picture.owner_id, reader, friendships::no_block())
            }
            AlbumAccess::Friend => {
                let friends = Expression::equals("state", FriendshipState::Friends.as_str());
                let transaction =
                    transaction.require(Table::Albums, album_row, visibility, Conflict::Changed);
                transaction.require_unless_same(owner, picture.owner_id, reader, friends)
            }
            AlbumAccess::Public => {
                transaction.require(Table::Albums, album_row, visibility, Conflict::Changed)
            }
        }
    }

    /// Adds a condition on the friendship of `reader` with the owner of an album. Adds nothing if
    /// the owner of the picture is the same member: [`Transaction::require_can_comment`] has a
    /// condition on that friendship, and a transaction must not name a row twice.
    fn require_unless_same(
        self,
        album_owner: UserId,
        picture_owner: UserId,
        reader: UserId,
        condition: Expression,
    ) -> Self {
        if album_owner == picture_owner {
            return self;
        }
        let key = friendships::key(reader, album_owner);
        self.require(Table::Friendships, key, condition, Conflict::Changed)
    }

    /// Applies all writes or none. Retries if another transaction writes the same rows or DynamoDB
    /// throttles.
    ///
    /// # Errors
    /// The inner result is the [`Conflict`] of a failed condition. The outer result is an error if
    /// the request fails for another reason, or if DynamoDB cancels the last attempt, too.
    pub(crate) async fn commit(self) -> Result<Result<(), Conflict>, Error> {
        if let Some(error) = self.invalid {
            return Err(error);
        }
        if self.items.is_empty() {
            return Ok(Ok(()));
        }
        let (items, conflicts): (Vec<_>, Vec<_>) = self.items.into_iter().unzip();
        for attempt in 0..TRANSACTION_ATTEMPTS {
            back_off(attempt).await;
            let request = self.database.client().transact_write_items();
            let error = match request.set_transact_items(Some(items.clone())).send().await {
                Ok(_) => return Ok(Ok(())),
                Err(error) => error,
            };
            let SdkError::ServiceError(service) = &error else { return Err(error.into()) };
            let TransactWriteItemsError::TransactionCanceledException(cancelled) = service.err() else {
                return Err(error.into());
            };
            let reasons = cancelled.cancellation_reasons();
            if let Some(conflict) = first_conflict(reasons, &conflicts) {
                return Ok(Err(conflict));
            }
            if !is_retryable(reasons) {
                return Err(error.into());
            }
        }
        Err(STILL_CANCELLED.into())
    }
}

impl Database {
    /// Deletes at most 100 rows in one transaction. Succeeds even if rows do not exist.
    pub(crate) async fn delete_together(
        &self,
        table: Table,
        keys: impl IntoIterator<Item = Row>,
    ) -> Result<(), Error> {
        let transaction = self.transaction();
        let transaction =
            keys.into_iter().fold(transaction, |transaction, key| transaction.delete(table, key));
        transaction.commit().await?.map_err(|_| "a transaction without conditions had a conflict".into())
    }
}

fn first_conflict(reasons: &[CancellationReason], conflicts: &[Option<Conflict>]) -> Option<Conflict> {
    let failed = reasons.iter().zip(conflicts);
    let failed = failed.filter(|(reason, _)| reason.code() == Some("ConditionalCheckFailed"));
    // Of equal ranks, `min_by_key` returns the first: the order of the transaction decides.
    failed.filter_map(|(_, conflict)| *conflict).min_by_key(Conflict::rank)
}

/// Returns `true` if a cancelled transaction can succeed later, because another transaction writes
/// the same rows or DynamoDB throttles. The SDK does not retry cancelled transactions.
pub(crate) fn is_retryable(reasons: &[CancellationReason]) -> bool {
    let retryable = ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"];
    reasons.iter().filter_map(CancellationReason::code).any(|code| retryable.contains(&code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_conflict_in_order_of_declaration_wins() {
        let reason = |code: &str| CancellationReason::builder().code(code).build();
        let conflicts = [Some(Conflict::Changed), None, Some(Conflict::AccountDeleted)];
        let failed = "ConditionalCheckFailed";
        let first = |codes: [&str; 3]| first_conflict(&codes.map(reason), &conflicts);
        assert_eq!(first([failed, "None", failed]), Some(Conflict::AccountDeleted));
        assert_eq!(first([failed, "None", "None"]), Some(Conflict::Changed));
        assert_eq!(first(["None", "TransactionConflict", "None"]), None);
    }

    #[test]
    fn of_two_missing_profiles_the_first_in_the_transaction_wins() {
        let reason = || CancellationReason::builder().code("ConditionalCheckFailed").build();
        let [large, small] = [2, 1].map(|id| UserId(uuid::Uuid::from_u128(id)));
        let conflicts = [large, small].map(|user| Some(Conflict::NoProfile(user)));
        assert_eq!(first_conflict(&[reason(), reason()], &conflicts), conflicts[0]);
    }
}
