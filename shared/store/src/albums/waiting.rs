//! The pictures of guests that wait for approval.

use std::collections::BTreeSet;

use domain::{AlbumEntry, AlbumId, Picture, PictureKey};
use jiff::Timestamp;

use super::Albums;
use super::keys::{WAITING, album_of_picture_key, key, list_id, row_key, waiting_key, with_key};
use super::pages::{AlbumPage, AlbumPosition};
use crate::database::Table;
use crate::transaction::{Conflict, Expression, Transaction};
use crate::{Error, from_rows, to_row};

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
    /// Conflicts: [`Conflict::LimitReached`], and [`Conflict::Changed`] if the picture does not
    /// wait.
    pub async fn approve(&self, album: AlbumId, picture: &Picture) -> Result<Result<(), Conflict>, Error> {
        let now = Timestamp::now();
        let entry = AlbumEntry { album_id: album, key: picture.key, added_by: None, added_at: now };
        let (waiting, exists) = (waiting_key(album, picture.key), Expression::exists("entry"));
        let transaction = self.0.transaction();
        let transaction = transaction.delete_if(Table::Albums, waiting, exists, Conflict::Changed);
        let transaction = transaction.add_entry(&entry, picture)?;
        transaction.count_entries(album, 1, picture.key, now).commit().await
    }
}

impl Transaction<'_> {
    /// Adds the rows of a picture that waits for approval. The album must exist.
    pub(crate) fn add_waiting(self, entry: &AlbumEntry) -> Result<Self, Error> {
        let row = with_key(to_row(entry)?, waiting_key(entry.album_id, entry.key));
        let exists = Expression::exists("entry");
        let transaction = self.require(Table::Albums, key(entry.album_id), exists, Conflict::NotAllowed);
        let transaction = transaction.put(Table::Albums, row);
        Ok(transaction.put(Table::Albums, album_of_picture_key(entry.key, entry.album_id)))
    }
}
