//! The handler against its sample events, the SDK faked at the wire.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use std::collections::HashMap;

use aws_lambda_events::apigw::ApiGatewayProxyRequest;
use aws_sdk_dynamodb::operation::batch_get_item::BatchGetItemOutput;
use aws_sdk_dynamodb::operation::query::QueryOutput;
use aws_sdk_dynamodb::types::AttributeValue;
use aws_smithy_mocks::{Rule, mock};
use feed::Stores;
use shared::api::Request;
use shared::model::{FeedId, FeedRow, Picture, PictureId, UserId, Visibility};
use shared::store::{Feeds, Media, Pictures, Users};
use shared::test;
use uuid::Uuid;

/// Picture number `n` of another person.
fn picture(n: u128, visibility: Visibility) -> Picture {
    let mut picture = test::ready(visibility);
    picture.key.owner_id = UserId(Uuid::from_u128(7));
    picture.key.picture_id = PictureId(Uuid::from_u128(n << 80));
    picture
}

/// The first part of the public feed holds a row for each picture; the other parts are empty.
fn feed_rows(pictures: Vec<Picture>) -> Rule {
    mock!(aws_sdk_dynamodb::Client::query).then_compute_output(move |request| {
        let values = request.expression_attribute_values().unwrap();
        let text = |name| values.get(name).and_then(|value: &AttributeValue| value.as_s().ok());
        let here = text(":feed").is_some_and(|feed| feed == "public#0");
        let after = text(":after").cloned();
        let row = |p: &Picture| FeedRow { feed_id: FeedId::Public(0), key: p.key };
        let rows = pictures
            .iter()
            .map(row)
            .filter(|row| here && after.as_ref().is_none_or(|after| row.key.picture_id.to_string() < *after));
        let limit = usize::try_from(request.limit().unwrap()).unwrap();
        QueryOutput::builder().set_items(Some(rows.take(limit).map(|row| test::row(&row)).collect())).build()
    })
}

/// What the pictures are now; those left out were deleted.
fn records(pictures: Vec<Picture>) -> Rule {
    mock!(aws_sdk_dynamodb::Client::batch_get_item)
        .match_requests(|request| request.request_items().unwrap().contains_key("Pictures"))
        .then_compute_output(move |request| {
            let keys = request.request_items().unwrap()["Pictures"].keys();
            let rows = pictures
                .iter()
                .map(test::row)
                .filter(|row| keys.iter().any(|key| key["pictureId"] == row["pictureId"]));
            BatchGetItemOutput::builder()
                .set_responses(Some(HashMap::from([("Pictures".into(), rows.collect())])))
                .build()
        })
}

fn nobody() -> Rule {
    mock!(aws_sdk_dynamodb::Client::batch_get_item)
        .match_requests(|request| request.request_items().unwrap().contains_key("Users"))
        .then_output(|| BatchGetItemOutput::builder().build())
}

/// The ids on a page of the public feed, and its cursor.
async fn page(rules: &[&Rule], limit: &str, cursor: Option<&str>) -> (Vec<String>, Option<String>) {
    let nobody = nobody();
    let client = test::dynamodb(rules.iter().copied().chain([&nobody]));
    let stores = Stores {
        feeds: Feeds::new(client.clone(), "Feeds".into()),
        pictures: Pictures::new(client.clone(), "Pictures".into()),
        users: Users::new(client, "Users".into()),
        media: Media::new(test::signer(), "media".into()),
    };
    let mut event: ApiGatewayProxyRequest = test::sample("feed-public.json");
    let query = [("limit", Some(limit)), ("cursor", cursor)];
    let query: HashMap<_, _> =
        query.into_iter().filter_map(|(k, v)| Some((k.to_owned(), vec![v?.to_owned()]))).collect();
    event.query_string_parameters = query.into();
    let data = feed::handle(&stores, Request::new(event)).await.unwrap().data().clone();
    let ids = data["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned());
    (ids.collect(), data["cursor"].as_str().map(ToOwned::to_owned))
}

fn id(n: u128) -> String {
    PictureId(Uuid::from_u128(n << 80)).to_string()
}

#[tokio::test]
async fn a_stale_row_discloses_nothing_and_does_not_shorten_the_page() {
    let rows = feed_rows((1..=9).rev().map(|n| picture(n, Visibility::Public)).collect());
    // 9 was made private, 8 is for friends, 7 deleted; their rows are still there.
    let mut now: Vec<_> = (1..=6).map(|n| picture(n, Visibility::Public)).collect();
    now.extend([picture(9, Visibility::Private), picture(8, Visibility::Friends)]);
    let (ids, cursor) = page(&[&rows, &records(now)], "4", None).await;
    assert_eq!(ids, [id(6), id(5), id(4), id(3)]);
    assert!(cursor.is_some());
}

#[tokio::test]
async fn reading_on_meets_everything_once() {
    let all: Vec<_> = (1..=7).rev().map(|n| picture(n, Visibility::Public)).collect();
    let (rows, now) = (feed_rows(all.clone()), records(all));
    let (mut seen, mut cursor) = (vec![], None);
    for _ in 0..5 {
        let (ids, next) = page(&[&rows, &now], "3", cursor.as_deref()).await;
        seen.extend(ids);
        cursor = next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen, (1..=7).rev().map(id).collect::<Vec<_>>());
    assert_eq!(cursor, None);
}

#[tokio::test]
async fn neither_items_nor_cursor_tell_of_a_persons_hidden_pictures() {
    let rows = mock!(aws_sdk_dynamodb::Client::query).then_output(|| {
        let hidden = (1..=8).rev().map(|n| test::row(&picture(n, Visibility::Private)));
        QueryOutput::builder().set_items(Some(hidden.collect())).build()
    });
    let client = test::dynamodb([&rows]);
    let stores = Stores {
        feeds: Feeds::new(client.clone(), "Feeds".into()),
        pictures: Pictures::new(client.clone(), "Pictures".into()),
        users: Users::new(client, "Users".into()),
        media: Media::new(test::signer(), "media".into()),
    };
    let mut event: ApiGatewayProxyRequest = test::sample("feed-of-person.json");
    event.path_parameters.insert("id".into(), UserId(Uuid::from_u128(7)).to_string());
    event.query_string_parameters = HashMap::from([("limit".to_owned(), vec!["1".to_owned()])]).into();
    let reply = feed::handle(&stores, Request::new(event)).await.unwrap();
    assert_eq!(*reply.data(), serde_json::json!({"items": [], "cursor": null}));
}
