//! Batches: a service takes what it can of one and hands back the rest, to be asked again.

use std::future::Future;
use std::time::Duration;

use futures_util::stream::{StreamExt, TryStreamExt, iter};

use crate::Error;

/// How often the rest is asked for again before the caller is told.
pub const ATTEMPTS: u32 = 8;
/// How many batches are under way at the same time.
const CONCURRENT: usize = 4;

/// Sends `items` in batches of at most `most`, a few at a time. `send` gets the number of the attempt, from 0, and a batch, and
/// answers with what was not taken of it, which is sent again.
///
/// # Errors
/// Those of `send`, or something was not taken again and again. The other batches may have been sent or not.
pub async fn until_taken<T: Clone, F>(
    items: &[T],
    most: usize,
    send: impl Fn(u32, Vec<T>) -> F,
) -> Result<(), Error>
where
    F: Future<Output = Result<Vec<T>, Error>>,
{
    let send = &send;
    let batches = items.chunks(most).map(|batch| async move {
        let mut rest = batch.to_vec();
        for attempt in 0..ATTEMPTS {
            rest = send(attempt, rest).await?;
            if rest.is_empty() {
                return Ok(());
            }
        }
        Err(Error::from(format!("{} items were not taken in {ATTEMPTS} attempts", rest.len())))
    });
    iter(batches).buffer_unordered(CONCURRENT).try_collect().await
}

/// Waits before attempt number `attempt`: nothing, then up to 20, 40, … 1,280 ms, by chance between half of it and all of it, so
/// that those who met do not meet again.
pub async fn back_off(attempt: u32) {
    if attempt > 0 {
        let most = 10 << attempt;
        tokio::time::sleep(Duration::from_millis(fastrand::u64(most / 2..=most))).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;

    #[tokio::test]
    async fn what_is_not_taken_is_sent_again() {
        let taken = RefCell::new(vec![]);
        let items: Vec<_> = (0..23).collect();
        let send = async |attempt, mut batch: Vec<i32>| {
            assert!(batch.len() <= 5);
            let rest = if attempt == 0 { batch.split_off(1) } else { vec![] };
            taken.borrow_mut().extend(batch);
            Ok(rest)
        };
        until_taken(&items, 5, send).await.unwrap();
        let mut taken = taken.into_inner();
        taken.sort_unstable();
        assert_eq!(taken, items);
    }

    #[tokio::test]
    async fn what_is_never_taken_is_said() {
        let error = until_taken(&[1, 2], 5, async |_, batch| Ok(batch)).await.unwrap_err();
        assert!(error.to_string().starts_with("2 items"), "{error}");
    }
}
