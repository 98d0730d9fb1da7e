//! The pictures of albums.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    Album, AlbumEntry, AlbumId, AlbumRole, MAX_ALBUM_PICTURES, MAX_ALBUMS_OF_PICTURE, Picture, PictureKey,
    PictureState, UserId, taken_order,
};
use jiff::Timestamp;
use serde_dynamo::aws_sdk_dynamodb_1::to_attribute_value;

use super::keys::{
    PICTURE, album_of_picture_key, entry_key, key, list_id, time_order, waiting_key, with_key,
};
use super::pages::{AlbumPage, AlbumPosition, BY_TAKEN, BY_TIME};
use super::{AlbumManager, Albums, MAX_ATTEMPTS};
use crate::database::{Table, unless_condition_failed};
use crate::retry::back_off;
use crate::transaction::{Conflict, Expression, Transaction};
use crate::{Error, Row, from_row, from_rows, number, pictures, string, to_row};

/// The maximum number of pictures that one transaction adds or removes. DynamoDB allows 100 items
/// in a transaction. A picture takes up to three, the album one and the role of the user two.
pub(super) const MAX_PICTURES_PER_TRANSACTION: usize = 24;

/// The order of the pictures of an album.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AlbumOrder {
    /// The most recently added picture comes first.
    #[default]
    Added,
    /// The picture that was taken earliest comes first.
    Taken,
}

/// The outcome of adding a picture to an album.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Addition {
    /// The album contains the picture. An earlier call may have added it.
    Added,
    /// The picture does not exist.
    NoPicture,
    /// A guest sent the picture, which is not ready: nobody has seen what the album would show.
    NotReady,
    /// The picture is in the maximum number of albums.
    InTooManyAlbums,
    /// The album has the maximum number of pictures.
    AlbumFull,
    /// The album has a rule, which alone adds pictures.
    SmartAlbum,
    /// The album does not exist, or the user can no longer add pictures to it.
    NotAllowed,
}

fn picture_orders(entry: &AlbumEntry, picture: &Picture) -> [(String, String); 2] {
    let id = entry.key.picture_id;
    [
        ("timeOrder".into(), time_order(entry.added_at, id)),
        ("takenOrder".into(), Albums::order_by_taken(picture)),
    ]
}

fn entry_row(entry: &AlbumEntry, picture: &Picture) -> Result<Row, Error> {
    let row = with_key(to_row(entry)?, entry_key(entry.album_id, entry.key));
    let orders = picture_orders(entry, picture).into_iter().map(|(name, order)| (name, string(order)));
    Ok(row.into_iter().chain(orders).collect())
}

impl Albums {
    /// Returns the keys among `keys` that the album contains, strongly consistent. Keys must be
    /// distinct.
    pub async fn filter_contained(
        &self,
        album: AlbumId,
        keys: &[PictureKey],
    ) -> Result<BTreeSet<PictureKey>, Error> {
        let keys = keys.iter().map(|picture| entry_key(album, *picture));
        let entries: Vec<AlbumEntry> = self.0.get_all_as(Table::Albums, keys).await?;
        Ok(entries.into_iter().map(|entry| entry.key).collect())
    }

    /// Returns the pairs in which the album contains the picture, strongly consistent.
    pub async fn find_entries(
        &self,
        pairs: &BTreeSet<(AlbumId, PictureKey)>,
    ) -> Result<BTreeSet<(AlbumId, PictureKey)>, Error> {
        let keys = pairs.iter().map(|(album, picture)| entry_key(*album, *picture));
        let entries: Vec<AlbumEntry> = self.0.get_all_as(Table::Albums, keys).await?;
        Ok(entries.into_iter().map(|entry| (entry.album_id, entry.key)).collect())
    }

    /// Reads up to `limit` keys of the pictures of an album that follow the key `after`, in
    /// ascending order, strongly consistent. A page with fewer than `limit` keys is the last one.
    pub async fn list_keys(
        &self,
        album: AlbumId,
        limit: usize,
        after: Option<PictureKey>,
    ) -> Result<Vec<PictureKey>, Error> {
        let request = self.query_prefix(album, PICTURE).limit(i32::try_from(limit)?);
        let start = after.map(|after| entry_key(album, after));
        // A query returns at most 1 MB, which can be fewer than `limit` entries.
        let mut entries = request.set_exclusive_start_key(start).into_paginator().items().send();
        let mut keys = Vec::new();
        while keys.len() < limit
            && let Some(entry) = entries.next().await
        {
            keys.push(from_row::<AlbumEntry>(entry?)?.key);
        }
        Ok(keys)
    }

    /// Reads a page of the pictures of an album, strongly consistent.
    pub async fn read_page(
        &self,
        album: AlbumId,
        order: AlbumOrder,
        limit: usize,
        after: Option<AlbumPosition>,
    ) -> Result<AlbumPage<PictureKey>, Error> {
        let (index, ascending) = match order {
            AlbumOrder::Added => (BY_TIME, false),
            AlbumOrder::Taken => (BY_TAKEN, true),
        };
        let page = self.query_index(list_id(album), index, ascending, limit, after).await?;
        page.parse(|row| Ok(row.entry.strip_prefix(PICTURE).unwrap_or_default().parse()?))
    }

    /// Reads the pictures of one owner in an album, at most `limit`, strongly consistent.
    pub async fn list_of_owner(
        &self,
        album: AlbumId,
        owner: UserId,
        limit: usize,
    ) -> Result<Vec<PictureKey>, Error> {
        let request = self.query_prefix(album, &format!("{PICTURE}{owner}/")).limit(i32::try_from(limit)?);
        let entries: Vec<AlbumEntry> = from_rows(request.send().await?.items)?;
        Ok(entries.into_iter().map(|entry| entry.key).collect())
    }

    /// Adds pictures of `user` to an album. Idempotent. Returns the outcome for each key. Keys must
    /// be distinct and belong to `user`, who must be the owner or a contributor of the album.
    pub async fn add_pictures(
        &self,
        album: &Album,
        user: UserId,
        keys: &[PictureKey],
    ) -> Result<BTreeMap<PictureKey, Addition>, Error> {
        let mut outcomes = BTreeMap::new();
        for chunk in keys.chunks(MAX_PICTURES_PER_TRANSACTION) {
            self.add_in_transaction(album, user, chunk, &mut outcomes).await?;
        }
        Ok(outcomes)
    }

    async fn add_in_transaction(
        &self,
        album: &Album,
        user: UserId,
        keys: &[PictureKey],
        outcomes: &mut BTreeMap<PictureKey, Addition>,
    ) -> Result<(), Error> {
        let id = album.album_id;
        for attempt in 0..MAX_ATTEMPTS {
            back_off(attempt).await;
            let contained = self.filter_contained(id, keys).await?;
            let pictures: Vec<Picture> =
                self.0.get_all_as(Table::Pictures, keys.iter().copied().map(pictures::key)).await?;
            let Some(current) = self.get(id).await? else {
                outcomes.extend(keys.iter().map(|key| (*key, Addition::NotAllowed)));
                return Ok(());
            };
            let mut remaining = MAX_ALBUM_PICTURES.saturating_sub(current.count);
            let mut added = Vec::new();
            for key in keys {
                let picture = pictures.iter().find(|picture| picture.key == *key);
                let outcome = match picture {
                    _ if contained.contains(key) => Addition::Added,
                    _ if current.rule.is_some() => Addition::SmartAlbum,
                    None => Addition::NoPicture,
                    Some(picture) if picture.guest.is_some() && picture.state() != PictureState::Ready => {
                        Addition::NotReady
                    }
                    Some(picture) if picture.albums >= MAX_ALBUMS_OF_PICTURE => Addition::InTooManyAlbums,
                    Some(_) if remaining == 0 => Addition::AlbumFull,
                    Some(picture) => {
                        remaining -= 1;
                        added.push(picture);
                        Addition::Added
                    }
                };
                outcomes.insert(*key, outcome);
            }
            match self.add_entries(album, user, &added).await? {
                Ok(()) => return Ok(()),
                Err(Conflict::NotAllowed) => {
                    let added = added.iter().map(|picture| (picture.key, Addition::NotAllowed));
                    outcomes.extend(added);
                    return Ok(());
                }
                // Another call changed the same rows. The next attempt reads them again.
                Err(_) => {}
            }
        }
        Err(format!("the album changed in each of {MAX_ATTEMPTS} attempts").into())
    }

    async fn add_entries(
        &self,
        album: &Album,
        user: UserId,
        pictures: &[&Picture],
    ) -> Result<Result<(), Conflict>, Error> {
        if pictures.is_empty() {
            return Ok(Ok(()));
        }
        let (id, now) = (album.album_id, Timestamp::now());
        let mut transaction = self.0.transaction();
        for picture in pictures {
            let entry = AlbumEntry { album_id: id, key: picture.key, added_by: Some(user), added_at: now };
            transaction = transaction.add_entry(&entry, picture)?;
            transaction = transaction.count_album_of(picture.key, Expression::exists("pictureId"));
        }
        let transaction = transaction.count_entries(id, pictures.len(), now);
        transaction.require_role(album, user, AlbumRole::Contributor).commit().await
    }

    /// Removes pictures from an album, waiting or not. Succeeds even if the pictures or the album
    /// do not exist.
    pub async fn remove_pictures(&self, album: AlbumId, keys: &[PictureKey]) -> Result<(), Error> {
        let removed = self.remove_in_chunks(album, keys, None).await?;
        removed.map_err(|conflict| format!("an unconditional removal has a conflict: {conflict:?}").into())
    }

    /// Removes pictures of any owner from an album like [`Albums::remove_pictures`], for a manager.
    ///
    /// Conflict: [`Conflict::NotAllowed`] if the album does not exist or the manager has lost the
    /// role. Some of the pictures may be removed already.
    pub async fn remove_pictures_by(
        &self,
        manager: AlbumManager<'_>,
        keys: &[PictureKey],
    ) -> Result<Result<(), Conflict>, Error> {
        self.remove_in_chunks(manager.album.album_id, keys, Some(manager)).await
    }

    async fn remove_in_chunks(
        &self,
        album: AlbumId,
        keys: &[PictureKey],
        manager: Option<AlbumManager<'_>>,
    ) -> Result<Result<(), Conflict>, Error> {
        for chunk in keys.chunks(MAX_PICTURES_PER_TRANSACTION) {
            if let Err(conflict) = self.remove_in_transaction(album, chunk, manager).await? {
                return Ok(Err(conflict));
            }
        }
        Ok(Ok(()))
    }

    async fn remove_in_transaction(
        &self,
        album: AlbumId,
        keys: &[PictureKey],
        manager: Option<AlbumManager<'_>>,
    ) -> Result<Result<(), Conflict>, Error> {
        for attempt in 0..MAX_ATTEMPTS {
            back_off(attempt).await;
            // A mirror exists for each picture in the album, waiting or not.
            let mirrors = keys.iter().map(|key| album_of_picture_key(*key, album)).collect();
            let mirrors = self.0.get_all(Table::Albums, mirrors).await?;
            let is_in_album = |key: &&PictureKey| {
                let list = string(format_args!("{PICTURE}{key}"));
                mirrors.iter().any(|row| row.get("listId") == Some(&list))
            };
            let removed: Vec<_> = keys.iter().filter(is_in_album).copied().collect();
            if removed.is_empty() {
                return Ok(Ok(()));
            }
            let contained = self.filter_contained(album, &removed).await?;
            let existing: Vec<PictureKey> =
                self.0.get_all_as(Table::Pictures, removed.iter().copied().map(pictures::key)).await?;
            let mut transaction = self.0.transaction();
            for key in &removed {
                transaction = match contained.contains(key) {
                    true => transaction.remove_row_of_picture(entry_key(album, *key)),
                    false => transaction.remove_row_of_picture(waiting_key(album, *key)),
                };
                transaction = transaction.remove_mirror(album, *key);
                if existing.contains(key) {
                    transaction = transaction.subtract_album_of(*key, Expression::exists("pictureId"));
                }
            }
            // The album does not count waiting pictures, so their removal does not change its row.
            let row = match contained.is_empty() {
                true => None,
                false => self.get(album).await?,
            };
            if let Some(row) = &row {
                let removes_cover = row.cover.is_some_and(|cover| contained.contains(&cover));
                transaction = transaction.subtract_entries(row, contained.len(), removes_cover)?;
            }
            if let Some(manager) = manager {
                // A transaction names a row at most once. `subtract_entries` requires the album.
                if row.is_none() {
                    transaction = transaction.require_album(album);
                }
                transaction = transaction.require_manager(manager);
            }
            match transaction.commit().await? {
                Err(Conflict::Changed) => {}
                outcome => return Ok(outcome),
            }
        }
        Err(format!("the album changed in each of {MAX_ATTEMPTS} attempts").into())
    }

    /// Returns the attribute `takenOrder` of a picture in an album: a sort key of `ByTaken`.
    #[must_use]
    pub fn order_by_taken(picture: &Picture) -> String {
        format!("{}#{}", taken_order(picture), picture.key.picture_id)
    }

    /// Updates the position of a picture in [`AlbumOrder::Taken`] after its time has changed. Does
    /// nothing if the album does not contain the picture.
    pub async fn set_taken(&self, album: AlbumId, picture: &Picture) -> Result<(), Error> {
        let order = Self::order_by_taken(picture);
        let request = self.0.update(Table::Albums, entry_key(album, picture.key));
        let request = request
            .update_expression("SET takenOrder = :taken")
            .condition_expression("attribute_exists(entry) AND takenOrder <> :taken")
            .expression_attribute_values(":taken", string(order));
        unless_condition_failed(request.send().await).map(|_| ())
    }
}

impl Transaction<'_> {
    /// Adds the rows of a picture in an album.
    ///
    /// Conflict: [`Conflict::Changed`] if the album already contains the picture.
    pub(crate) fn add_entry(self, entry: &AlbumEntry, picture: &Picture) -> Result<Self, Error> {
        let row = entry_row(entry, picture)?;
        let transaction = self.put_if(Table::Albums, row, Expression::absent("entry"), Conflict::Changed);
        Ok(transaction.put(Table::Albums, album_of_picture_key(entry.key, entry.album_id)))
    }

    /// Deletes a row of a picture in an album: its entry, waiting or not, or its mirror.
    ///
    /// Conflict: [`Conflict::Changed`] if the row does not exist.
    pub(super) fn remove_row_of_picture(self, key: Row) -> Self {
        self.delete_if(Table::Albums, key, Expression::exists("entry"), Conflict::Changed)
    }

    /// Deletes the row that names an album in the list of the albums of a picture.
    ///
    /// Conflict: [`Conflict::Changed`] if the row does not exist.
    pub(super) fn remove_mirror(self, album: AlbumId, picture: PictureKey) -> Self {
        self.remove_row_of_picture(album_of_picture_key(picture, album))
    }

    /// Subtracts one from the number of albums of a picture if its row meets a condition.
    ///
    /// Conflict: [`Conflict::Changed`] if the condition fails.
    pub(super) fn subtract_album_of(self, picture: PictureKey, condition: Expression) -> Self {
        let count = Expression::new("ADD albums :minus").value(":minus", number(-1));
        self.update_if(Table::Pictures, pictures::key(picture), count, condition, Conflict::Changed)
    }

    /// Adds one to the number of albums of a picture if its row meets a condition.
    ///
    /// Conflict: [`Conflict::Changed`] if the condition fails, or if the picture is in the maximum
    /// number of albums.
    pub(super) fn count_album_of(self, picture: PictureKey, condition: Expression) -> Self {
        let below_limit = condition
            .and("(attribute_not_exists(albums) OR albums < :max)")
            .value(":max", number(MAX_ALBUMS_OF_PICTURE));
        let count = Expression::new("ADD albums :one").value(":one", number(1));
        self.update_if(Table::Pictures, pictures::key(picture), count, below_limit, Conflict::Changed)
    }

    /// Adds the number of added pictures to the count of an album.
    ///
    /// Conflict: [`Conflict::LimitReached`] if the album would exceed the maximum number of
    /// pictures, if it has a rule, or if it does not exist.
    pub(crate) fn count_entries(self, album: AlbumId, added: usize, now: Timestamp) -> Self {
        let max = usize::try_from(MAX_ALBUM_PICTURES).unwrap_or(usize::MAX).saturating_sub(added);
        let below_limit = Expression::exists("entry")
            .and("#count <= :max AND attribute_not_exists(#rule)")
            .name("#rule", "rule")
            .value(":max", number(max));
        let update = Expression::new("SET updatedAt = :now ADD #count :added")
            .name("#count", "count")
            .value(":now", string(now))
            .value(":added", number(added));
        self.update_if(Table::Albums, key(album), update, below_limit, Conflict::LimitReached)
    }

    /// Subtracts the number of removed pictures from the count of an album. Also removes the chosen
    /// cover if it is one of them, so that the row contains no key of a deleted picture.
    ///
    /// Conflict: [`Conflict::Changed`] if the album does not exist or has another cover.
    fn subtract_entries(self, album: &Album, removed: usize, removes_cover: bool) -> Result<Self, Error> {
        let update = match removes_cover {
            true => "SET updatedAt = :now REMOVE cover ADD #count :removed",
            false => "SET updatedAt = :now ADD #count :removed",
        };
        let update = Expression::new(update)
            .name("#count", "count")
            .value(":now", string(Timestamp::now()))
            .value(":removed", number(format_args!("-{removed}")));
        let cover = album.cover.as_ref().map(to_attribute_value).transpose()?;
        let unchanged = Expression::exists("entry").and_same("cover", cover);
        Ok(self.update_if(Table::Albums, key(album.album_id), update, unchanged, Conflict::Changed))
    }
}
