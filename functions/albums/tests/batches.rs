//! Reads the pictures of a batch from an album with many pictures of others.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::batch_get_item::BatchGetItemOutput;
use aws_sdk_dynamodb::operation::query::QueryOutput;
use aws_smithy_mocks::mock;
use domain::{Album, AlbumBatch, AlbumId, Picture, PictureId, PictureKey, UserId, Visibility};
use jiff::Timestamp;
use store::Albums;
use testing::AlbumRows;
use uuid::Uuid;

const ALBUM: AlbumId = AlbumId(Uuid::from_u128(1));
const OWNER: UserId = UserId(Uuid::from_u128(2));
/// About as many rows of the index as a page of 1 MB contains.
const ROWS_IN_PAGE: usize = 5_000;
const FLOODING: UserId = UserId(Uuid::from_u128(3));

fn time(text: &str) -> Timestamp {
    format!("2026-01-02T{text}Z").parse().unwrap()
}

/// Returns the number of pictures of the owner's batch, and the number of requests.
async fn count_batch(rows: AlbumRows) -> (usize, usize) {
    let requests = Arc::new(AtomicUsize::new(0));
    let count = {
        let requests = Arc::clone(&requests);
        move || _ = requests.fetch_add(1, Ordering::Relaxed)
    };
    let rows = Arc::new(rows);
    let (found, count_queries) = (Arc::clone(&rows), count.clone());
    let query = mock!(Client::query).then_compute_output(move |request| {
        count_queries();
        let mut items = found.query(request);
        let start = request.exclusive_start_key().map_or(0, |key| {
            items.iter().position(|row| row["entry"] == key["entry"]).expect("the last row of a page") + 1
        });
        items.drain(..start);
        let more = items.len() > ROWS_IN_PAGE;
        items.truncate(ROWS_IN_PAGE);
        let last = items.last().cloned().filter(|_| more);
        QueryOutput::builder().set_items(Some(items)).set_last_evaluated_key(last).build()
    });
    let batch = mock!(Client::batch_get_item).then_compute_output(move |request| {
        count();
        let mut output = BatchGetItemOutput::builder();
        for (table, keys) in request.request_items().unwrap() {
            let read = |key: &std::collections::HashMap<String, _>| match table.as_str() {
                "Albums" => rows.get(key),
                _ => {
                    let id = key["pictureId"].as_s().unwrap().parse().unwrap();
                    let key = PictureKey { owner_id: OWNER, picture_id: PictureId(id) };
                    let ready = testing::ready_picture(Visibility::Private);
                    Some(testing::row(&Picture { key, ..ready }))
                }
            };
            output = output.responses(table, keys.keys().iter().filter_map(read).collect());
        }
        output.build()
    });
    let since = time("12:00:00");
    let album = Album::new(ALBUM, OWNER, "Oslo".into(), since);
    let albums = Albums::new(&testing::database([&query, &batch]));
    let found = albums.list_batch(&album, &AlbumBatch { album_id: ALBUM, by: Some(OWNER), since }).await;
    (found.unwrap().len(), requests.load(Ordering::Relaxed))
}

fn add(rows: &mut AlbumRows, owner_id: UserId, at: &str, numbers: std::ops::Range<u128>) {
    for n in numbers {
        let key = PictureKey { owner_id, picture_id: PictureId(Uuid::from_u128(n)) };
        rows.put_picture(ALBUM, key, Some(owner_id), time(at), false);
    }
}

#[tokio::test]
async fn a_batch_takes_few_requests_however_many_pictures_others_add() {
    let mut rows = AlbumRows::default();
    add(&mut rows, OWNER, "12:01:00", 0..30);
    add(&mut rows, FLOODING, "12:02:00", 0..2_000);
    add(&mut rows, OWNER, "12:03:00", 30..60);
    let (found, requests) = count_batch(rows).await;
    assert_eq!(found, 60);
    assert!(requests <= 3, "{requests}");
}

#[tokio::test]
async fn pictures_that_others_add_first_do_not_hide_a_batch() {
    let mut rows = AlbumRows::default();
    add(&mut rows, FLOODING, "12:01:00", 0..9_940);
    add(&mut rows, OWNER, "12:02:00", 0..60);
    assert_eq!(count_batch(rows).await, (60, 2 + 2));
}

#[tokio::test]
async fn a_batch_counts_at_most_a_hundred_pictures() {
    let mut rows = AlbumRows::default();
    add(&mut rows, OWNER, "12:02:00", 0..400);
    let (found, requests) = count_batch(rows).await;
    assert_eq!(found, 100);
    assert!(requests <= 3, "{requests}");
}
