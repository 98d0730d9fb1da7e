//! The few lines that every `main.rs` is made of: telemetry, the cloud's clients, and the loop that serves events.
//!
//! Everything is made once per cold start; a warm handler does no set-up work.

use std::env;
use std::fmt::Debug;
use std::future::Future;
use std::pin::Pin;
use std::str::FromStr;

use aws_lambda_events::apigw::{ApiGatewayProxyRequest, ApiGatewayProxyResponse};
use lambda_runtime::{LambdaEvent, Runtime, service_fn};
use serde::{Deserialize, Serialize};
use tracing::{Instrument, Level};

use crate::Error;
use crate::api::{ApiError, Reply, Request, respond};
use crate::aws::Cloud;

/// Starts JSON logs on standard output and reads what the SDK clients are made from.
///
/// # Errors
/// A variable of the environment is missing.
pub fn start() -> Result<Cloud, Error> {
    telemetry();
    Cloud::from_env()
}

/// One JSON object per line, with the request's and the picture's ids from the spans around it, at `LOG_LEVEL` (`info`) and
/// above; a release has nothing below `info`. No time stamps: CloudWatch has its own. Logs carry ids only, nothing that people
/// typed or took.
pub fn telemetry() {
    let level =
        env::var("LOG_LEVEL").ok().and_then(|level| Level::from_str(&level).ok()).unwrap_or(Level::INFO);
    tracing_subscriber::fmt()
        .json()
        .with_max_level(level)
        .with_ansi(false)
        .without_time()
        .flatten_event(true)
        .with_span_list(true)
        .with_current_span(false)
        .init();
}

/// Serves the events of a queue, a stream or a topic with `handler`.
///
/// # Errors
/// The runtime cannot be reached.
pub async fn serve_events<E, R, F>(handler: impl Fn(E) -> F) -> Result<(), Error>
where
    E: for<'de> Deserialize<'de>,
    R: Serialize + Debug,
    F: Future<Output = Result<R, Error>>,
{
    let service = service_fn(|event: LambdaEvent<E>| {
        let span = tracing::info_span!("invocation", requestId = %event.context.request_id);
        // Boxed: the state machines of the SDK nest too deeply for the compiler otherwise.
        let reply: Pin<Box<dyn Future<Output = _> + '_>> = Box::pin(handler(event.payload));
        reply.instrument(span)
    });
    Runtime::new(service).run().await
}

/// Serves calls of the REST API with `handler`. A refusal is a reply, never a failed invocation.
///
/// # Errors
/// The runtime cannot be reached.
pub async fn serve_api<F>(handler: impl Fn(Request) -> F) -> Result<(), Error>
where
    F: Future<Output = Result<Reply, ApiError>>,
{
    serve_events::<ApiGatewayProxyRequest, ApiGatewayProxyResponse, _>(|event| respond(event, &handler)).await
}
