//! The handler with its sample events. Fakes AWS at the HTTP level.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod add;
mod backend;
mod list;
mod mark_read;
mod tables;

use domain::{UserId, Visibility};
use serde_json::{Value, json};

use backend::{Backend, me, member};

/// A backend with my picture of the sample event, and with friends of mine by number.
fn backend_with_picture(visibility: Visibility, friends: &[u128]) -> Backend {
    let backend = Backend::default();
    backend.state().pictures.push(testing::ready_picture(visibility));
    for friend in friends {
        backend.befriend(me(), member(*friend));
    }
    backend
}

/// The types of the entries of a member.
fn kinds(backend: &Backend, user: UserId) -> Vec<String> {
    let entries = backend.entries(user).into_iter();
    entries.map(|row| row["type"].as_s().unwrap().clone()).collect()
}

#[tokio::test]
async fn the_sample_event_adds_an_entry_for_a_friend() {
    let backend = backend_with_picture(Visibility::Friends, &[2]);
    assert_eq!(backend.handle(testing::sample_event("inbox.json")).await, json!({"batchItemFailures": []}));
    let [row] = backend.entries(member(2)).try_into().unwrap();
    // Thirty days after the time of the event, 2026-11-21T05:22:20Z.
    assert_eq!(row["expiresAt"].as_n().unwrap(), &(1_795_238_540 + 30 * 24 * 3_600).to_string());
    assert!(backend.entries(me()).is_empty());
}

#[tokio::test]
async fn the_sample_requests_succeed() {
    let backend = Backend::default();
    let listed = backend.handle(testing::sample_event("inbox-list.json")).await;
    let data = |answer: &Value| -> Value { serde_json::from_str(answer["body"].as_str().unwrap()).unwrap() };
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
        let answer = Backend::default().handle(event).await;
        assert_eq!(answer["statusCode"], 403, "{answer}");
    }
}
