//! The keys of the rows, and the sort keys of the indexes.

use domain::{AlbumId, PictureKey, UserId};
use jiff::Timestamp;
use serde::Deserialize;

use crate::{Error, Row, string};

/// The sort key of the row of the album itself.
pub(super) const ALBUM: &str = "album";
pub(super) const MEMBER: &str = "member#";
pub(super) const PICTURE: &str = "picture#";
pub(super) const WAITING: &str = "waiting#";

pub(super) fn list_id(album: AlbumId) -> String {
    format!("album#{album}")
}

/// Parses the sort key of a row under `member#USER` or `picture#OWNER/PICTURE`.
pub(super) fn parse_mirrored(entry: &str) -> Result<AlbumId, Error> {
    Ok(entry.strip_prefix("album#").unwrap_or_default().parse()?)
}

pub(super) fn row_key(list: impl ToString, entry: impl ToString) -> Row {
    Row::from([("listId".into(), string(list)), ("entry".into(), string(entry))])
}

pub(crate) fn key(album: AlbumId) -> Row {
    row_key(list_id(album), ALBUM)
}

pub(crate) fn member_key(album: AlbumId, user: UserId) -> Row {
    row_key(list_id(album), format_args!("{MEMBER}{user}"))
}

pub(crate) fn entry_key(album: AlbumId, picture: PictureKey) -> Row {
    row_key(list_id(album), format_args!("{PICTURE}{picture}"))
}

pub(crate) fn waiting_key(album: AlbumId, picture: PictureKey) -> Row {
    row_key(list_id(album), format_args!("{WAITING}{picture}"))
}

pub(super) fn album_of_member_key(user: UserId, album: AlbumId) -> Row {
    row_key(format_args!("{MEMBER}{user}"), list_id(album))
}

pub(super) fn album_of_picture_key(picture: PictureKey, album: AlbumId) -> Row {
    row_key(format_args!("{PICTURE}{picture}"), list_id(album))
}

/// Returns the key of the row that names the smart albums of an owner.
pub(super) fn smart_albums_key(owner: UserId) -> Row {
    row_key(format_args!("smart#{owner}"), "albums")
}

/// Returns a sort key of `ByTime`, unique within its partition. The time has nine decimals, so that
/// its text sorts by time.
pub(super) fn time_order(time: Timestamp, id: impl std::fmt::Display) -> String {
    format!("{time:.9}#{id}")
}

pub(super) fn with_key(mut row: Row, key: Row) -> Row {
    row.extend(key);
    row
}

pub(super) fn album_of_member(user: UserId, album: AlbumId, updated_at: Timestamp) -> Row {
    let mut row = album_of_member_key(user, album);
    row.insert("timeOrder".into(), string(time_order(updated_at, album)));
    row
}

/// The parsed key of a row.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AlbumRowKey {
    /// The row of an album.
    Album(AlbumId),
    /// A membership.
    Member(AlbumId, UserId),
    /// A picture of an album.
    Picture(AlbumId, PictureKey),
    /// A picture that waits for approval.
    Waiting(AlbumId, PictureKey),
    /// A row that mirrors others.
    Mirror,
}

/// The attributes of a row's key.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RawAlbumRowKey {
    list_id: String,
    pub(super) entry: String,
}

impl RawAlbumRowKey {
    /// Parses the key.
    ///
    /// # Errors
    /// Returns an error if an id is invalid.
    pub fn parse(&self) -> Result<AlbumRowKey, Error> {
        let Some(album) = self.list_id.strip_prefix("album#") else { return Ok(AlbumRowKey::Mirror) };
        let album = album.parse()?;
        let (kind, id) = self.entry.split_at(self.entry.find('#').map_or(self.entry.len(), |i| i + 1));
        Ok(match kind {
            ALBUM => AlbumRowKey::Album(album),
            MEMBER => AlbumRowKey::Member(album, id.parse()?),
            PICTURE => AlbumRowKey::Picture(album, id.parse()?),
            WAITING => AlbumRowKey::Waiting(album, id.parse()?),
            _ => return Err(format!("unknown kind of row in the Albums table: {}", self.entry).into()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::from_row;
    use domain::PictureId;
    use uuid::Uuid;

    fn parse(key: Row) -> AlbumRowKey {
        from_row::<RawAlbumRowKey>(key).unwrap().parse().unwrap()
    }

    #[test]
    fn parses_the_keys_of_all_rows() {
        let (album, user) = (AlbumId::new(), UserId(Uuid::now_v7()));
        let picture = PictureKey { owner_id: user, picture_id: PictureId::new() };
        assert_eq!(parse(key(album)), AlbumRowKey::Album(album));
        assert_eq!(parse(member_key(album, user)), AlbumRowKey::Member(album, user));
        assert_eq!(parse(entry_key(album, picture)), AlbumRowKey::Picture(album, picture));
        assert_eq!(parse(waiting_key(album, picture)), AlbumRowKey::Waiting(album, picture));
        assert_eq!(parse(album_of_member_key(user, album)), AlbumRowKey::Mirror);
        assert_eq!(parse(album_of_picture_key(picture, album)), AlbumRowKey::Mirror);
        assert_eq!(parse(smart_albums_key(user)), AlbumRowKey::Mirror);
        for entry in ["", "link", "member#", "picture#x", "else#1"] {
            let key = row_key(list_id(album), entry);
            assert!(from_row::<RawAlbumRowKey>(key).unwrap().parse().is_err(), "{entry}");
        }
    }

    #[test]
    fn times_with_fewer_digits_sort_by_time() {
        let times = ["2026-11-29T07:00:00Z", "2026-11-29T07:00:00.1Z", "2026-11-29T07:00:00.12Z"];
        let orders = times.map(|time| time_order(time.parse().unwrap(), "id"));
        assert!(orders.is_sorted(), "{orders:?}");
    }
}
