//! The parent: starts a child process, sends it a file and waits for the reply.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;
use std::{env, io};

use bytes::Bytes;
use lambda::Error;
use renditions::Refusal;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};
use tokio::time::timeout;

use super::child::ARGUMENT;
use super::reply::{self, Reply};

/// The maximum time to render a picture. The slowest picture within the limits of `renditions`
/// takes a small part of this time. The remaining time until the function's timeout (60 s in
/// `template.yaml`) is for reading the original and storing the renditions.
pub const MAX_RENDER_TIME: Duration = Duration::from_secs(30);

/// Renders pictures, each in a child process.
#[derive(Debug, Clone)]
pub struct Renderer {
    /// The executable of the child process.
    pub program: PathBuf,
    /// The arguments of the child process, without the program's name.
    pub arguments: Vec<OsString>,
    /// The time after which the child process is killed.
    pub max_time: Duration,
}

impl Renderer {
    /// Creates a renderer that starts the executable of this process.
    ///
    /// # Errors
    /// Returns an error if the path of the executable is unknown.
    pub fn current_program() -> io::Result<Self> {
        Ok(Self::new(env::current_exe()?))
    }

    /// Creates a renderer that starts `program` with the argument `render`. With this argument, the
    /// program must call [`render_stdin`](super::render_stdin).
    #[must_use]
    pub fn new(program: PathBuf) -> Self {
        Self { program, arguments: vec![ARGUMENT.into()], max_time: MAX_RENDER_TIME }
    }

    /// Renders the picture in `bytes`. Rejects the picture if the child crashes, exceeds its time
    /// or sends an invalid reply.
    ///
    /// # Errors
    /// Returns an error if the operating system cannot start, stop or wait for the child, or cannot
    /// read its reply. The call can be retried.
    pub async fn render(&self, bytes: Bytes) -> Result<Reply, Error> {
        let mut child = self.start()?;
        match timeout(self.max_time, exchange(&mut child, &bytes)).await {
            Ok(reply) => reply,
            Err(_) => {
                child.kill().await?;
                Ok(reject_with_warning(Refusal::TooSlow { seconds: self.max_time.as_secs() }))
            }
        }
    }

    /// Starts the child without environment variables, because they contain the function's
    /// credentials. The child writes its standard error to the function's log.
    fn start(&self) -> io::Result<Child> {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).env_clear().current_dir("/").kill_on_drop(true);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn()
    }
}

/// Sends the file and receives the reply.
async fn exchange(child: &mut Child, bytes: &[u8]) -> Result<Reply, Error> {
    let (Some(mut stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
        return Err("the child process has no pipes".into());
    };
    let send = async move { stdin.write_all(bytes).await };
    let receive = async move {
        let mut reply = Vec::new();
        stdout.take(reply::MAX_BYTES).read_to_end(&mut reply).await.map(|_| Bytes::from(reply))
    };
    // Ignores a failure to send the file. It means that the child ended early, so its exit status
    // or its reply contains the cause.
    let (_, reply) = tokio::join!(send, receive);
    let (reply, status) = (reply?, child.wait().await?);
    let reject = |reason| Ok(reject_with_warning(Refusal::Failed { reason }));
    if !status.success() {
        return reject(format!("the renderer ended with {status}"));
    }
    reply::read(&reply).or_else(|error| reject(format!("the renderer's reply is invalid: {error}")))
}

/// Rejects the picture because the renderer failed. Logs a warning, because the cause can be a bug
/// in a decoder or an attack.
fn reject_with_warning(refusal: Refusal) -> Reply {
    tracing::warn!(reason = ?refusal, "the renderer failed");
    Err(refusal.into())
}
