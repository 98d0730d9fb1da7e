//! Tests the handler with its sample events. The AWS clients are mocked.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod befriend;
mod block;
mod list;

use aws_sdk_dynamodb::operation::batch_get_item::BatchGetItemOutput;
use aws_sdk_dynamodb::operation::transact_write_items::{
    TransactWriteItemsError, TransactWriteItemsInput, TransactWriteItemsOutput,
};
use aws_sdk_dynamodb::types::TransactWriteItem;
use aws_smithy_mocks::{Rule, RuleBuilder, mock};
use friends::Context;
use lambda::http::{ApiError, Reply, Request};
use serde_json::{Value, json};
use store::{Friendships, Secrets, Users};

type Transaction = RuleBuilder<TransactWriteItemsInput, TransactWriteItemsOutput, TransactWriteItemsError>;

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
        limits: testing::LIMITS,
    };
    friends::handle(&context, request).await
}

/// Returns a sample request after `change`.
fn changed_request(name: &str, change: impl FnOnce(&mut Value)) -> Request {
    let mut event: Value = testing::sample_event(name);
    change(&mut event);
    Request::new(serde_json::from_value(event).unwrap())
}

/// The states of both rows, the caller's first. `None` if the row does not exist.
type States = [Option<&'static str>; 2];

/// Returns a row of the Friendships table. The row of a member whom the other one blocked says so.
fn row(user: &str, friend: &str, state: &str, other_state: Option<&str>) -> Value {
    let mut row =
        json!({"userId": user, "friendId": friend, "state": state, "since": "2026-01-02T03:04:05Z"});
    if other_state == Some("blocked") {
        row["blockedByFriend"] = true.into();
    }
    row
}

/// Returns a rule that replies to consecutive reads of both rows with these states.
fn friendship_states<const N: usize>(states: [States; N]) -> Rule {
    let rule = mock!(aws_sdk_dynamodb::Client::batch_get_item).match_requests(|request| {
        let Some(reads) = request.request_items().unwrap().get("Friendships") else { return false };
        let keys = reads.keys().iter();
        let keys = keys.map(|key| ["userId", "friendId"].map(|name| key[name].as_s().unwrap().as_str()));
        reads.consistent_read() == Some(true) && keys.eq([[ME, THEM], [THEM, ME]])
    });
    let mut outputs = states.into_iter().map(|[mine, theirs]| {
        move || {
            let my_row = mine.map(|state| testing::row(&row(ME, THEM, state, theirs)));
            let their_row = theirs.map(|state| testing::row(&row(THEM, ME, state, mine)));
            let rows = my_row.into_iter().chain(their_row).collect();
            BatchGetItemOutput::builder().responses("Friendships", rows).build()
        }
    });
    let first = rule.sequence().output(outputs.next().expect("at least one read"));
    outputs.fold(first, |rule, output| rule.output(output)).build()
}

/// Returns the states that a transaction writes on condition of the `expected` states, the caller's
/// first, and the number of its other conditions. Returns `None` for another transaction.
fn written_states(
    request: &TransactWriteItemsInput,
    expected: States,
) -> Option<([Option<String>; 2], usize)> {
    let [mine, theirs, others @ ..] = request.transact_items() else { return None };
    let (checks, counts): (Vec<_>, Vec<_>) = others.iter().partition(|item| item.condition_check().is_some());
    let new_state = |item: &TransactWriteItem, user: &str, friend: &str, expected: Option<&str>| {
        let (key, condition, values) = match (item.put(), item.delete()) {
            (Some(put), _) => (put.item(), put.condition_expression(), put.expression_attribute_values()),
            (_, Some(delete)) => {
                (delete.key(), delete.condition_expression(), delete.expression_attribute_values())
            }
            _ => return None,
        };
        assert!(condition.is_some());
        let old = values.and_then(|values| values[":state"].as_s().ok()).map(String::as_str);
        let is_expected = key["userId"].as_s().unwrap() == user
            && key["friendId"].as_s().unwrap() == friend
            && old == expected;
        is_expected.then(|| item.put().map(|put| put.item()["state"].as_s().unwrap().clone()))
    };
    let states = [new_state(mine, ME, THEM, expected[0])?, new_state(theirs, THEM, ME, expected[1])?];
    for (item, key) in checks.iter().zip(["deleted#", ME, THEM]) {
        let check = item.condition_check().unwrap();
        assert_eq!(check.table_name(), "Users");
        assert!(check.key()["userId"].as_s().unwrap().starts_with(key), "{check:?}");
    }
    let counts_request = |item: &&TransactWriteItem| {
        let update = item.update().unwrap();
        let period = update.key()["period"].as_s().unwrap();
        (update.table_name(), update.key()["userId"].as_s().unwrap().as_str()) == ("Quotas", ME)
            && period.starts_with("day#")
            && update.expression_attribute_names().unwrap()["#c0"] == "friendRequests"
    };
    let is_request = states[0].as_deref() == Some("requested");
    assert_eq!(counts.iter().filter(|item| counts_request(item)).count(), usize::from(is_request));
    Some((states, checks.len()))
}

/// Returns a rule builder that matches a transaction that writes `new` states (`None` deletes the
/// row) on condition of the `old` states. With `profiles`, the caller's account must
/// not be deleted, and both members must have a profile.
fn match_change(old: States, new: States, profiles: bool) -> Transaction {
    mock!(aws_sdk_dynamodb::Client::transact_write_items).match_requests(move |request| {
        let new = new.map(|state| state.map(str::to_owned));
        written_states(request, old) == Some((new, if profiles { 3 } else { 0 }))
    })
}

/// Returns a rule that applies the transaction.
fn apply(transaction: Transaction) -> Rule {
    transaction.then_output(|| TransactWriteItemsOutput::builder().build())
}

#[tokio::test]
async fn a_deletion_ends_the_friendship_in_both_rows() {
    for (old, new) in [
        ([Some("friends"), Some("friends")], [None, None]),
        ([Some("requested"), Some("invited")], [None, None]),
        // The row of a member who declined a request remains for a week.
        ([Some("invited"), Some("requested")], [Some("unrelated"), Some("unrelated")]),
        // A request that the other member does not see.
        ([Some("requested"), Some("blocked")], [Some("unrelated"), Some("blocked")]),
    ] {
        let end = apply(match_change(old, new, false));
        let rules = [&friendship_states([old]), &end];
        let reply = handle(testing::sample_request("friends-delete.json"), &rules).await.unwrap();
        assert_eq!((reply.status(), reply.data()), (200, &json!({"id": THEM, "state": null})));
        assert_eq!(end.num_calls(), 1, "{old:?}");
    }
}

#[tokio::test]
async fn a_deletion_without_a_friendship_writes_nothing() {
    for states in [[None, None], [Some("blocked"), Some("unrelated")], [Some("unrelated"), Some("requested")]]
    {
        let rules = [&friendship_states([states])];
        let reply = handle(testing::sample_request("friends-delete.json"), &rules).await.unwrap();
        assert_eq!(reply.data(), &json!({"id": THEM, "state": null}));
    }
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
