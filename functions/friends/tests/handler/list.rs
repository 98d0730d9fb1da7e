//! `GET /friends`.

use aws_sdk_dynamodb::operation::batch_get_item::BatchGetItemOutput;
use aws_sdk_dynamodb::operation::query::QueryOutput;
use aws_smithy_mocks::{Rule, mock};
use lambda::http::Request;
use serde_json::{Value, json};

use crate::{ME, THEM, changed_request, handle};

/// Another member. This id sorts after [`THEM`].
const OTHER: &str = "b0b00000-0000-4000-8000-000000000001";

/// Returns a rule that replies with friendships to the query of a page of at most two friendships
/// of the caller after `after`.
fn rows(state: &'static str, after: Option<&'static str>, friends: &'static [&'static str]) -> Rule {
    mock!(aws_sdk_dynamodb::Client::query)
        .match_requests(move |request| {
            let has_value = |name, value: &str| {
                request.expression_attribute_values().unwrap()[name].as_s().unwrap() == value
            };
            let start = request.exclusive_start_key().map(|key| key["friendId"].as_s().unwrap().as_str());
            has_value(":user", ME)
                && has_value(":state", state)
                && request.limit() == Some(2)
                && start == after
        })
        .then_output(move || {
            let rows = friends.iter().map(|friend| {
                let row = json!({"userId": ME, "friendId": friend, "state": state,
                    "since": "2026-01-02T03:04:05Z"});
                testing::row(&row)
            });
            QueryOutput::builder().set_items(Some(rows.collect())).build()
        })
}

/// Returns a rule that replies with all requested profiles except the profiles of `deleted`.
fn profiles(deleted: &'static [&'static str]) -> Rule {
    mock!(aws_sdk_dynamodb::Client::batch_get_item).then_compute_output(move |request| {
        let ids =
            request.request_items().unwrap()["Users"].keys().iter().map(|key| key["userId"].as_s().unwrap());
        let rows = ids.filter(|id| !deleted.contains(&id.as_str())).map(|id| {
            testing::row(&json!({"userId": id, "handle": format!("person-{}", &id[..2]), "firstName": "F",
                "lastName": "L", "createdAt": "2026-01-02T03:04:05Z"}))
        });
        BatchGetItemOutput::builder().responses("Users", rows.collect()).build()
    })
}

/// Returns the sample request with other query parameters.
fn list_request(query: Value) -> Request {
    changed_request("friends-list.json", |event| {
        let values = query.as_object().unwrap().iter().map(|(name, value)| (name.clone(), json!([value])));
        event["multiValueQueryStringParameters"] = values.collect();
        event["queryStringParameters"] = query;
    })
}

#[tokio::test]
async fn a_page_has_profiles_and_a_cursor() {
    let profiles = profiles(&[]);
    let first = rows("friends", None, &[THEM, OTHER]);
    let reply =
        handle(testing::sample_request("friends-list.json"), &[&testing::cursor_key(), &first, &profiles])
            .await
            .unwrap();
    let expected = json!({"id": THEM, "handle": "person-76", "firstName": "F", "lastName": "L",
        "state": "friends", "since": "2026-01-02T03:04:05Z"});
    assert_eq!((&reply.data()["items"][0], profiles.num_calls()), (&expected, 1));
    assert_eq!(reply.data()["items"][1]["id"], OTHER);

    let next = list_request(json!({"state": "friends", "limit": "2", "cursor": reply.data()["cursor"]}));
    let last = rows("friends", Some(OTHER), &[]);
    let reply = handle(next, &[&testing::cursor_key(), &last, &profiles]).await.unwrap();
    assert_eq!(reply.data(), &json!({"items": [], "cursor": null}));
}

#[tokio::test]
async fn a_page_below_the_limit_is_the_last() {
    let first = rows("friends", None, &[THEM]);
    let reply = handle(
        testing::sample_request("friends-list.json"),
        &[&testing::cursor_key(), &first, &profiles(&[])],
    )
    .await
    .unwrap();
    assert_eq!((reply.data()["items"].as_array().unwrap().len(), &reply.data()["cursor"]), (1, &Value::Null));
}

#[tokio::test]
async fn each_state_is_a_list() {
    for state in ["friends", "requested", "invited"] {
        let first = rows(state, None, &[THEM]);
        let request = list_request(json!({"state": state, "limit": "2"}));
        let reply = handle(request, &[&testing::cursor_key(), &first, &profiles(&[])]).await.unwrap();
        assert_eq!(reply.data()["items"][0]["state"], state);
    }
    let first = rows("friends", None, &[THEM]);
    let reply =
        handle(list_request(json!({"limit": "2"})), &[&testing::cursor_key(), &first, &profiles(&[])])
            .await
            .unwrap();
    assert_eq!(reply.data()["items"][0]["state"], "friends");
}

#[tokio::test]
async fn omits_deleted_members_without_ending_the_list() {
    let first = rows("friends", None, &[THEM, OTHER]);
    let request = testing::sample_request("friends-list.json");
    let reply = handle(request, &[&testing::cursor_key(), &first, &profiles(&[OTHER])]).await.unwrap();
    assert_eq!(reply.data()["items"].as_array().unwrap().len(), 1);
    assert!(reply.data()["cursor"].is_string());
}

#[tokio::test]
async fn rejects_invalid_queries() {
    for query in [json!({"state": "enemies"}), json!({"limit": "0"}), json!({"cursor": "made-up"})] {
        let error = handle(list_request(query.clone()), &[&testing::cursor_key()]).await.unwrap_err();
        assert_eq!(error.status(), 400, "{query}");
    }
}
