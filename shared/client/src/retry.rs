//! Calls that are repeated because they failed for a moment.

use std::fmt::{self, Debug, Formatter};
use std::sync::Arc;
use std::time::Duration;

use reqwest::Method;
use tokio::time::sleep;

use crate::{Answer, ClientError};

/// The delay before the first repetition without a `Retry-After`. Each next one is twice as long.
const FIRST_DELAY: Duration = Duration::from_millis(500);
/// The number of repetitions without a `Retry-After`.
const MAX_REPETITIONS: u32 = 4;

/// The reason why a call waits.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Wait {
    /// The application has too many calls, or a quota of the member is used up.
    Busy,
    /// There was no valid reply.
    Unreachable,
}

type WaitObserver = Arc<dyn Fn(Wait, Duration) + Send + Sync>;

/// How long each call of a [`Session`](crate::Session) waits in all to be repeated: replies 429 and
/// 503 for their `Retry-After`, lost connections with delays that double.
#[derive(Clone, Default)]
pub struct Retries {
    limit: Duration,
    observer: Option<WaitObserver>,
}

/// The attempts of one call.
pub(super) struct Attempts<'a> {
    retries: &'a Retries,
    is_repeatable: bool,
    repetitions: u32,
    waited: Duration,
}

impl Debug for Retries {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Retries").field("limit", &self.limit).finish_non_exhaustive()
    }
}

impl Retries {
    /// Repeats a call for at most `limit` of waiting in all. Calls `observer` before each wait.
    #[must_use]
    pub fn within(limit: Duration, observer: impl Fn(Wait, Duration) + Send + Sync + 'static) -> Self {
        Self { limit, observer: Some(Arc::new(observer)) }
    }

    pub(super) fn attempts(&self, method: &Method) -> Attempts<'_> {
        Attempts {
            retries: self,
            is_repeatable: *method != Method::POST,
            repetitions: 0,
            waited: Duration::ZERO,
        }
    }
}

impl Attempts<'_> {
    /// Waits, if a call with this result should be repeated. Returns `false` if not.
    pub(super) async fn wait(&mut self, result: &Result<Answer, ClientError>) -> bool {
        let Some((reason, delay)) = self.next(result) else { return false };
        if let Some(observe) = &self.retries.observer {
            observe(reason, delay);
        }
        sleep(delay).await;
        true
    }

    fn next(&mut self, result: &Result<Answer, ClientError>) -> Option<(Wait, Duration)> {
        let (reason, named) = match result {
            Ok(answer) if matches!(answer.code, 429 | 503) => (Wait::Busy, answer.retry_after),
            // The first call may have had its effect, unless it was never sent.
            Err(error) if error.is_unsent() => (Wait::Unreachable, None),
            Err(ClientError::Transport(_)) if self.is_repeatable => (Wait::Unreachable, None),
            _ => return None,
        };
        let delay = match named {
            Some(seconds) => Duration::from_secs(seconds),
            None if self.repetitions < MAX_REPETITIONS => {
                (FIRST_DELAY * 2_u32.pow(self.repetitions)).mul_f64(0.75 + fastrand::f64() / 2.0)
            }
            None => return None,
        };
        self.repetitions += 1;
        self.waited += delay;
        (self.waited <= self.retries.limit).then_some((reason, delay))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    fn refused(code: u16, retry_after: Option<u64>) -> Result<Answer, ClientError> {
        Ok(Answer { code, data: Value::Null, notes: None, retry_after, follows_lost_reply: false })
    }

    /// Returns the seconds of each wait of a call that always has this result, rounded.
    fn waits(method: Method, limit: u64, result: &Result<Answer, ClientError>) -> Vec<f64> {
        let retries = Retries::within(Duration::from_secs(limit), |_, _| ());
        let mut attempts = retries.attempts(&method);
        std::iter::from_fn(|| attempts.next(result)).map(|(_, delay)| delay.as_secs_f64()).take(20).collect()
    }

    #[test]
    fn waits_for_the_named_time_within_the_limit() {
        assert_eq!(waits(Method::POST, 60, &refused(429, Some(20))), [20.0; 3]);
        assert_eq!(waits(Method::GET, 60, &refused(503, Some(61))), [0.0; 0], "a quota of the day");
        assert_eq!(waits(Method::GET, 0, &refused(429, Some(1))), [0.0; 0], "no retries");
    }

    #[test]
    fn waits_longer_each_time_for_a_connection() {
        let lost = Err(ClientError::transport("lost"));
        let seconds = waits(Method::GET, 60, &lost);
        assert_eq!(seconds.len(), 4);
        for (second, expected) in seconds.iter().zip([0.5, 1.0, 2.0, 4.0]) {
            assert!((expected * 0.75..=expected * 1.25).contains(second), "{seconds:?}");
        }
        assert!(waits(Method::POST, 60, &lost).is_empty(), "the call may have had its effect");
    }

    #[test]
    fn other_replies_are_final() {
        for code in [200, 400, 403, 404, 409, 500] {
            assert!(waits(Method::GET, 60, &refused(code, Some(1))).is_empty(), "{code}");
        }
        assert!(waits(Method::GET, 60, &Err(ClientError::SessionEnded)).is_empty());
    }
}
