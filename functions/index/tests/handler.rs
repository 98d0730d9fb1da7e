//! The handler against its sample event, the SDK faked at the wire.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use std::collections::HashMap;

use aws_sdk_dynamodb::operation::batch_write_item::{BatchWriteItemInput, BatchWriteItemOutput};
use aws_sdk_dynamodb::operation::get_item::GetItemOutput;
use aws_smithy_mocks::{Rule, mock};
use index::Stores;
use shared::model::{Picture, Visibility};
use shared::store::{Feeds, Pictures};
use shared::{events, test};

fn found(picture: Option<&Picture>) -> GetItemOutput {
    GetItemOutput::builder().set_item(picture.map(test::row)).build()
}

/// The record as successive reads find it; the last one stays.
fn record(states: Vec<Option<Picture>>) -> Rule {
    let reads = std::sync::atomic::AtomicUsize::new(0);
    mock!(aws_sdk_dynamodb::Client::get_item)
        .match_requests(|request| request.consistent_read() == Some(true))
        .then_compute_output(move |_| {
            let read = reads.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            found(states[read.min(states.len() - 1)].as_ref())
        })
}

/// How many rows a request puts and deletes.
fn counts(request: &BatchWriteItemInput) -> (usize, usize) {
    let writes: Vec<_> = request.request_items().unwrap().values().flatten().collect();
    let puts = writes.iter().filter(|write| write.put_request().is_some()).count();
    (puts, writes.len() - puts)
}

fn writes(puts: usize, deletes: usize) -> Rule {
    mock!(aws_sdk_dynamodb::Client::batch_write_item)
        .match_requests(move |request| counts(request) == (puts, deletes))
        .then_output(|| BatchWriteItemOutput::builder().build())
}

async fn index(rules: &[&Rule]) -> Result<(), shared::Error> {
    let client = test::dynamodb(rules.iter().copied());
    let stores = Stores {
        pictures: Pictures::new(client.clone(), "Pictures".into()),
        feeds: Feeds::new(client, "Feeds".into()),
    };
    let pictures = events::changed_pictures(test::sample("index.json")).unwrap();
    events::each_picture(pictures, |key| index::reconcile(&stores, key)).await
}

#[tokio::test]
async fn a_public_picture_enters_its_owners_and_the_public_feed() {
    let write = writes(2, 0);
    index(&[&record(vec![Some(test::ready(Visibility::Public))]), &write]).await.unwrap();
    assert_eq!(write.num_calls(), 1);
}

#[tokio::test]
async fn a_deleted_picture_leaves_every_feed() {
    let write = writes(0, 2);
    index(&[&record(vec![None]), &write]).await.unwrap();
    assert_eq!(write.num_calls(), 1);
}

#[tokio::test]
async fn a_picture_that_moves_meanwhile_is_done_again() {
    let (public, private) = (writes(2, 0), writes(1, 1));
    let states = vec![Some(test::ready(Visibility::Public)), Some(test::ready(Visibility::Private))];
    index(&[&record(states), &public, &private]).await.unwrap();
    assert_eq!((public.num_calls(), private.num_calls()), (1, 1));
}

#[tokio::test]
async fn rows_that_were_not_taken_are_written_again() {
    let states = vec![Some(test::ready(Visibility::Public))];
    let rest = writes(1, 0);
    let first = mock!(aws_sdk_dynamodb::Client::batch_write_item)
        .match_requests(|request| counts(request) == (2, 0))
        .then_compute_output(|request| {
            let (table, rows) = request.request_items().unwrap().iter().next().unwrap();
            let left = HashMap::from([(table.clone(), vec![rows[0].clone()])]);
            BatchWriteItemOutput::builder().set_unprocessed_items(Some(left)).build()
        });
    index(&[&record(states), &first, &rest]).await.unwrap();
    assert_eq!((first.num_calls(), rest.num_calls()), (1, 1));
}
