//! Deletes the remaining rows of deleted albums.

use domain::{AlbumEntry, AlbumId, Membership, UserId};

use super::Albums;
use super::entries::MAX_PICTURES_PER_TRANSACTION;
use super::keys::{MEMBER, PICTURE, WAITING, album_of_member_key, member_key};
use crate::database::Table;
use crate::{Error, from_rows};

/// The maximum number of rows that one call deletes.
const MAX_DELETED: i32 = 24;

impl Albums {
    /// Deletes the remaining rows of up to [`MAX_DELETED`] members of a deleted album, and returns
    /// their number.
    pub async fn delete_some_members(&self, album: AlbumId) -> Result<usize, Error> {
        let request = self.query_prefix(album, MEMBER).limit(MAX_DELETED);
        let members: Vec<Membership> = from_rows(request.send().await?.items)?;
        let keys = members.iter().flat_map(|member| {
            [member_key(album, member.user_id), album_of_member_key(member.user_id, album)]
        });
        self.0.delete_together(Table::Albums, keys).await?;
        Ok(members.len())
    }

    /// Removes up to [`MAX_PICTURES_PER_TRANSACTION`] pictures of a deleted album, and as many that
    /// wait for approval. Returns their number.
    pub async fn remove_some_pictures(&self, album: AlbumId) -> Result<usize, Error> {
        let mut keys = Vec::new();
        for prefix in [PICTURE, WAITING] {
            let request =
                self.query_prefix(album, prefix).limit(i32::try_from(MAX_PICTURES_PER_TRANSACTION)?);
            let entries: Vec<AlbumEntry> = from_rows(request.send().await?.items)?;
            keys.extend(entries.into_iter().map(|entry| entry.key));
        }
        self.remove_pictures(album, &keys).await?;
        Ok(keys.len())
    }

    /// Deletes the row that names a deleted album in the list of its owner.
    pub async fn forget_owner(&self, album: AlbumId, owner: UserId) -> Result<(), Error> {
        self.0.delete(Table::Albums, album_of_member_key(owner, album)).send().await?;
        Ok(())
    }
}
