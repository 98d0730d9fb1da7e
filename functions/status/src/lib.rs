//! Says how the server is, and answers routes that do not exist.
//!
//! | | |
//! |---|---|
//! | triggered by | `GET /status` and every route that no other function has, from anyone |
//! | reads | nothing |
//! | emits | nothing |

use jiff::Timestamp;
use lambda::http::{ApiError, Reply, Request};
use serde::Serialize;

/// The `data` of `GET /status`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    status: &'static str,
    version: &'static str,
    /// Seconds since 1970.
    server_time: i64,
    server_time_formatted: String,
    /// Seconds since 1970; of the process that answers.
    server_start_time: i64,
    server_start_time_formatted: String,
}

/// RFC 3339 UTC, to the second.
fn formatted(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Answers one call. `started` is when this process began.
///
/// # Errors
/// [`ApiError::NotFound`] for every other route.
pub async fn handle(started: Timestamp, request: Request) -> Result<Reply, ApiError> {
    let ("GET", "/status") = request.route() else {
        return Err(ApiError::NotFound(
            "There is no such route. GET /status answers; docs/api.md lists them all.",
        ));
    };
    let now = Timestamp::now();
    Reply::ok(Status {
        status: "ok",
        version: env!("CARGO_PKG_VERSION"),
        server_time: now.as_second(),
        server_time_formatted: formatted(now),
        server_start_time: started.as_second(),
        server_start_time_formatted: formatted(started),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use testing::sample_request;

    #[tokio::test]
    async fn the_server_is_well() {
        let started = Timestamp::from_second(1_700_000_000).unwrap();
        let reply = handle(started, event("status.json")).await.unwrap();
        assert_eq!(reply.data()["status"], "ok");
        assert_eq!(reply.data()["serverStartTimeFormatted"], "2023-11-14T22:13:20Z");
        assert!(reply.data()["serverTime"].as_i64().unwrap() > 1_700_000_000);
    }

    #[tokio::test]
    async fn unknown_routes_are_not_found() {
        let error = handle(Timestamp::now(), event("status-unknown-route.json")).await.unwrap_err();
        assert_eq!(error.status(), 404);
    }
}
