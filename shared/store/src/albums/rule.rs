//! The pictures that the rule of a smart album adds and removes.

use std::collections::BTreeMap;

use domain::{Album, AlbumEntry, AlbumId, Picture, PictureKey, RuleProgress, UserId};
use jiff::Timestamp;
use serde_dynamo::aws_sdk_dynamodb_1::to_attribute_value;

use super::Albums;
use super::entries::MAX_PICTURES_PER_TRANSACTION;
use super::keys::{PICTURE, entry_key, key, list_id};
use crate::database::Table;
use crate::transaction::{Conflict, Expression, Transaction};
use crate::{Error, Row, from_row, from_rows, number, pictures, string};

/// The attributes of a picture that decide whether a rule selects it, besides those that never
/// change.
const EVALUATED: [&str; 11] = [
    "caption",
    "contentType",
    "failure",
    "gps",
    "height",
    "metadata",
    "place",
    "renditions",
    "takenAt",
    "visibility",
    "width",
];

/// A change of a smart album by its rule.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RuleChange {
    /// The pictures to add, as they were evaluated. The album does not contain them.
    pub added: Vec<Picture>,
    /// The time of the added pictures in the album. The default is the present.
    pub added_at: Option<Timestamp>,
    /// The pictures of the album to remove, as they were evaluated. `None` for a picture that does
    /// not exist.
    pub removed: Vec<(PictureKey, Option<Picture>)>,
    /// The oldest pictures of the album, to remove because it is full.
    pub displaced: Vec<PictureKey>,
    /// The progress after the change. `None` removes it.
    pub progress: Option<RuleProgress>,
}

impl Albums {
    /// The maximum number of pictures that one [`RuleChange`] adds and removes.
    pub const MAX_RULE_CHANGES: usize = MAX_PICTURES_PER_TRANSACTION;

    /// Reads the pictures of other members than its owner in an album, strongly consistent: up to
    /// `limit` before the owner's pictures, and up to `limit` after them.
    pub async fn list_of_others(
        &self,
        album: AlbumId,
        owner: UserId,
        limit: usize,
    ) -> Result<Vec<PictureKey>, Error> {
        let own = format!("{PICTURE}{owner}");
        // A key is `picture#OWNER/PICTURE`. In ASCII, `0` comes after `/`, and `$` after `#`.
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

    /// Changes a smart album by its rule, if its row still has the progress and `updatedAt` of
    /// `album`, and the pictures are as they were evaluated.
    ///
    /// Conflict: [`Conflict::Changed`] if a row differs, if an added picture is in the album or in
    /// the maximum number of albums, or if a removed picture is not in the album.
    pub async fn apply_rule(
        &self,
        album: &Album,
        change: &RuleChange,
    ) -> Result<Result<(), Conflict>, Error> {
        let Some(row) = self.0.get(Table::Albums, key(album.album_id)).await? else {
            return Ok(Err(Conflict::Changed));
        };
        let current: Album = from_row(row.clone())?;
        if (&current.rule_progress, current.updated_at) != (&album.rule_progress, album.updated_at) {
            return Ok(Err(Conflict::Changed));
        }
        let rows = self.read_rows_of(change).await?;
        let mut transaction = self.0.transaction();
        let added_at = change.added_at.unwrap_or_else(Timestamp::now);
        for picture in &change.added {
            let Some(unchanged) = unchanged(picture, rows.get(&picture.key))? else {
                return Ok(Err(Conflict::Changed));
            };
            let (album_id, key) = (album.album_id, picture.key);
            let entry = AlbumEntry { album_id, key, added_by: Some(album.owner_id), added_at };
            transaction = transaction.add_entry(&entry, picture)?.count_album_of(key, unchanged);
        }
        for (key, evaluated) in &change.removed {
            let row = rows.get(key);
            let condition = match evaluated {
                Some(picture) => unchanged(picture, row)?,
                None => None,
            };
            if condition.is_none() && row.is_some() {
                return Ok(Err(Conflict::Changed));
            }
            transaction = transaction.remove_by_rule(album.album_id, *key, condition);
        }
        for key in &change.displaced {
            let condition = rows.contains_key(key).then(|| Expression::exists("pictureId"));
            transaction = transaction.remove_by_rule(album.album_id, *key, condition);
        }
        transaction.update_smart_album(&current, &row, change)?.commit().await
    }

    /// Reads the rows of the pictures of a change. Omits those that do not exist.
    async fn read_rows_of(&self, change: &RuleChange) -> Result<BTreeMap<PictureKey, Row>, Error> {
        let added = change.added.iter().map(|picture| picture.key);
        let removed = change.removed.iter().map(|(key, _)| *key);
        let keys = added.chain(removed).chain(change.displaced.iter().copied()).map(pictures::key).collect();
        let rows = self.0.get_all(Table::Pictures, keys).await?;
        rows.into_iter().map(|row| Ok((from_row::<PictureKey>(row.clone())?, row))).collect()
    }
}

/// Returns the condition that a picture has the attributes of `row`, or `None` if it differs from
/// the picture that was evaluated. The number of its albums does not matter.
fn unchanged(evaluated: &Picture, row: Option<&Row>) -> Result<Option<Expression>, Error> {
    let Some(row) = row else { return Ok(None) };
    let current: Picture = from_row(row.clone())?;
    if (Picture { albums: current.albums, ..evaluated.clone() }) != current {
        return Ok(None);
    }
    let mut condition = Expression::exists("pictureId");
    for (i, name) in EVALUATED.iter().enumerate() {
        condition = condition.name(&format!("#e{i}"), name);
        condition = match row.get(*name) {
            Some(value) => condition.and(&format!("#e{i} = :e{i}")).value(&format!(":e{i}"), value.clone()),
            None => condition.and(&format!("attribute_not_exists(#e{i})")),
        };
    }
    Ok(Some(condition))
}

impl Transaction<'_> {
    /// Removes a picture from an album. If there is a condition of the picture's row, also
    /// subtracts the album from the number of albums of the picture.
    ///
    /// Conflict: [`Conflict::Changed`] if the condition fails, or if the album does not contain the
    /// picture.
    fn remove_by_rule(self, album: AlbumId, key: PictureKey, condition: Option<Expression>) -> Self {
        let transaction = self.remove_row_of_picture(entry_key(album, key)).remove_mirror(album, key);
        match condition {
            Some(condition) => transaction.subtract_album_of(key, condition),
            None => transaction,
        }
    }

    /// Updates the row of a smart album after a change by its rule. The condition compares the
    /// attributes of the row as they were read, because a later version can add fields to them.
    ///
    /// Conflict: [`Conflict::Changed`] if the row of `album` differs from `read`.
    fn update_smart_album(self, album: &Album, read: &Row, change: &RuleChange) -> Result<Self, Error> {
        let removed = change.removed.iter().map(|(key, _)| *key).chain(change.displaced.iter().copied());
        let removed: Vec<_> = removed.collect();
        let mut update = Expression::default();
        let (mut set, mut remove) = (vec![], vec![]);
        match &change.progress {
            Some(progress) => {
                set.push("ruleProgress = :progress");
                update = update.value(":progress", to_attribute_value(progress)?);
            }
            None => remove.push("ruleProgress"),
        }
        if album.cover.is_some_and(|cover| removed.contains(&cover)) {
            remove.push("cover");
        }
        if !change.added.is_empty() || !removed.is_empty() {
            let count = i64::from(album.count) + i64::try_from(change.added.len())?;
            set.extend(["updatedAt = :now", "#count = :count"]);
            update = update.name("#count", "count").value(":now", string(Timestamp::now()));
            update = update.value(":count", number(count - i64::try_from(removed.len())?));
        }
        let clauses = [("SET", set), ("REMOVE", remove)].into_iter().filter(|(_, parts)| !parts.is_empty());
        let clauses: Vec<_> = clauses.map(|(verb, parts)| format!("{verb} {}", parts.join(", "))).collect();
        update.text = clauses.join(" ");
        let same = Expression::exists("entry");
        let same = ["ruleProgress", "updatedAt"]
            .into_iter()
            .fold(same, |same, name| same.and_same(name, read.get(name).cloned()));
        Ok(self.update_if(Table::Albums, key(album.album_id), update, same, Conflict::Changed))
    }
}
