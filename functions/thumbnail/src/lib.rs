//! Makes the renditions and the placeholder of an uploaded picture.
//!
//! | | |
//! |---|---|
//! | triggered by | its SQS queue ← SNS *Uploads* ← S3 ObjectCreated under `originals/` |
//! | reads | the original, the Pictures row |
//! | starts | this program once more for each picture: see [`worker`] |
//! | emits | S3 objects under `renditions/`; the rendered part of the Pictures row, or why there is none |

mod context;
mod handler;
pub mod worker;

pub use context::Context;
pub use handler::handle;
pub use worker::Renderer;
