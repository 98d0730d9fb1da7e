//! The handler against its sample event, the SDK faked at the wire.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use aws_sdk_dynamodb::operation::get_item::GetItemOutput;
use aws_sdk_dynamodb::operation::transact_write_items::{
    TransactWriteItemsError, TransactWriteItemsInput, TransactWriteItemsOutput,
};
use aws_sdk_dynamodb::types::CancellationReason;
use aws_sdk_dynamodb::types::error::TransactionCanceledException;
use aws_smithy_mocks::{Rule, RuleBuilder, mock};
use shared::api::{ApiError, Reply, Request};
use shared::store::{Deadlines, Pictures, Users};
use shared::test;
use uploads::Stores;

async fn answer(request: Request, put: &Rule) -> Result<Reply, ApiError> {
    let nobody = mock!(aws_sdk_dynamodb::Client::get_item).then_output(|| GetItemOutput::builder().build());
    let client = test::dynamodb([put, &nobody]);
    let stores = Stores {
        pictures: Pictures::new(client.clone(), "Pictures".into()),
        users: Users::new(client.clone(), "Users".into()),
        deadlines: Deadlines::new(client, "Deadlines".into()),
        links: test::links(),
    };
    uploads::handle(&stores, request).await
}

/// The picture is written, with a deadline, if it is new and its owner's account was not deleted.
fn transaction() -> RuleBuilder<TransactWriteItemsInput, TransactWriteItemsOutput, TransactWriteItemsError> {
    mock!(aws_sdk_dynamodb::Client::transact_write_items).match_requests(|request| {
        let [put, check, deadline] = request.transact_items() else { return false };
        let (put, check, deadline) =
            (put.put().unwrap(), check.condition_check().unwrap(), deadline.put().unwrap());
        let key = |name| put.item()[name] == deadline.item()[name];
        assert!(key("ownerId") && key("pictureId") && deadline.table_name() == "Deadlines");
        let expires: i64 = deadline.item()["expiresAt"].as_n().unwrap().parse().unwrap();
        let hours = (expires - jiff::Timestamp::now().as_second()) as f64 / 3_600.0;
        assert!((23.9..=24.0).contains(&hours), "{hours}");
        (put.table_name(), check.table_name()) == ("Pictures", "Users")
            && put.condition_expression() == Some("attribute_not_exists(pictureId)")
            && check.key()["userId"].as_s().unwrap().starts_with("deleted#")
            && check.condition_expression() == "attribute_not_exists(userId)"
    })
}

fn put() -> Rule {
    transaction().then_output(|| TransactWriteItemsOutput::builder().build())
}

/// The transaction is cancelled because of the write at this place.
fn refused(place: usize) -> Rule {
    transaction().then_error(move || {
        let reasons = (0..3).map(|i| if i == place { "ConditionalCheckFailed" } else { "None" });
        let reasons = reasons.map(|code| CancellationReason::builder().code(code).build());
        let error = TransactionCanceledException::builder().set_cancellation_reasons(Some(reasons.collect()));
        TransactWriteItemsError::TransactionCanceledException(error.build())
    })
}

#[tokio::test]
async fn an_upload_is_bound_to_what_was_declared() {
    let put = put();
    let reply = answer(test::event("uploads.json"), &put).await.unwrap();
    assert_eq!((reply.status(), put.num_calls()), (201, 1));
    let (picture, upload) = (&reply.data()["picture"], &reply.data()["upload"]);
    assert_eq!((&picture["state"], &picture["visibility"]), (&"awaitingUpload".into(), &"public".into()));
    assert_eq!(upload["method"], "PUT");
    let headers =
        serde_json::json!({"content-length": "3196160", "content-type": "image/jpeg", "if-none-match": "*"});
    assert_eq!(upload["headers"], headers);
    let url = upload["url"].as_str().unwrap();
    assert!(
        url.contains("X-Amz-SignedHeaders=content-length%3Bcontent-type%3Bhost%3Bif-none-match"),
        "{url}"
    );
    assert!(url.contains(&format!(
        "/originals/3f1c2b9e-0b1d-4a7b-9b57-0d6a3c1f2e4d/{}",
        picture["id"].as_str().unwrap()
    )));
}

#[tokio::test]
async fn a_refused_picture_leaves_no_row() {
    for (body, status) in [
        (r#"{"contentType": "image/tiff", "bytes": 5}"#, 415),
        (r#"{"contentType": "image/png", "bytes": 99000000}"#, 413),
        (r#"{"contentType": "image/png", "bytes": 5, "visibility": "world"}"#, 400),
        ("{", 400),
    ] {
        let put = put();
        let error = answer(test::event_with("uploads.json", body), &put).await.unwrap_err();
        assert_eq!((error.status(), put.num_calls()), (status, 0), "{body}");
    }
}

#[tokio::test]
async fn a_deleted_account_uploads_nothing() {
    let error = answer(test::event("uploads.json"), &refused(1)).await.unwrap_err();
    assert_eq!(
        (error.status(), error.to_string().as_str()),
        (403, "This account was deleted; sign up again.")
    );
}

#[tokio::test]
async fn a_taken_id_is_our_fault() {
    assert_eq!(answer(test::event("uploads.json"), &refused(0)).await.unwrap_err().status(), 500);
}
