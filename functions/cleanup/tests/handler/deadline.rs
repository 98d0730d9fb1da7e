//! Expired deadlines.

use aws_sdk_dynamodb::error::ErrorMetadata;
use aws_sdk_dynamodb::operation::delete_item::{DeleteItemError, DeleteItemOutput};
use aws_sdk_dynamodb::types::error::ConditionalCheckFailedException;
use aws_smithy_mocks::{Rule, RuleBuilder, mock};
use domain::{Picture, Visibility};
use serde_json::{Value, json};

use crate::{Services, original, record};

type Delete =
    RuleBuilder<aws_sdk_dynamodb::operation::delete_item::DeleteItemInput, DeleteItemOutput, DeleteItemError>;

/// Deletes the record on condition that the picture is not uploaded.
fn delete() -> Delete {
    mock!(aws_sdk_dynamodb::Client::delete_item).match_requests(|request| {
        let condition = request.condition_expression().unwrap_or_default();
        let parts = ["renditions", "metadata", "failure"];
        request.table_name() == Some("Pictures")
            && parts.iter().all(|part| condition.contains(&format!("attribute_not_exists({part})")))
    })
}

fn deleted() -> Rule {
    delete().then_output(|| DeleteItemOutput::builder().build())
}

/// Whether the expired deadline deletes the record.
async fn deletes(picture: Option<Picture>, uploaded: bool) -> bool {
    let (record, original, delete) = (record(picture), original(uploaded), deleted());
    let services = Services { tables: &[&record, &delete], bucket: &[&original], ..Services::default() };
    assert_eq!(services.handle(testing::sample_event("cleanup-deadline.json")).await.unwrap(), None);
    delete.num_calls() == 1
}

#[tokio::test]
async fn deletes_a_picture_that_was_not_uploaded() {
    assert!(deletes(Some(testing::registered_picture()), false).await);
}

#[tokio::test]
async fn keeps_an_uploaded_picture_that_is_not_processed() {
    assert!(!deletes(Some(testing::registered_picture()), true).await);
}

#[tokio::test]
async fn keeps_a_picture_in_any_other_state() {
    let ready = testing::ready_picture(Visibility::Private);
    let processing = Picture { renditions: None, ..ready.clone() };
    let failed = Picture { failure: Some("No.".into()), ..testing::registered_picture() };
    for picture in [ready, processing, failed] {
        assert!(!deletes(Some(picture), false).await);
    }
}

#[tokio::test]
async fn does_nothing_for_a_deleted_picture() {
    let record = record(None);
    let services = Services { tables: &[&record], ..Services::default() };
    services.handle(testing::sample_event("cleanup-deadline.json")).await.unwrap();
    assert_eq!(record.num_calls(), 1);
}

#[tokio::test]
async fn keeps_a_picture_that_changes_at_the_last_moment() {
    let late = delete().then_error(|| {
        let code = ErrorMetadata::builder().code("ConditionalCheckFailedException").build();
        let error = ConditionalCheckFailedException::builder().meta(code).build();
        DeleteItemError::ConditionalCheckFailedException(error)
    });
    let (record, original) = (record(Some(testing::registered_picture())), original(false));
    let services = Services { tables: &[&record, &late], bucket: &[&original], ..Services::default() };
    services.handle(testing::sample_event("cleanup-deadline.json")).await.unwrap();
    assert_eq!(late.num_calls(), 1);
}

#[tokio::test]
async fn ignores_deadlines_that_are_set_or_changed() {
    let mut event: Value = testing::sample_event("cleanup-deadline.json");
    for name in ["INSERT", "MODIFY"] {
        event["Records"][0]["eventName"] = json!(name);
        Services::default().handle(event.clone()).await.unwrap();
    }
}
