//! The specification of the API, for tests.
//!
//! | module | purpose |
//! |---|---|
//! | [`replies`] | compares replies with the specification |
//! | [`changes`] | finds the changes of a specification that break clients |
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "clippy does not recognise helpers of tests")]

pub mod changes;
pub mod replies;

use serde_json::{Value, json};

/// Returns `true` if an operation needs no credentials. It can accept a developer key.
fn needs_no_credentials(operation: &Value, document: &Value) -> bool {
    let security = operation.get("security").unwrap_or(&document["security"]);
    security.as_array().is_some_and(|security| security.is_empty() || security.contains(&json!({})))
}
