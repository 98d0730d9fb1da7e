//! `POST /devices`.

use aws_sdk_dynamodb::operation::get_item::GetItemOutput;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::CancellationReason;
use aws_sdk_dynamodb::types::error::TransactionCanceledException;
use aws_sdk_sns::operation::create_platform_endpoint::{
    CreatePlatformEndpointError, CreatePlatformEndpointInput, CreatePlatformEndpointOutput,
};
use aws_sdk_sns::operation::set_endpoint_attributes::{
    SetEndpointAttributesError, SetEndpointAttributesOutput,
};
use aws_sdk_sns::types::error::{InvalidParameterException, NotFoundException};
use aws_smithy_mocks::{Rule, RuleBuilder, mock};
use lambda::http::Request;
use serde_json::json;

use crate::{APPLE, ENDPOINT, ID, ME, OTHER, answer, delete, removed, writes};

type Creation =
    RuleBuilder<CreatePlatformEndpointInput, CreatePlatformEndpointOutput, CreatePlatformEndpointError>;

/// Somebody else.
const THEM: &str = "76f92271-5e5e-46f9-a800-9cbe3d67933f";

/// SNS's endpoint for the token of the sample event.
fn endpoint(arn: &'static str) -> Rule {
    create().then_output(move || CreatePlatformEndpointOutput::builder().endpoint_arn(arn).build())
}

fn create() -> Creation {
    mock!(aws_sdk_sns::Client::create_platform_endpoint).match_requests(|request| {
        request.platform_application_arn() == Some(APPLE)
            && request.token().unwrap().starts_with("8d2f4c6a9b0e1f37")
    })
}

/// SNS refuses a token, in these words.
fn refusal(words: &'static str) -> Rule {
    create().then_error(move || {
        let error = InvalidParameterException::builder().message(words).build();
        CreatePlatformEndpointError::InvalidParameterException(error)
    })
}

fn enable(arn: &'static str) -> Rule {
    mock!(aws_sdk_sns::Client::set_endpoint_attributes)
        .match_requests(move |request| {
            request.endpoint_arn() == Some(arn) && request.attributes().unwrap()["Enabled"] == "true"
        })
        .then_output(|| SetEndpointAttributesOutput::builder().build())
}

/// Whose the endpoint is.
fn holder(user: Option<&'static str>) -> Rule {
    mock!(aws_sdk_dynamodb::Client::get_item).then_output(move || {
        let row = user.map(|user| testing::row(&json!({"userId": user, "since": "2026-01-02T03:04:05Z"})));
        GetItemOutput::builder().set_item(row).build()
    })
}

/// The device becomes mine.
fn taken() -> Rule {
    writes(vec![format!("user#{ME}"), ENDPOINT.into()])
}

/// The transaction is refused because of the write at this place: the account, my devices, the device.
fn refused(place: usize) -> Rule {
    mock!(aws_sdk_dynamodb::Client::transact_write_items).then_error(move || {
        let reasons = (0..3).map(|i| if i == place { "ConditionalCheckFailed" } else { "None" });
        let reasons = reasons.map(|code| CancellationReason::builder().code(code).build()).collect();
        let error = TransactionCanceledException::builder().set_cancellation_reasons(Some(reasons));
        TransactWriteItemsError::TransactionCanceledException(error.build())
    })
}

fn register() -> Request {
    testing::sample_request("devices-register.json")
}

#[tokio::test]
async fn a_device_is_whose_who_registered_it_last() {
    for before in [None, Some(ME)] {
        let (taken, enable) = (taken(), enable(ENDPOINT));
        let reply = answer(register(), &[&holder(before), &taken], &[&endpoint(ENDPOINT), &enable]).await;
        let reply = reply.unwrap();
        assert_eq!((reply.status(), reply.data()), (201, &json!({"id": ID, "platform": "apns"})));
        assert_eq!((taken.num_calls(), enable.num_calls()), (1, 1), "{before:?}");
    }
}

#[tokio::test]
async fn what_is_on_its_way_to_somebody_elses_endpoint_never_reaches_whoever_has_the_phone_now() {
    let theirs = mock!(aws_sdk_dynamodb::Client::get_item)
        .match_requests(|request| request.key().unwrap()["endpointId"].as_s().unwrap() == OTHER)
        .then_output(|| {
            let row = testing::row(&json!({"userId": THEM, "since": "2026-01-02T03:04:05Z"}));
            GetItemOutput::builder().set_item(Some(row)).build()
        });
    let (deleted, removed) = (delete(OTHER), writes(vec![OTHER.into(), format!("user#{THEM}")]));
    let tables = [&theirs, &holder(None), &removed, &taken()];
    let push_endpoints = [&other_then_mine(), &deleted, &enable(ENDPOINT)];
    let reply = answer(register(), &tables, &push_endpoints).await.unwrap();
    assert_eq!(reply.data()["id"], ID);
    assert_eq!((deleted.num_calls(), removed.num_calls()), (1, 1));
}

/// SNS has another endpoint for the token at first.
fn other_then_mine() -> Rule {
    create()
        .sequence()
        .output(|| CreatePlatformEndpointOutput::builder().endpoint_arn(OTHER).build())
        .output(|| CreatePlatformEndpointOutput::builder().endpoint_arn(ENDPOINT).build())
        .build()
}

#[tokio::test]
async fn an_endpoint_with_other_attributes_is_found() {
    let words = "Invalid parameter: Token Reason: Endpoint \
        arn:aws:sns:us-east-1:000000000000:endpoint/APNS/albumen-apns/5c6f1e2a-8f0b-4d3c-9e7a-6b5d4c3f2a10 already \
        exists with the same Token, but different attributes.";
    for words in [words, &words["Invalid parameter: Token Reason: ".len()..]] {
        let (taken, enable) = (taken(), enable(ENDPOINT));
        let reply = answer(register(), &[&holder(None), &taken], &[&refusal(words), &enable]).await.unwrap();
        assert_eq!((reply.data()["id"].as_str(), enable.num_calls()), (Some(ID), 1));
    }
}

#[tokio::test]
async fn a_token_that_sns_does_not_take_is_the_callers_mistake() {
    let words =
        "Invalid parameter: Token Reason: iOS device tokens must be no more than 400 hexadecimal characters";
    let error = answer(register(), &[], &[&refusal(words)]).await.unwrap_err();
    assert_eq!(error.status(), 400);
    let error =
        answer(register(), &[], &[&refusal("Invalid parameter: PlatformApplicationArn")]).await.unwrap_err();
    assert_eq!(error.status(), 500);
}

#[tokio::test]
async fn an_endpoint_that_is_deleted_meanwhile_is_made_anew() {
    let endpoints = other_then_mine();
    let gone = mock!(aws_sdk_sns::Client::set_endpoint_attributes)
        .match_requests(|request| request.endpoint_arn() == Some(OTHER))
        .then_error(|| SetEndpointAttributesError::NotFoundException(NotFoundException::builder().build()));
    let (first, removed, second) =
        (writes(vec![format!("user#{ME}"), OTHER.into()]), removed(OTHER), taken());
    let tables = [&holder(None), &first, &removed, &second];
    let reply = answer(register(), &tables, &[&endpoints, &gone, &enable(ENDPOINT)]).await.unwrap();
    assert_eq!((reply.data()["id"].as_str(), removed.num_calls()), (Some(ID), 1));
}

#[tokio::test]
async fn what_is_refused_leaves_no_endpoint() {
    for (place, status, notes) in [(0, 403, "This account was deleted"), (1, 409, "You have 10 devices")] {
        let delete = delete(ENDPOINT);
        let refusal =
            answer(register(), &[&holder(None), &refused(place)], &[&endpoint(ENDPOINT), &delete]).await;
        let error = refusal.unwrap_err();
        assert_eq!((error.status(), delete.num_calls()), (status, 1));
        assert!(error.to_string().starts_with(notes), "{error}");
        // The caller's already: it stays theirs.
        let refusal = answer(register(), &[&holder(Some(ME)), &refused(place)], &[&endpoint(ENDPOINT)]).await;
        assert_eq!(refusal.unwrap_err().status(), status);
    }
}

#[tokio::test]
async fn what_is_not_set_up_is_said() {
    let body = r#"{"platform": "fcm", "token": "dQ:APA91b"}"#;
    let error =
        answer(testing::sample_request_with_body("devices-register.json", body), &[], &[]).await.unwrap_err();
    assert_eq!(
        (error.status(), error.to_string().as_str()),
        (409, "Mobile push by Google is not set up here; choose live or email.")
    );
}
