//! Tests of `DELETE /users/{id}/connections`. The AWS clients are mocked.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use aws_sdk_apigatewaymanagement::operation::delete_connection::{
    DeleteConnectionError, DeleteConnectionOutput,
};
use aws_sdk_apigatewaymanagement::types::error::GoneException;
use aws_sdk_dynamodb::operation::batch_get_item::BatchGetItemOutput;
use aws_sdk_dynamodb::operation::get_item::GetItemOutput;
use aws_sdk_dynamodb::operation::put_item::PutItemOutput;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsOutput;
use aws_sdk_dynamodb::types::AttributeValue;
use aws_smithy_mocks::{Rule, mock};
use jiff::Timestamp;
use lambda::http::{ApiError, Reply, Request};
use serde_json::json;
use users::Context;

/// The caller of the sample events.
const ME: &str = "3f1c2b9e-0b1d-4a7b-9b57-0d6a3c1f2e4d";
const CONNECTIONS: [&str; 2] = ["one", "two"];

type Row = std::collections::HashMap<String, AttributeValue>;

async fn handle(request: Request, tables: &[&Rule], gateway: &Rule) -> Result<Reply, ApiError> {
    let database = testing::database(tables.iter().copied());
    let context = Context::new(&database, testing::connection_sender([gateway]), testing::LIMITS);
    users::handle(&context, request).await
}

fn connection(id: &str) -> Row {
    let expires_at = Timestamp::now().as_second() + 600;
    testing::row(&json!({
        "endpointId": id, "userId": ME, "since": "2026-01-02T03:04:05Z", "expiresAt": expires_at,
        "topics": ["public#0"],
    }))
}

/// Returns a rule that replies with the row of the caller, or with rows of connections.
fn rows() -> Rule {
    mock!(aws_sdk_dynamodb::Client::batch_get_item).then_compute_output(|request| {
        let (table, keys) = request.request_items().unwrap().iter().next().unwrap();
        let rows = keys.keys().iter().map(|key| match key["endpointId"].as_s().unwrap().as_str() {
            user if user.starts_with("user#") => {
                let mut row = testing::row(&json!({ "endpointId": user }));
                row.insert("endpoints".into(), AttributeValue::Ss(CONNECTIONS.map(Into::into).into()));
                row
            }
            id => connection(id),
        });
        BatchGetItemOutput::builder().responses(table, rows.collect()).build()
    })
}

fn read_connection() -> Rule {
    mock!(aws_sdk_dynamodb::Client::get_item).then_compute_output(|request| {
        let id = request.key().unwrap()["endpointId"].as_s().unwrap();
        GetItemOutput::builder().set_item(Some(connection(id))).build()
    })
}

fn delete_rows() -> Rule {
    mock!(aws_sdk_dynamodb::Client::transact_write_items)
        .then_output(|| TransactWriteItemsOutput::builder().build())
}

/// Returns a rule that accepts the record of a sign-out of the caller.
fn record_sign_out() -> Rule {
    mock!(aws_sdk_dynamodb::Client::put_item)
        .match_requests(|request| {
            request.item().unwrap()["endpointId"].as_s().unwrap() == &format!("signOut#{ME}")
        })
        .then_output(|| PutItemOutput::builder().build())
}

#[tokio::test]
async fn closes_and_removes_all_connections_of_the_caller() {
    let (sign_out, rows, read, delete) = (record_sign_out(), rows(), read_connection(), delete_rows());
    let close = mock!(aws_sdk_apigatewaymanagement::Client::delete_connection)
        .match_requests(|request| CONNECTIONS.contains(&request.connection_id().unwrap()))
        .then_output(|| DeleteConnectionOutput::builder().build());
    let request = testing::sample_request("users-close-connections.json");
    let reply = handle(request, &[&sign_out, &rows, &read, &delete], &close).await.unwrap();
    assert_eq!((reply.status(), reply.data()), (200, &json!({ "id": ME })));
    assert_eq!((sign_out.num_calls(), close.num_calls()), (1, 2));
    assert_eq!(
        delete.num_calls(),
        4,
        "the row of each connection with its watches, and its place in the set"
    );
}

#[tokio::test]
async fn removes_a_connection_that_api_gateway_cannot_close() {
    let (sign_out, rows, read, delete) = (record_sign_out(), rows(), read_connection(), delete_rows());
    let gone = mock!(aws_sdk_apigatewaymanagement::Client::delete_connection)
        .then_error(|| DeleteConnectionError::GoneException(GoneException::builder().build()));
    let request = testing::sample_request("users-close-connections.json");
    let reply = handle(request, &[&sign_out, &rows, &read, &delete], &gone).await.unwrap();
    assert_eq!((reply.status(), gone.num_calls(), delete.num_calls()), (200, 2, 4));
}

#[tokio::test]
async fn a_member_closes_only_their_own_connections() {
    let (sign_out, rows) = (record_sign_out(), rows());
    let close = mock!(aws_sdk_apigatewaymanagement::Client::delete_connection)
        .then_output(|| DeleteConnectionOutput::builder().build());
    let mut event: aws_lambda_events::apigw::ApiGatewayProxyRequest =
        testing::sample_event("users-close-connections.json");
    event.path_parameters.insert("id".into(), "76f92271-5e5e-46f9-a800-9cbe3d67933f".into());
    let error = handle(Request::new(event), &[&sign_out, &rows], &close).await.unwrap_err();
    assert_eq!((error.status(), sign_out.num_calls(), close.num_calls()), (403, 0, 0));
}
