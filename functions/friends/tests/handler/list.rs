//! `GET /friends`.

use aws_sdk_dynamodb::operation::batch_get_item::BatchGetItemOutput;
use aws_sdk_dynamodb::operation::query::QueryOutput;
use aws_smithy_mocks::{Rule, mock};
use lambda::http::Request;
use serde_json::{Value, json};

use crate::{ME, THEM, answer, changed};

/// Sorts after [`THEM`].
const OTHER: &str = "b0b00000-0000-4000-8000-000000000001";

/// Two of my rows at most, from the beginning or after `after`.
fn rows(state: &'static str, after: Option<&'static str>, friends: &'static [&'static str]) -> Rule {
    mock!(aws_sdk_dynamodb::Client::query)
        .match_requests(move |request| {
            let is = |name, value: &str| {
                request.expression_attribute_values().unwrap()[name].as_s().unwrap() == value
            };
            let start = request.exclusive_start_key().map(|key| key["friendId"].as_s().unwrap().as_str());
            is(":user", ME) && is(":state", state) && request.limit() == Some(2) && start == after
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

/// Profiles of all that are asked for, except those of `gone`.
fn profiles(gone: &'static [&'static str]) -> Rule {
    mock!(aws_sdk_dynamodb::Client::batch_get_item).then_compute_output(move |request| {
        let ids =
            request.request_items().unwrap()["Users"].keys().iter().map(|key| key["userId"].as_s().unwrap());
        let rows = ids.filter(|id| !gone.contains(&id.as_str())).map(|id| {
            testing::row(&json!({"userId": id, "handle": format!("person-{}", &id[..2]), "firstName": "F",
                "lastName": "L", "createdAt": "2026-01-02T03:04:05Z"}))
        });
        BatchGetItemOutput::builder().responses("Users", rows.collect()).build()
    })
}

fn list(query: Value) -> Request {
    changed("friends-list.json", |event| {
        let lists = query.as_object().unwrap().iter().map(|(name, value)| (name.clone(), json!([value])));
        event["multiValueQueryStringParameters"] = lists.collect();
        event["queryStringParameters"] = query;
    })
}

#[tokio::test]
async fn a_page_names_people_and_where_to_read_on() {
    let profiles = profiles(&[]);
    let first = rows("friends", None, &[THEM, OTHER]);
    let reply =
        answer(testing::sample_request("friends-list.json"), &[&testing::cursor_key(), &first, &profiles])
            .await
            .unwrap();
    let expected = json!({"id": THEM, "handle": "person-76", "firstName": "F", "lastName": "L",
        "state": "friends", "since": "2026-01-02T03:04:05Z"});
    assert_eq!((&reply.data()["items"][0], profiles.num_calls()), (&expected, 1));
    assert_eq!(reply.data()["items"][1]["id"], OTHER);

    let next = list(json!({"state": "friends", "limit": "2", "cursor": reply.data()["cursor"]}));
    let last = rows("friends", Some(OTHER), &[]);
    let reply = answer(next, &[&testing::cursor_key(), &last, &profiles]).await.unwrap();
    assert_eq!(reply.data(), &json!({"items": [], "cursor": null}));
}

#[tokio::test]
async fn a_page_with_room_is_the_last() {
    let first = rows("friends", None, &[THEM]);
    let reply = answer(
        testing::sample_request("friends-list.json"),
        &[&testing::cursor_key(), &first, &profiles(&[])],
    )
    .await
    .unwrap();
    assert_eq!((reply.data()["items"].as_array().unwrap().len(), &reply.data()["cursor"]), (1, &Value::Null));
}

#[tokio::test]
async fn the_states_are_lists_of_their_own() {
    for state in ["friends", "requested", "invited"] {
        let first = rows(state, None, &[THEM]);
        let request = list(json!({"state": state, "limit": "2"}));
        let reply = answer(request, &[&testing::cursor_key(), &first, &profiles(&[])]).await.unwrap();
        assert_eq!(reply.data()["items"][0]["state"], state);
    }
    let first = rows("friends", None, &[THEM]);
    let reply =
        answer(list(json!({"limit": "2"})), &[&testing::cursor_key(), &first, &profiles(&[])]).await.unwrap();
    assert_eq!(reply.data()["items"][0]["state"], "friends");
}

#[tokio::test]
async fn who_is_being_deleted_is_left_out_and_does_not_end_the_list() {
    let first = rows("friends", None, &[THEM, OTHER]);
    let request = testing::sample_request("friends-list.json");
    let reply = answer(request, &[&testing::cursor_key(), &first, &profiles(&[OTHER])]).await.unwrap();
    assert_eq!(reply.data()["items"].as_array().unwrap().len(), 1);
    assert!(reply.data()["cursor"].is_string());
}

#[tokio::test]
async fn wrong_questions_are_refused() {
    for query in [json!({"state": "enemies"}), json!({"limit": "0"}), json!({"cursor": "made-up"})] {
        let error = answer(list(query.clone()), &[&testing::cursor_key()]).await.unwrap_err();
        assert_eq!(error.status(), 400, "{query}");
    }
}
