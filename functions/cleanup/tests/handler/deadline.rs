//! Expired deadlines.

use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsOutput;
use aws_smithy_mocks::Rule;
use domain::{Picture, Visibility};
use serde_json::{Value, json};

use crate::{Deletion, Services, cancelled, list_original, match_deletion, picture_row};

/// Returns a rule builder that matches the deletion of a Pictures row on condition that the picture
/// was not uploaded.
fn match_delete() -> Deletion {
    match_deletion(|condition| {
        let parts = ["renditions", "metadata", "failure"];
        parts.iter().all(|part| condition.contains(&format!("attribute_not_exists({part})")))
    })
}

fn delete_picture() -> Rule {
    match_delete().then_output(|| TransactWriteItemsOutput::builder().build())
}

/// Handles the sample event. Returns `true` if this deletes the Pictures row.
async fn deletes(picture: Option<Picture>, original_exists: bool) -> bool {
    let (row, original, delete) = (picture_row(picture), list_original(original_exists), delete_picture());
    let services = Services { tables: &[&row, &delete], bucket: &[&original], ..Services::default() };
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
    let row = picture_row(None);
    let services = Services { tables: &[&row], ..Services::default() };
    services.handle(testing::sample_event("cleanup-deadline.json")).await.unwrap();
    assert_eq!(row.num_calls(), 1);
}

#[tokio::test]
async fn keeps_a_picture_that_is_processed_after_the_read() {
    let conflict = match_delete().then_error(|| cancelled([true, false]));
    let (row, original) = (picture_row(Some(testing::registered_picture())), list_original(false));
    let services = Services { tables: &[&row, &conflict], bucket: &[&original], ..Services::default() };
    services.handle(testing::sample_event("cleanup-deadline.json")).await.unwrap();
    assert_eq!(conflict.num_calls(), 1);
}

#[tokio::test]
async fn ignores_deadlines_that_are_added_or_changed() {
    let mut event: Value = testing::sample_event("cleanup-deadline.json");
    for name in ["INSERT", "MODIFY"] {
        event["Records"][0]["eventName"] = json!(name);
        Services::default().handle(event.clone()).await.unwrap();
    }
}
