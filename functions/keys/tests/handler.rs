//! Tests the handler with its sample events. The AWS clients are mocked.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use aws_sdk_apigateway::operation::create_api_key::{CreateApiKeyError, CreateApiKeyOutput};
use aws_sdk_apigateway::operation::create_usage_plan_key::{
    CreateUsagePlanKeyError, CreateUsagePlanKeyOutput,
};
use aws_sdk_apigateway::operation::delete_api_key::{DeleteApiKeyError, DeleteApiKeyOutput};
use aws_sdk_apigateway::operation::get_usage::{GetUsageError, GetUsageOutput};
use aws_sdk_apigateway::operation::get_usage_plans::GetUsagePlansOutput;
use aws_sdk_apigateway::types::UsagePlan as GatewayPlan;
use aws_sdk_apigateway::types::error::{
    LimitExceededException, NotFoundException, TooManyRequestsException, UnauthorizedException,
};
use aws_sdk_dynamodb::operation::batch_get_item::BatchGetItemOutput;
use aws_sdk_dynamodb::operation::delete_item::DeleteItemError;
use aws_sdk_dynamodb::operation::get_item::GetItemOutput;
use aws_sdk_dynamodb::operation::transact_write_items::{TransactWriteItemsError, TransactWriteItemsOutput};
use aws_sdk_dynamodb::operation::update_item::{UpdateItemError, UpdateItemOutput};
use aws_sdk_dynamodb::types::error::{ConditionalCheckFailedException, TransactionCanceledException};
use aws_sdk_dynamodb::types::{AttributeValue, CancellationReason};
use aws_smithy_mocks::{Rule, mock};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use keys::{Context, KeyLimits, UsagePlan};
use lambda::api_keys::ApiKeys;
use lambda::http::{ApiError, Reply};
use serde_json::{Value, json};
use store::DeveloperKeys;

/// The caller of the sample events.
const ME: &str = "3f1c2b9e-0b1d-4a7b-9b57-0d6a3c1f2e4d";
/// Another member.
const THEM: &str = "76f92271-5e5e-46f9-a800-9cbe3d67933f";
/// The key of the sample event.
const KEY: &str = "019326a1-7c00-7d3e-8f21-4b6c9d0e1f2a";
/// Its API key, and the secret value of the API key.
const API_KEY: &str = "m2q5lqkk1f";
const VALUE: &str = "f3zjmAgQ5vLrD5wh2Sq1b8nYkXc0TtRiU6oPaE7J";
/// The name and the id of the usage plan.
const PLAN: &str = "albumen-keys";
const PLAN_ID: &str = "y8k1nz";
const LIMITS: KeyLimits = KeyLimits { calls_per_second: 100, burst: 200, calls_per_day: 100_000 };

/// Handles a sample event with the rules of DynamoDB and of API Gateway.
async fn handle(event: &str, tables: &[&Rule], gateway: &[&Rule]) -> Result<Reply, ApiError> {
    handle_request(testing::sample_request(event), tables, gateway).await
}

async fn handle_request(
    request: lambda::http::Request,
    tables: &[&Rule],
    gateway: &[&Rule],
) -> Result<Reply, ApiError> {
    let client = testing::api_gateway(gateway.iter().copied());
    let context = Context {
        keys: DeveloperKeys::new(&testing::database(tables.iter().copied())),
        api_keys: ApiKeys::new(client.clone()),
        plan: UsagePlan::new(client, PLAN.into()),
        key_limits: LIMITS,
        limits: testing::LIMITS,
    };
    keys::handle(&context, request).await
}

/// Returns a rule that accepts the transaction that adds a key without an API key.
fn add_row() -> Rule {
    mock!(aws_sdk_dynamodb::Client::transact_write_items)
        .match_requests(|request| {
            let [account, profile, key, member, day] = request.transact_items() else { return false };
            let row = key.put().unwrap().item();
            let member = member.update().unwrap();
            let day = day.update().unwrap();
            account.condition_check().is_some()
                && profile.condition_check().is_some()
                && row["userId"].as_s().unwrap() == ME
                && row["name"].as_s().unwrap() == "Slide show"
                && !row.contains_key("apiKeyId")
                && member.key()["keyId"].as_s().unwrap() == &format!("user#{ME}")
                && member.expression_attribute_values().unwrap()[":max"].as_n().unwrap() == "5"
                && day.key()["period"].as_s().unwrap().starts_with("day#")
                && day.expression_attribute_values().unwrap()[":m0"].as_n().unwrap() == "19"
        })
        .then_output(|| TransactWriteItemsOutput::builder().build())
}

/// Returns a rule that rejects the transaction because of the condition at this position: 0 for the
/// account, 1 for the profile, 3 for the keys of the member, 4 for the keys of the day.
fn reject_row(position: usize) -> Rule {
    mock!(aws_sdk_dynamodb::Client::transact_write_items).then_error(move || {
        let reasons = (0..5).map(|i| if i == position { "ConditionalCheckFailed" } else { "None" });
        let reasons = reasons.map(|code| CancellationReason::builder().code(code).build()).collect();
        let error = TransactionCanceledException::builder().set_cancellation_reasons(Some(reasons));
        TransactWriteItemsError::TransactionCanceledException(error.build())
    })
}

/// Returns a rule that stores the id of the API key, or reports that the row does not exist.
fn set_api_key(exists: bool) -> Rule {
    let rule = mock!(aws_sdk_dynamodb::Client::update_item).match_requests(|request| {
        let values = request.expression_attribute_values().unwrap();
        values[":id"].as_s().unwrap() == API_KEY
            && request.condition_expression() == Some("attribute_exists(keyId)")
    });
    match exists {
        true => rule.then_output(|| UpdateItemOutput::builder().build()),
        false => rule.then_error(|| {
            let error = ConditionalCheckFailedException::builder().build();
            UpdateItemError::ConditionalCheckFailedException(error)
        }),
    }
}

/// Returns a rule that accepts the transaction that deletes a key.
fn delete_row() -> Rule {
    mock!(aws_sdk_dynamodb::Client::transact_write_items)
        .match_requests(|request| {
            let [key, member] = request.transact_items() else { return false };
            let member = member.update().map(|update| update.key()["keyId"].as_s().unwrap().clone());
            let condition = key.delete().and_then(|key| key.condition_expression());
            condition.is_some_and(|condition| condition.starts_with("attribute_not_exists(apiKeyId)"))
                && member == Some(format!("user#{ME}"))
        })
        .then_output(|| TransactWriteItemsOutput::builder().build())
}

/// Returns a rule that creates an enabled API key whose name contains that of the plan.
fn create_api_key() -> Rule {
    mock!(aws_sdk_apigateway::Client::create_api_key)
        .match_requests(|request| {
            request.enabled() == Some(true) && request.name().unwrap().starts_with("albumen-keys-")
        })
        .then_output(|| CreateApiKeyOutput::builder().id(API_KEY).value(VALUE).build())
}

fn delete_api_key() -> Rule {
    mock!(aws_sdk_apigateway::Client::delete_api_key)
        .match_requests(|request| request.api_key() == Some(API_KEY))
        .then_output(|| DeleteApiKeyOutput::builder().build())
}

/// Returns a rule that lists two plans, of which the second is that of developer keys.
fn list_plans() -> Rule {
    mock!(aws_sdk_apigateway::Client::get_usage_plans).then_output(|| {
        let plans = [("albumen-anonymous", "a"), (PLAN, PLAN_ID)];
        let plans = plans.map(|(name, id)| GatewayPlan::builder().name(name).id(id).build());
        GetUsagePlansOutput::builder().set_items(Some(plans.to_vec())).build()
    })
}

/// Returns a rule that adds the API key to the plan, or fails with this error.
fn add_to_plan(error: Option<fn() -> CreateUsagePlanKeyError>) -> Rule {
    let rule = mock!(aws_sdk_apigateway::Client::create_usage_plan_key).match_requests(|request| {
        (request.usage_plan_id(), request.key_id(), request.key_type())
            == (Some(PLAN_ID), Some(API_KEY), Some("API_KEY"))
    });
    match error {
        None => rule.then_output(|| CreateUsagePlanKeyOutput::builder().build()),
        Some(error) => rule.then_error(error),
    }
}

fn missing() -> CreateUsagePlanKeyError {
    CreateUsagePlanKeyError::NotFoundException(NotFoundException::builder().build())
}

fn denied() -> CreateUsagePlanKeyError {
    CreateUsagePlanKeyError::UnauthorizedException(UnauthorizedException::builder().build())
}

fn throttled() -> TooManyRequestsException {
    TooManyRequestsException::builder().build()
}

/// Returns the row of a key.
fn row(user: &str, api_key: Option<&str>) -> Value {
    let row =
        json!({"keyId": KEY, "userId": user, "name": "Slide show", "createdAt": "2026-11-20T08:00:00Z"});
    match api_key {
        None => row,
        Some(id) => {
            let mut row = row;
            row["apiKeyId"] = id.into();
            row
        }
    }
}

/// Returns a rule that replies with the row of the key of the sample event.
fn key_row(row: Option<Value>) -> Rule {
    mock!(aws_sdk_dynamodb::Client::get_item)
        .match_requests(|request| {
            request.key().unwrap()["keyId"].as_s().unwrap() == KEY && request.consistent_read() == Some(true)
        })
        .then_output(move || GetItemOutput::builder().set_item(row.as_ref().map(testing::row)).build())
}

/// Returns rules that reply with these rows of the caller.
fn rows_of_caller(rows: Vec<Value>) -> [Rule; 2] {
    let ids: Vec<_> = rows.iter().map(|row| row["keyId"].as_str().unwrap().to_owned()).collect();
    let member = mock!(aws_sdk_dynamodb::Client::get_item)
        .match_requests(|request| request.key().unwrap()["keyId"].as_s().unwrap() == &format!("user#{ME}"))
        .then_output(move || {
            let mut row = testing::row(&json!({"keyId": format!("user#{ME}")}));
            row.extend((!ids.is_empty()).then(|| ("keyIds".into(), AttributeValue::Ss(ids.clone()))));
            GetItemOutput::builder().set_item(Some(row)).build()
        });
    let keys = mock!(aws_sdk_dynamodb::Client::batch_get_item).then_output(move || {
        let rows = rows.iter().map(testing::row).collect();
        BatchGetItemOutput::builder().responses("Keys", rows).build()
    });
    [member, keys]
}

#[tokio::test]
async fn creates_a_key_in_the_usage_plan_and_shows_it_once() {
    let (row, api_key, stored, added) = (add_row(), create_api_key(), set_api_key(true), add_to_plan(None));
    let reply =
        handle("keys-create.json", &[&row, &stored], &[&api_key, &list_plans(), &added]).await.unwrap();
    let data = reply.data();
    assert_eq!((reply.status(), &data["name"], &data["key"]), (201, &json!("Slide show"), &json!(VALUE)));
    assert!(data["id"].as_str().unwrap().parse::<domain::KeyId>().is_ok());
    assert_eq!([&row, &api_key, &stored, &added].map(Rule::num_calls), [1; 4]);
}

#[tokio::test]
async fn a_refused_call_creates_no_api_key() {
    for (position, status, notes) in [
        (0, 403, "Your account was deleted"),
        (1, 409, "Create your profile first"),
        (3, 409, "You have 5 developer keys, which is the maximum."),
        (4, 429, "You have created 20 developer keys today."),
    ] {
        let error = handle("keys-create.json", &[&reject_row(position)], &[]).await.unwrap_err();
        assert_eq!(error.status(), status, "{error}");
        assert!(error.to_string().starts_with(notes), "{error}");
    }
}

#[tokio::test]
async fn a_name_has_1_to_50_visible_characters() {
    for (name, notes) in [
        (json!(null), "name is missing"),
        (json!(" "), "name is missing"),
        (json!("\u{200D}"), "name has no visible characters"),
        (json!("x".repeat(51)), "name has 51 characters; the maximum is 50"),
    ] {
        let body = json!({ "name": name }).to_string();
        let request = testing::sample_request_with_body("keys-create.json", &body);
        let error = handle_request(request, &[], &[]).await.unwrap_err();
        assert_eq!((error.status(), error.to_string()), (400, format!("Invalid input: {notes}")));
    }
}

#[tokio::test]
async fn deletes_the_row_if_api_gateway_creates_no_api_key() {
    let errors: [(fn() -> CreateApiKeyError, u16); 2] = [
        (|| CreateApiKeyError::TooManyRequestsException(throttled()), 429),
        (|| CreateApiKeyError::LimitExceededException(LimitExceededException::builder().build()), 409),
    ];
    for (error, status) in errors {
        let failing = mock!(aws_sdk_apigateway::Client::create_api_key).then_error(error);
        let deleted = delete_row();
        let error = handle("keys-create.json", &[&add_row(), &deleted], &[&failing]).await.unwrap_err();
        assert_eq!((error.status(), deleted.num_calls()), (status, 1), "{error}");
    }
}

#[tokio::test]
async fn deletes_api_key_and_row_of_a_key_that_the_plan_does_not_accept() {
    type Failure = fn() -> CreateUsagePlanKeyError;
    let cases: [(bool, Option<Failure>, u16); 3] =
        [(false, None, 409), (true, Some(missing), 409), (true, Some(denied), 500)];
    for (exists, refused, status) in cases {
        let (deleted, revoked) = (delete_row(), delete_api_key());
        let tables = [&add_row(), &set_api_key(exists), &deleted];
        let gateway = [&create_api_key(), &list_plans(), &add_to_plan(refused), &revoked];
        let error = handle("keys-create.json", &tables, &gateway).await.unwrap_err();
        assert_eq!((error.status(), deleted.num_calls(), revoked.num_calls()), (status, 1, 1), "{error}");
    }
}

#[tokio::test]
async fn keeps_the_row_of_an_api_key_that_cannot_be_deleted() {
    let failing = mock!(aws_sdk_apigateway::Client::delete_api_key)
        .then_error(|| DeleteApiKeyError::TooManyRequestsException(throttled()));
    let deleted = delete_row();
    let gateway = [&create_api_key(), &list_plans(), &add_to_plan(Some(denied)), &failing];
    let error = handle("keys-create.json", &[&add_row(), &set_api_key(true), &deleted], &gateway).await;
    assert_eq!((error.unwrap_err().status(), deleted.num_calls()), (429, 0));
    let rows = [&key_row(Some(row(ME, Some(API_KEY)))), &deleted];
    let error = handle("keys-delete.json", &rows, &[&failing]).await;
    assert_eq!((error.unwrap_err().status(), deleted.num_calls()), (429, 0), "the row allows a retry");
}

#[tokio::test]
async fn lists_keys_with_the_calls_of_the_last_30_days() {
    let today = Timestamp::now().to_zoned(TimeZone::UTC).date();
    let (start, yesterday) = (today.saturating_sub(29.days()), today.saturating_sub(1.day()));
    let usage = mock!(aws_sdk_apigateway::Client::get_usage)
        .match_requests(move |request| {
            let period = (request.start_date(), request.end_date());
            (request.usage_plan_id(), request.key_id()) == (Some(PLAN_ID), Some(API_KEY))
                && period == (Some(start.to_string().as_str()), Some(today.to_string().as_str()))
        })
        .then_output(|| {
            // The usage can begin with the API key.
            let mut days = vec![vec![0, 100_000]; 10];
            (days[8], days[9]) = (vec![1_250, 98_750], vec![42, 99_958]);
            GetUsageOutput::builder().items(VALUE, days).build()
        });
    let [member, keys] = rows_of_caller(vec![row(ME, Some(API_KEY))]);
    let reply = handle("keys-list.json", &[&member, &keys], &[&list_plans(), &usage]).await.unwrap();
    let expected = json!({
        "items": [{
            "id": KEY, "name": "Slide show", "createdAt": "2026-11-20T08:00:00Z", "callsToday": 42,
            "usage": [{"date": yesterday, "calls": 1_250}, {"date": today, "calls": 42}],
        }],
        "limits": {"callsPerSecond": 100, "burst": 200, "callsPerDay": 100_000},
    });
    assert_eq!(reply.data(), &expected);
}

#[tokio::test]
async fn a_key_without_calls_or_without_an_api_key_has_no_usage() {
    let unused =
        mock!(aws_sdk_apigateway::Client::get_usage).then_output(|| GetUsageOutput::builder().build());
    // API Gateway has no usage of an API key that was deleted there, or that is in no plan.
    let missing = mock!(aws_sdk_apigateway::Client::get_usage)
        .then_error(|| GetUsageError::NotFoundException(NotFoundException::builder().build()));
    let plans = list_plans();
    for (api_key, gateway) in
        [(Some(API_KEY), vec![&plans, &unused]), (Some(API_KEY), vec![&plans, &missing]), (None, vec![])]
    {
        let [member, keys] = rows_of_caller(vec![row(ME, api_key)]);
        let reply = handle("keys-list.json", &[&member, &keys], &gateway).await.unwrap();
        let item = &reply.data()["items"][0];
        assert_eq!((&item["callsToday"], &item["usage"]), (&json!(0), &json!([])));
    }
    let [member, keys] = rows_of_caller(vec![]);
    let reply = handle("keys-list.json", &[&member, &keys], &[]).await.unwrap();
    assert_eq!(reply.data()["items"], json!([]));
}

#[tokio::test]
async fn a_list_that_api_gateway_throttles_can_be_repeated() {
    let failing = mock!(aws_sdk_apigateway::Client::get_usage)
        .then_error(|| GetUsageError::TooManyRequestsException(throttled()));
    let [member, keys] = rows_of_caller(vec![row(ME, Some(API_KEY))]);
    let error = handle("keys-list.json", &[&member, &keys], &[&list_plans(), &failing]).await.unwrap_err();
    assert_eq!((error.status(), error.retry_after()), (429, Some(2)));
}

#[tokio::test]
async fn revokes_a_key_of_the_caller() {
    let not_found = || DeleteApiKeyError::NotFoundException(NotFoundException::builder().build());
    let gone = mock!(aws_sdk_apigateway::Client::delete_api_key).then_error(not_found);
    for (api_key, gateway) in
        [(Some(API_KEY), vec![delete_api_key()]), (Some(API_KEY), vec![gone]), (None, vec![])]
    {
        let deleted = delete_row();
        let rules: Vec<_> = gateway.iter().collect();
        let reply = handle("keys-delete.json", &[&key_row(Some(row(ME, api_key))), &deleted], &rules).await;
        assert_eq!(reply.unwrap().data(), &json!({ "id": KEY }));
        assert_eq!(deleted.num_calls(), 1);
        assert!(gateway.iter().all(|rule| rule.num_calls() == 1));
    }
}

#[tokio::test]
async fn revokes_a_key_that_receives_its_api_key_at_the_same_time() {
    // The first read finds no API key. The deletion of the row then fails, because it has one.
    let read =
        |api_key| move || GetItemOutput::builder().set_item(Some(testing::row(&row(ME, api_key)))).build();
    let reads = mock!(aws_sdk_dynamodb::Client::get_item).match_requests(|_| true);
    let reads = reads.sequence().output(read(None)).output(read(Some(API_KEY))).build();
    let is_without = |condition: Option<&str>| condition == Some("attribute_not_exists(apiKeyId)");
    let changed = mock!(aws_sdk_dynamodb::Client::transact_write_items)
        .match_requests(move |request| {
            is_without(request.transact_items()[0].delete().unwrap().condition_expression())
        })
        .then_error(|| {
            let reasons = ["ConditionalCheckFailed", "None"];
            let reasons = reasons.map(|code| CancellationReason::builder().code(code).build()).to_vec();
            let error = TransactionCanceledException::builder().set_cancellation_reasons(Some(reasons));
            TransactWriteItemsError::TransactionCanceledException(error.build())
        });
    let still_changed = mock!(aws_sdk_dynamodb::Client::delete_item)
        .match_requests(move |request| is_without(request.condition_expression()))
        .then_error(|| {
            let error = ConditionalCheckFailedException::builder().build();
            DeleteItemError::ConditionalCheckFailedException(error)
        });
    let (revoked, deleted) = (delete_api_key(), delete_row());
    let tables = [&reads, &changed, &still_changed, &deleted];
    let reply = handle("keys-delete.json", &tables, &[&revoked]).await.unwrap();
    assert_eq!(reply.data(), &json!({ "id": KEY }));
    assert_eq!([&reads, &revoked, &deleted].map(Rule::num_calls), [2, 1, 1]);
}

#[tokio::test]
async fn revoking_a_missing_key_succeeds_and_that_of_another_member_is_not_found() {
    let reply = handle("keys-delete.json", &[&key_row(None)], &[]).await.unwrap();
    assert_eq!((reply.status(), reply.data()), (200, &json!({ "id": KEY })));
    let error = handle("keys-delete.json", &[&key_row(Some(row(THEM, Some(API_KEY))))], &[]).await;
    let error = error.unwrap_err();
    assert_eq!((error.status(), error.to_string().as_str()), (404, "You have no such key."));
}
