//! Whether the caller has a file already.

use aws_sdk_dynamodb::operation::batch_get_item::BatchGetItemOutput;
use aws_sdk_dynamodb::operation::query::QueryOutput;
use aws_smithy_mocks::{Rule, mock};
use domain::{Picture, PictureId, PictureKey, Visibility};
use lambda::http::Request;

use super::answer;

const SHA256: &str = "9834876dcfb05cb167a5c24953eba58c4ac89b1adf57f28f2f9d09af107ee8f0";

/// What the index says of the caller and the sample's hash.
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
        })
        .then_output(move || QueryOutput::builder().set_items(Some(rows.clone())).build())
}

/// The table, as it is now, in an order of its own.
fn table(pictures: Vec<Picture>) -> Rule {
    mock!(aws_sdk_dynamodb::Client::batch_get_item).then_compute_output(move |request| {
        let wanted = &request.request_items().unwrap()["Pictures"];
        assert_eq!(wanted.consistent_read(), Some(true));
        let rows = pictures.iter().map(testing::row);
        let rows = rows.filter(|row| wanted.keys().iter().any(|key| key["pictureId"] == row["pictureId"]));
        BatchGetItemOutput::builder().responses("Pictures", rows.collect()).build()
    })
}

fn another(picture: Picture) -> Picture {
    Picture { key: PictureKey { picture_id: PictureId::new(), ..picture.key }, ..picture }
}

fn with(sha256: Option<&str>) -> Request {
    let mut event: aws_lambda_events::apigw::ApiGatewayProxyRequest =
        testing::sample_event("pictures-duplicates.json");
    let pairs = sha256.map(|sha256| ("sha256".to_owned(), sha256.to_owned()));
    event.query_string_parameters = pairs.into_iter().collect::<std::collections::HashMap<_, _>>().into();
    Request::new(event)
}

#[tokio::test]
async fn the_newest_come_first_and_what_failed_or_is_gone_not_at_all() {
    let ready = another(testing::ready_picture(Visibility::Private));
    let failed = another(Picture {
        failure: Some("Not a picture.".into()),
        ..testing::ready_picture(Visibility::Private)
    });
    let processing = another(Picture { metadata: None, ..testing::ready_picture(Visibility::Public) });
    let gone = another(testing::registered_picture());
    let index = index(&[ready.key, gone.key, processing.key, failed.key]);
    let table = table(vec![ready.clone(), processing.clone(), failed]);
    let reply = answer(testing::sample_request("pictures-duplicates.json"), &[&index, &table]).await.unwrap();
    let items = reply.data()["items"].as_array().unwrap();
    let shown: Vec<_> = items.iter().map(|item| item["id"].as_str().unwrap()).collect();
    let expected = [processing, ready].map(|picture| picture.key.picture_id.to_string());
    assert_eq!((reply.status(), shown), (200, expected.iter().map(String::as_str).collect()));
    assert!(items[1]["original"]["url"].is_string(), "as their owner sees them");
    assert!(!reply.data().to_string().contains("sha256"));
}

#[tokio::test]
async fn ten_are_enough() {
    let pictures: Vec<_> = (0..30).map(|_| another(testing::ready_picture(Visibility::Private))).collect();
    let keys: Vec<_> = pictures.iter().map(|picture| picture.key).collect();
    let newest: Vec<_> = keys.iter().rev().take(10).map(|key| key.picture_id.to_string()).collect();
    let rules = [&index(&keys), &table(pictures)];
    let reply = answer(testing::sample_request("pictures-duplicates.json"), &rules).await.unwrap();
    let items = reply.data()["items"].as_array().unwrap();
    let shown: Vec<_> = items.iter().map(|item| item["id"].as_str().unwrap()).collect();
    assert_eq!(shown, newest);
}

#[tokio::test]
async fn capital_digits_mean_the_same_and_nothing_is_no_error() {
    let index = index(&[]);
    let reply = answer(with(Some(&SHA256.to_uppercase())), &[&index]).await.unwrap();
    assert_eq!((reply.data()["items"].as_array().unwrap().len(), index.num_calls()), (0, 1));
}

#[tokio::test]
async fn what_is_no_hash_is_refused() {
    for wrong in [None, Some(""), Some("abc"), Some(&SHA256[1..]), Some(&SHA256.replace('9', "x"))] {
        let error = answer(with(wrong), &[]).await.unwrap_err();
        assert_eq!(error.status(), 400, "{wrong:?}");
        assert!(error.to_string().contains("64 hexadecimal digits"), "{error}");
    }
}
