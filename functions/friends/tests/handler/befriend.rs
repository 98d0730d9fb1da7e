//! `PUT /friends/{id}`.

use aws_sdk_dynamodb::operation::query::QueryOutput;
use aws_sdk_dynamodb::operation::transact_write_items::{TransactWriteItemsError, TransactWriteItemsOutput};
use aws_sdk_dynamodb::types::error::TransactionCanceledException;
use aws_sdk_dynamodb::types::{CancellationReason, Select};
use aws_smithy_mocks::{Rule, mock};
use domain::{MAX_FRIENDS, MAX_REQUESTS};
use serde_json::json;

use crate::{ME, States, THEM, Transaction, apply, friendship_states, handle, match_change};

const STRANGERS: States = [None, None];
/// The other member sent a request to the caller.
const INVITED: States = [Some("invited"), Some("requested")];

/// Returns a rule builder that matches the transaction of a first request.
fn match_request() -> Transaction {
    match_change([None, None], [Some("requested"), Some("invited")], true)
}

/// Returns a rule builder that matches the transaction of an acceptance.
fn match_acceptance() -> Transaction {
    match_change(INVITED, [Some("friends"), Some("friends")], true)
}

/// Returns a rule that cancels the transaction because of the condition at this position: 0 for the
/// caller's row, 1 for the other member's row, 2 and 3 for their profiles, 4 for the quota.
fn cancel(transaction: Transaction, position: usize) -> Rule {
    transaction.then_error(move || cancelled(position, "ConditionalCheckFailed"))
}

/// Returns the error of a transaction that was cancelled for the reason `code` at this position.
fn cancelled(position: usize, code: &str) -> TransactWriteItemsError {
    let reasons = (0..6).map(|i| if i == position { code } else { "None" });
    let reasons = reasons.map(|code| CancellationReason::builder().code(code).build());
    let error = TransactionCanceledException::builder().set_cancellation_reasons(Some(reasons.collect()));
    TransactWriteItemsError::TransactionCanceledException(error.build())
}

/// Returns a rule that replies with `count` friendships of `user` in this state, on two pages of
/// the index.
fn count(user: &'static str, state: &'static str, count: usize) -> Rule {
    let rule = mock!(aws_sdk_dynamodb::Client::query).match_requests(move |request| {
        let has_value =
            |name, value: &str| request.expression_attribute_values().unwrap()[name].as_s().unwrap() == value;
        (request.index_name(), request.select(), request.consistent_read())
            == (Some("ByState"), Some(&Select::Count), Some(true))
            && has_value(":user", user)
            && has_value(":state", state)
    });
    let last_key = move || testing::row(&json!({"userId": user, "friendId": THEM, "state": state}));
    let second = i32::try_from(count / 2).unwrap();
    let first = i32::try_from(count).unwrap() - second;
    rule.sequence()
        .output(move || QueryOutput::builder().count(first).set_last_evaluated_key(Some(last_key())).build())
        .output(move || QueryOutput::builder().count(second).build())
        .build()
}

/// Handles the sample event. Returns the state in the reply, or the status and message of the
/// error.
async fn put(rules: &[&Rule]) -> Result<String, (u16, String)> {
    match handle(testing::sample_request("friends-put.json"), rules).await {
        Ok(reply) => {
            assert_eq!((reply.status(), &reply.data()["id"]), (200, &THEM.into()));
            Ok(reply.data()["state"].as_str().unwrap().to_owned())
        }
        Err(error) => Err((error.status(), error.to_string())),
    }
}

#[tokio::test]
async fn sends_a_request_to_a_stranger() {
    let request = apply(match_request());
    let state =
        put(&[&friendship_states([STRANGERS]), &count(ME, "requested", MAX_REQUESTS - 1), &request]).await;
    assert_eq!((state.unwrap().as_str(), request.num_calls()), ("requested", 1));
}

#[tokio::test]
async fn refuses_a_request_beyond_the_quota_of_the_day() {
    let (states, requests) = (friendship_states([STRANGERS]), count(ME, "requested", 0));
    let (status, notes) = put(&[&states, &requests, &cancel(match_request(), 5)]).await.unwrap_err();
    let expected = "You have sent 50 friend requests today. You can send more after 00:00 UTC.";
    assert_eq!((status, notes.as_str()), (429, expected));
}

#[tokio::test]
async fn accepts_a_request() {
    let (max, accept) = (MAX_FRIENDS - 1, apply(match_acceptance()));
    let counts = [count(ME, "friends", max), count(THEM, "friends", max)];
    let state = put(&[&friendship_states([INVITED]), &counts[0], &counts[1], &accept]).await;
    assert_eq!((state.unwrap().as_str(), accept.num_calls()), ("friends", 1));
}

#[tokio::test]
async fn a_repeated_call_writes_nothing() {
    for states in [[Some("requested"), Some("invited")], [Some("friends"), Some("friends")]] {
        assert_eq!(put(&[&friendship_states([states])]).await.unwrap(), states[0].unwrap());
    }
}

#[tokio::test]
async fn concurrent_requests_become_a_friendship() {
    // The other member sends a request between the read and the write.
    let (request, accept) = (cancel(match_request(), 0), apply(match_acceptance()));
    let counts = [count(ME, "requested", 0), count(ME, "friends", 0), count(THEM, "friends", 0)];
    let [requests, mine, theirs] = &counts;
    let states = friendship_states([STRANGERS, INVITED]);
    let state = put(&[&states, requests, &request, mine, theirs, &accept]).await;
    assert_eq!(state.unwrap(), "friends");
    assert_eq!((request.num_calls(), accept.num_calls()), (1, 1));
}

#[tokio::test]
async fn does_not_accept_a_withdrawn_request() {
    let (accept, request) = (cancel(match_acceptance(), 1), apply(match_request()));
    let counts = [count(ME, "friends", 0), count(THEM, "friends", 0), count(ME, "requested", 0)];
    let [mine, theirs, requests] = &counts;
    let states = friendship_states([INVITED, STRANGERS]);
    let state = put(&[&states, mine, theirs, &accept, requests, &request]).await;
    assert_eq!(state.unwrap(), "requested");
}

#[tokio::test]
async fn fails_after_five_concurrent_changes() {
    let request = cancel(match_request(), 1);
    let count =
        mock!(aws_sdk_dynamodb::Client::query).then_output(|| QueryOutput::builder().count(0).build());
    let (status, notes) = put(&[&friendship_states([STRANGERS; 5]), &count, &request]).await.unwrap_err();
    assert_eq!((status, request.num_calls()), (409, 5));
    assert!(notes.contains("try again"), "{notes}");
}

#[tokio::test]
async fn both_members_must_have_a_profile_and_the_caller_an_account() {
    for (position, expected) in [
        (2, (403, "Your account was deleted. To come back, sign up again.")),
        (3, (409, "Create your profile first: POST /users.")),
        (4, (404, "There is no such person here.")),
    ] {
        let rules =
            [friendship_states([STRANGERS]), count(ME, "requested", 0), cancel(match_request(), position)];
        let (status, notes) = put(&rules.each_ref()).await.unwrap_err();
        assert_eq!((status, notes.as_str()), expected);
    }
}

#[tokio::test]
async fn rejects_a_friendship_beyond_the_maximum() {
    for (mine, theirs, expected) in
        [(MAX_FRIENDS, 0, "You have 5,000 friends"), (0, MAX_FRIENDS, "They have 5,000 friends")]
    {
        let accept = apply(match_acceptance());
        let counts = [count(ME, "friends", mine), count(THEM, "friends", theirs)];
        let outcome = put(&[&friendship_states([INVITED]), &counts[0], &counts[1], &accept]).await;
        let (status, notes) = outcome.unwrap_err();
        assert_eq!((status, accept.num_calls()), (409, 0));
        assert!(notes.starts_with(expected), "{notes}");
    }
}

#[tokio::test]
async fn rejects_a_request_beyond_the_maximum() {
    let request = apply(match_request());
    let requests = count(ME, "requested", MAX_REQUESTS);
    let (status, notes) = put(&[&friendship_states([STRANGERS]), &requests, &request]).await.unwrap_err();
    assert_eq!((status, request.num_calls()), (409, 0));
    assert!(notes.starts_with("1,000 people have not answered"), "{notes}");
}

#[tokio::test]
async fn retries_the_transaction_without_reading_again_if_dynamodb_is_busy() {
    for code in ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"] {
        let busy = move || cancelled(1, code);
        let success = || TransactWriteItemsOutput::builder().build();
        let request = match_request().sequence().error(busy).error(busy).output(success).build();
        // The rule of the states replies only once.
        let state = put(&[&friendship_states([STRANGERS]), &count(ME, "requested", 0), &request]).await;
        assert_eq!((state.unwrap().as_str(), request.num_calls()), ("requested", 3), "{code}");
    }
}

#[tokio::test]
async fn reads_the_friendship_again_after_a_conflict() {
    let request = cancel(match_request(), 0);
    let state = put(&[
        &friendship_states([STRANGERS, [Some("requested"), Some("invited")]]),
        &count(ME, "requested", 0),
        &request,
    ])
    .await;
    assert_eq!((state.unwrap().as_str(), request.num_calls()), ("requested", 1));
}

#[tokio::test]
async fn does_not_retry_other_errors() {
    let request = match_request().then_error(|| cancelled(1, "ValidationError"));
    let error =
        put(&[&friendship_states([STRANGERS]), &count(ME, "requested", 0), &request]).await.unwrap_err();
    assert_eq!((error.0, request.num_calls()), (500, 1));
}

#[tokio::test]
async fn a_request_to_a_member_who_blocked_the_caller_has_the_reply_of_other_requests() {
    let blocked = [Some("unrelated"), Some("blocked")];
    let request = apply(match_change(blocked, [Some("requested"), Some("blocked")], true));
    let state = put(&[&friendship_states([blocked]), &count(ME, "requested", 0), &request]).await;
    assert_eq!((state.unwrap().as_str(), request.num_calls()), ("requested", 1));
    let repeated = put(&[&friendship_states([[Some("requested"), Some("blocked")]])]).await;
    assert_eq!(repeated.unwrap(), "requested");
}

#[tokio::test]
async fn a_request_of_a_blocked_member_counts_like_other_requests() {
    let blocked = [Some("unrelated"), Some("blocked")];
    let requests = count(ME, "requested", MAX_REQUESTS);
    let (status, _) = put(&[&friendship_states([blocked]), &requests]).await.unwrap_err();
    assert_eq!(status, 409);
}

#[tokio::test]
async fn nobody_requests_a_friendship_with_a_member_whom_they_blocked() {
    for theirs in ["unrelated", "blocked"] {
        let error = put(&[&friendship_states([[Some("blocked"), Some(theirs)]])]).await.unwrap_err();
        assert_eq!(error, (409, "You blocked this person. Unblock them first.".into()));
    }
}
