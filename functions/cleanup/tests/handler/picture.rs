//! Activities `picture.removed`.

use aws_sdk_dynamodb::operation::delete_item::DeleteItemOutput;
use aws_sdk_dynamodb::operation::query::QueryOutput;
use aws_sdk_dynamodb::operation::transact_write_items::{TransactWriteItemsError, TransactWriteItemsOutput};
use aws_sdk_dynamodb::types::error::InternalServerError;
use aws_sdk_s3::operation::delete_object::{DeleteObjectError, DeleteObjectOutput};
use aws_smithy_mocks::{Rule, mock};
use domain::Visibility;
use serde_json::json;

use crate::{Services, record};

const AUTHOR: &str = "7a2d9c40-5e8f-4b16-8c3a-1f0e2d4b6a98";
const COMMENT: &str = "019a1234-9abc-7def-8123-456789abcdef";

/// The rules for the data of the sample picture.
struct Scenario {
    record: Rule,
    objects: [Rule; 3],
    comments: Rule,
    delete_comments: Rule,
    delete_deadline: Rule,
}

/// Deletes each object.
fn objects() -> [Rule; 3] {
    let key = testing::registered_picture().key;
    [format!("originals/{key}"), format!("renditions/{key}/small"), format!("renditions/{key}/large")].map(
        |key| {
            mock!(aws_sdk_s3::Client::delete_object)
                .match_requests(move |request| request.key() == Some(&key))
                .then_output(|| DeleteObjectOutput::builder().build())
        },
    )
}

/// Returns `batches` pages with a comment, then empty pages.
fn comments(batches: usize) -> Rule {
    let key = testing::registered_picture().key;
    let row = json!({"threadId": key.to_string(), "commentId": COMMENT, "ownerId": key.owner_id,
        "pictureId": key.picture_id, "authorId": AUTHOR, "text": "What a light!", "createdAt": "2026-01-02T03:04:05Z"});
    let full = move || QueryOutput::builder().items(testing::row(&row)).build();
    let empty = || QueryOutput::builder().build();
    let rule = mock!(aws_sdk_dynamodb::Client::query).match_requests(move |request| {
        let thread = &request.expression_attribute_values().unwrap()[":thread"];
        (request.table_name(), request.consistent_read(), thread.as_s().unwrap().as_str())
            == (Some("Comments"), Some(true), key.to_string().as_str())
    });
    match batches {
        0 => rule.then_output(empty),
        _ => rule.sequence().output(full).times(batches).output(empty).repeatedly().build(),
    }
}

impl Scenario {
    fn new(exists: bool, batches: usize) -> Self {
        Self {
            record: record(exists.then(|| testing::ready_picture(Visibility::Public))),
            objects: objects(),
            comments: comments(batches),
            delete_comments: mock!(aws_sdk_dynamodb::Client::transact_write_items)
                .match_requests(|request| {
                    let threads = request.transact_items().iter().map(|item| {
                        let delete = item.delete().unwrap();
                        assert_eq!(delete.key()["commentId"].as_s().unwrap(), COMMENT);
                        delete.key()["threadId"].as_s().unwrap().clone()
                    });
                    threads.eq([testing::registered_picture().key.to_string(), format!("author#{AUTHOR}")])
                })
                .then_output(|| TransactWriteItemsOutput::builder().build()),
            delete_deadline: mock!(aws_sdk_dynamodb::Client::delete_item)
                .match_requests(|request| request.table_name() == Some("Deadlines"))
                .then_output(|| DeleteItemOutput::builder().build()),
        }
    }

    /// Handles the sample event. Returns whether the message succeeded.
    async fn handle(&self) -> bool {
        let tables = [&self.record, &self.comments, &self.delete_comments, &self.delete_deadline];
        let services = Services { tables: &tables, bucket: &self.objects.each_ref(), ..Services::default() };
        services.succeeds(testing::sample_event("cleanup.json")).await
    }

    /// The number of deletions of each object, of comments and of the deadline.
    fn deletions(&self) -> ([usize; 3], usize, usize) {
        (
            self.objects.each_ref().map(Rule::num_calls),
            self.delete_comments.num_calls(),
            self.delete_deadline.num_calls(),
        )
    }
}

#[tokio::test]
async fn deletes_all_data_of_a_deleted_picture() {
    let scenario = Scenario::new(false, 3);
    assert!(scenario.handle().await);
    assert_eq!(scenario.deletions(), ([1, 1, 1], 3, 1));
}

#[tokio::test]
async fn a_replay_succeeds() {
    let scenario = Scenario::new(false, 1);
    assert!(scenario.handle().await && scenario.handle().await);
    assert_eq!(scenario.deletions(), ([2, 2, 2], 1, 2));
}

#[tokio::test]
async fn keeps_the_data_of_an_existing_picture() {
    let scenario = Scenario::new(true, 1);
    assert!(scenario.handle().await);
    assert_eq!(scenario.deletions(), ([0, 0, 0], 0, 0));
}

#[tokio::test]
async fn a_failed_deletion_of_an_object_is_retried() {
    let [original, small, _] = objects();
    let busy = mock!(aws_sdk_s3::Client::delete_object).then_error(|| {
        DeleteObjectError::generic(aws_sdk_s3::error::ErrorMetadata::builder().message("busy").build())
    });
    let scenario = Scenario { objects: [original, small, busy], ..Scenario::new(false, 0) };
    assert!(!scenario.handle().await);
}

#[tokio::test]
async fn a_failed_deletion_of_comments_is_retried() {
    let stuck = mock!(aws_sdk_dynamodb::Client::transact_write_items)
        .then_error(|| TransactWriteItemsError::InternalServerError(InternalServerError::builder().build()));
    let scenario = Scenario { delete_comments: stuck, ..Scenario::new(false, 2) };
    assert!(!scenario.handle().await);
    assert_eq!(scenario.deletions(), ([1, 1, 1], 1, 0));
}
