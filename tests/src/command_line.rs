//! The command line `albumen`, as a person runs it.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use local::{program, workspace};
use serde_json::Value;
use uuid::Uuid;

use crate::cloud;
use crate::people::Member;

/// The interval at which [`Computer::kill`] reads the log of the command.
const POLL_INTERVAL: Duration = Duration::from_millis(10);

/// A person's computer: folders of their own, in which the command line keeps what it remembers.
/// Removed with the value.
#[derive(Debug)]
pub struct Computer {
    folder: PathBuf,
}

/// The exit code and the output of a command.
#[derive(Debug)]
pub struct Printed {
    /// The exit code.
    pub code: Option<i32>,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Printed {
    /// Parses the lines of JSON of standard output.
    pub fn records(&self) -> Vec<Value> {
        self.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

impl Computer {
    /// Creates a computer on which nobody is signed in.
    pub fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("albumen-test-{}", Uuid::now_v7()));
        fs::create_dir(&folder).unwrap();
        Self { folder }
    }

    /// Creates a computer on which a member is signed in.
    pub fn signed_in(member: &Member) -> Self {
        let computer = Self::new();
        let site = &cloud::stack().site;
        let login = ["login", "--site", site, "--email", &member.email, "--password-stdin"];
        let printed = computer.run_with_input(&login, &member.password);
        assert_eq!(printed.code, Some(0), "{printed:?}");
        computer
    }

    /// Returns the path of a file or folder on the computer.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Returns the command line with these arguments, without a keyring.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(binary());
        command.args(arguments).current_dir(&self.folder).env("HOME", &self.folder);
        for variable in ["XDG_CONFIG_HOME", "XDG_STATE_HOME", "DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR"] {
            command.env_remove(variable);
        }
        command
    }

    /// Runs the command line to its end.
    pub fn run(&self, arguments: &[&str]) -> Printed {
        self.run_with_input(arguments, "")
    }

    /// Runs the command line to its end, with this standard input.
    pub fn run_with_input(&self, arguments: &[&str], input: &str) -> Printed {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // A command that reads no input may have ended.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        let output = child.wait_with_output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Printed { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    /// Runs the command line, and kills it a random time of at most `delay` after its log contains
    /// `sign`. Returns the log, and `true` if the command still ran.
    pub async fn kill(&self, arguments: &[&str], sign: &str, delay: Duration) -> (String, bool) {
        let log = self.path("log");
        let mut command = self.command(arguments);
        command.arg("--verbose").stdout(Stdio::null()).stderr(File::create(&log).unwrap());
        let mut child = command.spawn().unwrap();
        let read_log = || fs::read_to_string(&log).unwrap();
        while child.try_wait().unwrap().is_none() && !read_log().contains(sign) {
            tokio::time::sleep(POLL_INTERVAL).await;
        }
        tokio::time::sleep(delay.mul_f64(fastrand::f64())).await;
        let is_running = child.try_wait().unwrap().is_none();
        if is_running {
            child.kill().unwrap();
            child.wait().unwrap();
        }
        (read_log(), is_running)
    }
}

impl Default for Computer {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Computer {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Returns the path of the program. Builds it if necessary, or takes the one that the variable
/// `ALBUMEN_BINARY` names.
fn binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        if let Some(binary) = std::env::var_os("ALBUMEN_BINARY") {
            return binary.into();
        }
        let mut cargo = program::cargo();
        // Selects the same features as `cargo test --workspace`, so that nothing is built twice.
        cargo.args(["build", "--quiet", "--workspace", "--bin", "albumen"]);
        program::run(&mut cargo, "The build of the command line failed.").unwrap();
        let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
        target.unwrap_or_else(|| workspace::path("target")).join("debug/albumen")
    })
}
