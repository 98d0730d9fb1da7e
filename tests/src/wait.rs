//! Waits for what follows by subscription.

use std::fmt::Debug;
use std::time::{Duration, Instant};

/// How long anything may take: a busy machine with two cores, and functions that start cold.
const PATIENCE: Duration = Duration::from_secs(45);
/// How often it is looked at.
const LOOK: Duration = Duration::from_millis(40);

/// What `look` finds, as soon as it finds something.
///
/// # Panics
/// Nothing is found in 45 seconds.
pub async fn until<T>(what: &str, look: impl AsyncFn() -> Option<T>) -> T {
    right(what, async || look().await.ok_or_else(String::new)).await
}

/// Waits until `look` says so.
///
/// # Panics
/// As [`until`].
pub async fn until_true(what: &str, look: impl AsyncFn() -> bool) {
    until(what, async || look().await.then_some(())).await;
}

/// Waits until `look` finds nothing wrong.
///
/// # Panics
/// As [`until`], with what was wrong at the last look.
pub async fn right<T>(what: &str, look: impl AsyncFn() -> Result<T, String>) -> T {
    within(PATIENCE, what, look).await
}

/// Like [`right`], for what may take longer.
///
/// # Panics
/// As [`right`], after that time.
pub async fn within<T>(patience: Duration, what: &str, look: impl AsyncFn() -> Result<T, String>) -> T {
    let start = Instant::now();
    loop {
        match look().await {
            Ok(found) => return found,
            Err(wrong) if start.elapsed() > patience => {
                panic!("waited {} s in vain until {what}\n{wrong}", patience.as_secs())
            }
            Err(_) => tokio::time::sleep(LOOK).await,
        }
    }
}

/// Waits until `look` finds what is expected.
///
/// # Panics
/// As [`until`], with what was found at the last look.
pub async fn until_equal<T, E>(what: &str, expected: &E, look: impl AsyncFn() -> T)
where
    T: PartialEq<E> + Debug,
    E: Debug,
{
    right(what, async || match look().await {
        found if found == *expected => Ok(()),
        found => Err(format!("found    {found:?}\nexpected {expected:?}")),
    })
    .await;
}
