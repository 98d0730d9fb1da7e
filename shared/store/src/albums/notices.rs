//! The notices that the owner and the members chose, and the pictures that a notice announces.

use domain::{
    ActivityEvent, Album, AlbumBatch, AlbumEntry, AlbumNotices, AlbumRole, Picture, PictureKey, PictureState,
    UserId,
};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::Albums;
use super::keys::{
    MEMBER, PICTURE, WAITING, album_of_member_key, entry_key, list_id, member_key, waiting_key,
};
use super::pages::{BY_TIME, IndexRow};
use crate::database::{Table, unless_condition_failed};
use crate::{Error, Row, from_row, from_rows, pictures, string};

/// The maximum number of pictures that a call reads from a batch.
pub const MAX_BATCH: usize = 100;
/// The maximum number of pictures of one member, or of pictures that wait, among which a call
/// searches for those of a batch.
const MAX_CANDIDATES: usize = 1_000;
/// The maximum time between the registration of a guest's picture and its entry.
const REGISTRATION_TIME: SignedDuration = SignedDuration::from_mins(1);
/// The attribute with the notices that a user chose. A membership contains it for a member, and the
/// row that names the album contains it for the owner.
const NOTICES: &str = "notices";

impl Albums {
    /// Returns the key of the row with the notices that the owner or a member chose.
    fn notices_key(album: &Album, user: UserId) -> Row {
        match album.owner_id == user {
            true => album_of_member_key(user, album.album_id),
            false => member_key(album.album_id, user),
        }
    }

    /// Reads what the owner or a member is notified of, strongly consistent. Returns `None` if the
    /// user is neither.
    pub async fn get_notices(&self, album: &Album, user: UserId) -> Result<Option<AlbumNotices>, Error> {
        let row = self.0.get_as::<NoticesRow>(Table::Albums, Self::notices_key(album, user)).await?;
        Ok(row.map(|row| row.notices))
    }

    /// Changes what the owner or a member is notified of. Returns `false` if the user is neither.
    pub async fn set_notices(
        &self,
        album: &Album,
        user: UserId,
        notices: AlbumNotices,
    ) -> Result<bool, Error> {
        let request = self.0.update(Table::Albums, Self::notices_key(album, user));
        let request = request
            .update_expression("SET #notices = :notices")
            .condition_expression("attribute_exists(entry)")
            .expression_attribute_names("#notices", NOTICES)
            .expression_attribute_values(
                ":notices",
                serde_dynamo::aws_sdk_dynamodb_1::to_attribute_value(notices)?,
            );
        Ok(unless_condition_failed(request.send().await)?.is_some())
    }

    /// Reads the owner and the members of an album who want to be notified of pictures, strongly
    /// consistent, with their roles.
    pub async fn list_notified(&self, album: &Album) -> Result<Vec<(UserId, AlbumRole)>, Error> {
        let mut notified = Vec::new();
        if self.get_notices(album, album.owner_id).await? == Some(AlbumNotices::All) {
            notified.push((album.owner_id, AlbumRole::Owner));
        }
        let members: Vec<NotifiedMember> = self.list_entries(album.album_id, MEMBER).await?;
        let wants = |row: &NotifiedMember| row.choice.notices == AlbumNotices::All;
        notified.extend(members.into_iter().filter(wants).map(|row| (row.user_id, row.role)));
        Ok(notified)
    }

    /// Reads the events that announce a picture, strongly consistent: one for each album that
    /// contains it, waiting or not.
    pub async fn list_announcements(&self, picture: PictureKey) -> Result<Vec<ActivityEvent>, Error> {
        let albums = self.list_of_picture(picture).await?;
        let entries = albums.iter().map(|album| entry_key(*album, picture));
        let entries: Vec<AlbumEntry> = self.0.get_all_as(Table::Albums, entries).await?;
        let waiting = albums.iter().map(|album| waiting_key(*album, picture));
        let waiting: Vec<AlbumEntry> = self.0.get_all_as(Table::Albums, waiting).await?;
        let added = |entry| ActivityEvent::AlbumPicturesAdded { batch: AlbumBatch::of(entry) };
        let waits = |entry| ActivityEvent::AlbumPicturesWaiting { batch: AlbumBatch::of(entry) };
        Ok(entries.iter().map(added).chain(waiting.iter().map(waits)).collect())
    }

    /// Reads the ready pictures of a batch that the album still contains, at most [`MAX_BATCH`],
    /// strongly consistent. Searches the first [`MAX_CANDIDATES`] pictures of the same owner that
    /// were added in these five minutes.
    ///
    /// Takes up to three queries for the pictures that others add. A row of the index has less than
    /// 200 bytes, so a page of 1 MB has half of the maximum number of pictures of an album.
    pub async fn list_batch(&self, album: &Album, batch: &AlbumBatch) -> Result<Vec<Picture>, Error> {
        let request = self.0.query(Table::Albums, "listId", list_id(album.album_id)).index_name(BY_TIME);
        let request = request
            .consistent_read(true)
            .key_condition_expression("listId = :list AND timeOrder BETWEEN :from AND :until")
            .expression_attribute_values(":from", string(format!("{:.9}", batch.since)))
            .expression_attribute_values(":until", string(format!("{:.9}", batch.until())));
        // Only the owner of a picture adds it, and the owner of the album owns those of guests.
        let owner = batch.by.unwrap_or(album.owner_id);
        let mut keys = Vec::new();
        let mut rows = request.into_paginator().items().send();
        while let Some(row) = rows.next().await
            && keys.len() < MAX_CANDIDATES
        {
            let row: IndexRow = from_row(row?)?;
            let key: PictureKey = row.entry.strip_prefix(PICTURE).unwrap_or_default().parse()?;
            if key.owner_id == owner {
                keys.push(key);
            }
        }
        let mut found = Vec::new();
        for chunk in keys.chunks(MAX_BATCH) {
            let entries = chunk.iter().map(|key| entry_key(album.album_id, *key));
            let entries: Vec<AlbumEntry> = self.0.get_all_as(Table::Albums, entries).await?;
            found.extend(self.read_ready(&entries, batch).await?);
            if found.len() >= MAX_BATCH {
                break;
            }
        }
        found.truncate(MAX_BATCH);
        Ok(found)
    }

    /// Reads the ready pictures of a batch that wait for approval, at most [`MAX_BATCH`], strongly
    /// consistent. Omits those that follow the first [`MAX_CANDIDATES`] pictures that wait.
    pub async fn list_waiting_batch(&self, album: &Album, batch: &AlbumBatch) -> Result<Vec<Picture>, Error> {
        // The id of a picture contains its time, which is shortly before that of the entry.
        let first = batch.since.checked_sub(REGISTRATION_TIME)?;
        let key = |time: Timestamp| -> Result<_, Error> {
            let time = u64::try_from(time.as_millisecond())?;
            let id = uuid::Builder::from_unix_timestamp_millis(time, &[0; 10]).into_uuid();
            Ok(string(format_args!("{WAITING}{}/{id}", album.owner_id)))
        };
        let request = self.0.query(Table::Albums, "listId", list_id(album.album_id)).consistent_read(true);
        let request = request
            .key_condition_expression("listId = :list AND entry BETWEEN :from AND :until")
            .expression_attribute_values(":from", key(first)?)
            .expression_attribute_values(":until", key(batch.until())?)
            .limit(i32::try_from(MAX_CANDIDATES)?);
        let entries: Vec<AlbumEntry> = from_rows(request.send().await?.items)?;
        let mut found = Vec::new();
        for chunk in entries.chunks(MAX_BATCH) {
            found.extend(self.read_ready(chunk, batch).await?);
            if found.len() >= MAX_BATCH {
                break;
            }
        }
        found.truncate(MAX_BATCH);
        Ok(found)
    }

    /// Reads the ready pictures among the entries that belong to a batch.
    async fn read_ready(&self, entries: &[AlbumEntry], batch: &AlbumBatch) -> Result<Vec<Picture>, Error> {
        let entries = entries.iter().filter(|entry| batch.contains(entry));
        let keys = entries.map(|entry| pictures::key(entry.key));
        let found: Vec<Picture> = self.0.get_all_as(Table::Pictures, keys).await?;
        Ok(found.into_iter().filter(|picture| picture.state() == PictureState::Ready).collect())
    }
}

/// The notices that a user chose.
#[derive(Debug, Deserialize)]
struct NoticesRow {
    #[serde(default)]
    notices: AlbumNotices,
}

/// A member, and what they are notified of.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct NotifiedMember {
    user_id: UserId,
    role: AlbumRole,
    #[serde(flatten)]
    choice: NoticesRow,
}
