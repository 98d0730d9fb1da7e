//! The engine of the local cloud: a process that runs ministack, the emulator of AWS.

use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::environment::{REGION, remove_aws_settings};
use super::lock::{self, RunningEngine};
use super::options::{EngineStatus, Lifetime, Options, Ports};
use crate::{program, progress, python, workspace};

/// The maximum time from the start of the process until the engine accepts connections.
const START_TIMEOUT: Duration = Duration::from_secs(60);
/// The time between two checks of whether the engine has started or stopped.
const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// A running engine.
#[derive(Debug)]
pub struct Engine {
    home: PathBuf,
    running: RunningEngine,
    /// The child process, if this process started the engine with [`Lifetime::WithThisProcess`].
    /// Its standard input is a pipe from this process. The engine stops when the pipe closes.
    child: Option<Child>,
}

impl Engine {
    /// Returns the engine that runs in `options.home`. Starts one if none runs.
    ///
    /// # Errors
    /// Returns an error if the engine does not start, or if a port is in use.
    pub fn start(options: &Options) -> Result<Self> {
        let home = options.home.clone();
        let ports = match options.engine_status()? {
            EngineStatus::Running(running) => return Ok(Self { home, running, child: None }),
            EngineStatus::Stopped(ports) => ports,
        };
        progress::step(&format!("Starting the local cloud on port {}", ports.engine), || {
            let mut child = spawn(options, ports)?;
            wait_until_up(&home, ports, &mut child)?;
            let running = RunningEngine { pid: child.id(), port: ports.engine, site_port: ports.site };
            let child = (options.lifetime == Lifetime::WithThisProcess).then_some(child);
            Ok(Self { home, running, child })
        })
    }

    /// Returns the URL of all AWS services.
    pub fn endpoint(&self) -> String {
        format!("http://localhost:{}", self.running.port)
    }

    /// Returns the URL of the root of the site, with a slash at the end.
    pub fn site(&self) -> String {
        format!("http://localhost:{}/", self.running.site_port)
    }

    /// Returns the process id of the engine.
    pub fn pid(&self) -> u32 {
        self.running.pid
    }

    /// Returns the folder with the state and the log of the engine.
    pub fn home(&self) -> &Path {
        &self.home
    }

    /// Returns `true` if the engine stops when this process ends.
    pub fn stops_with_this_process(&self) -> bool {
        self.child.is_some()
    }

    /// Waits until the engine stops. Returns at once if the engine does not stop with this process.
    pub fn wait(&mut self) -> Result<()> {
        if let Some(child) = &mut self.child {
            // Polls, because `Child::wait` closes the pipe first, and the engine stops when it
            // closes.
            while child.try_wait()?.is_none() {
                thread::sleep(POLL_INTERVAL * 4);
            }
        }
        Ok(())
    }

    /// Stops the engine and the functions that run on it.
    pub fn stop(&mut self) {
        lock::stop(&self.home);
        if let Some(child) = &mut self.child {
            // The process has ended. Reads its exit status, so that it does not remain a zombie.
            let _ = child.wait();
        }
    }
}

/// Removes the folders of throw-away engines that were killed. `folder` contains all of them.
pub(super) fn remove_stale(folder: &Path) -> Result<()> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(()) };
    for entry in entries {
        let entry = entry?;
        let home = entry.path();
        let age = entry.metadata()?.modified()?.elapsed().unwrap_or_default();
        // Skips new folders, because an engine may be about to start in them.
        if age > START_TIMEOUT && lock::find_running(&home).is_none() {
            fs::remove_dir_all(home)?;
        }
    }
    Ok(())
}

/// Returns the path of the log of the engine in `home`.
pub fn log(home: &Path) -> PathBuf {
    home.join("engine.log")
}

fn spawn(options: &Options, ports: Ports) -> Result<Child> {
    let home = &options.home;
    // The last engine unpacked the programs of the functions into this folder.
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
    set_variables(&mut command, home, ports, options.saves_state);
    if let Some(recording) = &options.recording {
        command.env("DYNAMODB_RECORDING", recording);
    }
    command.stdout(log.try_clone()?).stderr(log).process_group(0);
    match options.lifetime {
        Lifetime::WithThisProcess => command.arg("--until-stdin-closes").stdin(Stdio::piped()),
        Lifetime::UntilStopped => command.stdin(Stdio::null()),
    };
    command.spawn().context("Cannot start the local cloud")
}

/// Sets the environment variables of ministack, which the functions inherit.
fn set_variables(command: &mut Command, home: &Path, ports: Ports, saves_state: bool) {
    let flag = if saves_state { "1" } else { "0" };
    command
        // Verify signatures and enforce the policies of roles.
        .env("AUTH", "true")
        .env("GATEWAY_PORT", ports.engine.to_string())
        .env("SITE_PORT", ports.site.to_string())
        .env("BIND_HOST", "127.0.0.1")
        // Functions send AWS calls to this endpoint.
        .env("AWS_ENDPOINT_URL", format!("http://localhost:{}", ports.engine))
        .env("AWS_DEFAULT_REGION", REGION)
        .env("MINISTACK_REGION", REGION)
        .env("PERSIST_STATE", flag)
        .env("S3_PERSIST", flag)
        .env("STATE_DIR", home.join("state"))
        .env("S3_DATA_DIR", home.join("s3"))
        .env("TMPDIR", home.join("tmp"))
        // Run functions as processes, even if Docker is installed.
        .env("LAMBDA_EXECUTOR", "local")
        .env("LAMBDA_WARM_TTL_SECONDS", "300")
        // Do not start the servers of unused services.
        .env("IOT_MTLS_ENABLED", "0")
        .env("SFTP_ENABLED", "0")
        .env("LOG_LEVEL", "WARNING")
        .env("PYTHONUNBUFFERED", "1")
        .env("NO_PROXY", "localhost,127.0.0.1");
}

/// Waits until the engine accepts connections. Kills it after [`START_TIMEOUT`].
fn wait_until_up(home: &Path, ports: Ports, child: &mut Child) -> Result<()> {
    let deadline = Instant::now() + START_TIMEOUT;
    let is_closed = |port: u16| TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err();
    // The engine opens its ports after it has loaded its state.
    while is_closed(ports.engine) || is_closed(ports.site) {
        if child.try_wait()?.is_some() || Instant::now() > deadline {
            let _ = child.kill();
            program::print_tail(&log(home))?;
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

    /// Runs the tests in `local/python` against an empty engine. Installs ministack if it is
    /// missing.
    #[test]
    fn the_python_tests_pass_on_an_engine() {
        python::ensure(Packages::Cloud).unwrap();
        let options = Options::throwaway(false).unwrap();
        let mut engine = Engine::start(&options).unwrap();
        let mut tests = with_root_key(python::command("python"), &engine.endpoint());
        tests.env("SITE_URL", engine.site());
        tests.current_dir(workspace::path("local/python"));
        tests.args(["-m", "unittest", "discover", "-s", "tests", "-t", "."]);
        let result = program::run(&mut tests, "The Python tests failed.");
        engine.stop();
        fs::remove_dir_all(&options.home).unwrap();
        result.unwrap();
    }
}
