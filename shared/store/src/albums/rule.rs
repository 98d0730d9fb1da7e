//! The pictures that the rule of a smart album adds and removes.

use domain::{Album, AlbumEntry, AlbumId, Picture, PictureKey, RuleProgress, UserId};
use jiff::Timestamp;
use serde_dynamo::aws_sdk_dynamodb_1::to_attribute_value;

use super::entries::MAX_PICTURES_PER_TRANSACTION;
use super::keys::{PICTURE, entry_key, key, list_id};
use super::Albums;
use crate::database::Table;
use crate::transaction::{Conflict, Expression, Transaction};
use crate::{Error, from_rows, number, pictures, string};

/// A change of a smart album by its rule.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RuleChange {
    /// The pictures to add, as they were read. The album does not contain them.
    pub added: Vec<Picture>,
    /// The time of the added pictures in the album. The default is the present.
    pub added_at: Option<Timestamp>,
    /// The pictures to remove. The album contains them.
    pub removed: Vec<PictureKey>,
    /// The progress after the change.
    pub progress: Option<RuleProgress>,
}

impl Albums {
    /// The maximum number of pictures that one [`RuleChange`] adds and removes.
    pub const MAX_RULE_CHANGES: usize = MAX_PICTURES_PER_TRANSACTION;

    /// Reads the smart albums of an owner, strongly consistent.
    pub async fn list_smart(&self, owner: UserId) -> Result<Vec<Album>, Error> {
        let ids = self.list_all_of_member(owner).await?;
        let mut albums = self.get_all(&ids).await?;
        albums.retain(|album| album.owner_id == owner && album.rule.is_some());
        Ok(albums)
    }

    /// Reads the pictures of other members than its owner in an album, at most `limit` of those that
    /// sort before the owner's and of those that sort after, strongly consistent.
    pub async fn list_of_others(
        &self,
        album: AlbumId,
        owner: UserId,
        limit: usize,
    ) -> Result<Vec<PictureKey>, Error> {
        let own = format!("{PICTURE}{owner}");
        // `/` follows the id of an owner in a key, `0` follows `/`, and `$` follows `#`.
        let ranges = [(PICTURE.to_owned(), format!("{own}/")), (format!("{own}0"), "picture$".to_owned())];
        let mut keys = Vec::new();
        for (from, until) in ranges {
            let request = self.0.query(Table::Albums, "listId", list_id(album)).consistent_read(true);
            let request = request
                .key_condition_expression("listId = :list AND entry BETWEEN :from AND :until")
                .expression_attribute_values(":from", string(from))
                .expression_attribute_values(":until", string(until))
                .limit(i32::try_from(limit)?);
            let entries: Vec<AlbumEntry> = from_rows(request.send().await?.items)?;
            keys.extend(entries.into_iter().map(|entry| entry.key));
        }
        Ok(keys)
    }

    /// Changes a smart album by its rule, if its row still has the rule, the progress, the count and
    /// the cover of `album`.
    ///
    /// Conflict: [`Conflict::Changed`] if the row of the album differs or does not exist, if an
    /// added picture is in the album or in the maximum number of albums, or does not exist, and if
    /// a removed picture is not in the album.
    pub async fn apply_rule(
        &self,
        album: &Album,
        change: &RuleChange,
    ) -> Result<Result<(), Conflict>, Error> {
        let id = album.album_id;
        let added_at = change.added_at.unwrap_or_else(Timestamp::now);
        let removed = change.removed.iter().copied().map(pictures::key);
        let existing: Vec<PictureKey> = self.0.get_all_as(Table::Pictures, removed).await?;
        let mut transaction = self.0.transaction();
        for picture in &change.added {
            let added_by = Some(album.owner_id);
            let entry = AlbumEntry { album_id: id, key: picture.key, added_by, added_at };
            transaction = transaction.add_entry(&entry, picture)?.count_album_of(picture.key);
        }
        for key in &change.removed {
            transaction = transaction.remove_row_of_picture(entry_key(id, *key)).remove_mirror(id, *key);
            if existing.contains(key) {
                transaction = transaction.subtract_album_of(*key, Expression::exists("pictureId"));
            }
        }
        transaction.update_smart_album(album, change)?.commit().await
    }
}

impl Transaction<'_> {
    /// Updates the row of a smart album after a change by its rule.
    ///
    /// Conflict: [`Conflict::Changed`] if the row differs from `album` or does not exist.
    fn update_smart_album(self, album: &Album, change: &RuleChange) -> Result<Self, Error> {
        let RuleChange { added, removed, progress, .. } = change;
        let mut update = Expression::default();
        let (mut set, mut remove) = (vec![], vec![]);
        match progress {
            Some(progress) => {
                set.push("ruleProgress = :progress");
                update = update.value(":progress", to_attribute_value(progress)?);
            }
            None => remove.push("ruleProgress"),
        }
        if album.cover.is_some_and(|cover| removed.contains(&cover)) {
            remove.push("cover");
        }
        if !added.is_empty() || !removed.is_empty() {
            set.push("updatedAt = :now");
            update = update.value(":now", string(Timestamp::now()));
        }
        let count = i64::from(album.count) + i64::try_from(added.len())? - i64::try_from(removed.len())?;
        set.push("#count = :count");
        update = update.name("#count", "count").value(":count", number(count));
        update.text = format!("SET {}", set.join(", "));
        if !remove.is_empty() {
            update.text = format!("{} REMOVE {}", update.text, remove.join(", "));
        }
        let condition = same_album(album)?;
        Ok(self.update_if(Table::Albums, key(album.album_id), update, condition, Conflict::Changed))
    }
}

/// Creates the condition that the row of an album has the attributes that a rule depends on.
fn same_album(album: &Album) -> Result<Expression, Error> {
    let rule = album.rule.as_ref().ok_or("the album has no rule")?;
    let progress = album.rule_progress.as_ref().map(to_attribute_value).transpose()?;
    let cover = album.cover.as_ref().map(to_attribute_value).transpose()?;
    // The row of a new album has the count 0, too.
    let condition = Expression::new("#rule = :rule AND #count = :counted")
        .name("#rule", "rule")
        .value(":rule", string(rule))
        .value(":counted", number(album.count));
    Ok(condition.and_same("ruleProgress", progress).and_same("cover", cover))
}
