//! Rows of the Albums table in memory.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_dynamodb::operation::query::QueryInput;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::{
    Album, AlbumEntry, AlbumId, AlbumNotices, AlbumRole, Membership, PictureKey, UserId, Visibility,
};
use jiff::Timestamp;
use serde_json::json;

type Row = HashMap<String, AttributeValue>;

/// The time when albums of tests were created and their members were added.
const TIME: &str = "2026-01-02T03:04:05Z";

/// Rows of the Albums table, by their keys.
#[derive(Clone, Debug, Default)]
pub struct AlbumRows(BTreeMap<(String, String), Row>);

fn text<'a>(row: &'a Row, name: &str) -> &'a str {
    row.get(name).and_then(|value| value.as_s().ok()).map_or("", String::as_str)
}

fn time() -> Timestamp {
    TIME.parse().unwrap_or_default()
}

impl AlbumRows {
    fn put(&mut self, list: String, entry: String, mut row: Row) {
        row.insert("listId".into(), AttributeValue::S(list.clone()));
        row.insert("entry".into(), AttributeValue::S(entry.clone()));
        self.0.insert((list, entry), row);
    }

    fn remove(&mut self, list: String, entry: String) {
        self.0.remove(&(list, entry));
    }

    /// Adds an album with the title "Oslo".
    pub fn put_album(&mut self, album_id: AlbumId, owner_id: UserId, visibility: Visibility) {
        let album = Album { visibility, ..Album::new(album_id, owner_id, "Oslo".into(), time()) };
        self.put(format!("album#{album_id}"), "album".into(), crate::row(&album));
        let mirror = crate::row(&json!({ "timeOrder": format!("{:.9}#{album_id}", time()) }));
        self.put(format!("member#{owner_id}"), format!("album#{album_id}"), mirror);
    }

    /// Chooses the cover of an album.
    pub fn put_cover(&mut self, album: AlbumId, cover: PictureKey) {
        self.change_album(album, &json!({ "cover": cover }));
    }

    /// Replaces attributes of an album.
    pub fn change_album(&mut self, album: AlbumId, attributes: &serde_json::Value) {
        let row = crate::row(attributes);
        self.0.entry((format!("album#{album}"), "album".into())).or_default().extend(row);
    }

    /// Makes an album a smart album with this rule.
    pub fn put_rule(&mut self, album: AlbumId, owner: UserId, rule: &str) {
        self.change_album(album, &json!({ "rule": rule }));
        self.put_smart_albums(owner, &[album]);
    }

    /// Replaces the smart albums that the row of their owner names.
    pub fn put_smart_albums(&mut self, owner: UserId, albums: &[AlbumId]) {
        let albums = AttributeValue::Ss(albums.iter().map(ToString::to_string).collect());
        self.put(format!("smart#{owner}"), "albums".into(), Row::from([("albumIds".into(), albums)]));
    }

    /// Adds a member whom the owner of the album added.
    pub fn put_member(&mut self, album_id: AlbumId, added_by: UserId, user_id: UserId, role: AlbumRole) {
        let membership = Membership { album_id, user_id, role, added_by, since: time() };
        self.put(format!("album#{album_id}"), format!("member#{user_id}"), crate::row(&membership));
        self.put(format!("member#{user_id}"), format!("album#{album_id}"), Row::new());
    }

    /// Changes what the owner or a member of an album is notified of.
    pub fn put_notices(&mut self, album: AlbumId, user: UserId, is_owner: bool, notices: AlbumNotices) {
        let (list, entry) = match is_owner {
            true => (format!("member#{user}"), format!("album#{album}")),
            false => (format!("album#{album}"), format!("member#{user}")),
        };
        let row = crate::row(&json!({ "notices": notices }));
        self.0.entry((list, entry)).or_default().extend(row);
    }

    /// Adds a picture to an album, or a picture that waits for approval. `added_by` is `None` for a
    /// picture of a guest. The album counts pictures that do not wait.
    pub fn put_picture(
        &mut self,
        album_id: AlbumId,
        key: PictureKey,
        added_by: Option<UserId>,
        added_at: Timestamp,
        is_waiting: bool,
    ) {
        let kind = if is_waiting { "waiting" } else { "picture" };
        let mut row = crate::row(&AlbumEntry { album_id, key, added_by, added_at });
        if !is_waiting {
            let order = format!("{added_at:.9}#{}", key.picture_id);
            row.insert("timeOrder".into(), AttributeValue::S(order));
            self.change_count(album_id, 1);
        }
        self.put(format!("album#{album_id}"), format!("{kind}#{key}"), row);
        self.put(format!("picture#{key}"), format!("album#{album_id}"), Row::new());
    }

    fn change_count(&mut self, album: AlbumId, change: i64) {
        let Some(row) = self.0.get_mut(&(format!("album#{album}"), "album".into())) else { return };
        let count = row.get("count").and_then(|count| count.as_n().ok()?.parse::<i64>().ok());
        let count = count.unwrap_or_default() + change;
        row.insert("count".into(), AttributeValue::N(count.to_string()));
    }

    /// Removes a picture from an album.
    pub fn remove_picture(&mut self, album: AlbumId, key: PictureKey) {
        self.change_count(album, -1);
        self.remove(format!("album#{album}"), format!("picture#{key}"));
        self.remove(format!("picture#{key}"), format!("album#{album}"));
    }

    /// Removes a picture that waits from an album.
    pub fn remove_waiting(&mut self, album: AlbumId, key: PictureKey) {
        self.remove(format!("album#{album}"), format!("waiting#{key}"));
        self.remove(format!("picture#{key}"), format!("album#{album}"));
    }

    /// Ends a membership.
    pub fn remove_member(&mut self, album: AlbumId, user: UserId) {
        self.remove(format!("album#{album}"), format!("member#{user}"));
        self.remove(format!("member#{user}"), format!("album#{album}"));
    }

    /// Deletes the row of an album.
    pub fn remove_album(&mut self, album: AlbumId) {
        self.remove(format!("album#{album}"), "album".into());
    }

    /// Returns the row with a key.
    #[must_use]
    pub fn get(&self, key: &Row) -> Option<Row> {
        self.0.get(&(text(key, "listId").into(), text(key, "entry").into())).cloned()
    }

    /// Returns the rows that a query finds.
    ///
    /// # Panics
    /// Panics if the query has no values, or if it is one that [`store::Albums`] does not send.
    #[must_use]
    pub fn query(&self, request: &QueryInput) -> Vec<Row> {
        let values = request.expression_attribute_values().cloned().unwrap_or_default();
        let sort_key = if request.index_name() == Some("ByTime") { "timeOrder" } else { "entry" };
        let matches = |row: &Row| match request.key_condition_expression().unwrap_or_default() {
            "listId = :list" => true,
            "listId = :list AND begins_with(entry, :prefix)" => {
                text(row, "entry").starts_with(text(&values, ":prefix"))
            }
            condition if condition == format!("listId = :list AND {sort_key} BETWEEN :from AND :until") => {
                (text(&values, ":from")..=text(&values, ":until")).contains(&text(row, sort_key))
            }
            condition if condition == format!("listId = :list AND {sort_key} < :after") => {
                text(row, sort_key) < text(&values, ":after")
            }
            other => panic!("an unknown query of Albums: {other}"),
        };
        let rows = self.0.values().filter(|row| {
            text(row, "listId") == text(&values, ":list") && row.contains_key(sort_key) && matches(row)
        });
        let mut rows: Vec<_> = rows.cloned().collect();
        rows.sort_by(|one, other| text(one, sort_key).cmp(text(other, sort_key)));
        if request.scan_index_forward() == Some(false) {
            rows.reverse();
        }
        rows.truncate(request.limit().and_then(|limit| limit.try_into().ok()).unwrap_or(usize::MAX));
        rows
    }
}
