//! The handler against its sample event, the SDK faked at the wire.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use aws_sdk_dynamodb::operation::get_item::GetItemOutput;
use aws_sdk_dynamodb::operation::update_item::UpdateItemOutput;
use aws_sdk_s3::operation::get_object::{GetObjectError, GetObjectOutput};
use aws_sdk_s3::primitives::ByteStream;
use aws_smithy_mocks::{Rule, mock};
use lambda::events;
use metadata::Context;
use store::{Media, Pictures};

fn record(there: bool) -> Rule {
    mock!(aws_sdk_dynamodb::Client::get_item).then_output(move || {
        let row = there.then(|| testing::row(&testing::registered_picture()));
        GetItemOutput::builder().set_item(row).build()
    })
}

/// An original that is `total` bytes long, all of them zero: not a picture.
fn original(total: u64) -> Rule {
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

fn denied() -> Rule {
    mock!(aws_sdk_s3::Client::get_object).then_error(|| {
        GetObjectError::generic(aws_sdk_s3::error::ErrorMetadata::builder().code("AccessDenied").build())
    })
}

fn update() -> Rule {
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

/// How many messages of the sample event failed.
async fn handle(dynamodb: &[&Rule], s3: &[&Rule]) -> usize {
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
async fn a_file_without_metadata_gets_an_empty_part_so_that_it_can_become_ready() {
    let (original, update) = (original(50_000_000), update());
    assert_eq!(handle(&[&record(true), &update], &[&original]).await, 0);
    assert_eq!((original.num_calls(), update.num_calls()), (1, 1));
}

#[tokio::test]
async fn a_picture_deleted_meanwhile_is_no_error() {
    assert_eq!(handle(&[&record(false)], &[]).await, 0);
}

#[tokio::test]
async fn trouble_with_the_store_is_tried_again() {
    assert_eq!(handle(&[&record(true)], &[&denied()]).await, 1);
}
