//! Options of a local cloud, and the choice of its port.

use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;

use anyhow::{Result, bail};

use super::lock::{self, RunningEngine};
use super::stack::Stack;
use crate::workspace;

/// The port of the developer's local cloud, if no other port is chosen.
pub const DEFAULT_PORT: u16 = 4566;

/// The lifetime of an engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lifetime {
    /// The engine stops when this process ends, even if this process is killed.
    WithThisProcess,
    /// The engine runs until `cargo dev down` stops it.
    UntilStopped,
}

/// Options of a local cloud.
#[derive(Clone, Debug)]
pub struct Options {
    /// The folder with the state and the log.
    pub home: PathBuf,
    /// The path of the file that contains the [`Stack`] while the local cloud is up.
    pub stack_file: PathBuf,
    /// The port on the loopback interface. `None` means the port of the running engine, or
    /// [`DEFAULT_PORT`] if none runs.
    pub port: Option<u16>,
    /// Whether the engine saves its state when it stops.
    pub saves_state: bool,
    /// The lifetime of the engine.
    pub lifetime: Lifetime,
    /// Whether the web app is built and published.
    pub web: bool,
}

impl Options {
    /// Returns the options of the developer's local cloud, which saves its state.
    pub fn developers(port: Option<u16>, lifetime: Lifetime) -> Self {
        let (home, stack_file) = (workspace::local("cloud"), Stack::developers_file());
        Self { home, stack_file, port, saves_state: true, lifetime, web: true }
    }

    /// Returns the options of an empty local cloud on a free port. Its files are removed when it
    /// stops.
    pub fn throwaway(web: bool) -> Result<Self> {
        let port = free_port()?;
        let home = workspace::local("throwaway").join(port.to_string());
        let stack_file = home.join("stack.json");
        let lifetime = Lifetime::WithThisProcess;
        Ok(Self { home, stack_file, port: Some(port), saves_state: false, lifetime, web })
    }

    /// Returns whether an engine runs in `home`, and the port.
    ///
    /// # Errors
    /// Returns an error if another program uses the port, or if the engine runs on another port.
    pub(super) fn engine_status(&self) -> Result<EngineStatus> {
        let Some(running) = lock::find_running(&self.home) else {
            let port = self.port.unwrap_or(DEFAULT_PORT);
            return ensure_free(port).map(|()| EngineStatus::Stopped(port));
        };
        if self.port.is_some_and(|port| port != running.port) {
            bail!("The local cloud is up on port {}. Stop it first with `cargo dev down`.", running.port);
        }
        Ok(EngineStatus::Running(running))
    }
}

/// Whether an engine runs.
pub(super) enum EngineStatus {
    /// An engine runs.
    Running(RunningEngine),
    /// No engine runs. This port is free.
    Stopped(u16),
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

/// Returns an error if another program uses the port.
fn ensure_free(port: u16) -> Result<()> {
    if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_err() {
        let other = port.wrapping_add(100);
        bail!("Port {port} is in use. Choose another one, as in `cargo dev up --port {other}`.");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_about_a_port_in_use_suggests_another_port() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let error = ensure_free(port).unwrap_err().to_string();
        assert!(error.contains(&format!("Port {port} is in use")) && error.contains("--port"), "{error}");
        drop(listener);
        ensure_free(port).unwrap();
    }
}
