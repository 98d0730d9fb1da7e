//! The function's end: a process is started, given a file and waited for, but not for long.

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

/// How long a picture may take to render: many times what the slowest within the core's limits does, and well inside the
/// function's own time (60 s in `template.yaml`), reading and storing included.
pub const MAX_TIME: Duration = Duration::from_secs(30);

/// Renders pictures, each in a process of its own.
#[derive(Debug, Clone)]
pub struct Renderer {
    /// What is started.
    pub program: PathBuf,
    /// With which arguments.
    pub arguments: Vec<OsString>,
    /// When it is killed.
    pub most_time: Duration,
}

impl Renderer {
    /// The program that runs, started once more.
    ///
    /// # Errors
    /// The system does not tell where it is.
    pub fn this_program() -> io::Result<Self> {
        Ok(Self::new(env::current_exe()?))
    }

    /// A program whose `main` does as this function's does.
    #[must_use]
    pub fn new(program: PathBuf) -> Self {
        Self { program, arguments: vec![ARGUMENT.into()], most_time: MAX_TIME }
    }

    /// Renders the picture in `bytes`. A process that dies, goes on for too long or says nonsense is a picture refused.
    ///
    /// # Errors
    /// The process cannot be started or spoken to: to be tried again.
    pub async fn render(&self, bytes: Bytes) -> Result<Reply, Error> {
        let mut child = self.start()?;
        match timeout(self.most_time, converse(&mut child, &bytes)).await {
            Ok(reply) => reply,
            Err(_) => {
                child.kill().await?;
                Ok(died(Refusal::TooSlow { seconds: self.most_time.as_secs() }))
            }
        }
    }

    /// Without the environment, where the function's credentials are. What it says of its own death goes to the function's log.
    fn start(&self) -> io::Result<Child> {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).env_clear().current_dir("/").kill_on_drop(true);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn()
    }
}

async fn converse(child: &mut Child, bytes: &[u8]) -> Result<Reply, Error> {
    let (Some(mut stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
        return Err("a process without pipes".into());
    };
    let send = async move { stdin.write_all(bytes).await };
    let receive = async move {
        let mut reply = Vec::new();
        stdout.take(reply::MAX_BYTES).read_to_end(&mut reply).await.map(|_| Bytes::from(reply))
    };
    // One that ends before it has read all says why by its status.
    let (_, reply) = tokio::join!(send, receive);
    let (reply, status) = (reply?, child.wait().await?);
    let failed = |reason| Ok(died(Refusal::Failed { reason }));
    if !status.success() {
        return failed(format!("the renderer ended with {status}"));
    }
    reply::read(&reply).or_else(|error| failed(format!("the renderer's reply makes no sense: {error}")))
}

/// Not the picture's fault alone: somebody should look.
fn died(refusal: Refusal) -> Reply {
    tracing::warn!(reason = ?refusal, "the renderer did not answer");
    Err(refusal.into())
}
