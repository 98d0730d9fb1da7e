//! Waits for what follows by subscription.

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
    let start = Instant::now();
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(start.elapsed() < PATIENCE, "waited {} s in vain until {what}", PATIENCE.as_secs());
        tokio::time::sleep(LOOK).await;
    }
}

/// Waits until `look` says so.
///
/// # Panics
/// As [`until`].
pub async fn until_true(what: &str, look: impl AsyncFn() -> bool) {
    until(what, async || look().await.then_some(())).await;
}
