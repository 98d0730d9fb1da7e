//! Rows that functions of the last release wrote. `before` of the upgrade test records them in
//! `.local/upgrade/world.json`.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;

use domain::{Comment, FeedRow, Friendship, Notification, Picture, User};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_dynamo::{AttributeValue, Item, from_item, to_item};

/// Returns the rows of a table that have `attribute`, and what a type reads from them.
fn read<T: DeserializeOwned>(table: &str, attribute: &str) -> Vec<(Item, T)> {
    let tables: BTreeMap<String, Vec<Item>> = serde_json::from_str(include_str!("released.json")).unwrap();
    let rows = tables[table].iter().filter(|row| row.contains_key(attribute));
    let read: Vec<_> = rows.map(|row| (row.clone(), from_item(row.clone()).unwrap())).collect();
    assert!(!read.is_empty(), "{table}");
    read
}

/// Asserts that writing a row again changes none of its attributes.
fn assert_unchanged<T: Serialize + DeserializeOwned>(table: &str, attribute: &str) {
    for (row, value) in read::<T>(table, attribute) {
        let written: Item = to_item(&value).unwrap();
        for (name, value) in written.inner() {
            assert_eq!(row.get(name), Some(value), "{table}: {name} of {row:?}");
        }
    }
}

#[test]
fn this_version_reads_the_rows_of_the_last_release() {
    assert_unchanged::<Comment>("comments", "text");
    assert_unchanged::<FeedRow>("feeds", "feedId");
    assert_unchanged::<Friendship>("friendships", "state");
    assert_unchanged::<Notification>("notifications", "actorId");
    assert_unchanged::<Picture>("pictures", "pictureId");
    for (row, user) in read::<User>("users", "firstName") {
        assert_eq!(row["handle"], AttributeValue::S(user.handle.to_string()));
    }
}
