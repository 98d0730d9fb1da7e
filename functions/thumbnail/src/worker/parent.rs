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

/// Maximum time to render a picture: many times that of the slowest picture within the limits of
/// `renditions`. With reading and storing, it stays well within the function's timeout (60 s in
/// `template.yaml`).
pub const MAX_RENDER_TIME: Duration = Duration::from_secs(30);

/// Renders pictures, each in a child process.
#[derive(Debug, Clone)]
pub struct Renderer {
    /// The executable of the child process.
    pub program: PathBuf,
    /// Its arguments, without the program's name.
    pub arguments: Vec<OsString>,
    /// Time after which the child is killed.
    pub max_time: Duration,
}

impl Renderer {
    /// Renders with the executable of this process.
    ///
    /// # Errors
    /// The path of the executable is not known.
    pub fn current_program() -> io::Result<Self> {
        Ok(Self::new(env::current_exe()?))
    }

    /// Renders with a program that calls [`render_stdin`](super::render_stdin) for the argument
    /// `render`.
    #[must_use]
    pub fn new(program: PathBuf) -> Self {
        Self { program, arguments: vec![ARGUMENT.into()], max_time: MAX_RENDER_TIME }
    }

    /// Renders the picture in `bytes`. Rejects the picture if the child crashes, exceeds its time
    /// or sends an invalid reply.
    ///
    /// # Errors
    /// The child cannot be started or its pipes fail, which can be retried.
    pub async fn render(&self, bytes: Bytes) -> Result<Reply, Error> {
        let mut child = self.start()?;
        match timeout(self.max_time, exchange(&mut child, &bytes)).await {
            Ok(reply) => reply,
            Err(_) => {
                child.kill().await?;
                Ok(renderer_failed(Refusal::TooSlow { seconds: self.max_time.as_secs() }))
            }
        }
    }

    /// Starts the child without the environment, which contains the function's credentials. Its
    /// standard error goes to the function's log.
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
    // If the child ends before it has read the file, its status tells why.
    let (_, reply) = tokio::join!(send, receive);
    let (reply, status) = (reply?, child.wait().await?);
    let failed = |reason| Ok(renderer_failed(Refusal::Failed { reason }));
    if !status.success() {
        return failed(format!("the renderer ended with {status}"));
    }
    reply::read(&reply).or_else(|error| failed(format!("the renderer's reply is invalid: {error}")))
}

/// Logs a warning, because the cause is not only the picture.
fn renderer_failed(refusal: Refusal) -> Reply {
    tracing::warn!(reason = ?refusal, "the renderer did not answer");
    Err(refusal.into())
}
