//! A panic inside a decoder fails the picture, not the process.

use super::Refusal;
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs `work`; a panic becomes [`Refusal::Failed`]. Unwind-safe because `work` shares nothing that it changes.
pub(super) fn catch<T>(work: impl FnOnce() -> Result<T, Refusal>) -> Result<T, Refusal> {
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
    fn a_panic_becomes_a_refusal_that_keeps_its_message() {
        let caught = catch::<()>(|| panic!("index {} out of range", 7));
        assert_eq!(caught, Err(Refusal::failed("panic: index 7 out of range")));
    }

    #[test]
    fn results_pass_through() {
        assert_eq!(catch(|| Ok(1)), Ok(1));
        assert_eq!(catch::<()>(|| Err(Refusal::Empty)), Err(Refusal::Empty));
    }
}
