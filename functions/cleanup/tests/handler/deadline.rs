//! Deadlines that have passed.

use aws_sdk_dynamodb::operation::delete_item::{DeleteItemError, DeleteItemOutput};
use aws_sdk_dynamodb::types::error::ConditionalCheckFailedException;
use aws_smithy_mocks::{Rule, RuleBuilder, mock};
use domain::{Picture, Visibility};
use serde_json::{Value, json};

use crate::{Cloud, original, record};

type Delete =
    RuleBuilder<aws_sdk_dynamodb::operation::delete_item::DeleteItemInput, DeleteItemOutput, DeleteItemError>;

/// Deletes the record, if nothing of it has arrived.
fn delete() -> Delete {
    mock!(aws_sdk_dynamodb::Client::delete_item).match_requests(|request| {
        let condition = request.condition_expression().unwrap_or_default();
        let parts = ["renditions", "metadata", "failure"];
        request.table_name() == Some("Pictures")
            && parts.iter().all(|part| condition.contains(&format!("attribute_not_exists({part})")))
    })
}

fn gone() -> Rule {
    delete().then_output(|| DeleteItemOutput::builder().build())
}

/// Whether the record went.
async fn goes(picture: Option<Picture>, there: bool) -> bool {
    let (record, original, delete) = (record(picture), original(there), gone());
    let cloud = Cloud { tables: &[&record, &delete], bucket: &[&original], ..Cloud::default() };
    assert_eq!(cloud.handle(testing::sample_event("cleanup-deadline.json")).await.unwrap(), None);
    delete.num_calls() == 1
}

#[tokio::test]
async fn an_upload_that_never_came_expires() {
    assert!(goes(Some(testing::registered_picture()), false).await);
}

#[tokio::test]
async fn an_upload_that_came_stays_though_nobody_has_looked_at_it() {
    assert!(!goes(Some(testing::registered_picture()), true).await);
}

#[tokio::test]
async fn a_picture_that_something_is_known_of_stays() {
    let ready = testing::ready_picture(Visibility::Private);
    let processing = Picture { renditions: None, ..ready.clone() };
    let failed = Picture { failure: Some("No.".into()), ..testing::registered_picture() };
    for picture in [ready, processing, failed] {
        assert!(!goes(Some(picture), false).await);
    }
}

#[tokio::test]
async fn a_deadline_that_went_with_its_picture_asks_nothing_more() {
    let record = record(None);
    let cloud = Cloud { tables: &[&record], ..Cloud::default() };
    cloud.handle(testing::sample_event("cleanup-deadline.json")).await.unwrap();
    assert_eq!(record.num_calls(), 1);
}

#[tokio::test]
async fn what_arrives_at_the_last_moment_stays() {
    let late = delete().then_error(|| {
        DeleteItemError::ConditionalCheckFailedException(ConditionalCheckFailedException::builder().build())
    });
    let (record, original) = (record(Some(testing::registered_picture())), original(false));
    let cloud = Cloud { tables: &[&record, &late], bucket: &[&original], ..Cloud::default() };
    cloud.handle(testing::sample_event("cleanup-deadline.json")).await.unwrap();
    assert_eq!(late.num_calls(), 1);
}

#[tokio::test]
async fn a_deadline_that_is_set_is_none_that_passed() {
    let mut event: Value = testing::sample_event("cleanup-deadline.json");
    for name in ["INSERT", "MODIFY"] {
        event["Records"][0]["eventName"] = json!(name);
        Cloud::default().handle(event.clone()).await.unwrap();
    }
}
