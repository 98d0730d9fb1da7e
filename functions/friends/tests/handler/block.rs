//! `/blocks`.

use aws_sdk_dynamodb::operation::batch_get_item::BatchGetItemOutput;
use aws_sdk_dynamodb::operation::query::QueryOutput;
use aws_smithy_mocks::{Rule, mock};
use domain::MAX_BLOCKS;
use serde_json::json;

use crate::{ME, States, THEM, apply, changed_request, friendship_states, handle, match_change, row};

/// Returns a rule that replies with the number of members whom the caller blocked.
fn count(blocks: usize) -> Rule {
    mock!(aws_sdk_dynamodb::Client::query)
        .match_requests(|request| {
            request.expression_attribute_values().unwrap()[":state"].as_s().unwrap() == "blocked"
        })
        .then_output(move || QueryOutput::builder().count(i32::try_from(blocks).unwrap()).build())
}

#[tokio::test]
async fn a_block_ends_the_friendship_and_requests_in_one_transaction() {
    for (old, new) in [
        ([None, None], [Some("blocked"), Some("unrelated")]),
        ([Some("friends"), Some("friends")], [Some("blocked"), Some("unrelated")]),
        ([Some("requested"), Some("invited")], [Some("blocked"), Some("unrelated")]),
        ([Some("invited"), Some("requested")], [Some("blocked"), Some("unrelated")]),
        ([Some("unrelated"), Some("requested")], [Some("blocked"), Some("requested")]),
        ([Some("unrelated"), Some("blocked")], [Some("blocked"), Some("blocked")]),
    ] {
        let block = apply(match_change(old, new, true));
        let rules = [&friendship_states([old]), &count(MAX_BLOCKS - 1), &block];
        let reply = handle(testing::sample_request("friends-block.json"), &rules).await.unwrap();
        assert_eq!((reply.status(), reply.data()), (200, &json!({"id": THEM, "blocked": true})));
        assert_eq!(block.num_calls(), 1, "{old:?}");
    }
}

#[tokio::test]
async fn a_repeated_block_writes_nothing() {
    let rules = [&friendship_states([[Some("blocked"), Some("unrelated")]])];
    let reply = handle(testing::sample_request("friends-block.json"), &rules).await.unwrap();
    assert_eq!(reply.data(), &json!({"id": THEM, "blocked": true}));
}

#[tokio::test]
async fn rejects_a_block_beyond_the_maximum() {
    let rules = [&friendship_states([[None, None]]), &count(MAX_BLOCKS)];
    let error = handle(testing::sample_request("friends-block.json"), &rules).await.unwrap_err();
    assert_eq!(error.status(), 409);
    assert!(error.to_string().starts_with("You blocked 1,000 people"), "{error}");
}

async fn unblock(rules: &[&Rule]) {
    let request = changed_request("friends-block.json", |event| event["httpMethod"] = "DELETE".into());
    let reply = handle(request, rules).await.unwrap();
    assert_eq!((reply.status(), reply.data()), (200, &json!({"id": THEM, "blocked": false})));
}

#[tokio::test]
async fn an_unblock_ends_the_block_only() {
    for (old, new) in [
        ([Some("blocked"), Some("unrelated")], [None, None]),
        ([Some("blocked"), Some("requested")], [Some("unrelated"), Some("requested")]),
        ([Some("blocked"), Some("blocked")], [Some("unrelated"), Some("blocked")]),
    ] {
        let change = apply(match_change(old, new, false));
        unblock(&[&friendship_states([old]), &change]).await;
        assert_eq!(change.num_calls(), 1, "{old:?}");
    }
}

#[tokio::test]
async fn an_unblock_of_a_member_who_is_not_blocked_writes_nothing() {
    let states: [States; 3] =
        [[None, None], [Some("friends"), Some("friends")], [Some("unrelated"), Some("blocked")]];
    for states in states {
        unblock(&[&friendship_states([states])]).await;
    }
}

#[tokio::test]
async fn rejects_a_block_of_oneself() {
    let request =
        changed_request("friends-block.json", |event| event["pathParameters"]["userId"] = ME.into());
    let error = handle(request, &[]).await.unwrap_err();
    assert_eq!(
        (error.status(), error.to_string().as_str()),
        (400, "Invalid input: you cannot block yourself")
    );
}

#[tokio::test]
async fn lists_the_blocked_members() {
    let blocked = mock!(aws_sdk_dynamodb::Client::query)
        .match_requests(|request| {
            let values = request.expression_attribute_values().unwrap();
            let value = |name| values[name].as_s().unwrap().as_str();
            (request.index_name(), value(":user"), value(":state")) == (Some("ByState"), ME, "blocked")
        })
        .then_output(|| {
            let row = testing::row(&row(ME, THEM, "blocked", None));
            QueryOutput::builder().items(row).build()
        });
    let profiles = mock!(aws_sdk_dynamodb::Client::batch_get_item).then_output(|| {
        let profile = json!({"userId": THEM, "handle": "ada", "firstName": "Ada", "lastName": "L",
            "createdAt": "2026-01-02T03:04:05Z"});
        BatchGetItemOutput::builder().responses("Users", vec![testing::row(&profile)]).build()
    });
    let request = testing::sample_request("friends-blocks.json");
    let reply = handle(request, &[&testing::cursor_key(), &blocked, &profiles]).await.unwrap();
    let person = json!({"id": THEM, "handle": "ada", "firstName": "Ada", "lastName": "L"});
    assert_eq!(reply.data(), &json!({"items": [person], "cursor": null}));
}
