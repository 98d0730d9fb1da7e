//! `GET /pictures?sha256=…`.

use aws_sdk_dynamodb::operation::batch_get_item::BatchGetItemOutput;
use aws_sdk_dynamodb::operation::query::QueryOutput;
use aws_smithy_mocks::{Rule, mock};
use domain::{Picture, PictureId, PictureKey, Visibility};
use lambda::http::Request;

use super::{assert_is_at_site, handle};

const SHA256: &str = "9834876dcfb05cb167a5c24953eba58c4ac89b1adf57f28f2f9d09af107ee8f0";

/// Returns a rule that replies with these keys to the index query for the caller and the hash of
/// the sample event.
fn index(keys: &[PictureKey]) -> Rule {
    let rows: Vec<_> = keys.iter().map(testing::row).collect();
    mock!(aws_sdk_dynamodb::Client::query)
        .match_requests(|request| {
            let values = request.expression_attribute_values().unwrap();
            request.table_name() == Some("Pictures")
                && request.index_name() == Some("ByHash")
                && request.key_condition_expression() == Some("ownerId = :owner AND sha256 = :sha256")
                && values[":owner"] == testing::row(&testing::registered_picture())["ownerId"]
                && values[":sha256"].as_s().unwrap() == SHA256
                && request.limit() == Some(100)
        })
        .then_output(move || QueryOutput::builder().set_items(Some(rows.clone())).build())
}

/// Returns a rule that replies with the requested pictures among `pictures`, in this order.
fn table(pictures: Vec<Picture>) -> Rule {
    mock!(aws_sdk_dynamodb::Client::batch_get_item).then_compute_output(move |request| {
        let requested = &request.request_items().unwrap()["Pictures"];
        assert_eq!(requested.consistent_read(), Some(true));
        let rows = pictures.iter().map(testing::row);
        let rows = rows.filter(|row| requested.keys().iter().any(|key| key["pictureId"] == row["pictureId"]));
        BatchGetItemOutput::builder().responses("Pictures", rows.collect()).build()
    })
}

/// Returns the same picture with a new id.
fn with_new_id(picture: Picture) -> Picture {
    Picture { key: PictureKey { picture_id: PictureId::new(), ..picture.key }, ..picture }
}

/// Returns the sample request with another hash, or without one.
fn with_hash(sha256: Option<&str>) -> Request {
    let mut event: aws_lambda_events::apigw::ApiGatewayProxyRequest =
        testing::sample_event("pictures-duplicates.json");
    let parameter = sha256.map(|sha256| ("sha256".to_owned(), sha256.to_owned()));
    event.query_string_parameters = parameter.into_iter().collect::<std::collections::HashMap<_, _>>().into();
    Request::new(event)
}

#[tokio::test]
async fn returns_the_newest_first_without_failed_and_deleted_pictures() {
    let ready = with_new_id(testing::ready_picture(Visibility::Private));
    let failed = with_new_id(Picture {
        failure: Some("Not a picture.".into()),
        ..testing::ready_picture(Visibility::Private)
    });
    let processing = with_new_id(Picture { metadata: None, ..testing::ready_picture(Visibility::Public) });
    let deleted = with_new_id(testing::registered_picture());
    let index = index(&[ready.key, deleted.key, processing.key, failed.key]);
    let table = table(vec![ready.clone(), processing.clone(), failed]);
    let reply = handle(testing::sample_request("pictures-duplicates.json"), &[&index, &table]).await.unwrap();
    let items = reply.data()["items"].as_array().unwrap();
    let ids: Vec<_> = items.iter().map(|item| item["id"].as_str().unwrap()).collect();
    let expected = [processing, ready].map(|picture| picture.key.picture_id.to_string());
    assert_eq!((reply.status(), ids), (200, expected.iter().map(String::as_str).collect()));
    assert!(items[1]["original"]["url"].is_string(), "the owner sees the original");
    assert_is_at_site(&items[1]["renditions"]);
    assert!(!reply.data().to_string().contains("sha256"));
}

#[tokio::test]
async fn returns_at_most_ten_pictures() {
    let pictures: Vec<_> =
        (0..30).map(|_| with_new_id(testing::ready_picture(Visibility::Private))).collect();
    let keys: Vec<_> = pictures.iter().map(|picture| picture.key).collect();
    let newest: Vec<_> = keys.iter().rev().take(10).map(|key| key.picture_id.to_string()).collect();
    let rules = [&index(&keys), &table(pictures)];
    let reply = handle(testing::sample_request("pictures-duplicates.json"), &rules).await.unwrap();
    let items = reply.data()["items"].as_array().unwrap();
    let ids: Vec<_> = items.iter().map(|item| item["id"].as_str().unwrap()).collect();
    assert_eq!(ids, newest);
}

#[tokio::test]
async fn accepts_a_hash_in_upper_case() {
    let index = index(&[]);
    let reply = handle(with_hash(Some(&SHA256.to_uppercase())), &[&index]).await.unwrap();
    assert_eq!((reply.data()["items"].as_array().unwrap().len(), index.num_calls()), (0, 1));
}

#[tokio::test]
async fn rejects_invalid_hashes() {
    for invalid in [None, Some(""), Some("abc"), Some(&SHA256[1..]), Some(&SHA256.replace('9', "x"))] {
        let error = handle(with_hash(invalid), &[]).await.unwrap_err();
        assert_eq!(error.status(), 400, "{invalid:?}");
        assert!(error.to_string().contains("64 hexadecimal digits"), "{error}");
    }
}
