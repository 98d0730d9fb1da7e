//! The handler against its sample events, the SDK faked at the wire.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod register;

use aws_sdk_dynamodb::operation::batch_get_item::BatchGetItemOutput;
use aws_sdk_dynamodb::operation::transact_write_items::{TransactWriteItemsInput, TransactWriteItemsOutput};
use aws_sdk_sns::operation::delete_endpoint::{DeleteEndpointError, DeleteEndpointOutput};
use aws_sdk_sns::types::error::InternalErrorException;
use aws_smithy_mocks::{Rule, mock};
use devices::{Applications, Context};
use lambda::http::{ApiError, Reply, Request};
use lambda::push::PushEndpoints;
use serde_json::{Value, json};
use store::{Endpoints, Users};

/// Who calls.
const ME: &str = "3f1c2b9e-0b1d-4a7b-9b57-0d6a3c1f2e4d";
const APPLE: &str = "arn:aws:sns:us-east-1:000000000000:app/APNS/albumen-apns";
/// The device that the sample events are about.
const ID: &str = "5c6f1e2a-8f0b-4d3c-9e7a-6b5d4c3f2a10";
const ENDPOINT: &str =
    "arn:aws:sns:us-east-1:000000000000:endpoint/APNS/albumen-apns/5c6f1e2a-8f0b-4d3c-9e7a-6b5d4c3f2a10";
/// Another.
const OTHER: &str =
    "arn:aws:sns:us-east-1:000000000000:endpoint/GCM/albumen-fcm/00000000-8f0b-4d3c-9e7a-6b5d4c3f2a10";

async fn answer(request: Request, tables: &[&Rule], push: &[&Rule]) -> Result<Reply, ApiError> {
    let client = testing::dynamodb(tables.iter().copied());
    let context = Context {
        devices: Endpoints::new(client.clone(), "Devices".into()),
        users: Users::new(client, "Users".into()),
        applications: Applications::new(APPLE.into(), String::new()),
        push_endpoints: PushEndpoints::new(testing::sns(push.iter().copied())),
    };
    devices::handle(&context, request).await
}

fn delete(arn: &'static str) -> Rule {
    mock!(aws_sdk_sns::Client::delete_endpoint)
        .match_requests(move |request| request.endpoint_arn() == Some(arn))
        .then_output(|| DeleteEndpointOutput::builder().build())
}

/// All devices of the caller.
fn mine(endpoints: &'static [&'static str]) -> Rule {
    mock!(aws_sdk_dynamodb::Client::batch_get_item).then_output(move || {
        let row = json!({"endpointId": format!("user#{ME}"), "endpoints": endpoints});
        let rows = if endpoints.is_empty() { vec![] } else { vec![testing::row(&row)] };
        BatchGetItemOutput::builder().responses("Devices", rows).build()
    })
}

/// The keys of rows that a transaction writes or deletes, in order.
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

fn writes(expected: Vec<String>) -> Rule {
    mock!(aws_sdk_dynamodb::Client::transact_write_items)
        .match_requests(move |request| keys(request) == expected)
        .then_output(|| TransactWriteItemsOutput::builder().build())
}

fn removed(arn: &str) -> Rule {
    writes(vec![arn.into(), format!("user#{ME}")])
}

#[tokio::test]
async fn ones_devices_are_listed() {
    for (found, items) in [
        (
            mine(&[ENDPOINT, OTHER]),
            json!([{"id": ID, "platform": "apns"},
            {"id": "00000000-8f0b-4d3c-9e7a-6b5d4c3f2a10", "platform": "fcm"}]),
        ),
        (mine(&[]), json!([])),
    ] {
        let reply = answer(testing::sample_request("devices-list.json"), &[&found], &[]).await.unwrap();
        assert_eq!(reply.data()["items"], items);
    }
}

#[tokio::test]
async fn a_device_that_is_signed_out_is_told_nothing() {
    let (delete, removed) = (delete(ENDPOINT), removed(ENDPOINT));
    let found = mine(&[ENDPOINT, OTHER]);
    let reply = answer(testing::sample_request("devices-delete.json"), &[&found, &removed], &[&delete])
        .await
        .unwrap();
    assert_eq!((reply.status(), reply.data()), (200, &json!({"id": ID})));
    assert_eq!((delete.num_calls(), removed.num_calls()), (1, 1));
}

#[tokio::test]
async fn signing_out_fails_where_the_endpoint_stays() {
    let failing = mock!(aws_sdk_sns::Client::delete_endpoint).then_error(|| {
        DeleteEndpointError::InternalErrorException(InternalErrorException::builder().build())
    });
    let removed = removed(ENDPOINT);
    let reply =
        answer(testing::sample_request("devices-delete.json"), &[&mine(&[ENDPOINT]), &removed], &[&failing])
            .await;
    // The row says what is left to do when the call is repeated.
    assert_eq!((reply.unwrap_err().status(), removed.num_calls()), (500, 0));
}

#[tokio::test]
async fn what_is_not_mine_stays() {
    for found in [mine(&[]), mine(&[OTHER])] {
        let reply = answer(testing::sample_request("devices-delete.json"), &[&found], &[]).await.unwrap();
        assert_eq!((reply.status(), reply.data()), (200, &json!({"id": ID})));
    }
    let mut event: Value = testing::sample_event("devices-delete.json");
    event["pathParameters"]["id"] = "first".into();
    let request = Request::new(serde_json::from_value(event).unwrap());
    assert_eq!(answer(request, &[], &[]).await.unwrap_err().status(), 404);
}
