//! Tests the handler with its sample events. The AWS clients are mocked.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use aws_sdk_dynamodb::operation::batch_get_item::BatchGetItemOutput;
use aws_sdk_dynamodb::operation::get_item::GetItemOutput;
use aws_sdk_dynamodb::operation::transact_write_items::{TransactWriteItemsError, TransactWriteItemsOutput};
use aws_sdk_dynamodb::types::CancellationReason;
use aws_sdk_dynamodb::types::error::TransactionCanceledException;
use aws_smithy_mocks::{Rule, mock};
use lambda::http::{ApiError, Reply, Request};
use serde_json::{Value, json};
use users::Context;

/// The caller of the sample events.
const ME: &str = "3f1c2b9e-0b1d-4a7b-9b57-0d6a3c1f2e4d";
/// Another member.
const THEM: &str = "76f92271-5e5e-46f9-a800-9cbe3d67933f";

async fn handle(request: Request, rules: &[&Rule]) -> Result<Reply, ApiError> {
    let context = Context::new(
        &testing::database(rules.iter().copied()),
        testing::connection_sender([]),
        testing::LIMITS,
    );
    users::handle(&context, request).await
}

/// Returns a rule that accepts any transaction.
fn accept_transaction() -> Rule {
    mock!(aws_sdk_dynamodb::Client::transact_write_items)
        .then_output(|| TransactWriteItemsOutput::builder().build())
}

/// Returns a rule that cancels the transaction. `conditions_failed` states for each write whether
/// its condition failed.
fn cancel_transaction<const N: usize>(conditions_failed: [bool; N]) -> Rule {
    mock!(aws_sdk_dynamodb::Client::transact_write_items).then_error(move || {
        let code = |failed| if failed { "ConditionalCheckFailed" } else { "None" };
        let reasons =
            conditions_failed.map(|failed| CancellationReason::builder().code(code(failed)).build());
        let error =
            TransactionCanceledException::builder().set_cancellation_reasons(Some(reasons.into())).build();
        TransactWriteItemsError::TransactionCanceledException(error)
    })
}

/// Returns a rule that replies with the profile of the caller.
fn profile() -> Rule {
    row(
        ME,
        json!({"userId": ME, "handle": "ada", "firstName": "Ada", "lastName": "L",
        "createdAt": "2026-01-02T03:04:05Z", "notifications": {"friend.requested": ["email"]}}),
    )
}

/// Returns a rule that replies with the reservation of the caller's handle.
fn reservation() -> Rule {
    row("handle#ada", json!({"userId": "handle#ada", "owner": ME}))
}

/// Returns a rule that replies with a row of the Users table to a read of `key`.
fn row(key: &'static str, row: Value) -> Rule {
    mock!(aws_sdk_dynamodb::Client::get_item)
        .match_requests(move |request| request.key().unwrap()["userId"].as_s().unwrap() == key)
        .then_output(move || GetItemOutput::builder().set_item(Some(testing::row(&row))).build())
}

#[tokio::test]
async fn creates_a_profile() {
    let request = testing::sample_request("users-create.json");
    let caller = request.caller().unwrap().to_string();
    let reply = handle(request, &[&accept_transaction()]).await.unwrap();
    assert_eq!((reply.status(), reply.data()["id"].as_str()), (201, Some(caller.as_str())));
}

#[tokio::test]
async fn distinguishes_a_taken_handle_from_a_second_profile() {
    for (conditions_failed, word) in
        [([false, true, false], "taken"), ([true, false, false], "already"), ([true, true, false], "already")]
    {
        let rule = cancel_transaction(conditions_failed);
        let error = handle(testing::sample_request("users-create.json"), &[&rule]).await.unwrap_err();
        assert_eq!(error.status(), 409);
        assert!(error.to_string().contains(word), "{error}");
    }
}

#[tokio::test]
async fn nobody_can_take_a_reserved_handle() {
    for reserved in ["admin", "Albumen", "sign-up", "feed.xml"] {
        let body = json!({"handle": reserved, "firstName": "Ada"}).to_string();
        for (name, rules) in [("users-create.json", &[][..]), ("users-change.json", &[&profile()][..])] {
            let request = testing::sample_request_with_body(name, &body);
            let error = handle(request, rules).await.unwrap_err();
            assert_eq!(error.status(), 409, "{name}");
            assert!(error.to_string().contains("taken"), "{error}");
        }
    }
}

#[tokio::test]
async fn members_keep_a_reserved_handle() {
    let profile = row(
        ME,
        json!({"userId": ME, "handle": "support", "firstName": "Ada", "createdAt": "2026-01-02T03:04:05Z"}),
    );
    let body = r#"{"handle": "support", "firstName": "Augusta"}"#;
    let request = testing::sample_request_with_body("users-change.json", body);
    let reply = handle(request, &[&profile, &accept_transaction()]).await.unwrap();
    assert_eq!((reply.status(), &reply.data()["lastName"]), (200, &json!("")));
}

#[tokio::test]
async fn a_changed_handle_rests_for_30_days() {
    let write = mock!(aws_sdk_dynamodb::Client::transact_write_items)
        .match_requests(|request| {
            let puts: Vec<_> = request.transact_items().iter().filter_map(|item| item.put()).collect();
            let resting = puts.iter().find(|put| put.item()["userId"].as_s().unwrap() == "handle#ada");
            let resting = resting.unwrap().item();
            let seconds: i64 = resting["expiresAt"].as_n().unwrap().parse().unwrap();
            let rest = seconds - jiff::Timestamp::now().as_second();
            assert!((30 * 86_400 - 60..=30 * 86_400).contains(&rest), "{rest}");
            assert!(!format!("{resting:?}").contains(ME), "contains no user id: {resting:?}");
            let reserved = puts.iter().find(|put| put.item()["userId"].as_s().unwrap() == "handle#augusta");
            let (condition, item) =
                (reserved.unwrap().condition_expression().unwrap(), reserved.unwrap().item());
            assert!(condition.contains("formerOwner = :hash") && condition.contains("expiresAt <= :now"));
            !item.contains_key("expiresAt") && item["owner"].as_s().unwrap() == ME
        })
        .then_output(|| TransactWriteItemsOutput::builder().build());
    let body = r#"{"handle": "augusta", "firstName": "Ada"}"#;
    let request = testing::sample_request_with_body("users-change.json", body);
    assert_eq!(handle(request, &[&profile(), &write]).await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_handle_can_be_changed_20_times_within_30_days() {
    for (number_of_changes, expected) in [(19, Some(20)), (20, None)] {
        let changes = vec![jiff::Timestamp::now().to_string(); number_of_changes];
        let profile = row(
            ME,
            json!({"userId": ME, "handle": "ada", "firstName": "Ada",
                "createdAt": "2026-01-02T03:04:05Z", "handleChanges": changes}),
        );
        let write = mock!(aws_sdk_dynamodb::Client::transact_write_items)
            .match_requests(move |request| {
                let row = request.transact_items()[0].put().unwrap().item();
                Some(row["handleChanges"].as_l().unwrap().len()) == expected
            })
            .then_output(|| TransactWriteItemsOutput::builder().build());
        let body = r#"{"handle": "augusta", "firstName": "Ada"}"#;
        let request = testing::sample_request_with_body("users-change.json", body);
        let result = handle(request, &[&profile, &write]).await;
        assert_eq!(result.is_ok(), expected.is_some());
        if let Err(error) = result {
            assert_eq!(error.status(), 409);
            assert!(error.to_string().contains("20 times within 30 days"), "{error}");
        }
    }
}

#[tokio::test]
async fn nobody_is_found_by_a_handle_that_rests() {
    let resting = row("handle#ada", json!({"userId": "handle#ada", "expiresAt": 1, "formerOwner": "hash"}));
    let error = handle(testing::sample_request("users-find.json"), &[&resting]).await.unwrap_err();
    assert_eq!(error.status(), 404);
}

#[tokio::test]
async fn an_absent_last_name_is_not_stored() {
    let write = mock!(aws_sdk_dynamodb::Client::transact_write_items)
        .match_requests(|request| {
            let row = request.transact_items()[0].put().unwrap().item();
            row["firstName"].as_s().unwrap() == "Pelé" && !row.contains_key("lastName")
        })
        .then_output(|| TransactWriteItemsOutput::builder().build());
    for body in [
        json!({"handle": "pele", "firstName": "Pelé"}),
        json!({"handle": "pele", "firstName": "Pelé", "lastName": null}),
        json!({"handle": "pele", "firstName": "Pelé", "lastName": ""}),
    ] {
        let request = testing::sample_request_with_body("users-create.json", &body.to_string());
        let reply = handle(request, &[&write]).await.unwrap();
        assert_eq!(reply.data()["lastName"], "", "{body}");
    }
    assert_eq!(write.num_calls(), 3);
}

/// Returns a sample request by another member.
fn request_by_another_member(name: &str) -> Request {
    let mut event: Value = testing::sample_event(name);
    let provider = &mut event["requestContext"]["identity"]["cognitoAuthenticationProvider"];
    *provider = provider.as_str().unwrap().replace(ME, THEM).into();
    Request::new(serde_json::from_value(event).unwrap())
}

#[tokio::test]
async fn other_members_see_a_profile_without_preferences() {
    for name in ["users-get.json", "users-find.json"] {
        let reply = handle(request_by_another_member(name), &[&profile(), &reservation()]).await.unwrap();
        let expected = json!({"id": ME, "handle": "ada", "firstName": "Ada", "lastName": "L",
            "createdAt": "2026-01-02T03:04:05Z"});
        assert_eq!(*reply.data(), expected, "{name}");
    }
}

#[tokio::test]
async fn members_see_all_their_own_preferences() {
    for (name, requested, ready) in [
        ("users-create.json", json!(["live"]), json!(["live"])),
        ("users-get.json", json!(["email"]), json!(["live"])),
        ("users-find.json", json!(["email"]), json!(["live"])),
        ("users-change.json", json!(["live"]), json!(["live", "push"])),
    ] {
        let reply =
            handle(testing::sample_request(name), &[&profile(), &reservation(), &accept_transaction()])
                .await
                .unwrap();
        let preferences = reply.data()["notifications"].as_object().unwrap();
        assert_eq!(
            (preferences.len(), &preferences["friend.requested"], &preferences["picture.ready"]),
            (12, &requested, &ready),
            "{name}"
        );
    }
}

#[tokio::test]
async fn omitted_preferences_stay_unchanged() {
    let write = mock!(aws_sdk_dynamodb::Client::transact_write_items)
        .match_requests(|request| {
            let put = request.transact_items()[0].put().unwrap();
            let preferences = &put.item()["notifications"];
            // The write requires that the preferences have not changed since the read.
            preferences.as_m().unwrap()["friend.requested"].is_l()
                && &put.expression_attribute_values().unwrap()[":chosen"] == preferences
        })
        .then_output(|| TransactWriteItemsOutput::builder().build());
    let body = r#"{"handle": "ada", "firstName": "Ada", "lastName": "Lovelace"}"#;
    let reply = handle(testing::sample_request_with_body("users-change.json", body), &[&profile(), &write])
        .await
        .unwrap();
    assert_eq!(reply.data()["notifications"]["friend.requested"], json!(["email"]));
}

#[tokio::test]
async fn a_changed_profile_keeps_its_time_of_creation() {
    let reply = handle(testing::sample_request("users-change.json"), &[&profile(), &accept_transaction()])
        .await
        .unwrap();
    assert_eq!(
        (&reply.data()["lastName"], &reply.data()["createdAt"]),
        (&json!("Lovelace"), &json!("2026-01-02T03:04:05Z"))
    );
}

#[tokio::test]
async fn rejects_invalid_input_without_a_write() {
    for body in [
        "{}",
        "{",
        "[]",
        "",
        r#"{"handle": "ada", "lastName": "Lovelace"}"#,
        r#"{"handle": "ada", "firstName": "Ada", "notifications": {"picture.ready": [], "picture.ready": []}}"#,
    ] {
        let error =
            handle(testing::sample_request_with_body("users-create.json", body), &[]).await.unwrap_err();
        assert_eq!(error.status(), 400, "{body}");
        assert!(error.to_string().starts_with("Invalid input: "), "{body}: {error}");
    }
}

#[tokio::test]
async fn a_deleted_account_cannot_create_or_change_a_profile() {
    let (create, change) = (cancel_transaction([false, false, true]), cancel_transaction([true, true, true]));
    let results = [
        handle(testing::sample_request("users-create.json"), &[&create]).await,
        handle(testing::sample_request("users-change.json"), &[&profile(), &change]).await,
    ];
    for error in results.map(Result::unwrap_err) {
        assert_eq!(
            (error.status(), error.to_string().as_str()),
            (403, "Your account was deleted. To come back, sign up again.")
        );
    }
}

/// Returns a rule that accepts the deletion of the caller's account: the transaction puts the row
/// of the deletion, deletes the rows with `deleted` keys, and puts rows with `put` keys without a
/// user id.
fn delete_account(deleted: &'static [&'static str], put: &'static [&'static str]) -> Rule {
    mock!(aws_sdk_dynamodb::Client::transact_write_items)
        .match_requests(move |request| {
            let (first, rest) = request.transact_items().split_first().unwrap();
            let row = first.put().unwrap().item();
            assert!(row["userId"].as_s().unwrap().starts_with("deleted#"));
            assert!(!row.contains_key("expiresAt"), "the row must not expire before the data is deleted");
            let deletions = rest.iter().filter_map(|item| item.delete());
            let deleted_keys = deletions.map(|delete| delete.key()["userId"].as_s().unwrap());
            let rows: Vec<_> = rest.iter().filter_map(|item| item.put()).map(|put| put.item()).collect();
            assert!(rows.iter().all(|row| row.contains_key("expiresAt") && row.len() == 2), "{rows:?}");
            let put_keys = rows.iter().map(|row| row["userId"].as_s().unwrap());
            row["account"].as_s().unwrap() == ME && deleted_keys.eq(deleted) && put_keys.eq(put)
        })
        .then_output(|| TransactWriteItemsOutput::builder().build())
}

#[tokio::test]
async fn an_account_deletion_deletes_the_profile_and_the_handle_rests() {
    let delete = delete_account(&[ME], &["handle#ada"]);
    let reply = handle(testing::sample_request("users-delete.json"), &[&profile(), &delete]).await.unwrap();
    assert_eq!((reply.status(), reply.data(), delete.num_calls()), (200, &json!({"id": ME}), 1));
}

#[tokio::test]
async fn an_account_without_a_profile_can_be_deleted() {
    let no_profile =
        mock!(aws_sdk_dynamodb::Client::get_item).then_output(|| GetItemOutput::builder().build());
    let delete = delete_account(&[], &[]);
    let reply = handle(testing::sample_request("users-delete.json"), &[&no_profile, &delete]).await.unwrap();
    assert_eq!((reply.status(), delete.num_calls()), (200, 1));
}

#[tokio::test]
async fn a_deleted_account_cannot_be_deleted_again() {
    let no_profile =
        mock!(aws_sdk_dynamodb::Client::get_item).then_output(|| GetItemOutput::builder().build());
    let rules = [&no_profile, &cancel_transaction([true, false])];
    let error = handle(testing::sample_request("users-delete.json"), &rules).await.unwrap_err();
    assert_eq!(error.status(), 404);
}

#[tokio::test]
async fn members_cannot_change_or_delete_other_members() {
    for event in ["users-delete.json", "users-change.json"] {
        let mut event: Value = testing::sample_event(event);
        event["pathParameters"]["id"] = THEM.into();
        let request = Request::new(serde_json::from_value(event).unwrap());
        assert_eq!(handle(request, &[]).await.unwrap_err().status(), 403);
    }
}

/// Returns a rule that replies with the counters of all pictures and of today.
fn counters() -> Rule {
    mock!(aws_sdk_dynamodb::Client::batch_get_item).then_output(|| {
        let total = json!({"userId": ME, "period": "total", "pictures": 1_204, "bytes": 3_100_000_000_u64});
        let today = json!({"userId": ME, "period": "day#2026-11-28", "pictures": 7, "friendRequests": 3});
        let rows = [total, today].iter().map(testing::row).collect();
        BatchGetItemOutput::builder().responses("Quotas", rows).build()
    })
}

#[tokio::test]
async fn the_usage_contains_all_pictures_those_of_today_and_the_limits() {
    let reply = handle(testing::sample_request("users-usage.json"), &[&counters()]).await.unwrap();
    assert_eq!(reply.data()["pictures"], 1_204);
    assert_eq!(reply.data()["bytes"], 3_100_000_000_u64);
    assert_eq!(reply.data()["today"], json!({"pictures": 7, "bytes": 0}));
    let limits = json!({
        "pictures": 50_000, "bytes": 500_000_000_000_u64, "picturesPerDay": 2_000,
        "bytesPerDay": 20_000_000_000_u64, "openRegistrations": 300, "commentsPerHour": 120,
        "friendRequestsPerDay": 50, "devices": 10, "connections": 50
    });
    assert_eq!(reply.data()["limits"], limits);
}

#[tokio::test]
async fn other_members_cannot_read_the_usage() {
    let mut event: Value = testing::sample_event("users-usage.json");
    event["pathParameters"]["id"] = json!(THEM);
    let request = Request::new(serde_json::from_value(event).unwrap());
    let error = handle(request, &[]).await.unwrap_err();
    assert_eq!(error.status(), 403);
}
