//! Turns a panic inside a decoder into a [`Refusal`], so that the process continues.

use crate::refusal::Refusal;
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs `work` and turns a panic into [`Refusal::Failed`]. `work` must not change shared state, so
/// that a panic leaves nothing inconsistent.
pub(crate) fn catch_panic<T>(work: impl FnOnce() -> Result<T, Refusal>) -> Result<T, Refusal> {
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|panic| Err(Refusal::failed(format!("panic: {}", message(&*panic)))))
}

fn message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_a_refusal_with_its_message() {
        let caught = catch_panic::<()>(|| panic!("index {} out of range", 7));
        assert_eq!(caught, Err(Refusal::failed("panic: index 7 out of range")));
    }

    #[test]
    fn results_pass_through() {
        assert_eq!(catch_panic(|| Ok(1)), Ok(1));
        assert_eq!(catch_panic::<()>(|| Err(Refusal::Empty)), Err(Refusal::Empty));
    }
}
