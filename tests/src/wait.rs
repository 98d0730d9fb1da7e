//! Waits for asynchronous effects.

use std::fmt::Debug;
use std::time::{Duration, Instant};

/// Maximum wait, for cold starts on a busy machine with two cores.
const TIMEOUT: Duration = Duration::from_secs(45);
/// Time between two polls.
const POLL_INTERVAL: Duration = Duration::from_millis(40);

/// Polls until `poll` returns a value.
///
/// # Panics
/// Panics after 45 seconds.
pub async fn until<T>(what: &str, poll: impl AsyncFn() -> Option<T>) -> T {
    until_ok(what, async || poll().await.ok_or_else(String::new)).await
}

/// Polls until `poll` returns `true`.
///
/// # Panics
/// See [`until`].
pub async fn until_true(what: &str, poll: impl AsyncFn() -> bool) {
    until(what, async || poll().await.then_some(())).await;
}

/// Polls until `poll` succeeds.
///
/// # Panics
/// See [`until`]. The message contains the last error.
pub async fn until_ok<T>(what: &str, poll: impl AsyncFn() -> Result<T, String>) -> T {
    within(TIMEOUT, what, poll).await
}

/// Polls until `poll` succeeds, with another timeout.
///
/// # Panics
/// Panics after `timeout`. The message contains the last error.
pub async fn within<T>(timeout: Duration, what: &str, poll: impl AsyncFn() -> Result<T, String>) -> T {
    let start = Instant::now();
    loop {
        match poll().await {
            Ok(value) => return value,
            Err(error) if start.elapsed() > timeout => {
                panic!("timed out after {} s waiting until {what}\n{error}", timeout.as_secs())
            }
            Err(_) => tokio::time::sleep(POLL_INTERVAL).await,
        }
    }
}

/// Polls until `poll` returns the expected value.
///
/// # Panics
/// See [`until`]. The message contains the last value.
pub async fn until_equal<T, E>(what: &str, expected: &E, poll: impl AsyncFn() -> T)
where
    T: PartialEq<E> + Debug,
    E: Debug,
{
    until_ok(what, async || match poll().await {
        found if found == *expected => Ok(()),
        found => Err(format!("found    {found:?}\nexpected {expected:?}")),
    })
    .await;
}
