//! S3 notifications of deleted originals.

use aws_sdk_dynamodb::operation::delete_item::DeleteItemOutput;
use aws_sdk_s3::operation::list_objects_v2::ListObjectsV2Error;
use aws_smithy_mocks::{Rule, mock};
use domain::{Picture, Visibility};
use serde_json::{Value, json};

use crate::{Services, original, record};

fn delete() -> Rule {
    mock!(aws_sdk_dynamodb::Client::delete_item)
        .match_requests(|request| {
            (request.table_name(), request.condition_expression()) == (Some("Pictures"), None)
        })
        .then_output(|| DeleteItemOutput::builder().build())
}

/// Whether the message deletes the record. The message must succeed.
async fn deletes(picture: Option<Picture>, original_exists: bool) -> bool {
    let (record, original, delete) = (record(picture), original(original_exists), delete());
    let services = Services { tables: &[&record, &delete], bucket: &[&original], ..Services::default() };
    assert!(services.succeeds(testing::sample_event("cleanup-object-removed.json")).await);
    delete.num_calls() == 1
}

#[tokio::test]
async fn deletes_a_picture_in_any_state() {
    let ready = testing::ready_picture(Visibility::Public);
    let processing = Picture { metadata: None, ..ready.clone() };
    let failed = Picture { failure: Some("No.".into()), ..testing::registered_picture() };
    for picture in [ready, processing, failed, testing::registered_picture()] {
        assert!(deletes(Some(picture), false).await);
    }
}

#[tokio::test]
async fn keeps_a_picture_whose_original_exists() {
    assert!(!deletes(Some(testing::ready_picture(Visibility::Public)), true).await);
}

#[tokio::test]
async fn does_nothing_for_a_deleted_picture() {
    let record = record(None);
    let services = Services { tables: &[&record], ..Services::default() };
    assert!(services.succeeds(testing::sample_event("cleanup-object-removed.json")).await);
    assert_eq!(record.num_calls(), 1);
}

#[tokio::test]
async fn keeps_the_picture_if_the_bucket_fails() {
    let denied = mock!(aws_sdk_s3::Client::list_objects_v2).then_error(|| {
        ListObjectsV2Error::generic(aws_sdk_s3::error::ErrorMetadata::builder().code("AccessDenied").build())
    });
    let (record, delete) = (record(Some(testing::ready_picture(Visibility::Public))), delete());
    let services = Services { tables: &[&record, &delete], bucket: &[&denied], ..Services::default() };
    assert!(!services.succeeds(testing::sample_event("cleanup-object-removed.json")).await);
    assert_eq!(delete.num_calls(), 0);
}

#[tokio::test]
async fn ignores_other_objects() {
    let mut event: Value = testing::sample_event("cleanup-object-removed.json");
    let body = &mut event["Records"][0]["body"];
    let picture = testing::registered_picture().key.to_string();
    *body = json!(body.as_str().unwrap().replace(&picture, "readme.txt"));
    assert!(Services::default().succeeds(event).await);
}
