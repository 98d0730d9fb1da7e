//! Reads what a camera wrote into an uploaded picture.
//!
//! | | |
//! |---|---|
//! | triggered by | its SQS queue ← SNS *Uploads* ← S3 ObjectCreated under `originals/` |
//! | reads | the first part of the original, the Pictures row |
//! | emits | camera, date and place in the Pictures row |

mod context;
mod handler;

pub use context::Context;
pub use handler::handle;
