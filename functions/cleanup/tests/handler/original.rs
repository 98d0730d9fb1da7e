//! Notifications that an original was deleted in the bucket.

use aws_sdk_dynamodb::operation::delete_item::DeleteItemOutput;
use aws_sdk_s3::operation::list_objects_v2::ListObjectsV2Error;
use aws_smithy_mocks::{Rule, mock};
use domain::{Picture, Visibility};
use serde_json::{Value, json};

use crate::{Cloud, original, record};

fn delete() -> Rule {
    mock!(aws_sdk_dynamodb::Client::delete_item)
        .match_requests(|request| {
            (request.table_name(), request.condition_expression()) == (Some("Pictures"), None)
        })
        .then_output(|| DeleteItemOutput::builder().build())
}

/// Whether the record went, after the message was dealt with.
async fn goes(picture: Option<Picture>, there: bool) -> bool {
    let (record, original, delete) = (record(picture), original(there), delete());
    let cloud = Cloud { tables: &[&record, &delete], bucket: &[&original], ..Cloud::default() };
    assert!(cloud.deals_with(testing::sample_event("cleanup-object-removed.json")).await);
    delete.num_calls() == 1
}

#[tokio::test]
async fn an_original_takes_its_picture_along() {
    let ready = testing::ready_picture(Visibility::Public);
    let processing = Picture { metadata: None, ..ready.clone() };
    let failed = Picture { failure: Some("No.".into()), ..testing::registered_picture() };
    for picture in [ready, processing, failed, testing::registered_picture()] {
        assert!(goes(Some(picture), false).await);
    }
}

#[tokio::test]
async fn a_picture_whose_original_is_there_stays_whatever_the_message_says() {
    assert!(!goes(Some(testing::ready_picture(Visibility::Public)), true).await);
}

#[tokio::test]
async fn what_is_deleted_here_ends_here() {
    // The record is gone: nothing else is asked.
    let record = record(None);
    let cloud = Cloud { tables: &[&record], ..Cloud::default() };
    assert!(cloud.deals_with(testing::sample_event("cleanup-object-removed.json")).await);
    assert_eq!(record.num_calls(), 1);
}

#[tokio::test]
async fn a_bucket_that_does_not_answer_deletes_nothing() {
    let refused = mock!(aws_sdk_s3::Client::list_objects_v2).then_error(|| {
        ListObjectsV2Error::generic(aws_sdk_s3::error::ErrorMetadata::builder().code("AccessDenied").build())
    });
    let (record, delete) = (record(Some(testing::ready_picture(Visibility::Public))), delete());
    let cloud = Cloud { tables: &[&record, &delete], bucket: &[&refused], ..Cloud::default() };
    assert!(!cloud.deals_with(testing::sample_event("cleanup-object-removed.json")).await);
    assert_eq!(delete.num_calls(), 0);
}

#[tokio::test]
async fn objects_that_are_nobodys_picture_ask_nothing() {
    let mut event: Value = testing::sample_event("cleanup-object-removed.json");
    let body = &mut event["Records"][0]["body"];
    let picture = testing::registered_picture().key.to_string();
    *body = json!(body.as_str().unwrap().replace(&picture, "readme.txt"));
    assert!(Cloud::default().deals_with(event).await);
}
