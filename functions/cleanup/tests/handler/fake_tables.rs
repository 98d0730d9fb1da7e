//! The tables Albums and Links in memory, with the pictures that they name. Conditions that do not
//! hold fail the test, because no test has concurrent writes.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};

use aws_sdk_dynamodb::operation::batch_get_item::BatchGetItemOutput;
use aws_sdk_dynamodb::operation::delete_item::DeleteItemOutput;
use aws_sdk_dynamodb::operation::get_item::GetItemOutput;
use aws_sdk_dynamodb::operation::query::QueryOutput;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsOutput;
use aws_sdk_dynamodb::operation::update_item::UpdateItemOutput;
use aws_sdk_dynamodb::types::AttributeValue;
use aws_smithy_mocks::{Rule, mock};
use domain::{AlbumId, LinkId, PictureKey, UserId};
use serde_json::{Value, json};

type Row = HashMap<String, AttributeValue>;
/// The table and the key of a row.
type Key = (String, String, String);
type Rows = BTreeMap<Key, Row>;

/// The tables in memory.
pub struct FakeTables {
    rows: Arc<Mutex<Rows>>,
    /// The keys of deleted rows, in their order.
    deleted: Arc<Mutex<Vec<Key>>>,
    rules: Vec<Rule>,
}

fn key_of(table: &str, row: &Row) -> Key {
    let names = if table == "Pictures" { ["ownerId", "pictureId"] } else { ["listId", "entry"] };
    let [partition, sort] = names.map(|name| row[name].as_s().unwrap().clone());
    (table.to_owned(), partition, sort)
}

fn is_of_albums(table: Option<&str>) -> bool {
    matches!(table, Some("Albums" | "Links"))
}

/// Applies `ADD name :value`, which must not change the number of items below zero.
fn add(row: &mut Row, name: &str, value: i64) {
    let current = row.get(name).map_or(0, |value| value.as_n().unwrap().parse::<i64>().unwrap());
    assert!(current + value >= 0, "{name} becomes negative");
    row.insert(name.to_owned(), AttributeValue::N((current + value).to_string()));
}

fn query(rows: &Arc<Mutex<Rows>>) -> Rule {
    let rows = Arc::clone(rows);
    mock!(aws_sdk_dynamodb::Client::query)
        .match_requests(|request| {
            is_of_albums(request.table_name()) && request.consistent_read() == Some(true)
        })
        .then_compute_output(move |request| {
            let values = request.expression_attribute_values().unwrap();
            let list = values[":list"].as_s().unwrap();
            let prefix = values.get(":prefix").map_or("", |prefix| prefix.as_s().unwrap());
            let limit = request.limit().map_or(usize::MAX, |limit| limit.try_into().unwrap());
            let rows = rows.lock().unwrap();
            let is_found = |key: &Key| {
                Some(key.0.as_str()) == request.table_name() && key.1 == *list && key.2.starts_with(prefix)
            };
            let found = rows.iter().filter(|(key, _)| is_found(key)).take(limit);
            QueryOutput::builder().set_items(Some(found.map(|(_, row)| row.clone()).collect())).build()
        })
}

fn get(rows: &Arc<Mutex<Rows>>) -> Rule {
    let rows = Arc::clone(rows);
    mock!(aws_sdk_dynamodb::Client::get_item)
        .match_requests(|request| is_of_albums(request.table_name()))
        .then_compute_output(move |request| {
            let key = key_of(request.table_name().unwrap(), request.key().unwrap());
            GetItemOutput::builder().set_item(rows.lock().unwrap().get(&key).cloned()).build()
        })
}

fn get_all(rows: &Arc<Mutex<Rows>>) -> Rule {
    let rows = Arc::clone(rows);
    mock!(aws_sdk_dynamodb::Client::batch_get_item)
        .match_requests(|request| {
            let mut tables = request.request_items().unwrap().keys();
            tables.all(|table| ["Albums", "Links", "Pictures"].contains(&table.as_str()))
        })
        .then_compute_output(move |request| {
            let rows = rows.lock().unwrap();
            let found = request.request_items().unwrap().iter().map(|(table, keys)| {
                let found = keys.keys().iter().filter_map(|key| rows.get(&key_of(table, key)).cloned());
                (table.clone(), found.collect())
            });
            BatchGetItemOutput::builder().set_responses(Some(found.collect())).build()
        })
}

fn delete(rows: &Arc<Mutex<Rows>>, deleted: &Arc<Mutex<Vec<Key>>>) -> Rule {
    let (rows, deleted) = (Arc::clone(rows), Arc::clone(deleted));
    mock!(aws_sdk_dynamodb::Client::delete_item)
        .match_requests(|request| is_of_albums(request.table_name()))
        .then_compute_output(move |request| {
            let key = key_of(request.table_name().unwrap(), request.key().unwrap());
            let row = rows.lock().unwrap().remove(&key);
            assert!(request.condition_expression().is_none() || row.is_some(), "{key:?}");
            deleted.lock().unwrap().push(key);
            DeleteItemOutput::builder().build()
        })
}

/// Replaces who added a member, or removes an album from the smart albums of its owner.
fn update(rows: &Arc<Mutex<Rows>>) -> Rule {
    let rows = Arc::clone(rows);
    mock!(aws_sdk_dynamodb::Client::update_item)
        .match_requests(|request| is_of_albums(request.table_name()))
        .then_compute_output(move |request| {
            let values = request.expression_attribute_values().unwrap();
            let key = key_of(request.table_name().unwrap(), request.key().unwrap());
            let mut rows = rows.lock().unwrap();
            if request.update_expression() == Some("DELETE albumIds :albums") {
                let Some(row) = rows.get_mut(&key) else { return UpdateItemOutput::builder().build() };
                let removed = values[":albums"].as_ss().unwrap();
                let kept = row["albumIds"].as_ss().unwrap().iter().filter(|id| !removed.contains(id));
                let kept = AttributeValue::Ss(kept.cloned().collect());
                row.insert("albumIds".into(), kept);
                return UpdateItemOutput::builder().build();
            }
            assert_eq!(request.update_expression(), Some("SET addedBy = :owner"));
            let row = rows.get_mut(&key).unwrap();
            assert_eq!(
                row.insert("addedBy".into(), values[":owner"].clone()),
                Some(values[":adder"].clone())
            );
            UpdateItemOutput::builder().build()
        })
}

fn write_together(rows: &Arc<Mutex<Rows>>, deleted: &Arc<Mutex<Vec<Key>>>) -> Rule {
    let (rows, deleted) = (Arc::clone(rows), Arc::clone(deleted));
    mock!(aws_sdk_dynamodb::Client::transact_write_items)
        .match_requests(|request| {
            let first = request.transact_items()[0].delete();
            first.is_some_and(|delete| is_of_albums(Some(delete.table_name())))
        })
        .then_compute_output(move |request| {
            let mut rows = rows.lock().unwrap();
            assert!(request.transact_items().len() <= 100);
            for item in request.transact_items() {
                if let Some(delete) = item.delete() {
                    let key = key_of(delete.table_name(), delete.key());
                    let row = rows.remove(&key);
                    assert!(delete.condition_expression().is_none() || row.is_some(), "{key:?}");
                    deleted.lock().unwrap().push(key);
                } else {
                    let update = item.update().unwrap();
                    let key = key_of(update.table_name(), update.key());
                    let row = rows.get_mut(&key).unwrap_or_else(|| panic!("{key:?} does not exist"));
                    let (_, added) = update.update_expression().split_once("ADD ").unwrap();
                    let (name, value) = added.split_once(' ').unwrap();
                    let value = update.expression_attribute_values().unwrap()[value].as_n().unwrap();
                    add(row, name.trim_start_matches('#'), value.parse().unwrap());
                }
            }
            TransactWriteItemsOutput::builder().build()
        })
}

impl Default for FakeTables {
    fn default() -> Self {
        let (rows, deleted) = (Arc::default(), Arc::default());
        let rules = vec![
            query(&rows),
            get(&rows),
            get_all(&rows),
            delete(&rows, &deleted),
            update(&rows),
            write_together(&rows, &deleted),
        ];
        Self { rows, deleted, rules }
    }
}

impl FakeTables {
    /// Returns the rules. Pass them before other rules.
    pub fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.rules.iter()
    }

    fn put(&self, table: &str, row: &Value) {
        let row = testing::row(row);
        self.rows.lock().unwrap().insert(key_of(table, &row), row);
    }

    /// Adds an album without members and pictures.
    pub fn put_album(&self, album: AlbumId, owner: UserId) {
        let time = "2026-01-02T03:04:05Z";
        self.put(
            "Albums",
            &json!({"listId": format!("album#{album}"), "entry": "album", "albumId": album, "ownerId": owner,
                "title": "Oslo", "createdAt": time, "updatedAt": time}),
        );
        self.put_mirror(format!("member#{owner}"), album);
    }

    fn put_mirror(&self, list: String, album: AlbumId) {
        self.put("Albums", &json!({"listId": list, "entry": format!("album#{album}")}));
    }

    /// Makes albums the smart albums of an owner.
    pub fn put_smart_albums(&self, owner: UserId, albums: &[AlbumId]) {
        self.put("Albums", &json!({"listId": format!("smart#{owner}"), "entry": "albums"}));
        let ids = AttributeValue::Ss(albums.iter().map(ToString::to_string).collect());
        let key = ("Albums".to_owned(), format!("smart#{owner}"), "albums".to_owned());
        self.rows.lock().unwrap().get_mut(&key).unwrap().insert("albumIds".into(), ids);
    }

    /// Returns the ids of the smart albums of an owner.
    pub fn smart_albums(&self, owner: UserId) -> Vec<String> {
        let key = ("Albums".to_owned(), format!("smart#{owner}"), "albums".to_owned());
        self.rows.lock().unwrap()[&key]["albumIds"].as_ss().unwrap().clone()
    }

    fn count(&self, album: AlbumId, name: &str) {
        let key = ("Albums".to_owned(), format!("album#{album}"), "album".to_owned());
        if let Some(row) = self.rows.lock().unwrap().get_mut(&key) {
            add(row, name, 1);
        }
    }

    /// Adds a member to an album.
    pub fn put_member(&self, album: AlbumId, owner: UserId, user: UserId) {
        self.put(
            "Albums",
            &json!({"listId": format!("album#{album}"), "entry": format!("member#{user}"), "albumId": album,
                "userId": user, "role": "contributor", "addedBy": owner, "since": "2026-01-02T03:04:05Z"}),
        );
        self.put_mirror(format!("member#{user}"), album);
        self.count(album, "members");
    }

    /// Changes who added a member.
    pub fn put_adder(&self, album: AlbumId, user: UserId, adder: UserId) {
        let key = ("Albums".to_owned(), format!("album#{album}"), format!("member#{user}"));
        let value = AttributeValue::S(adder.to_string());
        self.rows.lock().unwrap().get_mut(&key).unwrap().insert("addedBy".into(), value);
    }

    /// Returns the number of members whom `adder` added.
    pub fn count_added_by(&self, adder: UserId) -> usize {
        let value = AttributeValue::S(adder.to_string());
        let rows = self.rows.lock().unwrap();
        let members = rows.iter().filter(|(key, _)| key.2.starts_with("member#"));
        members.filter(|(_, row)| row.get("addedBy") == Some(&value)).count()
    }

    /// Adds a picture to an album. The row of the picture exists.
    pub fn put_picture(&self, album: AlbumId, picture: PictureKey, is_waiting: bool) {
        let PictureKey { owner_id, picture_id } = picture;
        let kind = if is_waiting { "waiting" } else { "picture" };
        self.put(
            "Albums",
            &json!({"listId": format!("album#{album}"), "entry": format!("{kind}#{picture}"),
                "albumId": album, "ownerId": owner_id, "pictureId": picture_id, "addedBy": owner_id,
                "addedAt": "2026-01-02T03:04:05Z"}),
        );
        self.put_mirror(format!("picture#{picture}"), album);
        if !is_waiting {
            self.count(album, "count");
        }
        let (table, row) = ("Pictures", testing::row(&json!({"ownerId": owner_id, "pictureId": picture_id})));
        let key = key_of(table, &row);
        let mut rows = self.rows.lock().unwrap();
        let row = rows.entry(key).or_insert_with(|| {
            let mut row = testing::row(&testing::ready_picture(domain::Visibility::Private));
            row.extend(row_key(picture));
            row
        });
        add(row, "albums", 1);
    }

    /// Adds a link to an album or a picture: `album#ID` or `picture#KEY`.
    pub fn put_link(&self, owner: UserId, target: &str) {
        let link = LinkId::new();
        let entry = format!("link#{link}");
        self.put(
            "Links",
            &json!({"listId": entry, "entry": "link", "linkId": link, "ownerId": owner, "target": target,
                "secretHash": "0".repeat(64), "download": false, "upload": false,
                "createdAt": "2026-01-02T03:04:05Z"}),
        );
        for list in [format!("owner#{owner}"), target.to_owned()] {
            self.put("Links", &json!({"listId": list, "entry": entry}));
        }
    }

    /// Deletes the row of an album, as the function `albums` does.
    pub fn remove_album(&self, album: AlbumId) {
        let key = ("Albums".to_owned(), format!("album#{album}"), "album".to_owned());
        assert!(self.rows.lock().unwrap().remove(&key).is_some());
    }

    /// Deletes a membership, as the function `albums` does.
    pub fn remove_member(&self, album: AlbumId, user: UserId) {
        let mut rows = self.rows.lock().unwrap();
        for (list, entry) in [
            (format!("album#{album}"), format!("member#{user}")),
            (format!("member#{user}"), format!("album#{album}")),
        ] {
            assert!(rows.remove(&("Albums".to_owned(), list, entry)).is_some());
        }
    }

    /// Deletes the row of a picture.
    pub fn remove_picture(&self, PictureKey { owner_id, picture_id }: PictureKey) {
        let key = ("Pictures".to_owned(), owner_id.to_string(), picture_id.to_string());
        assert!(self.rows.lock().unwrap().remove(&key).is_some());
    }

    /// Returns the number of rows of a table.
    pub fn count_rows(&self, table: &str) -> usize {
        self.rows.lock().unwrap().keys().filter(|key| key.0 == table).count()
    }

    /// Returns the number of rows of an album whose sort key begins with `prefix`.
    pub fn count_of_album(&self, album: AlbumId, prefix: &str) -> usize {
        let list = format!("album#{album}");
        let rows = self.rows.lock().unwrap();
        rows.keys().filter(|key| key.1 == list && key.2.starts_with(prefix)).count()
    }

    /// Returns the number `name` of the row of an album.
    pub fn number(&self, album: AlbumId, name: &str) -> String {
        let key = ("Albums".to_owned(), format!("album#{album}"), "album".to_owned());
        self.rows.lock().unwrap()[&key][name].as_n().unwrap().clone()
    }

    /// Returns the sum of the albums that the rows of all pictures count.
    pub fn albums_of_pictures(&self) -> i64 {
        let rows = self.rows.lock().unwrap();
        let pictures = rows.iter().filter(|(key, _)| key.0 == "Pictures");
        pictures.map(|(_, row)| row["albums"].as_n().unwrap().parse::<i64>().unwrap()).sum()
    }

    /// Returns the sort keys of the deleted rows of an album, in their order.
    pub fn deleted_of_album(&self, album: AlbumId) -> Vec<String> {
        let list = format!("album#{album}");
        let deleted = self.deleted.lock().unwrap();
        deleted.iter().filter(|key| key.1 == list).map(|key| key.2.clone()).collect()
    }
}

fn row_key(picture: PictureKey) -> Row {
    testing::row(&json!({"ownerId": picture.owner_id, "pictureId": picture.picture_id}))
}
