//! Makes the renditions and the placeholder of an uploaded picture.
//!
//! | | |
//! |---|---|
//! | triggered by | its SQS queue ← SNS *Uploads* ← S3 ObjectCreated below `originals/` |
//! | reads | the original, the Pictures row |
//! | starts | one child process per picture, see [`worker`] |
//! | writes | S3 objects below `renditions/`; attributes or failure of the Pictures row |

mod context;
mod handler;
pub mod worker;

pub use context::Context;
pub use handler::handle;
pub use worker::Renderer;
