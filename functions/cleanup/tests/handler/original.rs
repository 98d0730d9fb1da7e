//! S3 notifications of deleted originals.

use aws_sdk_dynamodb::operation::batch_get_item::BatchGetItemOutput;
use aws_sdk_dynamodb::operation::query::QueryOutput;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsOutput;
use aws_sdk_s3::operation::list_objects_v2::ListObjectsV2Error;
use aws_smithy_mocks::{Rule, mock};
use domain::{Picture, Visibility};
use serde_json::{Value, json};

use crate::{Services, cancelled, list_original, match_deletion, picture_row};

/// Returns a rule that accepts the deletion of a Pictures row in any state.
fn delete_picture() -> Rule {
    match_deletion(|condition| condition == "attribute_exists(pictureId)")
        .then_output(|| TransactWriteItemsOutput::builder().build())
}

/// Handles the sample event, which must succeed. Returns `true` if this deletes the Pictures row.
async fn deletes(picture: Option<Picture>, original_exists: bool) -> bool {
    let (row, original, delete) = (picture_row(picture), list_original(original_exists), delete_picture());
    let services = Services { tables: &[&row, &delete], bucket: &[&original], ..Services::default() };
    assert!(services.succeeds(testing::sample_event("cleanup-object-removed.json")).await);
    delete.num_calls() == 1
}

#[tokio::test]
async fn deletes_a_picture_without_an_original_in_any_state() {
    let ready = testing::ready_picture(Visibility::Public);
    let processing = Picture { metadata: None, ..ready.clone() };
    let failed = Picture { failure: Some("No.".into()), ..testing::registered_picture() };
    for picture in [ready, processing, failed, testing::registered_picture()] {
        assert!(deletes(Some(picture), false).await);
    }
}

#[tokio::test]
async fn keeps_a_picture_with_an_original() {
    assert!(!deletes(Some(testing::ready_picture(Visibility::Public)), true).await);
}

#[tokio::test]
async fn does_nothing_for_a_deleted_picture() {
    let row = picture_row(None);
    let services = Services { tables: &[&row], ..Services::default() };
    assert!(services.succeeds(testing::sample_event("cleanup-object-removed.json")).await);
    assert_eq!(row.num_calls(), 1);
}

#[tokio::test]
async fn keeps_the_picture_if_the_bucket_fails() {
    let denied = mock!(aws_sdk_s3::Client::list_objects_v2).then_error(|| {
        ListObjectsV2Error::generic(aws_sdk_s3::error::ErrorMetadata::builder().code("AccessDenied").build())
    });
    let (row, delete) = (picture_row(Some(testing::ready_picture(Visibility::Public))), delete_picture());
    let services = Services { tables: &[&row, &delete], bucket: &[&denied], ..Services::default() };
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

#[tokio::test]
async fn deletes_a_picture_of_a_deleted_account_without_counting() {
    let counted = match_deletion(|_| true).then_error(|| cancelled([false, true]));
    let counters = mock!(aws_sdk_dynamodb::Client::batch_get_item)
        .then_output(|| BatchGetItemOutput::builder().responses("Quotas", vec![]).build());
    let pictures = mock!(aws_sdk_dynamodb::Client::query).then_output(|| QueryOutput::builder().build());
    let count = mock!(aws_sdk_dynamodb::Client::transact_write_items)
        .match_requests(|request| request.transact_items()[0].put().is_some())
        .then_error(|| cancelled([false, true]));
    let uncounted = mock!(aws_sdk_dynamodb::Client::transact_write_items)
        .match_requests(|request| {
            let [write] = request.transact_items() else { return false };
            write.delete().is_some_and(|delete| delete.table_name() == "Pictures")
        })
        .then_output(|| TransactWriteItemsOutput::builder().build());
    let (row, original) =
        (picture_row(Some(testing::ready_picture(Visibility::Public))), list_original(false));
    let tables = [&row, &counted, &counters, &pictures, &count, &uncounted];
    let services = Services { tables: &tables, bucket: &[&original], ..Services::default() };
    assert!(services.succeeds(testing::sample_event("cleanup-object-removed.json")).await);
    assert_eq!((counted.num_calls(), count.num_calls(), uncounted.num_calls()), (1, 1, 1));
}
