//! The engine of the local cloud, ministack: starts it with our settings, and stops it.

use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::calls::forget_aws;
use super::lock::{self, Running};
use super::{DEFAULT_PORT, Options, deployment, stack::REGION};
use crate::{program, progress, tools, workspace};

/// How long the engine may take to answer.
const START: Duration = Duration::from_secs(60);
/// How often it is looked at.
const LOOK: Duration = Duration::from_millis(50);

/// How long an engine lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lifetime {
    /// It stops when this process ends, however that happens.
    WithThisProcess,
    /// Until `cargo dev down`.
    UntilStopped,
}

/// A running engine.
#[derive(Debug)]
pub struct Engine {
    home: PathBuf,
    running: Running,
    /// Only where it stops with us: its standard input is a pipe whose other end is here.
    child: Option<Child>,
}

impl Engine {
    /// The engine that runs in `options.home`, else a new one.
    pub(super) fn start(options: &Options) -> Result<Self> {
        let home = options.home.clone();
        let port = match usable_port(options)? {
            Port::Running(running) => return Ok(Self { home, running, child: None }),
            Port::Free(port) => port,
        };
        recover(&home)?;
        progress::step(&format!("Starting the local cloud on port {port}"), || {
            let mut child = spawn(options, port)?;
            wait_until_up(&home, port, &mut child)?;
            let running = Running { pid: child.id(), port };
            let child = (options.lifetime == Lifetime::WithThisProcess).then_some(child);
            Ok(Self { home, running, child })
        })
    }

    /// Where all AWS services answer.
    pub fn endpoint(&self) -> String {
        format!("http://localhost:{}", self.running.port)
    }

    /// Process id.
    pub fn pid(&self) -> u32 {
        self.running.pid
    }

    /// Folder of its state.
    pub fn home(&self) -> &Path {
        &self.home
    }

    /// Whether it stops with this process.
    pub fn ends_with_us(&self) -> bool {
        self.child.is_some()
    }

    /// Waits until it has stopped.
    pub fn wait(&mut self) -> Result<()> {
        if let Some(child) = &mut self.child {
            // Not `Child::wait`: that would close the pipe, which stops it.
            while child.try_wait()?.is_none() {
                thread::sleep(LOOK * 4);
            }
        }
        Ok(())
    }

    /// Stops it and its functions.
    pub fn stop(&mut self) {
        lock::stop(&self.home);
        if let Some(child) = &mut self.child {
            // Only takes the exit status: it is gone.
            let _ = child.wait();
        }
    }
}

/// Where an engine with these options answers.
pub(super) enum Port {
    /// It runs.
    Running(Running),
    /// It can be started there.
    Free(u16),
}

/// Where an engine with `options` answers; an error where it can not.
pub(super) fn usable_port(options: &Options) -> Result<Port> {
    let Some(running) = lock::running(&options.home) else {
        let port = options.port.unwrap_or(DEFAULT_PORT);
        return ensure_free(port).map(|()| Port::Free(port));
    };
    if options.port.is_some_and(|port| port != running.port) {
        bail!("The local cloud is up on port {}: stop it with `cargo dev down` first.", running.port);
    }
    Ok(Port::Running(running))
}

/// A port that nobody listens on.
pub fn free_port() -> Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

fn ensure_free(port: u16) -> Result<()> {
    if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_err() {
        bail!(
            "Port {port} is taken: choose another one, as in `cargo dev up --port {}`.",
            port.wrapping_add(100)
        );
    }
    Ok(())
}

/// Removes what throw-away engines left that were killed.
pub(super) fn remove_stale(folder: &Path) -> Result<()> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(()) };
    for entry in entries {
        let entry = entry?;
        let home = entry.path();
        let age = entry.metadata()?.modified()?.elapsed().unwrap_or_default();
        // A young one may be about to start.
        if age > START && lock::running(&home).is_none() {
            fs::remove_dir_all(home)?;
        }
    }
    Ok(())
}

/// An engine that was killed has lost what it had not saved, so nothing is known about what is deployed. One that never
/// saved anything starts anew: its objects in S3 are all that is left.
fn recover(home: &Path) -> Result<()> {
    if home.join("saved").exists() {
        return Ok(());
    }
    deployment::forget(home)?;
    if home.exists() && !home.join("state/cloudformation.json").exists() {
        fs::remove_dir_all(home)?;
    }
    Ok(())
}

/// Where an engine logs.
pub fn log(home: &Path) -> PathBuf {
    home.join("engine.log")
}

fn spawn(options: &Options, port: u16) -> Result<Child> {
    let home = &options.home;
    // The programs of earlier functions.
    if home.join("tmp").exists() {
        fs::remove_dir_all(home.join("tmp"))?;
    }
    for folder in ["state", "s3", "tmp"] {
        fs::create_dir_all(home.join(folder))?;
    }
    let log = File::create(log(home))?;
    let mut command = tools::command("python");
    command.arg(workspace::path("local/python/engine.py")).arg(home);
    forget_aws(&mut command);
    settings(&mut command, home, port, options.kept);
    command.stdout(log.try_clone()?).stderr(log).process_group(0);
    match options.lifetime {
        Lifetime::WithThisProcess => command.arg("--until-stdin-closes").stdin(Stdio::piped()),
        Lifetime::UntilStopped => command.stdin(Stdio::null()),
    };
    command.spawn().context("The local cloud could not be started")
}

/// Functions inherit these, too.
fn settings(command: &mut Command, home: &Path, port: u16, kept: bool) {
    let kept = if kept { "1" } else { "0" };
    command
        // Signatures are verified and every role's policy is enforced.
        .env("AUTH", "true")
        .env("GATEWAY_PORT", port.to_string())
        .env("BIND_HOST", "127.0.0.1")
        // What functions call; without it they would call AWS.
        .env("AWS_ENDPOINT_URL", format!("http://localhost:{port}"))
        .env("AWS_DEFAULT_REGION", REGION)
        .env("MINISTACK_REGION", REGION)
        .env("PERSIST_STATE", kept)
        .env("S3_PERSIST", kept)
        .env("STATE_DIR", home.join("state"))
        .env("S3_DATA_DIR", home.join("s3"))
        .env("TMPDIR", home.join("tmp"))
        // Functions run as processes, not in Docker, even where there is one.
        .env("LAMBDA_EXECUTOR", "local")
        .env("LAMBDA_WARM_TTL_SECONDS", "300")
        // Servers that it would open for services that are not used.
        .env("IOT_MTLS_ENABLED", "0")
        .env("SFTP_ENABLED", "0")
        .env("LOG_LEVEL", "WARNING")
        .env("PYTHONUNBUFFERED", "1")
        .env("NO_PROXY", "localhost,127.0.0.1");
}

fn wait_until_up(home: &Path, port: u16, child: &mut Child) -> Result<()> {
    let deadline = Instant::now() + START;
    // It listens once its state is loaded.
    while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
        if child.try_wait()?.is_some() || Instant::now() > deadline {
            let _ = child.kill();
            program::show_end(&log(home))?;
            bail!("The local cloud did not start (its log: {})", log(home).display());
        }
        thread::sleep(LOOK);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::calls::with_keys;

    #[test]
    fn a_taken_port_is_told_with_the_way_out() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = taken.local_addr().unwrap().port();
        let error = ensure_free(port).unwrap_err().to_string();
        assert!(error.contains(&format!("Port {port} is taken")) && error.contains("--port"), "{error}");
        drop(taken);
        ensure_free(port).unwrap();
    }

    /// What `local/python` does for us, on an engine with nothing on it: installs the engine where it is not there.
    #[test]
    fn the_python_side_works_on_an_engine() {
        tools::ensure_python_environment().unwrap();
        let options = Options::throwaway(false).unwrap();
        let mut engine = Engine::start(&options).unwrap();
        let mut tests = with_keys(tools::command("python"), &engine.endpoint());
        tests.current_dir(workspace::path("local/python"));
        let result =
            program::run(tests.args(["-m", "unittest", "discover", "-s", "tests", "-t", "."]), "failed");
        engine.stop();
        fs::remove_dir_all(&options.home).unwrap();
        result.unwrap();
    }
}
