//! `PUT /friends/{id}`.

use aws_sdk_dynamodb::operation::query::QueryOutput;
use aws_sdk_dynamodb::operation::transact_write_items::{
    TransactWriteItemsError, TransactWriteItemsInput, TransactWriteItemsOutput,
};
use aws_sdk_dynamodb::types::error::TransactionCanceledException;
use aws_sdk_dynamodb::types::{CancellationReason, Select};
use aws_smithy_mocks::{Rule, RuleBuilder, mock};
use domain::{MAX_FRIENDS, MAX_REQUESTS};
use serde_json::json;

use crate::{ME, THEM, answer, standing};

type Transaction = RuleBuilder<TransactWriteItemsInput, TransactWriteItemsOutput, TransactWriteItemsError>;

/// Whether both directions are written with these states, over what is expected, for people with profiles.
fn writes(request: &TransactWriteItemsInput, states: [&str; 2], expected: [Option<&str>; 2]) -> bool {
    let [mine, theirs, me, them] = request.transact_items() else { return false };
    let put = |item: &aws_sdk_dynamodb::types::TransactWriteItem, user, friend, state, expected| {
        let Some(put) = item.put() else { return false };
        let is = |name, value: &str| put.item()[name].as_s().unwrap() == value;
        let values = put.expression_attribute_values();
        let found = values.and_then(|values| values[":expected"].as_s().ok().map(String::as_str));
        assert!(put.condition_expression().is_some());
        is("userId", user) && is("friendId", friend) && is("state", state) && found == expected
    };
    let asks = |item: &aws_sdk_dynamodb::types::TransactWriteItem, user: &str| {
        item.condition_check().is_some_and(|check| {
            check.table_name() == "Users" && check.key()["userId"].as_s().unwrap() == user
        })
    };
    put(mine, ME, THEM, states[0], expected[0])
        && put(theirs, THEM, ME, states[1], expected[1])
        && asks(me, ME)
        && asks(them, THEM)
}

fn ask() -> Transaction {
    mock!(aws_sdk_dynamodb::Client::transact_write_items)
        .match_requests(|request| writes(request, ["requested", "invited"], [None, None]))
}

fn accept() -> Transaction {
    mock!(aws_sdk_dynamodb::Client::transact_write_items).match_requests(|request| {
        writes(request, ["friends", "friends"], [Some("invited"), Some("requested")])
    })
}

fn done(transaction: Transaction) -> Rule {
    transaction.then_output(|| TransactWriteItemsOutput::builder().build())
}

/// Cancelled because of the write at this place: mine, theirs, my profile, theirs.
fn refused(transaction: Transaction, place: usize) -> Rule {
    transaction.then_error(move || cancelled(place, "ConditionalCheckFailed"))
}

/// Nothing was written, for this reason at this place.
fn cancelled(place: usize, code: &str) -> TransactWriteItemsError {
    let reasons = (0..4).map(|i| if i == place { code } else { "None" });
    let reasons = reasons.map(|code| CancellationReason::builder().code(code).build());
    let error = TransactionCanceledException::builder().set_cancellation_reasons(Some(reasons.collect()));
    TransactWriteItemsError::TransactionCanceledException(error.build())
}

/// `count` people are this to `user`, which is counted in the index, on two pages.
fn count(user: &'static str, state: &'static str, count: usize) -> Rule {
    let rule = mock!(aws_sdk_dynamodb::Client::query).match_requests(move |request| {
        let is =
            |name, value: &str| request.expression_attribute_values().unwrap()[name].as_s().unwrap() == value;
        let counted = (request.index_name(), request.select(), request.consistent_read())
            == (Some("ByState"), Some(&Select::Count), Some(true));
        counted && is(":user", user) && is(":state", state)
    });
    let key = move || testing::row(&json!({"userId": user, "friendId": THEM, "state": state}));
    let rest = i32::try_from(count / 2).unwrap();
    let first = i32::try_from(count).unwrap() - rest;
    rule.sequence()
        .output(move || QueryOutput::builder().count(first).set_last_evaluated_key(Some(key())).build())
        .output(move || QueryOutput::builder().count(rest).build())
        .build()
}

async fn put(rules: &[&Rule]) -> Result<String, (u16, String)> {
    match answer(testing::sample_request("friends-put.json"), rules).await {
        Ok(reply) => {
            assert_eq!((reply.status(), &reply.data()["id"]), (200, &THEM.into()));
            Ok(reply.data()["state"].as_str().unwrap().to_owned())
        }
        Err(error) => Err((error.status(), error.to_string())),
    }
}

#[tokio::test]
async fn who_is_a_stranger_is_asked() {
    let ask = done(ask());
    let state = put(&[&standing([None]), &count(ME, "requested", MAX_REQUESTS - 1), &ask]).await;
    assert_eq!((state.unwrap().as_str(), ask.num_calls()), ("requested", 1));
}

#[tokio::test]
async fn who_asked_is_accepted() {
    let (most, accept) = (MAX_FRIENDS - 1, done(accept()));
    let counts = [count(ME, "friends", most), count(THEM, "friends", most)];
    let state = put(&[&standing([Some("invited")]), &counts[0], &counts[1], &accept]).await;
    assert_eq!((state.unwrap().as_str(), accept.num_calls()), ("friends", 1));
}

#[tokio::test]
async fn repeating_writes_nothing() {
    for state in ["requested", "friends"] {
        assert_eq!(put(&[&standing([Some(state)])]).await.unwrap(), state);
    }
}

#[tokio::test]
async fn crossing_requests_become_a_friendship() {
    // Theirs comes between our look and our write.
    let (ask, accept) = (refused(ask(), 0), done(accept()));
    let counts = [count(ME, "requested", 0), count(ME, "friends", 0), count(THEM, "friends", 0)];
    let [requests, mine, theirs] = &counts;
    let now = standing([None, Some("invited")]);
    let state = put(&[&now, requests, &ask, mine, theirs, &accept]).await;
    assert_eq!(state.unwrap(), "friends");
    assert_eq!((ask.num_calls(), accept.num_calls()), (1, 1));
}

#[tokio::test]
async fn a_request_withdrawn_meanwhile_is_not_accepted() {
    let (accept, ask) = (refused(accept(), 1), done(ask()));
    let counts = [count(ME, "friends", 0), count(THEM, "friends", 0), count(ME, "requested", 0)];
    let [mine, theirs, requests] = &counts;
    let now = standing([Some("invited"), None]);
    let state = put(&[&now, mine, theirs, &accept, requests, &ask]).await;
    assert_eq!(state.unwrap(), "requested");
}

#[tokio::test]
async fn who_will_not_stand_still_is_left_alone_for_now() {
    let ask = refused(ask(), 1);
    let none = mock!(aws_sdk_dynamodb::Client::query).then_output(|| QueryOutput::builder().count(0).build());
    let (status, notes) = put(&[&standing([None; 5]), &none, &ask]).await.unwrap_err();
    assert_eq!((status, ask.num_calls()), (409, 5));
    assert!(notes.contains("try again"), "{notes}");
}

#[tokio::test]
async fn both_need_a_profile() {
    for (place, expected) in
        [(2, (409, "Make your profile first: POST /users.")), (3, (404, "There is no such person here."))]
    {
        let rules = [standing([None]), count(ME, "requested", 0), refused(ask(), place)];
        let (status, notes) = put(&rules.each_ref()).await.unwrap_err();
        assert_eq!((status, notes.as_str()), expected);
    }
}

#[tokio::test]
async fn nobody_has_more_friends_than_the_most() {
    for (mine, theirs, begin) in
        [(MAX_FRIENDS, 0, "You have 5,000 friends"), (0, MAX_FRIENDS, "They have 5,000 friends")]
    {
        let accept = done(accept());
        let counts = [count(ME, "friends", mine), count(THEM, "friends", theirs)];
        let refusal = put(&[&standing([Some("invited")]), &counts[0], &counts[1], &accept]).await;
        let (status, notes) = refusal.unwrap_err();
        assert_eq!((status, accept.num_calls()), (409, 0));
        assert!(notes.starts_with(begin), "{notes}");
    }
}

#[tokio::test]
async fn nobody_asks_more_than_the_most() {
    let ask = done(ask());
    let requests = count(ME, "requested", MAX_REQUESTS);
    let (status, notes) = put(&[&standing([None]), &requests, &ask]).await.unwrap_err();
    assert_eq!((status, ask.num_calls()), (409, 0));
    assert!(notes.starts_with("1,000 people have not answered"), "{notes}");
}

#[tokio::test]
async fn rows_that_others_write_are_written_a_moment_later() {
    for code in ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"] {
        let busy = move || cancelled(1, code);
        let done = || TransactWriteItemsOutput::builder().build();
        let ask = ask().sequence().error(busy).error(busy).output(done).build();
        // The one look at what they are to each other will do.
        let state = put(&[&standing([None]), &count(ME, "requested", 0), &ask]).await;
        assert_eq!((state.unwrap().as_str(), ask.num_calls()), ("requested", 3), "{code}");
    }
}

#[tokio::test]
async fn what_was_refused_is_not_written_again() {
    let ask = refused(ask(), 0);
    let state = put(&[&standing([None, Some("requested")]), &count(ME, "requested", 0), &ask]).await;
    assert_eq!((state.unwrap().as_str(), ask.num_calls()), ("requested", 1));
}

#[tokio::test]
async fn what_waiting_does_not_mend_is_an_error_at_once() {
    let ask = ask().then_error(|| cancelled(1, "ValidationError"));
    let error = put(&[&standing([None]), &count(ME, "requested", 0), &ask]).await.unwrap_err();
    assert_eq!((error.0, ask.num_calls()), (500, 1));
}
