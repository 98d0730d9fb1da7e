//! Reading lists, page by page.

use client::App;
use domain::{PictureId, PictureKey};
use reqwest::Method;
use serde_json::Value;
use uuid::Uuid;

use super::Member;

/// The most that a page may have.
const MOST: usize = 100;

impl Member {
    /// Everything in a list, read in pages of `limit`.
    pub async fn all(&self, list: &str, limit: usize) -> Vec<Value> {
        read(async |path| self.page(&path).await, list, limit, |_| false).await
    }

    /// The pictures in a list that were registered since that one, it included; held to be newest first and each once.
    pub async fn pictures(&self, list: &str, limit: usize, since: PictureId) -> Vec<Value> {
        pictures(async |path| self.page(&path).await, list, limit, since).await
    }

    /// Whether a picture is in a list that they can read.
    pub async fn sees_in(&self, list: &str, key: PictureKey) -> bool {
        has(&self.pictures(list, MOST, key.picture_id).await, key)
    }

    async fn page(&self, path: &str) -> Value {
        self.get(path).await.ok().unwrap()
    }
}

/// The pictures in an open list that were registered since that one, for someone who is not signed in.
pub async fn anyone_reads(app: &App, list: &str, since: PictureId) -> Vec<Value> {
    let page = async |path: String| app.call(Method::GET, &path, None).await.unwrap().ok().unwrap();
    pictures(page, list, MOST, since).await
}

/// Whether a picture is in the public feed, for someone who is not signed in.
pub async fn anyone_sees(app: &App, key: PictureKey) -> bool {
    has(&anyone_reads(app, "/public", key.picture_id).await, key)
}

fn has(pictures: &[Value], key: PictureKey) -> bool {
    pictures.iter().any(|picture| key_of(picture) == key)
}

async fn pictures(
    page: impl AsyncFn(String) -> Value,
    list: &str,
    limit: usize,
    since: PictureId,
) -> Vec<Value> {
    let id = |picture: &Value| key_of(picture).picture_id;
    let mut found = read(page, list, limit, |last| id(last) < since).await;
    assert!(found.is_sorted_by(|newer, older| id(newer) > id(older)), "newest first, each once: {list}");
    found.retain(|picture| id(picture) >= since);
    found
}

/// The items of a list, page by page until the last of a page is `enough`.
async fn read(
    page: impl AsyncFn(String) -> Value,
    list: &str,
    limit: usize,
    enough: impl Fn(&Value) -> bool,
) -> Vec<Value> {
    let (mut found, mut cursor) = (Vec::new(), None::<String>);
    loop {
        let page = page(page_path(list, limit, cursor.as_deref())).await;
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= limit, "{} on a page of {limit}", items.len());
        found.extend(items.iter().cloned());
        cursor = page["cursor"].as_str().map(str::to_owned);
        if cursor.is_none() || items.last().is_some_and(&enough) {
            return found;
        }
    }
}

/// Which picture the API shows.
pub fn key_of(picture: &Value) -> PictureKey {
    let id = |value: &Value| serde_json::from_value::<Uuid>(value.clone()).unwrap().to_string();
    PictureKey {
        owner_id: id(&picture["owner"]["id"]).parse().unwrap(),
        picture_id: id(&picture["id"]).parse().unwrap(),
    }
}

/// The pictures on a page.
pub fn items(page: &Value) -> Vec<PictureKey> {
    page["items"].as_array().unwrap().iter().map(key_of).collect()
}

/// The path of a page of a list.
pub fn page_path(list: &str, limit: usize, cursor: Option<&str>) -> String {
    let first = if list.contains('?') { '&' } else { '?' };
    let cursor = cursor.map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
    format!("{list}{first}limit={limit}{cursor}")
}
