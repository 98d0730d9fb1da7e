//! Makes the renditions and the placeholder of an uploaded picture.
//!
//! | | |
//! |---|---|
//! | triggered by | its SQS queue ← SNS *Uploads* ← S3 ObjectCreated under `originals/` |
//! | reads | the original, the picture's row |
//! | starts | one child process per picture, see [`worker`] |
//! | writes | S3 objects under `renditions/`; attributes or failure of the picture's row |

mod context;
mod handler;
pub mod worker;

pub use context::Context;
pub use handler::handle;
pub use worker::Renderer;
