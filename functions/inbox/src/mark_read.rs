//! `PUT /notifications`: moves the caller's read marker.

use domain::UserId;
use jiff::Timestamp;
use lambda::Error;
use lambda::http::ApiError;
use serde::{Deserialize, Serialize};

use crate::Context;

/// The body of `PUT /notifications`, with the time up to which the caller has read notifications.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema), schemars(rename = "ReadUntil"))]
pub struct ReadMarkerInput {
    #[cfg_attr(feature = "openapi", schemars(with = "Timestamp"))]
    read_until: Option<String>,
}

/// The `data` of the reply to `PUT /notifications`, with the current read marker.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct ReadMarker {
    read_until: Timestamp,
}

/// Moves the caller's read marker forward. Never moves it back or into the future. Returns the
/// current marker.
pub async fn mark_read(
    context: &Context,
    caller: UserId,
    input: ReadMarkerInput,
) -> Result<ReadMarker, ApiError> {
    let until = parse_marker(input.read_until.as_deref(), Timestamp::now())?;
    let marker = context.notifications.advance_marker(caller, until).await?;
    Ok(ReadMarker { read_until: marker.ok_or(ApiError::ACCOUNT_DELETED)? })
}

/// Parses an RFC 3339 time and truncates it to milliseconds. Returns `now` if the time is later.
fn parse_marker(text: Option<&str>, now: Timestamp) -> Result<Timestamp, ApiError> {
    let invalid =
        || ApiError::Invalid("readUntil must be an RFC 3339 time, such as 2026-01-02T03:04:05Z".into());
    let time: Timestamp = text.unwrap_or_default().parse().map_err(|_| invalid())?;
    let time = Timestamp::from_millisecond(time.min(now).as_millisecond()).map_err(Error::from)?;
    Ok(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn truncates_to_milliseconds_and_limits_to_now() {
        let now = "2026-01-02T12:00:00.5Z".parse().unwrap();
        for (text, expected) in [
            ("2026-01-02T11:00:00Z", "2026-01-02T11:00:00Z"),
            ("2026-01-02T13:30:00.123456789+02:00", "2026-01-02T11:30:00.123Z"),
            ("2026-01-02T12:00:01Z", "2026-01-02T12:00:00.5Z"),
            ("9999-01-02T12:00:00Z", "2026-01-02T12:00:00.5Z"),
        ] {
            assert_eq!(parse_marker(Some(text), now).unwrap().to_string(), expected, "{text}");
        }
    }

    #[test]
    fn rejects_other_texts() {
        for text in
            [None, Some(""), Some("yesterday"), Some("2026-01-02"), Some("2026-01-02T12:00:00"), Some("1")]
        {
            let error = parse_marker(text, Timestamp::UNIX_EPOCH).unwrap_err();
            assert_eq!(error.status(), 400, "{text:?}");
            assert!(error.to_string().starts_with("Invalid input: readUntil must be"), "{error}");
        }
    }
}
