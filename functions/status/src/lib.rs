//! Reports the status of the server, serves the specification of the API, and replies to calls that
//! no route serves.
//!
//! | | |
//! |---|---|
//! | triggered by anyone | `GET /status`, `GET /openapi.json`, and every call that no other function serves |
//! | reads | nothing |
//! | emits | nothing |

#[cfg(feature = "openapi")]
pub mod openapi;
mod routes;

use jiff::Timestamp;
use lambda::http::{ApiError, Caching, Reply, Request};
use serde::Serialize;

/// The `data` of `GET /status`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
struct Status {
    status: &'static str,
    version: &'static str,
    /// The current time, in seconds since the epoch.
    server_time: i64,
    server_time_formatted: String,
    /// The start of this execution environment, in seconds since the epoch.
    server_start_time: i64,
    server_start_time_formatted: String,
}

/// The specification of the API.
const SPECIFICATION: &str = include_str!("../../../docs/openapi.json");

/// Formats a time as RFC 3339, in UTC and whole seconds.
fn format(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Handles a request to the REST API. `started_at` is the start of this execution environment.
///
/// # Errors
/// Returns [`ApiError::NoMethod`] if the path has other methods, and [`ApiError::NotFound`] for
/// other paths.
pub async fn handle(started_at: Timestamp, request: Request) -> Result<Reply, ApiError> {
    match request.route() {
        ("GET", "/status") => report(started_at),
        ("GET", "/openapi.json") => Ok(Reply::document(SPECIFICATION).with_caching(Caching::Minute)),
        _ => {
            let (method, path) = request.method_and_path();
            Err(routes::unknown(SPECIFICATION, method, path))
        }
    }
}

fn report(started_at: Timestamp) -> Result<Reply, ApiError> {
    let now = Timestamp::now();
    let status = Status {
        status: "ok",
        version: env!("CARGO_PKG_VERSION"),
        server_time: now.as_second(),
        server_time_formatted: format(now),
        server_start_time: started_at.as_second(),
        server_start_time_formatted: format(started_at),
    };
    // It contains the current time.
    Ok(Reply::ok(status)?.with_caching(Caching::Never))
}

#[cfg(test)]
mod tests {
    use super::*;
    use testing::sample_request;

    #[tokio::test]
    async fn reports_the_start_and_the_current_time() {
        let started_at = Timestamp::from_second(1_700_000_000).unwrap();
        let reply = handle(started_at, sample_request("status.json")).await.unwrap();
        assert_eq!(reply.data()["status"], "ok");
        assert_eq!(reply.caching(), Some(Caching::Never), "it contains the time");
        assert_eq!(reply.data()["serverStartTimeFormatted"], "2023-11-14T22:13:20Z");
        assert!(reply.data()["serverTime"].as_i64().unwrap() > 1_700_000_000);
    }

    #[tokio::test]
    async fn serves_the_specification_to_caches() {
        let request = sample_request("status-openapi.json");
        let reply = handle(Timestamp::now(), request).await.unwrap();
        assert_eq!(reply.caching(), Some(Caching::Minute));
        assert!(SPECIFICATION.contains("\"openapi\": \"3.1"), "it is a document of OpenAPI 3.1");
    }

    #[tokio::test]
    async fn the_reply_to_an_unknown_method_names_the_methods() {
        let mut event: aws_lambda_events::apigw::ApiGatewayProxyRequest =
            testing::sample_event("status-unknown-route.json");
        (event.http_method, event.path) = ("DELETE".parse().unwrap(), Some("/status".into()));
        let error = handle(Timestamp::now(), Request::new(event)).await.unwrap_err();
        assert!(
            matches!(error, ApiError::NoMethod { ref allow, .. } if allow == "GET, HEAD, OPTIONS"),
            "{error}"
        );
    }

    #[tokio::test]
    async fn unknown_routes_are_not_found() {
        let error = handle(Timestamp::now(), sample_request("status-unknown-route.json")).await.unwrap_err();
        assert_eq!(error.status(), 404);
    }
}
