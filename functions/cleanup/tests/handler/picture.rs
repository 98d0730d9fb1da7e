//! Messages that a picture is gone.

use aws_sdk_dynamodb::operation::delete_item::DeleteItemOutput;
use aws_sdk_dynamodb::operation::query::QueryOutput;
use aws_sdk_dynamodb::operation::transact_write_items::{TransactWriteItemsError, TransactWriteItemsOutput};
use aws_sdk_dynamodb::types::error::InternalServerError;
use aws_sdk_s3::operation::delete_object::{DeleteObjectError, DeleteObjectOutput};
use aws_smithy_mocks::{Rule, mock};
use domain::Visibility;
use serde_json::json;

use crate::{Cloud, record};

const AUTHOR: &str = "7a2d9c40-5e8f-4b16-8c3a-1f0e2d4b6a98";
const COMMENT: &str = "019a1234-9abc-7def-8123-456789abcdef";

/// Everything that may be asked about the sample picture, with what is answered.
struct World {
    record: Rule,
    objects: [Rule; 3],
    comments: Rule,
    end: Rule,
    deadline: Rule,
}

/// One for each object.
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

/// Comments that are found once for each of `batches`, and then no more.
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

impl World {
    fn new(there: bool, batches: usize) -> Self {
        Self {
            record: record(there.then(|| testing::ready_picture(Visibility::Public))),
            objects: objects(),
            comments: comments(batches),
            end: mock!(aws_sdk_dynamodb::Client::transact_write_items)
                .match_requests(|request| {
                    let threads = request.transact_items().iter().map(|item| {
                        let delete = item.delete().unwrap();
                        assert_eq!(delete.key()["commentId"].as_s().unwrap(), COMMENT);
                        delete.key()["threadId"].as_s().unwrap().clone()
                    });
                    threads.eq([testing::registered_picture().key.to_string(), format!("author#{AUTHOR}")])
                })
                .then_output(|| TransactWriteItemsOutput::builder().build()),
            deadline: mock!(aws_sdk_dynamodb::Client::delete_item)
                .match_requests(|request| request.table_name() == Some("Deadlines"))
                .then_output(|| DeleteItemOutput::builder().build()),
        }
    }

    /// Whether the message was dealt with.
    async fn sweep(&self) -> bool {
        let tables = [&self.record, &self.comments, &self.end, &self.deadline];
        let cloud = Cloud { tables: &tables, bucket: &self.objects.each_ref(), ..Cloud::default() };
        cloud.deals_with(testing::sample_event("cleanup.json")).await
    }

    /// How often each object, batches of comments, and the deadline were deleted.
    fn did(&self) -> ([usize; 3], usize, usize) {
        (self.objects.each_ref().map(Rule::num_calls), self.end.num_calls(), self.deadline.num_calls())
    }
}

#[tokio::test]
async fn everything_that_hangs_on_a_deleted_picture_goes() {
    let world = World::new(false, 3);
    assert!(world.sweep().await);
    assert_eq!(world.did(), ([1, 1, 1], 3, 1));
}

#[tokio::test]
async fn a_replay_finds_nothing_and_says_so_to_nobody() {
    let world = World::new(false, 1);
    assert!(world.sweep().await && world.sweep().await);
    assert_eq!(world.did(), ([2, 2, 2], 1, 2));
}

#[tokio::test]
async fn a_picture_that_is_there_keeps_everything_whatever_the_message_says() {
    let world = World::new(true, 1);
    assert!(world.sweep().await);
    assert_eq!(world.did(), ([0, 0, 0], 0, 0));
}

#[tokio::test]
async fn an_object_that_could_not_be_deleted_is_tried_again() {
    let [original, small, _] = objects();
    let busy = mock!(aws_sdk_s3::Client::delete_object).then_error(|| {
        DeleteObjectError::generic(aws_sdk_s3::error::ErrorMetadata::builder().message("busy").build())
    });
    let world = World { objects: [original, small, busy], ..World::new(false, 0) };
    assert!(!world.sweep().await);
}

#[tokio::test]
async fn comments_that_could_not_be_deleted_are_tried_again() {
    let stuck = mock!(aws_sdk_dynamodb::Client::transact_write_items)
        .then_error(|| TransactWriteItemsError::InternalServerError(InternalServerError::builder().build()));
    let world = World { end: stuck, ..World::new(false, 2) };
    assert!(!world.sweep().await);
    assert_eq!(world.did(), ([1, 1, 1], 1, 0));
}
