//! The specification of the API, for tests.
//!
//! | module | purpose |
//! |---|---|
//! | [`replies`] | compares replies with the specification |
//! | [`changes`] | finds the changes of a specification that break clients |
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "clippy does not recognise helpers of tests")]

pub mod changes;
pub mod replies;
