//! Tests the handler with sample events and a fake AWS.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod add;
mod albums;
mod backend;
mod list;
mod mark_read;
mod tables;

use domain::{UserId, Visibility};
use serde_json::{Value, json};

use backend::{Backend, me, member};

/// Creates a backend with my picture of the sample event, and with these friends of mine.
fn backend_with_picture(visibility: Visibility, friends: &[u128]) -> Backend {
    let backend = Backend::default();
    backend.state().pictures.push(testing::ready_picture(visibility));
    for friend in friends {
        backend.befriend(me(), member(*friend));
    }
    backend
}

/// Returns the types of a member's notifications.
fn kinds(backend: &Backend, user: UserId) -> Vec<String> {
    let rows = backend.notification_rows(user).into_iter();
    rows.map(|row| row["type"].as_s().unwrap().clone()).collect()
}

#[tokio::test]
async fn the_sample_event_adds_a_notification_for_a_friend() {
    let backend = backend_with_picture(Visibility::Friends, &[2]);
    assert_eq!(backend.handle(testing::sample_event("inbox.json")).await, json!({"batchItemFailures": []}));
    let [row] = backend.notification_rows(member(2)).try_into().unwrap();
    // Thirty days after the time of the event, 2026-11-21T05:22:20Z.
    assert_eq!(row["expiresAt"].as_n().unwrap(), &(1_795_238_540 + 30 * 24 * 3_600).to_string());
    assert!(backend.notification_rows(me()).is_empty());
}

#[tokio::test]
async fn the_sample_requests_succeed() {
    let backend = Backend::default();
    let listed = backend.handle(testing::sample_event("inbox-list.json")).await;
    let data = |reply: &Value| -> Value { serde_json::from_str(reply["body"].as_str().unwrap()).unwrap() };
    assert_eq!(
        data(&listed),
        json!({"code": 200, "data": {"items": [], "cursor": null, "readUntil": null}, "notes": null})
    );
    let marked = backend.handle(testing::sample_event("inbox-read.json")).await;
    assert_eq!(data(&marked)["data"], json!({"readUntil": "2026-11-21T05:22:33Z"}));
}

#[tokio::test]
async fn only_members_have_notifications() {
    for name in ["inbox-list.json", "inbox-read.json"] {
        let mut event: Value = testing::sample_event(name);
        event["requestContext"]["identity"]["cognitoAuthenticationProvider"] = Value::Null;
        let reply = Backend::default().handle(event).await;
        assert_eq!(reply["statusCode"], 403, "{reply}");
    }
}
