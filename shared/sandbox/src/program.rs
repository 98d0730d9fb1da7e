//! The parent: starts a child process, sends its input and waits for its reply.

use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;
use std::{env, io};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};
use tokio::time::timeout;

/// Returns `true` if `argument` is the only argument of this program. `arguments` starts with the
/// name of the program.
pub fn is_started_with(argument: &str, arguments: impl IntoIterator<Item = OsString>) -> bool {
    arguments.into_iter().skip(1).eq([argument])
}

/// A program to run in child processes.
#[derive(Clone, Debug)]
pub struct Program {
    /// The executable.
    pub path: PathBuf,
    /// The arguments, without the name of the program.
    pub arguments: Vec<OsString>,
    /// The time after which a child is killed.
    pub max_time: Duration,
    /// The maximum length of a reply in bytes. The rest of a longer reply is not read.
    pub max_reply_bytes: u64,
}

/// The reason why a child sent no reply.
#[derive(Debug)]
pub enum Failure {
    /// The child exceeded its time and was killed.
    TooSlow(Duration),
    /// The child ended with an error or by a signal.
    Ended(ExitStatus),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooSlow(time) => write!(f, "the child process took longer than {time:?}"),
            Self::Ended(status) => write!(f, "the child process ended with {status}"),
        }
    }
}

impl Program {
    /// Creates a program that is the executable of this process with one argument.
    ///
    /// # Errors
    /// Returns an error if the path of the executable is unknown.
    pub fn current(argument: &str, max_time: Duration, max_reply_bytes: u64) -> io::Result<Self> {
        Ok(Self { path: env::current_exe()?, arguments: vec![argument.into()], max_time, max_reply_bytes })
    }

    /// Runs the program in a child process, sends it `input` and returns its reply. If the input is
    /// untrusted, so is the reply.
    ///
    /// # Errors
    /// Returns an error if the operating system cannot start, stop or wait for the child, or cannot
    /// read its reply. The call can be retried.
    pub async fn run(&self, input: &[u8]) -> io::Result<Result<Vec<u8>, Failure>> {
        let mut child = self.start()?;
        match timeout(self.max_time, self.exchange(&mut child, input)).await {
            Ok(reply) => reply,
            Err(_) => {
                child.kill().await?;
                Ok(Err(Failure::TooSlow(self.max_time)))
            }
        }
    }

    /// Starts the child without environment variables, because they contain the function's
    /// credentials. The child writes its standard error to the function's log.
    fn start(&self) -> io::Result<Child> {
        let mut command = Command::new(&self.path);
        command.args(&self.arguments).env_clear().current_dir("/").kill_on_drop(true);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn()
    }

    async fn exchange(&self, child: &mut Child, input: &[u8]) -> io::Result<Result<Vec<u8>, Failure>> {
        let (Some(mut stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(io::Error::other("the child process has no pipes"));
        };
        let send = async move { stdin.write_all(input).await };
        let receive = async move {
            let mut reply = Vec::new();
            stdout.take(self.max_reply_bytes).read_to_end(&mut reply).await.map(|_| reply)
        };
        // Ignores a failure to send the input. It means that the child ended early, so its exit
        // status or its reply contains the cause.
        let (_, reply) = tokio::join!(send, receive);
        let (reply, status) = (reply?, child.wait().await?);
        Ok(if status.success() { Ok(reply) } else { Err(Failure::Ended(status)) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_argument_must_be_the_only_one() {
        let is_started = |arguments: &[&str]| is_started_with("render", arguments.iter().map(OsString::from));
        assert!(is_started(&["bootstrap", "render"]));
        assert!(!is_started(&["bootstrap"]));
        assert!(!is_started(&["render"]));
        assert!(!is_started(&["bootstrap", "render", "more"]));
    }
}
