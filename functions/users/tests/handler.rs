//! The handler against its sample events, the SDK faked at the wire.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use aws_sdk_dynamodb::operation::get_item::GetItemOutput;
use aws_sdk_dynamodb::operation::transact_write_items::{TransactWriteItemsError, TransactWriteItemsOutput};
use aws_sdk_dynamodb::types::CancellationReason;
use aws_sdk_dynamodb::types::error::TransactionCanceledException;
use aws_smithy_mocks::{Rule, mock};
use serde_json::json;
use shared::api::{ApiError, Reply, Request};
use shared::store::Users;
use shared::test;

async fn answer(request: Request, rules: &[&Rule]) -> Result<Reply, ApiError> {
    users::handle(&Users::new(test::dynamodb(rules.iter().copied()), "Users".into()), request).await
}

fn written() -> Rule {
    mock!(aws_sdk_dynamodb::Client::transact_write_items)
        .then_output(|| TransactWriteItemsOutput::builder().build())
}

/// The transaction is cancelled because of the writes at these places.
fn cancelled(failed: [bool; 2]) -> Rule {
    mock!(aws_sdk_dynamodb::Client::transact_write_items).then_error(move || {
        let reason = |failed| if failed { "ConditionalCheckFailed" } else { "None" };
        let reasons = failed.map(|failed| CancellationReason::builder().code(reason(failed)).build());
        let error =
            TransactionCanceledException::builder().set_cancellation_reasons(Some(reasons.into())).build();
        TransactWriteItemsError::TransactionCanceledException(error)
    })
}

fn profile() -> Rule {
    mock!(aws_sdk_dynamodb::Client::get_item).then_output(|| {
        let row = json!({"userId": "3f1c2b9e-0b1d-4a7b-9b57-0d6a3c1f2e4d", "handle": "ada", "firstName": "Ada",
            "lastName": "L", "createdAt": "2026-01-02T03:04:05Z"});
        GetItemOutput::builder().set_item(Some(test::row(&row))).build()
    })
}

#[tokio::test]
async fn a_profile_is_made() {
    let request = test::event("users-create.json");
    let caller = request.caller().unwrap().to_string();
    let reply = answer(request, &[&written()]).await.unwrap();
    assert_eq!((reply.status(), reply.data()["id"].as_str()), (201, Some(caller.as_str())));
}

#[tokio::test]
async fn a_taken_handle_and_a_second_profile_are_told_apart() {
    for (failed, word) in [([false, true], "taken"), ([true, false], "already"), ([true, true], "already")] {
        let error = answer(test::event("users-create.json"), &[&cancelled(failed)]).await.unwrap_err();
        assert_eq!(error.status(), 409);
        assert!(error.to_string().contains(word), "{error}");
    }
}

#[tokio::test]
async fn a_profile_is_read_without_its_keys() {
    let reply = answer(test::event("users-get.json"), &[&profile()]).await.unwrap();
    let expected = json!({"id": "3f1c2b9e-0b1d-4a7b-9b57-0d6a3c1f2e4d", "handle": "ada", "firstName": "Ada",
        "lastName": "L", "createdAt": "2026-01-02T03:04:05Z"});
    assert_eq!(*reply.data(), expected);
}

#[tokio::test]
async fn a_changed_profile_keeps_its_birthday() {
    let reply = answer(test::event("users-change.json"), &[&profile(), &written()]).await.unwrap();
    assert_eq!(
        (&reply.data()["lastName"], &reply.data()["createdAt"]),
        (&json!("Lovelace"), &json!("2026-01-02T03:04:05Z"))
    );
}

#[tokio::test]
async fn wrong_input_is_said_before_anything_is_written() {
    for body in ["{}", "{", "[]", "", r#"{"handle": "ada", "firstName": "Ada"}"#] {
        let error = answer(test::event_with("users-create.json", body), &[]).await.unwrap_err();
        assert_eq!(error.status(), 400, "{body}");
        assert!(error.to_string().starts_with("Invalid input: "), "{body}: {error}");
    }
}
