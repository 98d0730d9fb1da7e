//! The start-up of every function: telemetry, the SDK configuration, and the loop that serves
//! events.

use std::env;
use std::fmt::Debug;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::str::FromStr;

use aws_lambda_events::apigw::{ApiGatewayProxyRequest, ApiGatewayProxyResponse};
use lambda_runtime::{LambdaEvent, Runtime, service_fn};
use serde::{Deserialize, Serialize};
use tracing::{Instrument, Level, Subscriber};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::util::SubscriberInitExt;

use crate::Error;
use crate::http::{ApiError, Reply, Request, respond};
use store::aws::Cloud;

/// Starts JSON logs on standard output and reads the SDK configuration.
///
/// # Errors
/// Returns the errors of [`Cloud::from_env`].
pub fn start() -> Result<Cloud, Error> {
    start_telemetry();
    Cloud::from_env()
}

/// Starts JSON logs on standard output, one object per line with the enclosing spans. CloudWatch
/// adds the time.
///
/// The environment variable `LOG_LEVEL` sets the lowest level, by default `info`. Release builds
/// contain no lower levels than `info`. Logs contain ids, never content of members.
pub fn start_telemetry() {
    let level =
        env::var("LOG_LEVEL").ok().and_then(|level| Level::from_str(&level).ok()).unwrap_or(Level::INFO);
    json_logs(level, io::stdout).init();
}

/// Creates the subscriber that writes log lines to `writer`.
pub fn json_logs<W>(level: Level, writer: W) -> impl Subscriber + Send + Sync
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    tracing_subscriber::fmt()
        .json()
        .with_max_level(level)
        .with_ansi(false)
        .without_time()
        .flatten_event(true)
        .with_span_list(true)
        .with_current_span(false)
        .with_writer(writer)
        .finish()
}

/// Serves events with `handler`.
pub async fn serve_events<E, R, F>(handler: impl Fn(E) -> F) -> Result<(), Error>
where
    E: for<'de> Deserialize<'de>,
    R: Serialize + Debug,
    F: Future<Output = Result<R, Error>>,
{
    let service = service_fn(|event: LambdaEvent<E>| {
        let span = tracing::info_span!("invocation", requestId = %event.context.request_id);
        // Boxed, because the nested futures of the SDK exceed limits of the compiler.
        let reply: Pin<Box<dyn Future<Output = _> + '_>> = Box::pin(handler(event.payload));
        reply.instrument(span)
    });
    Runtime::new(service).run().await
}

/// Serves requests of the REST API with `handler`; see [`respond`].
pub async fn serve_api<F>(handler: impl Fn(Request) -> F) -> Result<(), Error>
where
    F: Future<Output = Result<Reply, ApiError>>,
{
    serve_events::<ApiGatewayProxyRequest, ApiGatewayProxyResponse, _>(|event| respond(event, &handler)).await
}
