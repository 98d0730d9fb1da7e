//! Retries of batches of which a service leaves items unprocessed.

use std::future::Future;
use std::time::Duration;

use futures_util::stream::{StreamExt, TryStreamExt, iter};

use crate::Error;

/// The maximum number of attempts.
pub const ATTEMPTS: u32 = 8;
/// The maximum number of attempts of a write transaction. Together they wait for five to ten
/// seconds, in which a hundred transactions of a member can update the same counter one after the
/// other.
pub(crate) const TRANSACTION_ATTEMPTS: u32 = 12;
/// The maximum time between two attempts, in milliseconds.
const MAX_WAIT: u64 = 1_280;
/// The number of concurrent batches.
const CONCURRENT: usize = 4;

/// Sends `items` in concurrent batches of at most `max`. `send` gets the number of the attempt,
/// from 0, and a batch, and returns the unprocessed items, which the next attempt sends again.
///
/// # Errors
/// Returns an error if `send` fails, or if items of a batch are unprocessed after [`ATTEMPTS`]
/// attempts. After an error, some items may be processed.
pub async fn retry_unprocessed<T: Clone, F>(
    items: &[T],
    max: usize,
    send: impl Fn(u32, Vec<T>) -> F,
) -> Result<(), Error>
where
    F: Future<Output = Result<Vec<T>, Error>>,
{
    let send = &send;
    let batches = items.chunks(max).map(|batch| async move {
        let mut rest = batch.to_vec();
        for attempt in 0..ATTEMPTS {
            rest = send(attempt, rest).await?;
            if rest.is_empty() {
                return Ok(());
            }
        }
        Err(Error::from(format!("{} items are unprocessed after {ATTEMPTS} attempts", rest.len())))
    });
    iter(batches).buffer_unordered(CONCURRENT).try_collect().await
}

/// Waits before an attempt: not before attempt 0, then up to 20, 40, … 1,280 ms, then always up to
/// 1,280 ms. Jitter of half the time prevents repeated collisions.
pub async fn back_off(attempt: u32) {
    if attempt > 0 {
        tokio::time::sleep(Duration::from_millis(choose_wait(attempt))).await;
    }
}

/// Returns the time before an attempt after attempt 0, in milliseconds.
fn choose_wait(attempt: u32) -> u64 {
    let max = MAX_WAIT.min(10 << attempt);
    fastrand::u64(max / 2..=max)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;
    use std::cmp::Reverse;
    use std::collections::BinaryHeap;

    #[tokio::test]
    async fn sends_unprocessed_items_again() {
        let processed = RefCell::new(vec![]);
        let items: Vec<_> = (0..23).collect();
        let send = async |attempt, mut batch: Vec<i32>| {
            assert!(batch.len() <= 5);
            let rest = if attempt == 0 { batch.split_off(1) } else { vec![] };
            processed.borrow_mut().extend(batch);
            Ok(rest)
        };
        retry_unprocessed(&items, 5, send).await.unwrap();
        let mut processed = processed.into_inner();
        processed.sort_unstable();
        assert_eq!(processed, items);
    }

    /// Simulates concurrent transactions on one row. A transaction takes 20 ms, and DynamoDB
    /// cancels those that start meanwhile. Returns the number of transactions that never succeed.
    fn count_cancelled(transactions: usize) -> usize {
        let mut attempts: BinaryHeap<_> = (0..transactions).map(|_| Reverse((0, 0))).collect();
        let (mut busy_until, mut cancelled) = (0, 0);
        while let Some(Reverse((now, attempt))) = attempts.pop() {
            if now >= busy_until {
                busy_until = now + 20;
            } else if attempt + 1 == TRANSACTION_ATTEMPTS {
                cancelled += 1;
            } else {
                attempts.push(Reverse((now + choose_wait(attempt + 1), attempt + 1)));
            }
        }
        cancelled
    }

    #[test]
    fn concurrent_transactions_on_one_row_all_succeed() {
        for seed in 0..50 {
            fastrand::seed(seed);
            assert_eq!(count_cancelled(20), 0, "seed {seed}");
            assert_eq!(count_cancelled(50), 0, "seed {seed}");
        }
    }

    #[tokio::test]
    async fn fails_if_items_are_unprocessed_after_the_last_attempt() {
        let error = retry_unprocessed(&[1, 2], 5, async |_, batch| Ok(batch)).await.unwrap_err();
        assert!(error.to_string().starts_with("2 items"), "{error}");
    }
}
