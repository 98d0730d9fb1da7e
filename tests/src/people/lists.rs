//! Reads lists page by page.

use client::App;
use domain::{PictureId, PictureKey};
use reqwest::Method;
use serde_json::Value;
use uuid::Uuid;

use super::Member;

/// The maximum number of items on a page.
const MAX_LIMIT: usize = 100;

impl Member {
    /// Returns all items of a list, read in pages of `limit` items.
    pub async fn read_all(&self, list: &str, limit: usize) -> Vec<Value> {
        read(async |path| self.page(&path).await, list, limit, |_| false).await
    }

    /// Returns the pictures in a list from `oldest` on, including it. Asserts that they are unique
    /// and sorted, newest first.
    pub async fn read_pictures(&self, list: &str, limit: usize, oldest: PictureId) -> Vec<Value> {
        pictures(async |path| self.page(&path).await, list, limit, oldest).await
    }

    /// Returns `true` if a picture is in a list.
    pub async fn has_in_list(&self, list: &str, key: PictureKey) -> bool {
        contains(&self.read_pictures(list, MAX_LIMIT, key.picture_id).await, key)
    }

    async fn page(&self, path: &str) -> Value {
        self.get(path).await.ok().unwrap()
    }
}

/// Reads a public list anonymously. Omits pictures older than `oldest`.
pub async fn read_anonymously(app: &App, list: &str, oldest: PictureId) -> Vec<Value> {
    let page = async |path: String| app.call(Method::GET, &path, None).await.unwrap().ok().unwrap();
    pictures(page, list, MAX_LIMIT, oldest).await
}

/// Returns `true` if an anonymous caller finds a picture in the public feed.
pub async fn is_in_public_feed(app: &App, key: PictureKey) -> bool {
    contains(&read_anonymously(app, "/public", key.picture_id).await, key)
}

fn contains(pictures: &[Value], key: PictureKey) -> bool {
    pictures.iter().any(|picture| key_of(picture) == key)
}

async fn pictures(
    page: impl AsyncFn(String) -> Value,
    list: &str,
    limit: usize,
    oldest: PictureId,
) -> Vec<Value> {
    let id = |picture: &Value| key_of(picture).picture_id;
    let mut pictures = read(page, list, limit, |last| id(last) < oldest).await;
    assert!(pictures.is_sorted_by(|newer, older| id(newer) > id(older)), "unique and newest first: {list}");
    pictures.retain(|picture| id(picture) >= oldest);
    pictures
}

/// Reads pages of a list until the end, or until `is_last` returns `true` for the last item of a
/// page.
async fn read(
    page: impl AsyncFn(String) -> Value,
    list: &str,
    limit: usize,
    is_last: impl Fn(&Value) -> bool,
) -> Vec<Value> {
    let (mut all, mut cursor) = (Vec::new(), None::<String>);
    loop {
        let page = page(page_path(list, limit, cursor.as_deref())).await;
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= limit, "{} items on a page of {limit}", items.len());
        all.extend(items.iter().cloned());
        cursor = page["cursor"].as_str().map(str::to_owned);
        if cursor.is_none() || items.last().is_some_and(&is_last) {
            return all;
        }
    }
}

/// Returns the key of a picture in a response.
pub fn key_of(picture: &Value) -> PictureKey {
    let id = |value: &Value| serde_json::from_value::<Uuid>(value.clone()).unwrap().to_string();
    PictureKey {
        owner_id: id(&picture["owner"]["id"]).parse().unwrap(),
        picture_id: id(&picture["id"]).parse().unwrap(),
    }
}

/// Returns the keys of the pictures on a page.
pub fn keys_on_page(page: &Value) -> Vec<PictureKey> {
    page["items"].as_array().unwrap().iter().map(key_of).collect()
}

/// Returns the path of a page of a list.
pub fn page_path(list: &str, limit: usize, cursor: Option<&str>) -> String {
    let separator = if list.contains('?') { '&' } else { '?' };
    let cursor = cursor.map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
    format!("{list}{separator}limit={limit}{cursor}")
}
