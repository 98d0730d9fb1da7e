//! The handler with its sample events. Fakes AWS at the HTTP level.

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

/// The caller.
const ME: &str = "3f1c2b9e-0b1d-4a7b-9b57-0d6a3c1f2e4d";
const APPLE: &str = "arn:aws:sns:us-east-1:000000000000:app/APNS/albumen-apns";
/// The device of the sample events.
const ID: &str = "5c6f1e2a-8f0b-4d3c-9e7a-6b5d4c3f2a10";
const ENDPOINT: &str =
    "arn:aws:sns:us-east-1:000000000000:endpoint/APNS/albumen-apns/5c6f1e2a-8f0b-4d3c-9e7a-6b5d4c3f2a10";
/// Another endpoint.
const OTHER: &str =
    "arn:aws:sns:us-east-1:000000000000:endpoint/GCM/albumen-fcm/00000000-8f0b-4d3c-9e7a-6b5d4c3f2a10";

async fn handle(request: Request, tables: &[&Rule], push: &[&Rule]) -> Result<Reply, ApiError> {
    let context = Context {
        devices: Endpoints::devices(&testing::database(tables.iter().copied())),
        applications: PlatformApplications::new(APPLE.into(), String::new()),
        push_endpoints: PushEndpoints::new(testing::sns(push.iter().copied())),
    };
    devices::handle(&context, request).await
}

fn delete_endpoint(arn: &'static str) -> Rule {
    mock!(aws_sdk_sns::Client::delete_endpoint)
        .match_requests(move |request| request.endpoint_arn() == Some(arn))
        .then_output(|| DeleteEndpointOutput::builder().build())
}

/// Returns the devices of the caller.
fn device_rows(endpoints: &'static [&'static str]) -> Rule {
    mock!(aws_sdk_dynamodb::Client::batch_get_item).then_output(move || {
        let row = json!({"endpointId": format!("user#{ME}"), "endpoints": endpoints});
        let rows = if endpoints.is_empty() { vec![] } else { vec![testing::row(&row)] };
        BatchGetItemOutput::builder().responses("Devices", rows).build()
    })
}

/// The keys of the rows that a transaction writes or deletes, in order.
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

/// A transaction that writes or deletes the rows with these keys.
fn write_rows(expected: Vec<String>) -> Rule {
    mock!(aws_sdk_dynamodb::Client::transact_write_items)
        .match_requests(move |request| keys(request) == expected)
        .then_output(|| TransactWriteItemsOutput::builder().build())
}

/// The transaction that removes a device of the caller.
fn remove_device(arn: &str) -> Rule {
    write_rows(vec![arn.into(), format!("user#{ME}")])
}

#[tokio::test]
async fn lists_the_devices_of_the_caller() {
    for (found, items) in [
        (
            device_rows(&[ENDPOINT, OTHER]),
            json!([{"id": ID, "platform": "apns"},
            {"id": "00000000-8f0b-4d3c-9e7a-6b5d4c3f2a10", "platform": "fcm"}]),
        ),
        (device_rows(&[]), json!([])),
    ] {
        let reply = handle(testing::sample_request("devices-list.json"), &[&found], &[]).await.unwrap();
        assert_eq!(reply.data()["items"], items);
    }
}

#[tokio::test]
async fn deletes_endpoint_and_rows_of_a_device() {
    let (delete, removed) = (delete_endpoint(ENDPOINT), remove_device(ENDPOINT));
    let found = device_rows(&[ENDPOINT, OTHER]);
    let reply = handle(testing::sample_request("devices-delete.json"), &[&found, &removed], &[&delete])
        .await
        .unwrap();
    assert_eq!((reply.status(), reply.data()), (200, &json!({"id": ID})));
    assert_eq!((delete.num_calls(), removed.num_calls()), (1, 1));
}

#[tokio::test]
async fn keeps_the_rows_where_the_endpoint_cannot_be_deleted() {
    let failing = mock!(aws_sdk_sns::Client::delete_endpoint).then_error(|| {
        DeleteEndpointError::InternalErrorException(InternalErrorException::builder().build())
    });
    let removed = remove_device(ENDPOINT);
    let reply = handle(
        testing::sample_request("devices-delete.json"),
        &[&device_rows(&[ENDPOINT]), &removed],
        &[&failing],
    )
    .await;
    // The row allows a retry.
    assert_eq!((reply.unwrap_err().status(), removed.num_calls()), (500, 0));
}

#[tokio::test]
async fn keeps_devices_of_other_members() {
    for found in [device_rows(&[]), device_rows(&[OTHER])] {
        let reply = handle(testing::sample_request("devices-delete.json"), &[&found], &[]).await.unwrap();
        assert_eq!((reply.status(), reply.data()), (200, &json!({"id": ID})));
    }
    let mut event: Value = testing::sample_event("devices-delete.json");
    event["pathParameters"]["id"] = "first".into();
    let request = Request::new(serde_json::from_value(event).unwrap());
    assert_eq!(handle(request, &[], &[]).await.unwrap_err().status(), 404);
}
