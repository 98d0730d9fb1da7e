//! Tests the handler with its sample events. The AWS clients are mocked.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod register;

use aws_sdk_dynamodb::operation::batch_get_item::BatchGetItemOutput;
use aws_sdk_dynamodb::operation::transact_write_items::{TransactWriteItemsInput, TransactWriteItemsOutput};
use aws_sdk_sns::operation::delete_endpoint::{DeleteEndpointError, DeleteEndpointOutput};
use aws_sdk_sns::types::error::InternalErrorException;
use aws_smithy_mocks::{Rule, mock};
use devices::{Context, PlatformApplications};
use lambda::http::{ApiError, Reply, Request};
use lambda::push::PushEndpoints;
use serde_json::{Value, json};
use store::Endpoints;

/// The caller of the sample events.
const ME: &str = "3f1c2b9e-0b1d-4a7b-9b57-0d6a3c1f2e4d";
/// The platform application for Apple.
const APPLE: &str = "arn:aws:sns:us-east-1:000000000000:app/APNS/albumen-apns";
/// The device of the sample events.
const ID: &str = "5c6f1e2a-8f0b-4d3c-9e7a-6b5d4c3f2a10";
/// The platform endpoint of this device.
const ENDPOINT: &str =
    "arn:aws:sns:us-east-1:000000000000:endpoint/APNS/albumen-apns/5c6f1e2a-8f0b-4d3c-9e7a-6b5d4c3f2a10";
/// Another device and its platform endpoint.
const OTHER_ID: &str = "00000000-8f0b-4d3c-9e7a-6b5d4c3f2a10";
const OTHER_ENDPOINT: &str =
    "arn:aws:sns:us-east-1:000000000000:endpoint/GCM/albumen-fcm/00000000-8f0b-4d3c-9e7a-6b5d4c3f2a10";

/// Handles a request with the rules of DynamoDB and of SNS.
async fn handle(request: Request, tables: &[&Rule], push_endpoints: &[&Rule]) -> Result<Reply, ApiError> {
    let context = Context {
        devices: Endpoints::devices(&testing::database(tables.iter().copied())),
        applications: PlatformApplications::new(APPLE.into(), String::new()),
        push_endpoints: PushEndpoints::new(testing::sns(push_endpoints.iter().copied())),
        limits: testing::LIMITS,
    };
    devices::handle(&context, request).await
}

/// Returns a rule that accepts the deletion of a platform endpoint.
fn delete_endpoint(arn: &'static str) -> Rule {
    mock!(aws_sdk_sns::Client::delete_endpoint)
        .match_requests(move |request| request.endpoint_arn() == Some(arn))
        .then_output(|| DeleteEndpointOutput::builder().build())
}

/// Returns a rule that replies with the caller's row in the Devices table.
fn device_rows(endpoints: &'static [&'static str]) -> Rule {
    mock!(aws_sdk_dynamodb::Client::batch_get_item).then_output(move || {
        let row = json!({"endpointId": format!("user#{ME}"), "endpoints": endpoints});
        let rows = if endpoints.is_empty() { vec![] } else { vec![testing::row(&row)] };
        BatchGetItemOutput::builder().responses("Devices", rows).build()
    })
}

/// Returns the keys of the rows that a transaction writes or deletes, in order.
fn keys(request: &TransactWriteItemsInput) -> Vec<String> {
    let key = |item: &aws_sdk_dynamodb::types::TransactWriteItem| {
        let put = item.put().map(|put| put.item()["endpointId"].clone());
        let update = item.update().map(|update| update.key()["endpointId"].clone());
        let delete = item.delete().map(|delete| delete.key()["endpointId"].clone());
        put.or(update).or(delete)
    };
    let keys = request.transact_items().iter().filter_map(key);
    keys.map(|key| key.as_s().unwrap().to_owned()).collect()
}

/// Returns a rule that accepts a transaction that writes or deletes the rows with these keys.
fn write_rows(expected_keys: Vec<String>) -> Rule {
    mock!(aws_sdk_dynamodb::Client::transact_write_items)
        .match_requests(move |request| keys(request) == expected_keys)
        .then_output(|| TransactWriteItemsOutput::builder().build())
}

/// Returns a rule that accepts the transaction that removes a device of the caller.
fn remove_device(arn: &str) -> Rule {
    write_rows(vec![arn.into(), format!("user#{ME}")])
}

#[tokio::test]
async fn lists_the_devices_of_the_caller() {
    for (rows, items) in [
        (
            device_rows(&[ENDPOINT, OTHER_ENDPOINT]),
            json!([{"id": ID, "platform": "apns"}, {"id": OTHER_ID, "platform": "fcm"}]),
        ),
        (device_rows(&[]), json!([])),
    ] {
        let reply = handle(testing::sample_request("devices-list.json"), &[&rows], &[]).await.unwrap();
        assert_eq!(reply.data()["items"], items);
    }
}

#[tokio::test]
async fn deletes_endpoint_and_rows_of_a_device() {
    let (delete, remove) = (delete_endpoint(ENDPOINT), remove_device(ENDPOINT));
    let rows = device_rows(&[ENDPOINT, OTHER_ENDPOINT]);
    let reply =
        handle(testing::sample_request("devices-delete.json"), &[&rows, &remove], &[&delete]).await.unwrap();
    assert_eq!((reply.status(), reply.data()), (200, &json!({"id": ID})));
    assert_eq!((delete.num_calls(), remove.num_calls()), (1, 1));
}

#[tokio::test]
async fn keeps_the_rows_if_the_endpoint_cannot_be_deleted() {
    let failing = mock!(aws_sdk_sns::Client::delete_endpoint).then_error(|| {
        DeleteEndpointError::InternalErrorException(InternalErrorException::builder().build())
    });
    let remove = remove_device(ENDPOINT);
    let reply = handle(
        testing::sample_request("devices-delete.json"),
        &[&device_rows(&[ENDPOINT]), &remove],
        &[&failing],
    )
    .await;
    assert_eq!((reply.unwrap_err().status(), remove.num_calls()), (500, 0), "the rows allow a retry");
}

#[tokio::test]
async fn ignores_the_deletion_of_a_device_that_the_caller_does_not_have() {
    for rows in [device_rows(&[]), device_rows(&[OTHER_ENDPOINT])] {
        let reply = handle(testing::sample_request("devices-delete.json"), &[&rows], &[]).await.unwrap();
        assert_eq!((reply.status(), reply.data()), (200, &json!({"id": ID})));
    }
}

#[tokio::test]
async fn an_invalid_id_is_not_found() {
    let mut event: Value = testing::sample_event("devices-delete.json");
    event["pathParameters"]["id"] = "first".into();
    let request = Request::new(serde_json::from_value(event).unwrap());
    assert_eq!(handle(request, &[], &[]).await.unwrap_err().status(), 404);
}
