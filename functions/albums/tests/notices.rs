//! `GET` and `PUT /albums/{albumId}/notifications`.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use std::sync::{Arc, Mutex};

use albums::Context;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::get_item::GetItemOutput;
use aws_sdk_dynamodb::operation::transact_get_items::TransactGetItemsOutput;
use aws_sdk_dynamodb::operation::update_item::UpdateItemOutput;
use aws_sdk_dynamodb::types::ItemResponse;
use aws_smithy_mocks::mock;
use domain::{AlbumId, AlbumNotices, AlbumRole, UserId, Visibility};
use lambda::http::{ApiError, Reply, Request};
use serde_json::{Value, json};
use testing::AlbumRows;
use uuid::Uuid;

const OTHER: UserId = UserId(Uuid::from_u128(2));

/// The caller of the sample event.
fn me() -> UserId {
    testing::registered_picture().key.owner_id
}

/// The album of the sample event.
fn album() -> AlbumId {
    "019a1234-2222-7abc-8def-0123456789ab".parse().unwrap()
}

/// Handles the sample event with another method and body. Writes to `rows`.
async fn call(rows: &Arc<Mutex<AlbumRows>>, method: &str, body: &str) -> Result<Reply, ApiError> {
    let (get, transact, update) = (Arc::clone(rows), Arc::clone(rows), Arc::clone(rows));
    let get = mock!(Client::get_item).then_compute_output(move |request| {
        let row = get.lock().unwrap().get(request.key().unwrap());
        GetItemOutput::builder().set_item(row).build()
    });
    let transact = mock!(Client::transact_get_items).then_compute_output(move |request| {
        let rows = transact.lock().unwrap();
        let read = |key| ItemResponse::builder().set_item(rows.get(key)).build();
        let gets = request.transact_items().iter().map(|item| item.get().unwrap());
        let responses = gets.map(|get| read(get.key())).collect();
        TransactGetItemsOutput::builder().set_responses(Some(responses)).build()
    });
    let update = mock!(Client::update_item).then_compute_output(move |request| {
        assert_eq!(request.condition_expression(), Some("attribute_exists(entry)"));
        let key = request.key().unwrap();
        let is_owner = key["listId"].as_s().unwrap().starts_with("member#");
        let value = request.expression_attribute_values().unwrap()[":notices"].as_s().unwrap();
        let notices = if value == "none" { AlbumNotices::None } else { AlbumNotices::All };
        let mut rows = update.lock().unwrap();
        assert!(rows.get(key).is_some());
        rows.put_notices(album(), me(), is_owner, notices);
        UpdateItemOutput::builder().build()
    });
    let context =
        Context::new(&testing::database([&get, &transact, &update]), testing::presigner(), testing::LIMITS);
    let mut event: Value = testing::sample_event("albums-notices.json");
    (event["httpMethod"], event["body"]) = (json!(method), json!(body));
    albums::handle(&context, Request::new(serde_json::from_value(event).unwrap())).await
}

/// Creates an album of this owner, with this role of the caller.
fn rows(owner: UserId, role: Option<AlbumRole>) -> Arc<Mutex<AlbumRows>> {
    let mut rows = AlbumRows::default();
    rows.put_album(album(), owner, Visibility::Public);
    if let Some(role) = role {
        rows.put_member(album(), owner, me(), role);
    }
    Arc::new(Mutex::new(rows))
}

#[tokio::test]
async fn the_owner_and_members_choose_what_they_are_notified_of() {
    for rows in [rows(me(), None), rows(OTHER, Some(AlbumRole::Viewer))] {
        let choice =
            async |method: &str, body: String| call(&rows, method, &body).await.unwrap().data().clone();
        assert_eq!(choice("GET", String::new()).await, json!({"pictures": "all"}));
        for pictures in ["none", "none", "all"] {
            let expected = json!({ "pictures": pictures });
            assert_eq!(choice("PUT", expected.to_string()).await, expected);
            assert_eq!(choice("GET", String::new()).await, expected);
        }
    }
}

#[tokio::test]
async fn others_have_no_choice() {
    let rows = rows(OTHER, None);
    for method in ["GET", "PUT"] {
        let error = call(&rows, method, r#"{"pictures": "none"}"#).await.unwrap_err();
        assert_eq!(error.status(), 403, "{method}");
    }
    rows.lock().unwrap().remove_album(album());
    assert_eq!(call(&rows, "GET", "").await.unwrap_err().status(), 404);
}

#[tokio::test]
async fn rejects_other_choices() {
    for body in ["{}", r#"{"pictures": "some"}"#, r#"{"pictures": null}"#, r#"{"pictures": true}"#] {
        let error = call(&rows(me(), None), "PUT", body).await.unwrap_err();
        assert_eq!(error.status(), 400, "{body}");
    }
}
