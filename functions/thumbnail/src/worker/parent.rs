//! The parent: starts a child process, sends it a file and waits for the reply.

use std::io;
use std::time::Duration;

use bytes::Bytes;
use lambda::Error;
use renditions::Refusal;
use sandbox::{Failure, Program};

use super::child::ARGUMENT;
use super::reply::{self, Reply};

/// The maximum time to render a picture. The slowest picture within the limits of `renditions`
/// takes a small part of this time. The remaining time until the function's timeout (60 s in
/// `template.yaml`) is for reading the original and storing the renditions.
pub const MAX_RENDER_TIME: Duration = Duration::from_secs(30);

/// Renders pictures, each in a child process. With the argument `render`, the program must call
/// [`render_stdin`](super::render_stdin).
#[derive(Debug, Clone)]
pub struct Renderer(pub Program);

impl Renderer {
    /// Creates a renderer that starts the executable of this process.
    ///
    /// # Errors
    /// Returns an error if the path of the executable is unknown.
    pub fn current_program() -> io::Result<Self> {
        Program::current(ARGUMENT, MAX_RENDER_TIME, reply::MAX_BYTES).map(Self)
    }

    /// Renders the picture in `bytes`. Rejects the picture if the child crashes, exceeds its time
    /// or sends an invalid reply.
    ///
    /// # Errors
    /// Returns an error if the operating system cannot start, stop or wait for the child, or cannot
    /// read its reply. The call can be retried.
    pub async fn render(&self, bytes: Bytes) -> Result<Reply, Error> {
        let failed = |reason| Refusal::Failed { reason };
        let refusal = match self.0.run(&bytes).await? {
            Ok(reply) => match reply::read(&reply.into()) {
                Ok(reply) => return Ok(reply),
                Err(error) => failed(format!("the renderer's reply is invalid: {error}")),
            },
            Err(Failure::TooSlow(time)) => Refusal::TooSlow { seconds: time.as_secs() },
            Err(Failure::Ended(status)) => failed(format!("the renderer ended with {status}")),
        };
        Ok(reject_with_warning(refusal))
    }
}

/// Rejects the picture because the renderer failed. Logs a warning, because the cause can be a bug
/// in a decoder or an attack.
fn reject_with_warning(refusal: Refusal) -> Reply {
    tracing::warn!(reason = ?refusal, "the renderer failed");
    Err(refusal.into())
}
