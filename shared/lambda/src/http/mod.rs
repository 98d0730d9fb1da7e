//! Requests of the REST API, the reply envelope, and errors.

mod error;
mod json;
mod reply;
mod request;

pub use error::ApiError;
pub use json::parse_object;
pub use reply::{Caching, Page, Reply, error_chain, respond};
pub use request::{Request, parse_member};
