//! The pictures of guests that wait for approval.

use std::collections::BTreeSet;

use domain::{AlbumEntry, AlbumId, Picture, PictureKey};
use jiff::Timestamp;

use super::keys::{WAITING, album_of_picture_key, list_id, row_key, waiting_key, with_key};
use super::pages::{AlbumPage, AlbumPosition};
use super::{AlbumManager, Albums, MAX_ATTEMPTS};
use crate::database::Table;
use crate::retry::back_off;
use crate::transaction::{Conflict, Expression, Transaction};
use crate::{Error, Pictures, from_rows, number, to_row};

impl Albums {
    /// Returns the keys among `keys` that wait for approval, strongly consistent. Keys must be
    /// distinct.
    pub async fn filter_waiting(
        &self,
        album: AlbumId,
        keys: &[PictureKey],
    ) -> Result<BTreeSet<PictureKey>, Error> {
        let keys = keys.iter().map(|picture| waiting_key(album, *picture));
        let entries: Vec<AlbumEntry> = self.0.get_all_as(Table::Albums, keys).await?;
        Ok(entries.into_iter().map(|entry| entry.key).collect())
    }

    /// Reads a page of the pictures that wait for approval, in the order of their registration,
    /// strongly consistent.
    pub async fn list_waiting(
        &self,
        album: AlbumId,
        limit: usize,
        after: Option<AlbumPosition>,
    ) -> Result<AlbumPage<PictureKey>, Error> {
        let request = self.query_prefix(album, WAITING).limit(i32::try_from(limit)?);
        let start = after.map(|after| row_key(list_id(album), after.0));
        let reply = request.set_exclusive_start_key(start).send().await?;
        let entries: Vec<AlbumEntry> = from_rows(reply.items)?;
        let last = entries.last().filter(|_| entries.len() == limit);
        let next = last.map(|entry| AlbumPosition(format!("{WAITING}{}", entry.key)));
        Ok(AlbumPage { items: entries.into_iter().map(|entry| entry.key).collect(), next })
    }

    /// Adds a picture that waits for approval to the album.
    ///
    /// Conflicts: [`Conflict::NotAllowed`] if the manager has lost the role,
    /// [`Conflict::LimitReached`] if the album is full or does not exist, and
    /// [`Conflict::Changed`] if the picture does not wait for approval.
    pub async fn approve(
        &self,
        manager: AlbumManager<'_>,
        picture: &Picture,
    ) -> Result<Result<(), Conflict>, Error> {
        let (album, now) = (manager.album.album_id, Timestamp::now());
        let entry = AlbumEntry { album_id: album, key: picture.key, added_by: None, added_at: now };
        let transaction = self.0.transaction().remove_row_of_picture(waiting_key(album, picture.key));
        let transaction = transaction.add_entry(&entry, picture)?;
        let transaction = transaction.count_entries(album, 1, now);
        transaction.require_manager(manager).commit().await
    }

    /// Removes a picture that waits for approval from an album. Deletes the picture if no other
    /// album contains it. Succeeds if the picture no longer exists.
    ///
    /// Conflicts: [`Conflict::NotAllowed`] if the album does not exist or the manager has lost the
    /// role, and [`Conflict::Changed`] if the picture does not wait for approval.
    pub async fn reject(
        &self,
        manager: AlbumManager<'_>,
        key: PictureKey,
    ) -> Result<Result<(), Conflict>, Error> {
        let (album, pictures) = (manager.album.album_id, Pictures::new(&self.0));
        let in_no_other_album = Expression::exists("pictureId")
            .and("(attribute_not_exists(albums) OR albums <= :one)")
            .value(":one", number(1));
        let in_other_albums = Expression::new("albums > :one").value(":one", number(1));
        for attempt in 0..MAX_ATTEMPTS {
            back_off(attempt).await;
            let deleted = pictures
                .delete_counted(key, &in_no_other_album, |transaction| {
                    transaction.remove_waiting(manager, key)
                })
                .await?;
            if deleted != Err(Conflict::Changed) {
                return Ok(deleted);
            }
            let Some(picture) = pictures.get(key).await? else { return Ok(Ok(())) };
            if !self.filter_waiting(album, &[key]).await?.contains(&key) {
                return Ok(Err(Conflict::Changed));
            }
            if picture.albums > 1 {
                let transaction = self.0.transaction().remove_waiting(manager, key);
                let removed = transaction.subtract_album_of(key, in_other_albums.clone()).commit().await?;
                if removed != Err(Conflict::Changed) {
                    return Ok(removed);
                }
            }
        }
        Err(format!("the picture changed in each of {MAX_ATTEMPTS} attempts").into())
    }
}

impl Transaction<'_> {
    /// Adds the rows of a picture that waits for approval. The album must exist.
    pub(crate) fn add_waiting(self, entry: &AlbumEntry) -> Result<Self, Error> {
        let row = with_key(to_row(entry)?, waiting_key(entry.album_id, entry.key));
        let transaction = self.require_album(entry.album_id).put(Table::Albums, row);
        Ok(transaction.put(Table::Albums, album_of_picture_key(entry.key, entry.album_id)))
    }

    /// Deletes the rows of a picture that waits for approval.
    ///
    /// Conflicts: [`Conflict::NotAllowed`] if the album does not exist or the manager has lost the
    /// role, and [`Conflict::Changed`] if the picture does not wait for approval.
    fn remove_waiting(self, manager: AlbumManager<'_>, picture: PictureKey) -> Self {
        let album = manager.album.album_id;
        let transaction = self.remove_row_of_picture(waiting_key(album, picture));
        transaction.remove_mirror(album, picture).require_album(album).require_manager(manager)
    }
}
