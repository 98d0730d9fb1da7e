//! The Albums table: key (listId, entry). It contains albums, their members and their pictures.
//!
//! | `listId` | `entry` | row |
//! |---|---|---|
//! | `album#ALBUM` | `album` | the [`Album`] |
//! | `album#ALBUM` | `member#USER` | a [`Membership`] |
//! | `album#ALBUM` | `picture#OWNER/PICTURE` | an [`AlbumEntry`] |
//! | `album#ALBUM` | `waiting#OWNER/PICTURE` | an [`AlbumEntry`] that waits for approval |
//! | `member#USER` | `album#ALBUM` | names an album that the user owns or has joined |
//! | `picture#OWNER/PICTURE` | `album#ALBUM` | names an album that contains the picture, waiting or not |
//! | `smart#USER` | `albums` | names the smart albums of an owner |
//!
//! One transaction writes the rows of the last three kinds with the rows that they mirror. It also
//! changes `count` and `members` of the album, and `albums` of the picture, so that the limits are
//! conditions of the write.
//!
//! The local secondary indexes `ByTime` and `ByTaken` sort the pictures of an album. `ByTime` also
//! sorts the albums of a user by their last change.

mod deletion;
mod entries;
mod keys;
mod members;
mod notices;
mod pages;
mod rule;
mod smart;
mod waiting;

use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::{ReturnValue, Select};
use domain::{Album, AlbumId, PictureKey, UserId};
use jiff::Timestamp;
use serde::de::DeserializeOwned;

use crate::attribute_update::AttributeUpdate;
use crate::database::{Database, Table, unless_condition_failed};
use crate::transaction::{Conflict, Expression};
use crate::{Error, from_row, string, to_row};

pub use entries::{Addition, AlbumOrder};
pub use keys::{AlbumRowKey, RawAlbumRowKey};
use keys::{
    MEMBER, PICTURE, album_of_member, album_of_member_key, list_id, parse_mirrored, time_order, with_key,
};
pub(crate) use keys::{entry_key, key, member_key, waiting_key};
pub use members::AlbumManager;
pub use notices::MAX_BATCH;
use pages::BY_TIME;
pub use pages::{AlbumPage, AlbumPosition};
pub use rule::RuleChange;

/// The maximum number of attempts while other calls change the same rows.
const MAX_ATTEMPTS: u32 = 8;

/// The Albums table.
#[derive(Clone, Debug)]
pub struct Albums(Database);

impl Albums {
    /// Opens the table.
    #[must_use]
    pub fn new(database: &Database) -> Self {
        Self(database.clone())
    }

    /// Adds an album of an owner who has a profile.
    ///
    /// Conflicts: [`Conflict::AccountDeleted`] and [`Conflict::NoProfile`] for the owner. For an
    /// album with a rule also [`Conflict::LimitReached`] and [`Conflict::QuotaExceeded`], as in
    /// [`Albums::update_with_rule`].
    pub async fn create(&self, album: &Album) -> Result<Result<(), Conflict>, Error> {
        let (id, owner) = (album.album_id, album.owner_id);
        let row = with_key(to_row(album)?, key(id));
        let transaction = self.0.transaction();
        let transaction =
            transaction.put_if(Table::Albums, row, Expression::absent("entry"), Conflict::Changed);
        let mut transaction = transaction.put(Table::Albums, album_of_member(owner, id, album.updated_at));
        if album.rule.is_some() {
            transaction = transaction.add_smart_album(owner, id).count_rule_change(owner);
        }
        transaction.require_account(owner).require_profile(owner).commit().await
    }

    /// Reads an album, strongly consistent.
    pub async fn get(&self, album: AlbumId) -> Result<Option<Album>, Error> {
        self.0.get_as(Table::Albums, key(album)).await
    }

    /// Reads albums, strongly consistent, in no order. Ids must be distinct.
    pub async fn get_all(&self, albums: &[AlbumId]) -> Result<Vec<Album>, Error> {
        self.0.get_all_as(Table::Albums, albums.iter().copied().map(key)).await
    }

    /// Updates an album and returns the updated one, or `None` if the album does not exist. Also
    /// sets the time of the last change.
    pub async fn update(&self, album: AlbumId, update: AttributeUpdate) -> Result<Option<Album>, Error> {
        let update = update.set_or_remove("updatedAt", Some(&Timestamp::now()))?;
        let request = update.apply(self.0.update(Table::Albums, key(album)));
        let request = request.condition_expression("attribute_exists(entry)");
        let reply = request.return_values(ReturnValue::AllNew).send().await;
        let updated = unless_condition_failed(reply)?;
        updated.map(|reply| from_row(reply.attributes.unwrap_or_default())).transpose()
    }

    /// Updates an album as [`Albums::update`] does. `update` chooses `cover`.
    ///
    /// Conflicts: [`Conflict::NotAllowed`] if the album does not exist, and [`Conflict::Changed`]
    /// if it does not contain the picture.
    pub async fn update_with_cover(
        &self,
        album: AlbumId,
        update: AttributeUpdate,
        cover: PictureKey,
    ) -> Result<Result<(), Conflict>, Error> {
        let update = update.set_or_remove("updatedAt", Some(&Timestamp::now()))?.into_expression();
        let exists = || Expression::exists("entry");
        let transaction = self.0.transaction();
        let transaction =
            transaction.update_if(Table::Albums, key(album), update, exists(), Conflict::NotAllowed);
        let entry = entry_key(album, cover);
        transaction.require(Table::Albums, entry, exists(), Conflict::Changed).commit().await
    }

    /// Deletes the row of an album. From then on, nobody can view the album. A function that
    /// subscribes to the table deletes the other rows. Returns `false` if the album did not exist.
    pub async fn delete(&self, album: AlbumId) -> Result<bool, Error> {
        let request =
            self.0.delete(Table::Albums, key(album)).condition_expression("attribute_exists(entry)");
        Ok(unless_condition_failed(request.send().await)?.is_some())
    }

    /// Counts the albums that a user owns or has joined, strongly consistent.
    pub async fn count_of_member(&self, user: UserId) -> Result<usize, Error> {
        let request = self.0.query(Table::Albums, "listId", format!("{MEMBER}{user}"));
        let reply = request.consistent_read(true).select(Select::Count).send().await?;
        Ok(usize::try_from(reply.count)?)
    }

    /// Reads a page of the ids of the albums that a user owns or has joined, last changed first.
    pub async fn list_of_member(
        &self,
        user: UserId,
        limit: usize,
        after: Option<AlbumPosition>,
    ) -> Result<AlbumPage<AlbumId>, Error> {
        let page = self.query_index(format!("{MEMBER}{user}"), BY_TIME, false, limit, after).await?;
        page.parse(|row| parse_mirrored(&row.entry))
    }

    /// Reads all albums that a user owns or has joined, strongly consistent: at most about
    /// [`domain::MAX_ALBUMS_OF_MEMBER`].
    pub async fn list_all_of_member(&self, user: UserId) -> Result<Vec<AlbumId>, Error> {
        self.list_mirrors(format!("{MEMBER}{user}")).await
    }

    /// Reads the ids of the albums that contain a picture, waiting or not, strongly consistent.
    pub async fn list_of_picture(&self, picture: PictureKey) -> Result<Vec<AlbumId>, Error> {
        self.list_mirrors(format!("{PICTURE}{picture}")).await
    }

    async fn list_mirrors(&self, list: String) -> Result<Vec<AlbumId>, Error> {
        let request = self.0.query(Table::Albums, "listId", list).consistent_read(true);
        let mut rows = request.into_paginator().items().send();
        let mut albums = Vec::new();
        while let Some(row) = rows.next().await {
            let row: RawAlbumRowKey = from_row(row?)?;
            albums.push(parse_mirrored(&row.entry)?);
        }
        Ok(albums)
    }

    /// Records the time of the last change of an album in the list of a user's albums. Does nothing
    /// if the user is neither the owner nor a member.
    pub async fn touch(&self, user: UserId, album: AlbumId, updated_at: Timestamp) -> Result<(), Error> {
        let request = self.0.update(Table::Albums, album_of_member_key(user, album));
        let request = request
            .update_expression("SET timeOrder = :time")
            .condition_expression("attribute_exists(entry) AND timeOrder < :time")
            .expression_attribute_values(":time", string(time_order(updated_at, album)));
        unless_condition_failed(request.send().await).map(|_| ())
    }

    fn query_prefix(&self, album: AlbumId, prefix: &str) -> QueryFluentBuilder {
        let request = self.0.query(Table::Albums, "listId", list_id(album)).consistent_read(true);
        request
            .key_condition_expression("listId = :list AND begins_with(entry, :prefix)")
            .expression_attribute_values(":prefix", string(prefix))
    }

    async fn list_entries<T: DeserializeOwned>(&self, album: AlbumId, prefix: &str) -> Result<Vec<T>, Error> {
        let rows = self.query_prefix(album, prefix).into_paginator().items().send();
        rows.collect::<Result<Vec<_>, _>>().await?.into_iter().map(from_row).collect()
    }
}
