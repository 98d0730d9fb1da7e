//! The engine of the local cloud: the process of ministack.

use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::environment::{REGION, remove_aws_settings};
use super::lock::{self, Running};
use super::options::{Lifetime, Options, Port};
use crate::{program, progress, python, workspace};

/// The time that the engine has to start.
const START_TIMEOUT: Duration = Duration::from_secs(60);
/// The time between two checks whether it has started or stopped.
const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// A running engine.
#[derive(Debug)]
pub struct Engine {
    home: PathBuf,
    running: Running,
    /// `Some` if it stops with this process, which holds the other end of its standard input.
    child: Option<Child>,
}

impl Engine {
    /// Returns the engine that runs in `options.home`, else starts one.
    pub(super) fn start(options: &Options) -> Result<Self> {
        let home = options.home.clone();
        let port = match options.usable_port()? {
            Port::Running(running) => return Ok(Self { home, running, child: None }),
            Port::Free(port) => port,
        };
        progress::step(&format!("Starting the local cloud on port {port}"), || {
            let mut child = spawn(options, port)?;
            wait_until_up(&home, port, &mut child)?;
            let running = Running { pid: child.id(), port };
            let child = (options.lifetime == Lifetime::WithThisProcess).then_some(child);
            Ok(Self { home, running, child })
        })
    }

    /// URL of all AWS services.
    pub fn endpoint(&self) -> String {
        format!("http://localhost:{}", self.running.port)
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.running.pid
    }

    /// The folder of its state.
    pub fn home(&self) -> &Path {
        &self.home
    }

    /// Whether it stops with this process.
    pub fn stops_with_this_process(&self) -> bool {
        self.child.is_some()
    }

    /// Waits until it stops.
    pub fn wait(&mut self) -> Result<()> {
        if let Some(child) = &mut self.child {
            // `Child::wait` would close the pipe, which stops the engine.
            while child.try_wait()?.is_none() {
                thread::sleep(POLL_INTERVAL * 4);
            }
        }
        Ok(())
    }

    /// Stops it and its functions.
    pub fn stop(&mut self) {
        lock::stop(&self.home);
        if let Some(child) = &mut self.child {
            // The process has ended. This takes its exit status.
            let _ = child.wait();
        }
    }
}

/// Removes the files of throw-away engines that were killed.
pub(super) fn remove_stale(folder: &Path) -> Result<()> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(()) };
    for entry in entries {
        let entry = entry?;
        let home = entry.path();
        let age = entry.metadata()?.modified()?.elapsed().unwrap_or_default();
        // The engine of a newer folder may be about to start.
        if age > START_TIMEOUT && lock::running(&home).is_none() {
            fs::remove_dir_all(home)?;
        }
    }
    Ok(())
}

/// The log of the engine in `home`.
pub fn log(home: &Path) -> PathBuf {
    home.join("engine.log")
}

fn spawn(options: &Options, port: u16) -> Result<Child> {
    let home = &options.home;
    // The programs of the functions of the last run.
    if home.join("tmp").exists() {
        fs::remove_dir_all(home.join("tmp"))?;
    }
    for folder in ["state", "s3", "tmp"] {
        fs::create_dir_all(home.join(folder))?;
    }
    let log = File::create(log(home))?;
    let mut command = python::command("python");
    command.arg(workspace::path("local/python/engine.py")).arg(home);
    remove_aws_settings(&mut command);
    set_variables(&mut command, home, port, options.keeps_state);
    command.stdout(log.try_clone()?).stderr(log).process_group(0);
    match options.lifetime {
        Lifetime::WithThisProcess => command.arg("--until-stdin-closes").stdin(Stdio::piped()),
        Lifetime::UntilStopped => command.stdin(Stdio::null()),
    };
    command.spawn().context("Cannot start the local cloud")
}

/// Sets the variables of ministack. Functions inherit them.
fn set_variables(command: &mut Command, home: &Path, port: u16, keeps_state: bool) {
    let keeps_state = if keeps_state { "1" } else { "0" };
    command
        // Verifies signatures and enforces the policies of roles.
        .env("AUTH", "true")
        .env("GATEWAY_PORT", port.to_string())
        .env("BIND_HOST", "127.0.0.1")
        // Functions call this endpoint instead of AWS.
        .env("AWS_ENDPOINT_URL", format!("http://localhost:{port}"))
        .env("AWS_DEFAULT_REGION", REGION)
        .env("MINISTACK_REGION", REGION)
        .env("PERSIST_STATE", keeps_state)
        .env("S3_PERSIST", keeps_state)
        .env("STATE_DIR", home.join("state"))
        .env("S3_DATA_DIR", home.join("s3"))
        .env("TMPDIR", home.join("tmp"))
        // Runs functions as processes, even if Docker is installed.
        .env("LAMBDA_EXECUTOR", "local")
        .env("LAMBDA_WARM_TTL_SECONDS", "300")
        // Turns off servers of unused services.
        .env("IOT_MTLS_ENABLED", "0")
        .env("SFTP_ENABLED", "0")
        .env("LOG_LEVEL", "WARNING")
        .env("PYTHONUNBUFFERED", "1")
        .env("NO_PROXY", "localhost,127.0.0.1");
}

fn wait_until_up(home: &Path, port: u16, child: &mut Child) -> Result<()> {
    let deadline = Instant::now() + START_TIMEOUT;
    // The engine listens once it has loaded its state.
    while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
        if child.try_wait()?.is_some() || Instant::now() > deadline {
            let _ = child.kill();
            program::show_end(&log(home))?;
            bail!("The local cloud did not start. Its log is {}.", log(home).display());
        }
        thread::sleep(POLL_INTERVAL);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::environment::with_root_key;
    use crate::python::Packages;

    /// Runs the tests of `local/python` on an empty engine. Installs the engine when it is missing.
    #[test]
    fn the_python_tests_pass_on_an_engine() {
        python::ensure(Packages::Cloud).unwrap();
        let options = Options::throwaway(false).unwrap();
        let mut engine = Engine::start(&options).unwrap();
        let mut tests = with_root_key(python::command("python"), &engine.endpoint());
        tests.current_dir(workspace::path("local/python"));
        tests.args(["-m", "unittest", "discover", "-s", "tests", "-t", "."]);
        let result = program::run(&mut tests, "The Python tests failed.");
        engine.stop();
        fs::remove_dir_all(&options.home).unwrap();
        result.unwrap();
    }
}
