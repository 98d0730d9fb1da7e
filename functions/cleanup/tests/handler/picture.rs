//! Removals in the stream of Pictures.

use aws_sdk_dynamodb::operation::get_item::GetItemOutput;
use aws_sdk_s3::operation::delete_object::{DeleteObjectError, DeleteObjectOutput};
use aws_smithy_mocks::{Rule, mock};
use shared::Error;
use shared::model::Visibility;
use shared::test;

use crate::handle;

fn record_is(there: bool) -> Rule {
    mock!(aws_sdk_dynamodb::Client::get_item)
        .match_requests(|request| request.consistent_read() == Some(true))
        .then_output(move || {
            let row = there.then(|| test::row(&test::ready(Visibility::Public)));
            GetItemOutput::builder().set_item(row).build()
        })
}

/// One for each object of the sample picture.
fn deletes() -> [Rule; 3] {
    let key = test::registered().key;
    [format!("originals/{key}"), format!("renditions/{key}/small"), format!("renditions/{key}/large")].map(
        |key| {
            mock!(aws_sdk_s3::Client::delete_object)
                .match_requests(move |request| request.key() == Some(&key))
                .then_output(|| DeleteObjectOutput::builder().build())
        },
    )
}

fn calls(rules: &[Rule; 3]) -> [usize; 3] {
    rules.each_ref().map(Rule::num_calls)
}

async fn sweep(record: &Rule, deletes: &[Rule; 3]) -> Result<(), Error> {
    handle(test::sample("cleanup.json"), &[record], &deletes.each_ref(), &[]).await
}

#[tokio::test]
async fn the_objects_of_a_deleted_picture_go() {
    let deletes = deletes();
    sweep(&record_is(false), &deletes).await.unwrap();
    assert_eq!(calls(&deletes), [1, 1, 1]);
}

#[tokio::test]
async fn a_picture_that_is_there_keeps_its_objects_whatever_the_event_says() {
    let deletes = deletes();
    sweep(&record_is(true), &deletes).await.unwrap();
    assert_eq!(calls(&deletes), [0, 0, 0]);
}

#[tokio::test]
async fn an_object_that_could_not_be_deleted_is_tried_again() {
    let [original, small, _] = deletes();
    let busy = mock!(aws_sdk_s3::Client::delete_object).then_error(|| {
        DeleteObjectError::generic(aws_sdk_s3::error::ErrorMetadata::builder().message("busy").build())
    });
    assert!(
        sweep(&record_is(false), &[original, small, busy]).await.unwrap_err().to_string().contains("busy")
    );
}
