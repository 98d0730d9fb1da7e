//! Tests the handler with its sample events. The AWS clients are mocked.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use std::collections::HashMap;

use aws_lambda_events::apigw::ApiGatewayProxyRequest;
use aws_sdk_dynamodb::operation::batch_get_item::BatchGetItemOutput;
use aws_sdk_dynamodb::operation::get_item::GetItemOutput;
use aws_sdk_dynamodb::operation::query::QueryOutput;
use aws_sdk_dynamodb::operation::transact_write_items::{
    TransactWriteItemsError, TransactWriteItemsInput, TransactWriteItemsOutput,
};
use aws_sdk_dynamodb::operation::update_item::{UpdateItemError, UpdateItemInput, UpdateItemOutput};
use aws_sdk_dynamodb::types::error::{ConditionalCheckFailedException, TransactionCanceledException};
use aws_sdk_dynamodb::types::{AttributeValue, CancellationReason, Select, Update};
use aws_smithy_mocks::{Rule, RuleBuilder, mock};
use domain::{ContentType, PART_BYTES, Picture, UploadId, Visibility};
use lambda::http::{ApiError, Reply, Request};
use serde_json::json;
use store::{Pictures, Users};
use uploads::Context;

/// Handles the registration of a picture by a member without a profile.
async fn handle_registration(request: Request, put: &Rule) -> Result<Reply, ApiError> {
    handle(request, [put, &no_profile(), &open_registrations(0)]).await
}

fn no_profile() -> Rule {
    mock!(aws_sdk_dynamodb::Client::get_item).then_output(|| GetItemOutput::builder().build())
}

/// Returns a rule that replies with the number of open registrations of the owner.
fn open_registrations(count: i32) -> Rule {
    mock!(aws_sdk_dynamodb::Client::query)
        .match_requests(|request| {
            let filter = request.filter_expression();
            (request.table_name(), request.consistent_read(), request.select())
                == (Some("Deadlines"), Some(true), Some(&Select::Count))
                && filter == Some("expiresAt > :now")
        })
        .then_output(move || QueryOutput::builder().count(count).build())
}

async fn handle<'a>(request: Request, rules: impl IntoIterator<Item = &'a Rule>) -> Result<Reply, ApiError> {
    let database = testing::database(rules);
    let context = Context {
        pictures: Pictures::new(&database),
        users: Users::new(&database),
        presigner: testing::presigner(),
        limits: testing::LIMITS,
    };
    uploads::handle(&context, request).await
}

/// Returns a rule builder that matches the transaction that puts a new picture and its deadline on
/// condition that the owner's account was not deleted, and counts the picture.
fn match_registration()
-> RuleBuilder<TransactWriteItemsInput, TransactWriteItemsOutput, TransactWriteItemsError> {
    mock!(aws_sdk_dynamodb::Client::transact_write_items).match_requests(|request| {
        let [put, check, deadline, total, today] = request.transact_items() else { return false };
        assert_counts(total.update().unwrap(), "total", ["49999", "499996803840"]);
        assert_counts(today.update().unwrap(), "day#", ["1999", "19996803840"]);
        let (put, check, deadline) =
            (put.put().unwrap(), check.condition_check().unwrap(), deadline.put().unwrap());
        let is_equal = |name| put.item()[name] == deadline.item()[name];
        assert!(is_equal("ownerId") && is_equal("pictureId") && deadline.table_name() == "Deadlines");
        let expires_at: i64 = deadline.item()["expiresAt"].as_n().unwrap().parse().unwrap();
        let hours = (expires_at - jiff::Timestamp::now().as_second()) as f64 / 3_600.0;
        assert!((23.9..=24.0).contains(&hours), "{hours}");
        (put.table_name(), check.table_name()) == ("Pictures", "Users")
            && put.condition_expression() == Some("attribute_not_exists(pictureId)")
            && check.key()["userId"].as_s().unwrap().starts_with("deleted#")
            && check.condition_expression() == "attribute_not_exists(userId)"
    })
}

/// Asserts that an update counts the picture of the sample event (3,196,160 bytes) in a period, if
/// the counters of pictures and bytes are at most `max`.
fn assert_counts(update: &Update, period: &str, max: [&str; 2]) {
    let (names, values) =
        (update.expression_attribute_names().unwrap(), update.expression_attribute_values().unwrap());
    let number = |name| values[name].as_n().unwrap().as_str();
    assert_eq!(update.table_name(), "Quotas");
    assert_eq!(update.key()["userId"].as_s().unwrap(), "3f1c2b9e-0b1d-4a7b-9b57-0d6a3c1f2e4d");
    assert!(update.key()["period"].as_s().unwrap().starts_with(period));
    assert!(update.update_expression().contains("ADD #c0 :a0, #c1 :a1"));
    assert_eq!((names["#c0"].as_str(), number(":a0"), number(":m0")), ("pictures", "1", max[0]));
    assert_eq!((names["#c1"].as_str(), number(":a1"), number(":m1")), ("bytes", "3196160", max[1]));
    let condition = update.condition_expression().unwrap();
    assert_eq!(condition.contains("attribute_exists(userId)"), period == "total", "{condition}");
}

/// Returns a rule that accepts the registration of a picture.
fn put_picture() -> Rule {
    match_registration().then_output(|| TransactWriteItemsOutput::builder().build())
}

/// Returns a rule that cancels the registration because of the condition at this position: 0 for
/// the picture, 1 for the account, 3 for the totals, 4 for the day.
fn cancel_registration(position: usize) -> Rule {
    match_registration().then_error(move || cancelled(position, "ConditionalCheckFailed"))
}

/// Returns the error of a registration that was cancelled for the reason `code` at this position.
fn cancelled(position: usize, code: &str) -> TransactWriteItemsError {
    let reasons = (0..5).map(|i| if i == position { code } else { "None" });
    let reasons = reasons.map(|code| CancellationReason::builder().code(code).build());
    let error = TransactionCanceledException::builder().set_cancellation_reasons(Some(reasons.collect()));
    TransactWriteItemsError::TransactionCanceledException(error.build())
}

/// Returns a rule that replies with these counters (pictures, bytes) of all pictures and of today.
/// There is no row for `None`.
fn counters(total: Option<(u64, u64)>, today: Option<(u64, u64)>) -> Rule {
    mock!(aws_sdk_dynamodb::Client::batch_get_item)
        .match_requests(|request| request.request_items().unwrap()["Quotas"].consistent_read() == Some(true))
        .then_output(move || {
            let row = |period: &str, (pictures, bytes): (u64, u64)| {
                testing::row(&json!({"userId": "u", "period": period, "pictures": pictures, "bytes": bytes}))
            };
            let total = total.map(|counters| row("total", counters));
            let today = today.map(|counters| row("day#2026-11-28", counters));
            BatchGetItemOutput::builder()
                .responses("Quotas", total.into_iter().chain(today).collect())
                .build()
        })
}

#[tokio::test]
async fn the_upload_is_bound_to_the_declared_type_and_length() {
    let put = put_picture();
    let reply = handle_registration(testing::sample_request("uploads.json"), &put).await.unwrap();
    assert_eq!((reply.status(), put.num_calls()), (201, 1));
    let (picture, upload) = (&reply.data()["picture"], &reply.data()["upload"]);
    assert_eq!((&picture["state"], &picture["visibility"]), (&"awaitingUpload".into(), &"public".into()));
    assert_eq!(upload["method"], "PUT");
    let headers =
        serde_json::json!({"content-length": "3196160", "content-type": "image/jpeg", "if-none-match": "*"});
    assert_eq!(upload["headers"], headers);
    let url = upload["url"].as_str().unwrap();
    assert!(
        url.contains("X-Amz-SignedHeaders=content-length%3Bcontent-type%3Bhost%3Bif-none-match"),
        "{url}"
    );
    assert!(url.contains(&format!(
        "/originals/3f1c2b9e-0b1d-4a7b-9b57-0d6a3c1f2e4d/{}",
        picture["id"].as_str().unwrap()
    )));
}

#[tokio::test]
async fn the_registration_of_several_parts_creates_their_upload() {
    for (bytes, has_parts) in [(PART_BYTES, false), (PART_BYTES + 1, true)] {
        let body = format!(r#"{{"contentType": "image/heic", "bytes": {bytes}}}"#);
        let request = testing::sample_request_with_body("uploads.json", &body);
        let put = mock!(aws_sdk_dynamodb::Client::transact_write_items)
            .then_output(|| TransactWriteItemsOutput::builder().build());
        let reply = handle_registration(request, &put).await.unwrap();
        let Some(create) = reply.data().get("createUpload") else {
            assert!(!has_parts);
            continue;
        };
        assert!(has_parts);
        assert_eq!(create["method"], "POST");
        assert_eq!(create["headers"], serde_json::json!({"content-type": "image/heic"}));
        let (object, query) = presigned_url(create);
        assert_eq!(object, presigned_url(&reply.data()["upload"]).0);
        assert_eq!(unsigned_parameters(query), "uploads");
    }
}

#[tokio::test]
async fn an_invalid_registration_writes_nothing() {
    for (body, status) in [
        (r#"{"contentType": "image/tiff", "bytes": 5}"#, 415),
        (r#"{"contentType": "image/png", "bytes": 99000000}"#, 413),
        (r#"{"contentType": "image/png", "bytes": 5, "visibility": "world"}"#, 400),
        ("{", 400),
    ] {
        let put = put_picture();
        let request = testing::sample_request_with_body("uploads.json", body);
        let error = handle_registration(request, &put).await.unwrap_err();
        assert_eq!((error.status(), put.num_calls()), (status, 0), "{body}");
    }
}

#[tokio::test]
async fn a_deleted_account_cannot_register_pictures() {
    let request = testing::sample_request("uploads.json");
    let error = handle_registration(request, &cancel_registration(1)).await.unwrap_err();
    assert_eq!(
        (error.status(), error.to_string().as_str()),
        (403, "Your account was deleted. To come back, sign up again.")
    );
}

#[tokio::test]
async fn an_existing_id_is_an_internal_error() {
    let request = testing::sample_request("uploads.json");
    let error = handle_registration(request, &cancel_registration(0)).await.unwrap_err();
    assert_eq!(error.status(), 500);
}

/// Returns a rule that replies with this row to a read of the picture of the sample event.
fn picture_row(picture: Option<Picture>) -> Rule {
    mock!(aws_sdk_dynamodb::Client::get_item)
        .match_requests(|request| {
            let key = request.key().unwrap();
            request.table_name() == Some("Pictures")
                && request.consistent_read() == Some(true)
                && key["ownerId"] == testing::row(&testing::registered_picture())["ownerId"]
                && key["pictureId"] == testing::row(&testing::registered_picture())["pictureId"]
        })
        .then_output(move || GetItemOutput::builder().set_item(picture.as_ref().map(testing::row)).build())
}

/// Returns a rule that replies with a picture of 9,000,000 bytes, or two parts, without a multipart
/// upload.
fn two_part_picture() -> Rule {
    picture_row(Some(two_parts(None)))
}

/// Creates a picture of 9,000,000 bytes, or two parts, that is bound to this multipart upload.
fn two_parts(upload_id: Option<&str>) -> Picture {
    Picture {
        bytes: 9_000_000,
        content_type: ContentType::Heic,
        multipart_upload_id: upload_id.map(|id| UploadId::parse(id).unwrap()),
        ..testing::registered_picture()
    }
}

/// Returns a rule that replies with these rows to two reads of the picture of the sample event.
fn picture_rows(rows: [Option<Picture>; 2]) -> Rule {
    let [first, second] = rows.map(|picture| picture.as_ref().map(testing::row));
    let reply = |row: Option<HashMap<String, AttributeValue>>| GetItemOutput::builder().set_item(row).build();
    mock!(aws_sdk_dynamodb::Client::get_item)
        .match_requests(|request| request.table_name() == Some("Pictures"))
        .sequence()
        .output(move || reply(first.clone()))
        .output(move || reply(second.clone()))
        .build()
}

/// Returns a rule builder that matches the update that binds the picture of the sample event to a
/// multipart upload, on condition that it awaits its upload and has no other one.
fn match_binding(upload_id: &'static str) -> RuleBuilder<UpdateItemInput, UpdateItemOutput, UpdateItemError> {
    mock!(aws_sdk_dynamodb::Client::update_item).match_requests(move |request| {
        let condition = request.condition_expression().unwrap();
        assert_awaits_upload(condition);
        assert!(
            condition
                .ends_with("AND (attribute_not_exists(multipartUploadId) OR multipartUploadId = :upload)")
        );
        request.table_name() == Some("Pictures")
            && request.key().unwrap()["pictureId"]
                == testing::row(&testing::registered_picture())["pictureId"]
            && request.update_expression() == Some("SET multipartUploadId = :upload")
            && request.expression_attribute_values().unwrap()[":upload"].as_s().unwrap() == upload_id
    })
}

/// Asserts that a condition holds for a picture that exists and awaits its upload only.
fn assert_awaits_upload(condition: &str) {
    for part in [
        "attribute_exists(pictureId)",
        "attribute_not_exists(renditions)",
        "attribute_not_exists(metadata)",
        "attribute_not_exists(failure)",
    ] {
        assert!(condition.contains(part), "{part}: {condition}");
    }
}

/// Returns a rule that binds the picture to a multipart upload.
fn bind(upload_id: &'static str) -> Rule {
    match_binding(upload_id).then_output(|| UpdateItemOutput::builder().build())
}

/// Returns a rule that refuses to bind the picture to a multipart upload.
fn refuse_binding(upload_id: &'static str) -> Rule {
    match_binding(upload_id).then_error(|| {
        UpdateItemError::ConditionalCheckFailedException(ConditionalCheckFailedException::builder().build())
    })
}

/// Returns a rule builder that matches the transaction that unbinds a picture of
/// [`two_parts`] from the multipart upload `u`, and counts its bytes in the day.
fn match_unbinding() -> RuleBuilder<TransactWriteItemsInput, TransactWriteItemsOutput, TransactWriteItemsError>
{
    mock!(aws_sdk_dynamodb::Client::transact_write_items).match_requests(|request| {
        let [picture, account, today] = request.transact_items() else { return false };
        let (picture, today) = (picture.update().unwrap(), today.update().unwrap());
        let values = picture.expression_attribute_values().unwrap();
        let condition = picture.condition_expression().unwrap();
        assert_awaits_upload(condition);
        assert!(condition.starts_with("#name = :value AND"), "{condition}");
        assert_eq!(picture.expression_attribute_names().unwrap()["#name"], "multipartUploadId");
        assert_eq!(values[":value"].as_s().unwrap(), "u");
        assert_eq!(
            (picture.table_name(), picture.update_expression()),
            ("Pictures", "REMOVE multipartUploadId")
        );
        assert!(account.condition_check().unwrap().key()["userId"].as_s().unwrap().starts_with("deleted#"));
        let values = today.expression_attribute_values().unwrap();
        assert!(today.table_name() == "Quotas" && today.key()["period"].as_s().unwrap().starts_with("day#"));
        assert_eq!(today.expression_attribute_names().unwrap()["#c0"], "bytes");
        assert!(today.update_expression().ends_with("ADD #c0 :a0"));
        (values[":a0"].as_n().unwrap().as_str(), values[":m0"].as_n().unwrap().as_str())
            == ("9000000", "19991000000")
    })
}

/// Returns a rule that unbinds the picture from the multipart upload `u`.
fn unbind() -> Rule {
    match_unbinding().then_output(|| TransactWriteItemsOutput::builder().build())
}

/// Returns a rule that cancels the unbinding because of the condition at this position: 0 for the
/// picture, 1 for the account, 2 for the day.
fn cancel_unbinding(position: usize) -> Rule {
    match_unbinding().then_error(move || cancelled(position, "ConditionalCheckFailed"))
}

/// Splits the URL of a presigned request into the URL of the object and the query string.
fn presigned_url(request: &serde_json::Value) -> (&str, &str) {
    request["url"].as_str().unwrap().split_once('?').unwrap()
}

/// Returns the query parameters that do not belong to the signature.
fn unsigned_parameters(query: &str) -> String {
    query.split('&').filter(|pair| !pair.starts_with("X-Amz-")).collect::<Vec<_>>().join("&")
}

/// Returns the method, the query without the signature, and the headers of the presigned request.
/// Asserts that the request is for the original of the sample event and signs all headers.
fn presigned_request(upload: &serde_json::Value) -> (String, String, serde_json::Value) {
    let (object, query) = presigned_url(upload);
    assert!(
        object.ends_with(
            "/originals/3f1c2b9e-0b1d-4a7b-9b57-0d6a3c1f2e4d/019a1234-5678-7abc-8def-0123456789ab"
        )
    );
    let names = upload["headers"].as_object().unwrap().keys().map(String::as_str);
    let mut names: Vec<_> = names.chain(["host"]).collect();
    names.sort_unstable();
    assert!(query.contains(&format!("X-Amz-SignedHeaders={}&", names.join("%3B"))), "{query}");
    (upload["method"].as_str().unwrap().to_owned(), unsigned_parameters(query), upload["headers"].clone())
}

#[tokio::test]
async fn a_part_is_bound_to_its_length() {
    let bind = bind("b1f6a5f0-6a5e-4a0c-9b1e-2f7f0c3d4e5a");
    let rules = [&two_part_picture(), &bind];
    let reply = handle(testing::sample_request("uploads-sign.json"), rules).await.unwrap();
    let query = "partNumber=1&uploadId=b1f6a5f0-6a5e-4a0c-9b1e-2f7f0c3d4e5a".to_owned();
    assert_eq!(reply.status(), 200);
    assert_eq!(
        presigned_request(reply.data()),
        ("PUT".into(), query, serde_json::json!({"content-length": "5242880"}))
    );
    assert!(reply.data()["expiresAt"].is_string());
}

#[tokio::test]
async fn a_part_comes_with_the_requests_that_follow_it() {
    let bind = bind("b1f6a5f0-6a5e-4a0c-9b1e-2f7f0c3d4e5a");
    let rules = [&two_part_picture(), &bind];
    let reply = handle(testing::sample_request("uploads-sign.json"), rules).await.unwrap();
    let data = reply.data();
    let following = data["following"].as_array().unwrap().iter().map(presigned_request);
    let id = "uploadId=b1f6a5f0-6a5e-4a0c-9b1e-2f7f0c3d4e5a";
    let part = serde_json::json!({"content-length": "3757120"});
    let complete = serde_json::json!({"if-none-match": "*", "x-amz-mp-object-size": "9000000"});
    assert_eq!(
        following.collect::<Vec<_>>(),
        [("PUT".into(), format!("partNumber=2&{id}"), part), ("POST".into(), id.into(), complete)]
    );
}

#[tokio::test]
async fn every_step_is_bound_to_the_declared_type_and_length() {
    let complete = serde_json::json!({"if-none-match": "*", "x-amz-mp-object-size": "9000000"});
    for (body, method, query, headers) in [
        (r#"{"step": "create"}"#, "POST", "uploads", serde_json::json!({"content-type": "image/heic"})),
        (
            r#"{"step": "part", "uploadId": "u", "number": 2}"#,
            "PUT",
            "partNumber=2&uploadId=u",
            serde_json::json!({"content-length": "3757120"}),
        ),
        (r#"{"step": "list", "uploadId": "u"}"#, "GET", "uploadId=u", serde_json::json!({})),
        (r#"{"step": "complete", "uploadId": "u"}"#, "POST", "uploadId=u", complete),
        (r#"{"step": "abort", "uploadId": "u"}"#, "DELETE", "uploadId=u", serde_json::json!({})),
    ] {
        let request = testing::sample_request_with_body("uploads-sign.json", body);
        let bind = bind("u");
        let reply = handle(request, [&two_part_picture(), &bind]).await.unwrap();
        assert_eq!(presigned_request(reply.data()), (method.into(), query.into(), headers), "{body}");
        let is_first_create = body.contains("create");
        assert_eq!(bind.num_calls(), usize::from(!is_first_create), "{body}");
    }
}

/// A body of each step of the multipart upload `u`.
const STEPS: [&str; 4] = [
    r#"{"step": "part", "uploadId": "u", "number": 1}"#,
    r#"{"step": "list", "uploadId": "u"}"#,
    r#"{"step": "complete", "uploadId": "u"}"#,
    r#"{"step": "abort", "uploadId": "u"}"#,
];

/// Handles the presigning of a step.
async fn handle_step<'a>(body: &str, rules: impl IntoIterator<Item = &'a Rule>) -> Result<Reply, ApiError> {
    handle(testing::sample_request_with_body("uploads-sign.json", body), rules).await
}

#[tokio::test]
async fn later_steps_of_a_multipart_upload_write_nothing() {
    for body in STEPS {
        let (row, bind) = (picture_row(Some(two_parts(Some("u")))), bind("u"));
        let reply = handle_step(body, [&row, &bind]).await.unwrap();
        assert_eq!((reply.status(), row.num_calls(), bind.num_calls()), (200, 1, 0), "{body}");
    }
}

/// The notes of a refused step of another multipart upload.
const OTHER_UPLOAD: &str =
    "This picture has another multipart upload. Use its uploadId, or create a new upload.";

#[tokio::test]
async fn a_step_of_another_multipart_upload_is_refused() {
    for body in STEPS {
        let (row, bind) = (picture_row(Some(two_parts(Some("other")))), bind("u"));
        let error = handle_step(body, [&row, &bind]).await.unwrap_err();
        assert_eq!((error.status(), bind.num_calls()), (409, 0), "{body}");
        assert_eq!(error.to_string(), OTHER_UPLOAD);
    }
}

#[tokio::test]
async fn a_step_is_refused_if_the_picture_changes_meanwhile() {
    for (second_read, status, notes) in [
        (Some(two_parts(Some("other"))), 409, OTHER_UPLOAD),
        (Some(testing::ready_picture(Visibility::Private)), 409, "This picture has already been uploaded."),
        (None, 404, "There is no such picture"),
    ] {
        let (rows, refuse) = (picture_rows([Some(two_parts(None)), second_read]), refuse_binding("u"));
        let error = handle_step(STEPS[0], [&rows, &refuse]).await.unwrap_err();
        assert_eq!((error.status(), refuse.num_calls()), (status, 1), "{error}");
        assert!(error.to_string().starts_with(notes), "{error}");
    }
}

/// The body that presigns the creation of a multipart upload.
const CREATE: &str = r#"{"step": "create"}"#;

#[tokio::test]
async fn another_multipart_upload_of_a_picture_counts_its_bytes_again() {
    let (row, unbind) = (picture_row(Some(two_parts(Some("u")))), unbind());
    let reply = handle_step(CREATE, [&row, &unbind]).await.unwrap();
    assert_eq!((reply.status(), unbind.num_calls()), (200, 1));
    assert_eq!(presigned_request(reply.data()).1, "uploads");
}

#[tokio::test]
async fn another_multipart_upload_is_refused_if_a_condition_fails() {
    let row = picture_row(Some(two_parts(Some("u"))));
    let error = handle_step(CREATE, [&row, &cancel_unbinding(2)]).await.unwrap_err();
    assert_eq!(error.status(), 429);
    assert!(error.to_string().starts_with("With this picture, you would add more than 20 GB today."));
    assert!((1..=86_400).contains(&error.retry_after().unwrap()));
    let error = handle_step(CREATE, [&row, &cancel_unbinding(1)]).await.unwrap_err();
    assert_eq!(error.status(), 403, "the account was deleted");
}

#[tokio::test]
async fn of_concurrent_creations_of_multipart_uploads_one_is_counted() {
    for (second_read, status) in [
        (Some(two_parts(None)), None),
        (Some(two_parts(Some("other"))), Some(409)),
        (Some(testing::ready_picture(Visibility::Private)), Some(409)),
        (None, Some(404)),
    ] {
        let rows = picture_rows([Some(two_parts(Some("u"))), second_read]);
        let outcome = handle_step(CREATE, [&rows, &cancel_unbinding(0)]).await;
        assert_eq!(outcome.err().map(|error| error.status()), status);
    }
}

#[tokio::test]
async fn a_picture_of_another_member_and_a_missing_picture_have_the_same_error() {
    let no_row = picture_row(None);
    let missing = handle(testing::sample_request("uploads-sign.json"), [&no_row]).await.unwrap_err();
    assert_eq!((missing.status(), no_row.num_calls()), (404, 1));
    let mut event: ApiGatewayProxyRequest = testing::sample_event("uploads-sign.json");
    event.path_parameters.insert("ownerId".into(), "00000000-0000-4000-8000-000000000000".into());
    let row = two_part_picture();
    let forbidden = handle(Request::new(event), [&row]).await.unwrap_err();
    assert_eq!((forbidden.status(), forbidden.to_string(), row.num_calls()), (404, missing.to_string(), 0));
}

#[tokio::test]
async fn an_uploaded_picture_cannot_be_uploaded_again() {
    let ready = testing::ready_picture(Visibility::Private);
    for picture in [
        Picture { metadata: None, ..ready.clone() },
        Picture { failure: Some("Not a picture.".into()), ..testing::registered_picture() },
        ready,
    ] {
        let row = picture_row(Some(picture));
        let error = handle(testing::sample_request("uploads-sign.json"), [&row]).await.unwrap_err();
        assert_eq!(error.status(), 409);
        assert!(error.to_string().contains("already been uploaded"), "{error}");
    }
}

#[tokio::test]
async fn rejects_invalid_steps() {
    for body in [
        r#"{"step": "delete"}"#,
        r#"{"step": "part", "uploadId": "u", "number": 3}"#,
        r#"{"step": "list", "uploadId": "u&response-content-type=text/html"}"#,
        "{",
    ] {
        let request = testing::sample_request_with_body("uploads-sign.json", body);
        let error = handle(request, [&two_part_picture()]).await.unwrap_err();
        assert_eq!(error.status(), 400, "{body}: {error}");
    }
}

/// Handles a registration that a quota refuses. Returns the error.
async fn handle_refusal(position: usize, total: (u64, u64), today: (u64, u64)) -> ApiError {
    let cancelled = cancel_registration(position);
    let rules = [&cancelled, &counters(Some(total), Some(today)), &no_profile(), &open_registrations(0)];
    handle(testing::sample_request("uploads.json"), rules).await.unwrap_err()
}

#[tokio::test]
async fn a_registration_beyond_a_quota_is_refused_with_the_time_to_go_on() {
    for (position, total, today, notes) in [
        (3, (50_000, 1), (1, 1), "You have 50,000 pictures, which is the maximum. Delete pictures first."),
        (3, (1, 499_999_000_000), (1, 1), "With this picture, your pictures would use more than 500 GB"),
        (4, (2_000, 1), (2_000, 1), "You have added 2,000 pictures today. You can add more after 00:00 UTC."),
        (4, (1, 1), (1, 19_999_000_000), "With this picture, you would add more than 20 GB today."),
    ] {
        let error = handle_refusal(position, total, today).await;
        assert_eq!(error.status(), 429);
        assert!(error.to_string().starts_with(notes), "{error}");
        let seconds = error.retry_after().unwrap();
        assert!((1..=86_400).contains(&seconds), "{seconds}");
    }
}

#[tokio::test]
async fn a_member_with_too_many_open_registrations_is_refused() {
    let put = put_picture();
    let rules = [&put, &no_profile(), &open_registrations(300)];
    let error = handle(testing::sample_request("uploads.json"), rules).await.unwrap_err();
    assert_eq!((error.status(), error.retry_after(), put.num_calls()), (429, Some(20), 0));
    assert!(error.to_string().starts_with("You have 300 pictures that are not processed yet"), "{error}");
}

#[tokio::test]
async fn concurrent_registrations_of_a_member_are_retried() {
    let put = match_registration()
        .sequence()
        .error(|| cancelled(3, "TransactionConflict"))
        .error(|| cancelled(4, "TransactionConflict"))
        .output(|| TransactWriteItemsOutput::builder().build())
        .build();
    let reply = handle_registration(testing::sample_request("uploads.json"), &put).await.unwrap();
    assert_eq!((reply.status(), put.num_calls()), (201, 3));
}

#[tokio::test]
async fn counts_the_existing_pictures_of_a_member_without_counters() {
    let register = match_registration()
        .sequence()
        .error(|| cancelled(3, "ConditionalCheckFailed"))
        .output(|| TransactWriteItemsOutput::builder().build())
        .build();
    let pictures = mock!(aws_sdk_dynamodb::Client::query)
        .match_requests(|request| {
            (request.table_name(), request.consistent_read()) == (Some("Pictures"), Some(true))
        })
        .then_output(|| {
            let rows = [7, 35].map(|bytes| testing::row(&json!({ "bytes": bytes })));
            QueryOutput::builder().set_items(Some(rows.into())).build()
        });
    let count = mock!(aws_sdk_dynamodb::Client::transact_write_items)
        .match_requests(|request| {
            let [total, account] = request.transact_items() else { return false };
            let total = total.put().unwrap();
            let counter = |name| total.item()[name].as_n().unwrap().as_str();
            account.condition_check().unwrap().table_name() == "Users"
                && total.condition_expression() == Some("attribute_not_exists(userId)")
                && (counter("pictures"), counter("bytes")) == ("2", "42")
        })
        .then_output(|| TransactWriteItemsOutput::builder().build());
    // No row of the day exists either.
    let counters = counters(None, None);
    let rules = [&register, &count, &pictures, &counters, &no_profile(), &open_registrations(0)];
    let reply = handle(testing::sample_request("uploads.json"), rules).await.unwrap();
    assert_eq!((reply.status(), count.num_calls(), register.num_calls()), (201, 1, 2));
}
