//! `POST /devices`.

use std::sync::{Arc, Mutex};

use aws_sdk_dynamodb::operation::get_item::GetItemOutput;
use aws_sdk_dynamodb::operation::transact_write_items::{TransactWriteItemsError, TransactWriteItemsOutput};
use aws_sdk_dynamodb::types::CancellationReason;
use aws_sdk_dynamodb::types::error::TransactionCanceledException;
use aws_sdk_sns::operation::create_platform_endpoint::{
    CreatePlatformEndpointError, CreatePlatformEndpointInput, CreatePlatformEndpointOutput,
};
use aws_sdk_sns::operation::delete_endpoint::{DeleteEndpointError, DeleteEndpointOutput};
use aws_sdk_sns::operation::set_endpoint_attributes::{
    SetEndpointAttributesError, SetEndpointAttributesOutput,
};
use aws_sdk_sns::types::error::{InternalErrorException, InvalidParameterException, NotFoundException};
use aws_smithy_mocks::{Rule, RuleBuilder, mock};
use lambda::http::Request;
use serde_json::json;

use crate::{
    APPLE, ENDPOINT, ID, ME, OTHER_ENDPOINT, delete_endpoint, handle, keys, remove_device, write_rows,
};

type CreationRule =
    RuleBuilder<CreatePlatformEndpointInput, CreatePlatformEndpointOutput, CreatePlatformEndpointError>;

/// Another member.
const THEM: &str = "76f92271-5e5e-46f9-a800-9cbe3d67933f";

/// Returns a rule that replies with an endpoint for the token of the sample event.
fn create_endpoint(arn: &'static str) -> Rule {
    match_creation().then_output(move || CreatePlatformEndpointOutput::builder().endpoint_arn(arn).build())
}

/// Returns a rule builder that matches the creation of an endpoint for the token of the sample
/// event.
fn match_creation() -> CreationRule {
    mock!(aws_sdk_sns::Client::create_platform_endpoint).match_requests(|request| {
        request.platform_application_arn() == Some(APPLE)
            && request.token().unwrap().starts_with("8d2f4c6a9b0e1f37")
    })
}

/// Returns a rule that rejects the creation of an endpoint with this error message.
fn reject_creation(message: &'static str) -> Rule {
    match_creation().then_error(move || {
        let error = InvalidParameterException::builder().message(message).build();
        CreatePlatformEndpointError::InvalidParameterException(error)
    })
}

/// Returns a rule that accepts the request to enable an endpoint.
fn enable_endpoint(arn: &'static str) -> Rule {
    mock!(aws_sdk_sns::Client::set_endpoint_attributes)
        .match_requests(move |request| {
            request.endpoint_arn() == Some(arn) && request.attributes().unwrap()["Enabled"] == "true"
        })
        .then_output(|| SetEndpointAttributesOutput::builder().build())
}

/// Returns a rule that replies with the row of an endpoint of `user`, or with no row.
fn endpoint_row(user: Option<&'static str>) -> Rule {
    mock!(aws_sdk_dynamodb::Client::get_item).then_output(move || {
        let row = user.map(|user| testing::row(&json!({"userId": user, "since": "2026-01-02T03:04:05Z"})));
        GetItemOutput::builder().set_item(row).build()
    })
}

/// Returns a rule that accepts the transaction that assigns [`ENDPOINT`] to the caller.
fn assign_endpoint() -> Rule {
    write_rows(vec![format!("user#{ME}"), ENDPOINT.into()])
}

/// Returns a rule that rejects the transaction because of the condition at this position: 0 for the
/// account, 1 for the row of the caller, 2 for the row of the endpoint.
fn reject_transaction(position: usize) -> Rule {
    mock!(aws_sdk_dynamodb::Client::transact_write_items).then_error(move || rejected_by(position))
}

/// Returns the error of a transaction whose condition at this position failed.
fn rejected_by(position: usize) -> TransactWriteItemsError {
    let reasons = (0..3).map(|i| if i == position { "ConditionalCheckFailed" } else { "None" });
    let reasons = reasons.map(|code| CancellationReason::builder().code(code).build()).collect();
    let error = TransactionCanceledException::builder().set_cancellation_reasons(Some(reasons));
    TransactWriteItemsError::TransactionCanceledException(error.build())
}

fn sample_request() -> Request {
    testing::sample_request("devices-register.json")
}

#[tokio::test]
async fn registers_a_device_once_or_repeatedly() {
    for registered_by in [None, Some(ME)] {
        let (assign, enable) = (assign_endpoint(), enable_endpoint(ENDPOINT));
        let tables = [&endpoint_row(registered_by), &assign];
        let reply = handle(sample_request(), &tables, &[&create_endpoint(ENDPOINT), &enable]).await.unwrap();
        assert_eq!((reply.status(), reply.data()), (201, &json!({"id": ID, "platform": "apns"})));
        assert_eq!((assign.num_calls(), enable.num_calls()), (1, 1), "{registered_by:?}");
    }
}

#[tokio::test]
async fn moves_a_device_of_another_member_to_a_new_endpoint() {
    let other_row = other_endpoint_row();
    let move_rows = write_rows(vec![format!("user#{ME}"), OTHER_ENDPOINT.into(), format!("user#{THEM}")]);
    let delete = delete_endpoint_after(move_rows.clone());
    // The new endpoint takes the place of the other one, so it needs no free place.
    let assign = mock!(aws_sdk_dynamodb::Client::transact_write_items)
        .match_requests(|request| {
            let update = request.transact_items()[1].update().unwrap();
            let values = update.expression_attribute_values().unwrap();
            keys(request) == [format!("user#{ME}"), ENDPOINT.into()]
                && values[":replaced"].as_s().unwrap() == OTHER_ENDPOINT
        })
        .then_output(|| TransactWriteItemsOutput::builder().build());
    let remove = remove_device(OTHER_ENDPOINT);
    let tables = [&other_row, &endpoint_row(None), &move_rows, &assign, &remove];
    let push_endpoints = [&other_endpoint_first(), &delete, &enable_endpoint(ENDPOINT)];
    let reply = handle(sample_request(), &tables, &push_endpoints).await.unwrap();
    assert_eq!(reply.data()["id"], ID);
    assert_eq!([&move_rows, &delete, &assign, &remove].map(Rule::num_calls), [1; 4]);
}

/// Returns a rule that accepts the deletion of [`OTHER_ENDPOINT`] after a request that matches
/// `first`.
fn delete_endpoint_after(first: Rule) -> Rule {
    mock!(aws_sdk_sns::Client::delete_endpoint)
        .match_requests(move |request| {
            request.endpoint_arn() == Some(OTHER_ENDPOINT) && first.num_calls() == 1
        })
        .then_output(|| DeleteEndpointOutput::builder().build())
}

/// Returns a rule that replies with the row of [`OTHER_ENDPOINT`] of another member.
fn other_endpoint_row() -> Rule {
    mock!(aws_sdk_dynamodb::Client::get_item)
        .match_requests(|request| request.key().unwrap()["endpointId"].as_s().unwrap() == OTHER_ENDPOINT)
        .then_output(|| {
            let row = testing::row(&json!({"userId": THEM, "since": "2026-01-02T03:04:05Z"}));
            GetItemOutput::builder().set_item(Some(row)).build()
        })
}

#[tokio::test]
async fn a_call_after_a_failed_deletion_deletes_the_endpoint_of_the_former_member() {
    let written = Arc::new(Mutex::new(None));
    let moved = written.clone();
    let move_rows = mock!(aws_sdk_dynamodb::Client::transact_write_items)
        .match_requests(move |request| {
            let moves =
                keys(request) == [format!("user#{ME}"), OTHER_ENDPOINT.into(), format!("user#{THEM}")];
            if moves {
                *moved.lock().unwrap() = request.transact_items()[2].put().map(|put| put.item().clone());
            }
            moves
        })
        .then_output(|| TransactWriteItemsOutput::builder().build());
    let fail = mock!(aws_sdk_sns::Client::delete_endpoint).then_error(|| {
        DeleteEndpointError::InternalErrorException(InternalErrorException::builder().build())
    });
    // There are no rules to enable the endpoint or to remove its row.
    let tables = [&other_endpoint_row(), &move_rows];
    let error = handle(sample_request(), &tables, &[&create_endpoint(OTHER_ENDPOINT), &fail]).await;
    assert_eq!(error.unwrap_err().status(), 500);

    // The row of the caller, as the first call wrote it.
    let own_row = mock!(aws_sdk_dynamodb::Client::get_item)
        .match_requests(|request| request.key().unwrap()["endpointId"].as_s().unwrap() == OTHER_ENDPOINT)
        .then_output(move || GetItemOutput::builder().set_item(written.lock().unwrap().clone()).build());
    let keep = write_rows(vec![format!("user#{ME}"), OTHER_ENDPOINT.into()]);
    let (delete, enable) = (delete_endpoint_after(keep.clone()), enable_endpoint(ENDPOINT));
    let (assign, remove) = (assign_endpoint(), remove_device(OTHER_ENDPOINT));
    let tables = [&own_row, &endpoint_row(None), &keep, &assign, &remove];
    let reply = handle(sample_request(), &tables, &[&other_endpoint_first(), &delete, &enable]).await;
    assert_eq!(reply.unwrap().data()["id"], ID);
    assert_eq!([&delete, &assign, &enable, &remove].map(Rule::num_calls), [1; 4]);
}

#[tokio::test]
async fn a_repeated_call_keeps_the_mark_of_a_concurrent_move() {
    // While the caller registers the device again, another member takes it and loses it again.
    let rows = mock!(aws_sdk_dynamodb::Client::get_item)
        .match_requests(|request| request.key().unwrap()["endpointId"].as_s().unwrap() == OTHER_ENDPOINT)
        .sequence()
        .output(|| own_row(false))
        .output(|| own_row(true))
        .build();
    let reject = mock!(aws_sdk_dynamodb::Client::transact_write_items)
        .match_requests(|request| {
            let put = request.transact_items().iter().find_map(|item| item.put());
            let condition = put.and_then(|put| put.condition_expression());
            condition.is_some_and(|condition| condition.contains("attribute_not_exists(mustReplace)"))
        })
        .then_error(|| rejected_by(2));
    let keep = write_rows(vec![format!("user#{ME}"), OTHER_ENDPOINT.into()]);
    let (delete, enable) = (delete_endpoint_after(keep.clone()), enable_endpoint(ENDPOINT));
    let (assign, remove) = (assign_endpoint(), remove_device(OTHER_ENDPOINT));
    let tables = [&rows, &endpoint_row(None), &reject, &keep, &assign, &remove];
    handle(sample_request(), &tables, &[&other_endpoint_first(), &delete, &enable]).await.unwrap();
    assert_eq!([&reject, &delete, &enable, &remove].map(Rule::num_calls), [1; 4]);
}

/// Returns a reply with the caller's row of an endpoint, which can have a mark.
fn own_row(must_replace: bool) -> GetItemOutput {
    let row = json!({"userId": ME, "since": "2026-01-02T03:04:05Z", "mustReplace": must_replace});
    GetItemOutput::builder().set_item(Some(testing::row(&row))).build()
}

#[tokio::test]
async fn the_last_attempts_do_not_take_the_device_from_another_member() {
    // Another member registers the device after each deletion of its endpoint.
    let move_rows = write_rows(vec![format!("user#{ME}"), OTHER_ENDPOINT.into(), format!("user#{THEM}")]);
    let (delete, remove) = (delete_endpoint(OTHER_ENDPOINT), remove_device(OTHER_ENDPOINT));
    let tables = [&other_endpoint_row(), &move_rows, &remove];
    let error = handle(sample_request(), &tables, &[&create_endpoint(OTHER_ENDPOINT), &delete]).await;
    assert_eq!(error.unwrap_err().status(), 409);
    assert_eq!([&move_rows, &delete, &remove].map(Rule::num_calls), [5; 3]);
}

#[tokio::test]
async fn a_refused_call_keeps_the_device_of_another_member() {
    for (position, status) in [(0, 403), (1, 429)] {
        // There is no rule for the deletion of the endpoint.
        let reject = reject_transaction(position);
        let tables = [&endpoint_row(Some(THEM)), &reject];
        let outcome = handle(sample_request(), &tables, &[&create_endpoint(ENDPOINT)]).await;
        assert_eq!((outcome.unwrap_err().status(), reject.num_calls()), (status, 1));
    }
}

#[tokio::test]
async fn concurrent_registrations_in_all_attempts_are_a_conflict() {
    for registered_by in [None, Some(ME), Some(THEM)] {
        let reject = reject_transaction(2);
        let tables = [&endpoint_row(registered_by), &reject];
        let error = handle(sample_request(), &tables, &[&create_endpoint(ENDPOINT)]).await.unwrap_err();
        let notes =
            "This device was registered or deleted elsewhere at the same time. Try again in a moment.";
        assert_eq!((error.status(), error.to_string().as_str()), (409, notes), "{registered_by:?}");
        assert!(reject.num_calls() > 1, "{}", reject.num_calls());
    }
}

/// Returns a rule that replies to the creation of an endpoint with [`OTHER_ENDPOINT`], and to a
/// second creation with [`ENDPOINT`].
fn other_endpoint_first() -> Rule {
    match_creation()
        .sequence()
        .output(|| CreatePlatformEndpointOutput::builder().endpoint_arn(OTHER_ENDPOINT).build())
        .output(|| CreatePlatformEndpointOutput::builder().endpoint_arn(ENDPOINT).build())
        .build()
}

#[tokio::test]
async fn uses_an_existing_endpoint_with_other_attributes() {
    let message = "Invalid parameter: Token Reason: Endpoint \
        arn:aws:sns:us-east-1:000000000000:endpoint/APNS/albumen-apns/5c6f1e2a-8f0b-4d3c-9e7a-6b5d4c3f2a10 already \
        exists with the same Token, but different attributes.";
    for message in [message, &message["Invalid parameter: Token Reason: ".len()..]] {
        let (assign, enable) = (assign_endpoint(), enable_endpoint(ENDPOINT));
        let tables = [&endpoint_row(None), &assign];
        let reply = handle(sample_request(), &tables, &[&reject_creation(message), &enable]).await.unwrap();
        assert_eq!((reply.data()["id"].as_str(), enable.num_calls()), (Some(ID), 1));
    }
}

#[tokio::test]
async fn a_token_that_sns_rejects_is_invalid_input() {
    let message =
        "Invalid parameter: Token Reason: iOS device tokens must be no more than 400 hexadecimal characters";
    let error = handle(sample_request(), &[], &[&reject_creation(message)]).await.unwrap_err();
    assert_eq!(error.status(), 400);
}

#[tokio::test]
async fn an_invalid_platform_application_is_an_internal_error() {
    let rule = reject_creation("Invalid parameter: PlatformApplicationArn");
    let error = handle(sample_request(), &[], &[&rule]).await.unwrap_err();
    assert_eq!(error.status(), 500);
}

#[tokio::test]
async fn creates_a_new_endpoint_if_the_endpoint_is_deleted_concurrently() {
    let endpoints = other_endpoint_first();
    let not_found = mock!(aws_sdk_sns::Client::set_endpoint_attributes)
        .match_requests(|request| request.endpoint_arn() == Some(OTHER_ENDPOINT))
        .then_error(|| SetEndpointAttributesError::NotFoundException(NotFoundException::builder().build()));
    let assign_other = write_rows(vec![format!("user#{ME}"), OTHER_ENDPOINT.into()]);
    let remove_other = remove_device(OTHER_ENDPOINT);
    let tables = [&endpoint_row(None), &assign_other, &remove_other, &assign_endpoint()];
    let push_endpoints = [&endpoints, &not_found, &enable_endpoint(ENDPOINT)];
    let reply = handle(sample_request(), &tables, &push_endpoints).await.unwrap();
    assert_eq!((reply.data()["id"].as_str(), remove_other.num_calls()), (Some(ID), 1));
}

#[tokio::test]
async fn a_conflict_deletes_the_endpoint_unless_it_is_registered() {
    for (position, status, notes) in [(0, 403, "Your account was deleted"), (1, 429, "You have 10 devices")] {
        let delete = delete_endpoint(ENDPOINT);
        let outcome = handle(
            sample_request(),
            &[&endpoint_row(None), &reject_transaction(position)],
            &[&create_endpoint(ENDPOINT), &delete],
        )
        .await;
        let error = outcome.unwrap_err();
        assert_eq!((error.status(), delete.num_calls()), (status, 1));
        assert!(error.to_string().starts_with(notes), "{error}");
        // The endpoint is registered, so there is no rule for its deletion.
        let outcome = handle(
            sample_request(),
            &[&endpoint_row(Some(ME)), &reject_transaction(position)],
            &[&create_endpoint(ENDPOINT)],
        )
        .await;
        assert_eq!(outcome.unwrap_err().status(), status);
    }
}

#[tokio::test]
async fn rejects_a_platform_that_is_not_set_up() {
    let body = r#"{"platform": "fcm", "token": "dQ:APA91b"}"#;
    let error =
        handle(testing::sample_request_with_body("devices-register.json", body), &[], &[]).await.unwrap_err();
    assert_eq!(
        (error.status(), error.to_string().as_str()),
        (409, "Mobile push by Google is not set up here. Choose live or email.")
    );
}
