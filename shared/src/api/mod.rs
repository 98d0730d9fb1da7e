//! HTTP: requests, the reply envelope, errors, who calls.

mod error;
mod page;
mod reply;
mod request;
mod seal;

pub use error::ApiError;
pub use page::{Page, PageRequest};
pub use reply::{Reply, error_chain, respond};
pub use request::{Request, member};
pub use seal::Seal;
