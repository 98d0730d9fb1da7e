//! Removals in the stream of Pictures.

use aws_sdk_dynamodb::operation::get_item::GetItemOutput;
use aws_sdk_s3::operation::delete_objects::DeleteObjectsOutput;
use aws_sdk_s3::types::Error as ObjectError;
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

fn deletes() -> Rule {
    mock!(aws_sdk_s3::Client::delete_objects)
        .match_requests(|request| {
            let keys: Vec<_> =
                request.delete().unwrap().objects().iter().map(|object| object.key()).collect();
            let named = |prefix: &str| keys.iter().filter(|key| key.starts_with(prefix)).count();
            named("originals/3f1c2b9e") == 1 && named("renditions/3f1c2b9e") == 2
        })
        .then_output(|| DeleteObjectsOutput::builder().build())
}

async fn sweep(record: &Rule, delete: &Rule) -> Result<(), Error> {
    handle(test::sample("cleanup.json"), &[record], &[delete], &[]).await
}

#[tokio::test]
async fn the_objects_of_a_deleted_picture_go() {
    let delete = deletes();
    sweep(&record_is(false), &delete).await.unwrap();
    assert_eq!(delete.num_calls(), 1);
}

#[tokio::test]
async fn a_picture_that_is_there_keeps_its_objects_whatever_the_event_says() {
    let delete = deletes();
    sweep(&record_is(true), &delete).await.unwrap();
    assert_eq!(delete.num_calls(), 0);
}

#[tokio::test]
async fn an_object_that_could_not_be_deleted_is_tried_again() {
    let delete = mock!(aws_sdk_s3::Client::delete_objects).then_output(|| {
        DeleteObjectsOutput::builder().errors(ObjectError::builder().message("busy").build()).build()
    });
    assert!(sweep(&record_is(false), &delete).await.unwrap_err().to_string().contains("busy"));
}
