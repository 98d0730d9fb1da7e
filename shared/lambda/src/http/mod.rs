//! Requests of the REST API, the reply envelope, and errors.

mod error;
mod json;
mod reply;
mod request;

pub use error::ApiError;
pub use json::parse_object;
pub use reply::{Caching, Page, Reply, error_chain, respond};
#[cfg(feature = "openapi")]
pub(crate) use request::{DEFAULT_LIMIT, MAX_LIMIT};
pub use request::{Request, parse_member};
