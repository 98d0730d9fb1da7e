//! Tests the log lines of events and of requests.
//!
//! All tests begin with [`lines_of`], which starts the subscriber. In a test target with other
//! tests, a thread without it could first reach a log line, and `tracing` would then disable the
//! line for all threads.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::cell::RefCell;
use std::io::{self, Write};
use std::sync::Once;

use aws_lambda_events::apigw::ApiGatewayProxyRequest;
use aws_lambda_events::sqs::SqsEvent;
use domain::{Activity, ActivityEvent, Audience, PictureId, PictureKey, UserId};
use jiff::Timestamp;
use lambda::http::{ApiError, Caching, Reply, respond};
use lambda::{events, runtime};
use serde_json::{Value, json};
use tracing::Level;
use tracing::subscriber::set_global_default;
use uuid::Uuid;

thread_local! {
    /// The log lines of the test of this thread.
    static LOG: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Writes to the log of the current thread.
struct Log;

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LOG.with_borrow_mut(|log| log.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Returns the log lines of `work`.
async fn lines_of<T>(work: impl Future<Output = T>) -> Vec<Value> {
    static START: Once = Once::new();
    START.call_once(|| set_global_default(runtime::json_logs(Level::INFO, || Log)).unwrap());
    work.await;
    let log = LOG.take();
    let lines = log.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    lines.map(|line| serde_json::from_slice(line).unwrap()).collect()
}

fn picture() -> PictureKey {
    PictureKey { owner_id: UserId(Uuid::from_u128(7)), picture_id: PictureId::new() }
}

/// Asserts that each line has a span with the picture and its owner.
fn assert_about(lines: &[Value], key: PictureKey) {
    assert!(!lines.is_empty());
    let ids = (json!(key.picture_id), json!(key.owner_id));
    for line in lines {
        let spans = line["spans"].as_array().unwrap();
        assert!(spans.iter().any(|span| (&span["picture"], &span["owner"]) == (&ids.0, &ids.1)), "{line}");
    }
}

fn queue_batch(body: &Value) -> SqsEvent {
    let record = json!({"messageId": "1", "body": body.to_string()});
    serde_json::from_value(json!({ "Records": [record] })).unwrap()
}

#[tokio::test]
async fn each_line_about_an_activity_names_its_picture() {
    let key = picture();
    let event = ActivityEvent::PictureChanged { picture: key, before: Audience::Nobody };
    let body = json!(Activity { id: Uuid::from_u128(1), at: Timestamp::UNIX_EPOCH, event });
    let work = events::process_messages(queue_batch(&body), async |_| {
        tracing::info!("works");
        Err("it failed".into())
    });
    let lines = lines_of(work).await;
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert_about(&lines, key);
    assert!(lines.iter().all(|line| line["spans"][0]["kind"] == "picture.changed"), "{lines:?}");
}

#[tokio::test]
async fn each_line_about_an_item_names_its_picture() {
    let key = picture();
    let work = events::process_batch([key], async |_| {
        tracing::info!("works");
        Err("it failed".into())
    });
    let lines = lines_of(work).await;
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert_about(&lines, key);
    assert_eq!(lines[1]["error"], "it failed");
}

fn call(method: &str, path_parameters: &[(&str, String)]) -> ApiGatewayProxyRequest {
    let mut event = ApiGatewayProxyRequest::default();
    event.http_method = method.parse().unwrap();
    event.resource = Some("/pictures/{ownerId}/{id}".into());
    event.path = Some("/pictures/secret".into());
    event.body = Some("secret".into());
    event.path_parameters = path_parameters.iter().map(|(name, id)| ((*name).into(), id.clone())).collect();
    event
}

#[tokio::test]
async fn a_call_that_changes_a_picture_is_logged_without_its_content() {
    let key = picture();
    let ids = [("ownerId", key.owner_id.to_string()), ("id", key.picture_id.to_string())];
    let refuse = async |_| Err(ApiError::Invalid("secret".into()));
    let lines = lines_of(respond(call("PATCH", &ids), refuse)).await;
    assert_about(&lines, key);
    let [line] = lines.as_slice() else { panic!("{lines:?}") };
    assert_eq!((&line["call"], &line["status"]), (&json!("PATCH /pictures/{ownerId}/{id}"), &json!(400)));
    assert!(!line.to_string().contains("secret"), "{line}");
}

#[tokio::test]
async fn the_line_of_a_registration_names_the_new_picture() {
    let key = picture();
    let register = async |_| Ok(Reply::created(())?.with_picture(key).with_caching(Caching::Never));
    assert_about(&lines_of(respond(call("POST", &[]), register)).await, key);
}

#[tokio::test]
async fn a_call_that_only_reads_has_no_line() {
    let lines =
        lines_of(respond(call("GET", &[]), async |_| Ok(Reply::ok(())?.with_caching(Caching::Never)))).await;
    assert!(lines.is_empty(), "{lines:?}");
}
