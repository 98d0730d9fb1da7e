//! Tests the handler with its sample event. The AWS clients are mocked.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use aws_sdk_dynamodb::operation::get_item::GetItemOutput;
use aws_sdk_dynamodb::operation::update_item::UpdateItemOutput;
use aws_sdk_s3::operation::get_object::{GetObjectError, GetObjectOutput};
use aws_sdk_s3::primitives::ByteStream;
use aws_smithy_mocks::{Rule, mock};
use lambda::events;
use metadata::Context;
use store::{Media, Pictures};

/// Returns a rule that replies with the row of the sample picture if `exists`.
fn get_row(exists: bool) -> Rule {
    mock!(aws_sdk_dynamodb::Client::get_item).then_output(move || {
        let row = exists.then(|| testing::row(&testing::registered_picture()));
        GetItemOutput::builder().set_item(row).build()
    })
}

/// Returns a rule that replies with ranges of an original of `total` zero bytes. The original is
/// not a picture.
fn get_original(total: u64) -> Rule {
    mock!(aws_sdk_s3::Client::get_object)
        .match_requests(|request| request.range().is_some_and(|range| range.starts_with("bytes=")))
        .then_compute_output(move |request| {
            let (start, end) = request.range().unwrap()["bytes=".len()..].split_once('-').unwrap();
            let (start, end): (u64, u64) = (start.parse().unwrap(), end.parse().unwrap());
            let end = end.min(total - 1);
            let bytes = vec![0; usize::try_from(end + 1 - start).unwrap()];
            GetObjectOutput::builder()
                .body(ByteStream::from(bytes))
                .content_range(format!("bytes {start}-{end}/{total}"))
                .build()
        })
}

fn get_original_denied() -> Rule {
    mock!(aws_sdk_s3::Client::get_object).then_error(|| {
        GetObjectError::generic(aws_sdk_s3::error::ErrorMetadata::builder().code("AccessDenied").build())
    })
}

/// Returns a rule that accepts an update that sets `metadata` if the row exists.
fn update_row() -> Rule {
    mock!(aws_sdk_dynamodb::Client::update_item)
        .match_requests(|request| {
            let names = request.expression_attribute_names().unwrap();
            request.condition_expression() == Some("attribute_exists(pictureId)")
                && names.iter().any(|(place, name)| place.starts_with("#s") && name == "metadata")
        })
        .then_output(|| {
            UpdateItemOutput::builder()
                .set_attributes(Some(testing::row(&testing::registered_picture())))
                .build()
        })
}

/// Handles the sample event. Returns the number of failed messages.
async fn handle_sample(dynamodb: &[&Rule], s3: &[&Rule]) -> usize {
    let context = Context {
        pictures: Pictures::new(&testing::database(dynamodb.iter().copied())),
        media: Media::new(testing::s3(s3.iter().copied()), "media".into()),
    };
    let reply = events::process_uploads(testing::sample_event("metadata.json"), |key| {
        metadata::handle(&context, key)
    })
    .await;
    reply.batch_item_failures.len()
}

#[tokio::test]
async fn writes_empty_metadata_for_a_file_that_is_not_a_picture() {
    let (original, update) = (get_original(50_000_000), update_row());
    assert_eq!(handle_sample(&[&get_row(true), &update], &[&original]).await, 0);
    assert_eq!((original.num_calls(), update.num_calls()), (1, 1));
}

#[tokio::test]
async fn ignores_a_deleted_picture() {
    assert_eq!(handle_sample(&[&get_row(false)], &[]).await, 0);
}

#[tokio::test]
async fn retries_after_a_storage_error() {
    assert_eq!(handle_sample(&[&get_row(true)], &[&get_original_denied()]).await, 1);
}
