//! Extracts the camera facts, the date and the GPS position of an uploaded picture.
//!
//! | | |
//! |---|---|
//! | triggered by | its SQS queue ← SNS *Uploads* ← S3 ObjectCreated below `originals/` |
//! | reads | ranges of the original, the Pictures row |
//! | writes | camera facts, date and GPS position to the Pictures row |

mod context;
mod handler;

pub use context::Context;
pub use handler::handle;
