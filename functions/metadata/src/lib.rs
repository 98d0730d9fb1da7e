//! Extracts camera, date and place of an uploaded picture.
//!
//! | | |
//! |---|---|
//! | trigger | its SQS queue ← SNS topic Uploads ← S3 ObjectCreated for `originals/` |
//! | reads | the first bytes of the original, the Pictures row |
//! | writes | camera, date and place to the Pictures row |

mod context;
mod handler;

pub use context::Context;
pub use handler::handle;
