//! Rules as their authors write them.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod cpython;
mod errors;
mod language;
mod mutations;
mod support;
