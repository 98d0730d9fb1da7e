//! Tests the handler with its sample events. The AWS clients are mocked.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod befriend;
mod list;

use aws_sdk_dynamodb::operation::get_item::GetItemOutput;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsOutput;
use aws_smithy_mocks::{Rule, mock};
use friends::Context;
use lambda::http::{ApiError, Reply, Request};
use serde_json::{Value, json};
use store::{Friendships, Secrets, Users};

/// The caller of the sample events.
const ME: &str = "3f1c2b9e-0b1d-4a7b-9b57-0d6a3c1f2e4d";
/// The other member of the sample events.
const THEM: &str = "76f92271-5e5e-46f9-a800-9cbe3d67933f";

async fn handle(request: Request, rules: &[&Rule]) -> Result<Reply, ApiError> {
    let database = testing::database(rules.iter().copied());
    let context = Context {
        friendships: Friendships::new(&database),
        users: Users::new(&database),
        secrets: Secrets::new(&database),
    };
    friends::handle(&context, request).await
}

/// Returns a sample request after `change`.
fn changed_request(name: &str, change: impl FnOnce(&mut Value)) -> Request {
    let mut event: Value = testing::sample_event(name);
    change(&mut event);
    Request::new(serde_json::from_value(event).unwrap())
}

/// Returns a rule that replies to consecutive reads of the friendship with these states in the view
/// of the caller.
fn friendship_states<const N: usize>(states: [Option<&'static str>; N]) -> Rule {
    let rule = mock!(aws_sdk_dynamodb::Client::get_item).match_requests(|request| {
        let has_key = |name, id: &str| request.key().unwrap()[name].as_s().unwrap() == id;
        (request.table_name(), request.consistent_read()) == (Some("Friendships"), Some(true))
            && has_key("userId", ME)
            && has_key("friendId", THEM)
    });
    let mut outputs = states.into_iter().map(|state| {
        move || {
            let row = state.map(|state| {
                let row =
                    json!({"userId": ME, "friendId": THEM, "state": state, "since": "2026-01-02T03:04:05Z"});
                testing::row(&row)
            });
            GetItemOutput::builder().set_item(row).build()
        }
    });
    let first = rule.sequence().output(outputs.next().expect("at least one state"));
    outputs.fold(first, |rule, output| rule.output(output)).build()
}

#[tokio::test]
async fn a_deletion_ends_both_directions_in_any_state() {
    let end = mock!(aws_sdk_dynamodb::Client::transact_write_items)
        .match_requests(|request| {
            let keys = request.transact_items().iter().map(|item| {
                let delete = item.delete().unwrap();
                assert_eq!((delete.table_name(), delete.condition_expression()), ("Friendships", None));
                ["userId", "friendId"].map(|name| delete.key()[name].as_s().unwrap().as_str())
            });
            keys.eq([[ME, THEM], [THEM, ME]])
        })
        .then_output(|| TransactWriteItemsOutput::builder().build());
    let reply = handle(testing::sample_request("friends-delete.json"), &[&end]).await.unwrap();
    assert_eq!((reply.status(), reply.data()), (200, &json!({"id": THEM, "state": null})));
    assert_eq!(end.num_calls(), 1);
}

#[tokio::test]
async fn rejects_a_friendship_with_oneself() {
    for event in ["friends-put.json", "friends-delete.json"] {
        let request = changed_request(event, |event| event["pathParameters"]["id"] = ME.into());
        let error = handle(request, &[]).await.unwrap_err();
        assert_eq!(
            (error.status(), error.to_string().as_str()),
            (400, "Invalid input: you cannot befriend yourself")
        );
    }
}

#[tokio::test]
async fn an_invalid_id_is_not_found() {
    let request = changed_request("friends-put.json", |event| event["pathParameters"]["id"] = "ada".into());
    assert_eq!(handle(request, &[]).await.unwrap_err().status(), 404);
}
