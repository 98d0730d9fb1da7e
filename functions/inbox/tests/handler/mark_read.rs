//! Tests of `PUT /notifications`.

use jiff::{SignedDuration, Timestamp};
use lambda::http::ApiError;
use serde_json::{Value, json};

use crate::backend::Backend;

async fn mark_read(backend: &Backend, body: Value) -> Result<String, ApiError> {
    let reply = backend.call(testing::sample_request_with_body("inbox-read.json", &body.to_string())).await?;
    Ok(reply.data()["readUntil"].as_str().unwrap().to_owned())
}

async fn marker(backend: &Backend) -> Value {
    backend.call(testing::sample_request("inbox-list.json")).await.unwrap().data()["readUntil"].clone()
}

#[tokio::test]
async fn the_marker_never_moves_back() {
    let backend = Backend::default();
    assert_eq!(marker(&backend).await, Value::Null);
    let (earlier, later) = ("2026-01-02T12:00:00Z", "2026-01-02T12:00:00.123Z");
    for (sent, marked) in [(earlier, earlier), (later, later), (earlier, later), (later, later)] {
        assert_eq!(mark_read(&backend, json!({ "readUntil": sent })).await.unwrap(), marked);
        assert_eq!(marker(&backend).await, marked);
    }
}

#[tokio::test]
async fn the_marker_never_moves_into_the_future() {
    let (backend, before) = (Backend::default(), Timestamp::now() - SignedDuration::from_millis(1));
    let marked: Timestamp =
        mark_read(&backend, json!({"readUntil": "2999-01-01T00:00:00Z"})).await.unwrap().parse().unwrap();
    assert!(before <= marked && marked <= Timestamp::now(), "{marked}");
}

#[tokio::test]
async fn rejects_bodies_without_a_time() {
    for body in [
        json!({}),
        json!({"readUntil": null}),
        json!({"readUntil": "now"}),
        json!({"readUntil": 7}),
        json!([]),
    ] {
        let error = mark_read(&Backend::default(), body.clone()).await.unwrap_err();
        assert_eq!(error.status(), 400, "{body}");
    }
}

#[tokio::test]
async fn a_deleted_account_cannot_set_a_marker() {
    let backend = Backend::default();
    backend.state().account_deleted = true;
    let error = mark_read(&backend, json!({"readUntil": "2026-01-02T12:00:00Z"})).await.unwrap_err();
    assert_eq!(error.status(), 403);
    assert!(backend.state().notifications.is_empty());
}
