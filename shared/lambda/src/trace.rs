//! Spans of log lines, which name what an event concerns. Each line about a picture has the fields
//! `picture` and `owner`, by which `cargo dev trace` finds it.

use std::future::Future;

use domain::{Activity, PictureKey, UserId};
use tracing::field::{Empty, display};
use tracing::{Instrument, Span, info_span};

use crate::Error;
use crate::events::Original;
use crate::http::error_chain;

/// A part of an event. Its log lines have a span of their own.
pub trait Traced {
    /// Returns a new span. It contains ids only.
    fn span(&self) -> Span;
}

impl Traced for PictureKey {
    fn span(&self) -> Span {
        info_span!("picture", picture = %self.picture_id, owner = %self.owner_id)
    }
}

impl Traced for Original {
    fn span(&self) -> Span {
        self.picture.span()
    }
}

impl Traced for UserId {
    fn span(&self) -> Span {
        info_span!("member", user = %self)
    }
}

impl Traced for Activity {
    fn span(&self) -> Span {
        let kind = self.event.kind().as_str();
        let span = info_span!("activity", activity = %self.id, kind, picture = Empty, owner = Empty);
        if let Some(key) = self.event.picture() {
            span.record("picture", display(key.picture_id)).record("owner", display(key.owner_id));
        }
        span
    }
}

/// Runs `work` in a span, and logs its error there.
pub async fn run<T>(span: Span, work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    let outcome = work.instrument(span.clone()).await;
    if let Err(error) = &outcome {
        span.in_scope(|| tracing::error!(error = %error_chain(error.as_ref()), "failed"));
    }
    outcome
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::{ApiError, Reply, respond};
    use crate::{events, runtime};
    use aws_lambda_events::apigw::ApiGatewayProxyRequest;
    use aws_lambda_events::sqs::SqsEvent;
    use domain::{ActivityEvent, Audience, PictureId};
    use jiff::Timestamp;
    use serde_json::{Value, json};
    use std::io::{self, Write};
    use std::sync::{Arc, Mutex};
    use tracing::Level;
    use tracing::subscriber::set_default;
    use uuid::Uuid;

    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);

    impl Write for Log {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// Returns the log lines of `work`.
    async fn lines_of<T>(work: impl Future<Output = T>) -> Vec<Value> {
        let log = Log::default();
        let writer = log.clone();
        let guard = set_default(runtime::json_logs(Level::INFO, move || writer.clone()));
        work.await;
        drop(guard);
        let bytes = log.0.lock().unwrap();
        bytes.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok()).collect()
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
            assert!(
                spans.iter().any(|span| (&span["picture"], &span["owner"]) == (&ids.0, &ids.1)),
                "{line}"
            );
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
        event.path_parameters =
            path_parameters.iter().map(|(name, id)| ((*name).into(), id.clone())).collect();
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
        let register = async |_| Ok(Reply::created(())?.about(key));
        assert_about(&lines_of(respond(call("POST", &[]), register)).await, key);
    }

    #[tokio::test]
    async fn a_call_that_only_reads_has_no_line() {
        let lines = lines_of(respond(call("GET", &[]), async |_| Reply::ok(()))).await;
        assert!(lines.is_empty(), "{lines:?}");
    }
}
