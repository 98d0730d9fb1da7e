//! Tests the handler with its sample event, a fake DynamoDB and real child processes.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use std::cmp::Reverse;
use std::time::Duration;

use aws_sdk_dynamodb::operation::batch_get_item::BatchGetItemOutput;
use aws_sdk_dynamodb::operation::query::QueryOutput;
use aws_sdk_dynamodb::operation::transact_write_items::{TransactWriteItemsError, TransactWriteItemsOutput};
use aws_sdk_dynamodb::types::error::TransactionCanceledException;
use aws_sdk_dynamodb::types::{AttributeValue, CancellationReason};
use aws_smithy_mocks::{Rule, mock};
use domain::{CameraFacts, Picture, PictureId, UserId, Visibility};
use lambda::http::{ApiError, Reply};
use rule_evaluator::Evaluator;
use rules::Context;
use serde_json::{Value, json};
use store::{Pictures, Quotas};

/// Returns the caller of the sample event.
fn caller() -> UserId {
    testing::registered_picture().key.owner_id
}

/// Creates ready pictures of the caller with these ISO speeds, newest first.
fn pictures(isos: &[Option<u32>]) -> Vec<Picture> {
    let mut ids: Vec<_> = isos.iter().map(|_| PictureId::new()).collect();
    ids.sort_by_key(|id| Reverse(*id));
    let picture = |(iso, picture_id): (&Option<u32>, PictureId)| {
        let mut picture = testing::ready_picture(Visibility::Private);
        picture.key.picture_id = picture_id;
        let camera = Some("NIKON D850".to_owned());
        picture.metadata = Some(CameraFacts { iso: *iso, camera, ..CameraFacts::default() });
        picture
    };
    isos.iter().zip(ids).map(picture).collect()
}

/// Returns a rule that replies to queries of the caller's pictures as DynamoDB does.
fn table(pictures: &[Picture]) -> Rule {
    let rows: Vec<_> = pictures.iter().map(testing::row).collect();
    mock!(aws_sdk_dynamodb::Client::query).then_compute_output(move |request| {
        assert_eq!((request.table_name(), request.index_name()), (Some("Pictures"), None));
        let values = request.expression_attribute_values().unwrap();
        let owner = caller().to_string();
        assert!(values.values().any(|value| value.as_s().is_ok_and(|text| *text == owner)), "{values:?}");
        let after = values.values().find_map(|value| {
            rows.iter().position(|row| row["pictureId"] == *value).map(|position| position + 1)
        });
        let limit = usize::try_from(request.limit().unwrap_or(1_000)).unwrap();
        let page = rows.iter().skip(after.unwrap_or(0)).take(limit).cloned().collect();
        QueryOutput::builder().set_items(Some(page)).build()
    })
}

/// Returns a rule that replies with these pictures to reads by key.
fn stored(pictures: &[Picture]) -> Rule {
    let rows: Vec<_> = pictures.iter().map(testing::row).collect();
    mock!(aws_sdk_dynamodb::Client::batch_get_item)
        .then_output(move || BatchGetItemOutput::builder().responses("Pictures", rows.clone()).build())
}

fn string(value: impl ToString) -> AttributeValue {
    AttributeValue::S(value.to_string())
}

fn number(value: u64) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

/// Returns a rule that counts a call of the caller.
fn count() -> Rule {
    mock!(aws_sdk_dynamodb::Client::transact_write_items)
        .match_requests(|request| {
            let [item] = request.transact_items() else { return false };
            let update = item.update().unwrap();
            assert_eq!((update.table_name(), &update.key()["userId"]), ("Quotas", &string(caller())));
            assert!(update.key()["period"].as_s().unwrap().starts_with("hour#"));
            assert!(update.expression_attribute_values().unwrap().values().any(|max| *max == number(999)));
            true
        })
        .then_output(|| TransactWriteItemsOutput::builder().build())
}

async fn handle(request: lambda::http::Request, tables: &[&Rule]) -> Result<Reply, ApiError> {
    handle_counted(request, &count(), tables).await
}

async fn handle_counted(
    request: lambda::http::Request,
    count: &Rule,
    tables: &[&Rule],
) -> Result<Reply, ApiError> {
    // The build for tests is slow.
    let mut evaluator = Evaluator::current_program(Duration::from_secs(10)).unwrap();
    evaluator.0.path = env!("CARGO_BIN_EXE_rules").into();
    let database = testing::database(tables.iter().copied().chain([count]));
    let (pictures, quotas) = (Pictures::new(&database), Quotas::new(&database));
    rules::handle(&Context { pictures, quotas, limits: testing::LIMITS, evaluator }, request).await
}

/// Handles the sample event with another body.
async fn evaluate(body: &Value, tables: &[&Rule]) -> Result<Value, ApiError> {
    let request = testing::sample_request_with_body("rules.json", &body.to_string());
    let reply = handle(request, tables).await?;
    assert_eq!(reply.status(), 200);
    Ok(reply.data().clone())
}

fn matches(data: &Value) -> Vec<bool> {
    data["results"].as_array().unwrap().iter().map(|result| result["matches"].as_bool().unwrap()).collect()
}

#[tokio::test]
async fn evaluates_the_sample_event() {
    let sample = testing::ready_picture(Visibility::Private);
    let newest = pictures(&[Some(100), None]);
    let (query, read) = (table(&newest), stored(&[sample]));
    let reply = handle(testing::sample_request("rules.json"), &[&query, &read]).await.unwrap();
    let data = reply.data();
    // The newest pictures have no time, so their year is None, which no number is compared with.
    // The picture of the second case has no camera.
    assert!(data["error"]["message"].as_str().unwrap().contains("picture.year"), "{data}");
    assert_eq!((&data["results"], &data["cases"]), (&json!([]), &json!([true, true])));
    assert_eq!([&query, &read].map(Rule::num_calls), [1, 1]);
}

#[tokio::test]
async fn returns_results_by_picture_newest_first() {
    let newest = pictures(&[Some(100), Some(6400), Some(3200)]);
    let data = evaluate(&json!({ "code": "picture.iso > 3000" }), &[&table(&newest)]).await.unwrap();
    let expected = [false, true, true].iter().zip(&newest);
    let expected: Vec<_> = expected
        .map(|(matches, picture)| json!({ "pictureId": picture.key.picture_id, "matches": matches }))
        .collect();
    assert_eq!(data, json!({ "results": expected, "cases": [] }));
}

#[tokio::test]
async fn skips_pictures_that_are_not_ready() {
    let mut newest = pictures(&[Some(1); 7]);
    for index in [0, 1, 3, 4] {
        newest[index].renditions = None;
    }
    let query = table(&newest);
    let data = evaluate(&json!({ "code": "True", "limit": 2 }), &[&query]).await.unwrap();
    let ids: Vec<_> = data["results"].as_array().unwrap().iter().map(|result| &result["pictureId"]).collect();
    assert_eq!(json!(ids), json!([newest[2].key.picture_id, newest[5].key.picture_id]));
    assert_eq!(query.num_calls(), 1);
}

#[tokio::test]
async fn few_queries_find_one_picture() {
    let mut newest = pictures(&[Some(1); 250]);
    newest[..220].iter_mut().for_each(|picture| picture.renditions = None);
    let query = table(&newest);
    let data = evaluate(&json!({ "code": "True", "limit": 1 }), &[&query]).await.unwrap();
    assert_eq!(data["results"], json!([{ "pictureId": newest[220].key.picture_id, "matches": true }]));
    assert_eq!(query.num_calls(), 3);
}

#[tokio::test]
async fn an_error_of_the_code_has_a_position() {
    let body = json!({
        "code": "picture.iso > 100 and\\\n picture.camrea == 'X'", "cases": [{ "picture": {}, "expect": true }],
    });
    let data = evaluate(&body, &[&table(&pictures(&[Some(1)]))]).await.unwrap();
    let error = json!({
        "line": 2, "column": 10,
        "message": "`camrea` is not a field of `picture`. Did you mean `camera`?",
    });
    assert_eq!(data, json!({ "results": [], "cases": [false], "error": error }));
}

#[tokio::test]
async fn a_picture_without_a_result_leaves_those_of_the_others() {
    let newest = pictures(&[Some(100), None, Some(6400)]);
    let body = json!({
        "code": "picture.iso > 3000",
        "cases": [{ "picture": {}, "expect": false }, { "picture": { "iso": 1 }, "expect": false }],
    });
    let data = evaluate(&body, &[&table(&newest)]).await.unwrap();
    assert_eq!((matches(&data), &data["cases"]), (vec![false, true], &json!([false, true])));
    assert_eq!((&data["error"]["line"], &data["error"]["column"]), (&json!(1), &json!(1)), "{data}");
}

#[tokio::test]
async fn a_case_has_an_id_a_key_or_fields() {
    let own = pictures(&[Some(6400), Some(100)]);
    let [high, low] = [0, 1].map(|index| own[index].key.picture_id);
    let cases = [
        (json!(high), true),
        (json!(low), true),
        (json!({ "ownerId": caller(), "pictureId": high }), true),
        // A picture as other routes return it.
        (json!({ "ownerId": caller(), "id": low, "state": "ready" }), false),
        (json!({ "iso": 3200 }), true),
        (json!({ "iso": 100, "taken": "2023-06-01T05:30:00+02:00" }), true),
    ];
    let cases = cases.map(|(picture, expect)| json!({ "picture": picture, "expect": expect }));
    let body = json!({ "code": "picture.iso > 3000 or picture.year == 2023", "cases": cases });
    let read = stored(&own);
    let data = evaluate(&body, &[&table(&[]), &read]).await.unwrap();
    assert_eq!(data, json!({ "results": [], "cases": [true, false, true, true, true, true] }));
    assert_eq!(read.num_calls(), 1);
}

#[tokio::test]
async fn pictures_of_others_and_missing_pictures_are_refused() {
    let other = json!({ "ownerId": "76f92271-5e5e-46f9-a800-9cbe3d67933f", "pictureId": PictureId::new() });
    for picture in [other, json!(PictureId::new())] {
        let body = json!({ "code": "True", "cases": [{ "picture": picture, "expect": true }] });
        let error = evaluate(&body, &[&stored(&[]), &table(&[])]).await.unwrap_err();
        assert_eq!(error.status(), 404, "{picture}: {error}");
    }
}

#[tokio::test]
async fn a_member_with_too_many_calls_in_the_hour_is_refused() {
    let refused = mock!(aws_sdk_dynamodb::Client::transact_write_items).then_error(|| {
        let reason = CancellationReason::builder().code("ConditionalCheckFailed").build();
        let error = TransactionCanceledException::builder().cancellation_reasons(reason);
        TransactWriteItemsError::TransactionCanceledException(error.build())
    });
    let query = table(&pictures(&[Some(1)]));
    let request = testing::sample_request_with_body("rules.json", r#"{"code": "True"}"#);
    let error = handle_counted(request, &refused, &[&query]).await.unwrap_err();
    assert_eq!(error.status(), 429);
    assert!((1..=3_600).contains(&error.retry_after().unwrap()), "{error}");
    assert!(error.to_string().contains("evaluated rules 1,000 times this hour"), "{error}");
    assert_eq!(query.num_calls(), 0);
}

#[tokio::test]
async fn invalid_bodies_are_refused() {
    let case = |picture: Value| json!({ "code": "True", "cases": [{ "picture": picture, "expect": true }] });
    let cases = vec![json!({ "picture": {}, "expect": true }); 21];
    for (body, message) in [
        (json!({}), "missing field `code`"),
        (json!({ "code": "#".repeat(4097) }), "code has 4097 bytes; the maximum is 4096"),
        (json!({ "code": "True", "limit": 0 }), "limit must be between 1 and 100"),
        (json!({ "code": "True", "limit": 101 }), "limit must be between 1 and 100"),
        (json!({ "code": "True", "cases": cases }), "21 cases; the maximum in one call is 20"),
        (case(json!("x")), "the picture of cases[0] is not the id of a picture"),
        (case(json!(7)), "the picture of cases[0] must be the id of one of your pictures"),
        (
            case(json!({ "camrea": "X" })),
            "the picture of cases[0] has a wrong type or an unknown value in `camrea`",
        ),
        (
            case(json!({ "iso": "high" })),
            "the picture of cases[0] has a wrong type or an unknown value in `iso`",
        ),
        (case(json!({ "ownerId": caller() })), "missing field `pictureId`"),
        (case(json!({ "caption": "x".repeat(40_000) })), "the picture of cases[0] has more than 32768 bytes"),
    ] {
        let error = evaluate(&body, &[]).await.unwrap_err();
        assert_eq!(error.status(), 400, "{error}");
        assert!(error.to_string().contains(message), "{error}");
    }
}
