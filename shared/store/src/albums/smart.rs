//! The row that names the smart albums of an owner, and the changes of rules that update it.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::AttributeValue;
use domain::{Album, AlbumId, MAX_SMART_ALBUMS, PictureKey, UserId};
use jiff::Timestamp;
use serde::Deserialize;

use super::Albums;
use super::keys::{entry_key, key, smart_albums_key};
use crate::attribute_update::AttributeUpdate;
use crate::database::{Table, unless_condition_failed};
use crate::transaction::{Conflict, Expression, Transaction};
use crate::{Error, number, string};

/// The row that names the smart albums of an owner.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SmartAlbums {
    #[serde(default)]
    album_ids: BTreeSet<AlbumId>,
}

/// The value of an attribute that is a set with one album.
fn set_of(album: AlbumId) -> AttributeValue {
    AttributeValue::Ss(vec![album.to_string()])
}

impl Albums {
    /// Reads the smart albums of an owner, strongly consistent: at most
    /// [`domain::MAX_SMART_ALBUMS`].
    pub async fn list_smart(&self, owner: UserId) -> Result<Vec<Album>, Error> {
        let row: Option<SmartAlbums> = self.0.get_as(Table::Albums, smart_albums_key(owner)).await?;
        let ids: Vec<_> = row.into_iter().flat_map(|row| row.album_ids).collect();
        if ids.is_empty() {
            return Ok(vec![]);
        }
        let mut albums = self.get_all(&ids).await?;
        albums.retain(|album| album.owner_id == owner && album.rule.is_some());
        Ok(albums)
    }

    /// Updates an album as [`Albums::update`] does, and sets or removes its rule. The new rule is
    /// not applied to any picture yet. `cover` is the cover that `update` chooses.
    ///
    /// Conflicts: [`Conflict::AccountDeleted`] for the owner, [`Conflict::NotAllowed`] if the album
    /// does not exist, [`Conflict::LimitReached`] if the owner has the maximum number of other
    /// smart albums, [`Conflict::Changed`] if the album does not contain the cover, and
    /// [`Conflict::QuotaExceeded`] if the owner has set the maximum number of rules today.
    pub async fn update_with_rule(
        &self,
        album: &Album,
        update: AttributeUpdate,
        rule: Option<&str>,
        cover: Option<PictureKey>,
    ) -> Result<Result<(), Conflict>, Error> {
        let (id, owner, exists) = (album.album_id, album.owner_id, || Expression::exists("entry"));
        let update = update.set_or_remove("rule", rule.as_ref())?;
        let update = update.set_or_remove("ruleProgress", None::<&()>)?;
        let update = update.set_or_remove("updatedAt", Some(&Timestamp::now()))?.into_expression();
        let transaction = self.0.transaction();
        let transaction =
            transaction.update_if(Table::Albums, key(id), update, exists(), Conflict::NotAllowed);
        let mut transaction = match rule {
            Some(_) => transaction.add_smart_album(owner, id).count_rule_change(owner),
            None => transaction.remove_smart_album(owner, id),
        };
        if let Some(cover) = cover {
            transaction =
                transaction.require(Table::Albums, entry_key(id, cover), exists(), Conflict::Changed);
        }
        transaction.require_account(owner).commit().await
    }

    /// Removes a deleted album from the smart albums of its owner.
    pub async fn forget_smart_album(&self, owner: UserId, album: AlbumId) -> Result<(), Error> {
        let request = self.0.update(Table::Albums, smart_albums_key(owner));
        let request = request
            .update_expression("DELETE albumIds :albums")
            .condition_expression("contains(albumIds, :album)")
            .expression_attribute_values(":albums", set_of(album))
            .expression_attribute_values(":album", string(album));
        unless_condition_failed(request.send().await).map(|_| ())
    }

    /// Deletes the row that names the smart albums of a deleted account.
    pub async fn forget_smart_albums(&self, owner: UserId) -> Result<(), Error> {
        self.0.delete(Table::Albums, smart_albums_key(owner)).send().await?;
        Ok(())
    }
}

impl Transaction<'_> {
    /// Adds an album to the smart albums of its owner, if it is not one of them.
    ///
    /// Conflict: [`Conflict::LimitReached`].
    pub(super) fn add_smart_album(self, owner: UserId, album: AlbumId) -> Self {
        let update = Expression::new("ADD albumIds :albums").value(":albums", set_of(album));
        let condition = Expression::absent("albumIds").or("size(albumIds) < :max");
        let condition = condition.or("contains(albumIds, :album)").value(":album", string(album));
        let condition = condition.value(":max", number(MAX_SMART_ALBUMS));
        self.update_if(Table::Albums, smart_albums_key(owner), update, condition, Conflict::LimitReached)
    }

    /// Removes an album from the smart albums of its owner.
    fn remove_smart_album(self, owner: UserId, album: AlbumId) -> Self {
        let update = Expression::new("DELETE albumIds :albums").value(":albums", set_of(album));
        let key = smart_albums_key(owner);
        // The row exists, because the album had a rule.
        self.update_if(Table::Albums, key, update, Expression::exists("entry"), Conflict::NotAllowed)
    }
}
