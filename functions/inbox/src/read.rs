//! `PUT /notifications`: until when the caller has read.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use lambda::Error;
use lambda::http::ApiError;
use domain::UserId;

use crate::Context;

/// Until when somebody has read: the body of `PUT /notifications`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ReadUntil"))]
pub struct ReadInput {
    #[cfg_attr(feature = "typescript", ts(as = "String"))]
    read_until: Option<String>,
}

/// The `data` of the reply.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Read {
    read_until: Timestamp,
}

/// Notes it, unless they have read until later already. Nobody has read what is still to come.
pub async fn mark(context: &Context, caller: UserId, input: ReadInput) -> Result<Read, ApiError> {
    let until = until(input.read_until.as_deref(), Timestamp::now())?;
    let marked = context.notifications.mark_read(caller, until, &context.users).await?;
    Ok(Read { read_until: marked.ok_or(ApiError::ACCOUNT_DELETED)? })
}

/// The time that was sent, in whole milliseconds and not in the future.
fn until(text: Option<&str>, now: Timestamp) -> Result<Timestamp, ApiError> {
    let wrong = || ApiError::Invalid("readUntil must be a time as in RFC 3339: 2026-01-02T03:04:05Z".into());
    let time: Timestamp = text.unwrap_or_default().parse().map_err(|_| wrong())?;
    let time = Timestamp::from_millisecond(time.min(now).as_millisecond()).map_err(Error::from)?;
    Ok(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_that_is_not_in_the_future_is_taken() {
        let now = "2026-01-02T12:00:00.5Z".parse().unwrap();
        for (text, expected) in [
            ("2026-01-02T11:00:00Z", "2026-01-02T11:00:00Z"),
            ("2026-01-02T13:30:00.123456789+02:00", "2026-01-02T11:30:00.123Z"),
            ("2026-01-02T12:00:01Z", "2026-01-02T12:00:00.5Z"),
            ("9999-01-02T12:00:00Z", "2026-01-02T12:00:00.5Z"),
        ] {
            assert_eq!(until(Some(text), now).unwrap().to_string(), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in
            [None, Some(""), Some("yesterday"), Some("2026-01-02"), Some("2026-01-02T12:00:00"), Some("1")]
        {
            let error = until(text, Timestamp::UNIX_EPOCH).unwrap_err();
            assert_eq!(error.status(), 400, "{text:?}");
            assert!(error.to_string().starts_with("Invalid input: readUntil must be"), "{error}");
        }
    }
}
