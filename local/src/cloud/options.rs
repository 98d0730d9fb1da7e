//! Options of a local cloud, and its port.

use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;

use anyhow::{Result, bail};

use super::lock::{self, Running};
use super::stack::Stack;
use crate::workspace;

/// The port of the local cloud unless the developer chooses another.
pub const DEFAULT_PORT: u16 = 4566;

/// The lifetime of an engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lifetime {
    /// It stops when this process ends, even when this process is killed.
    WithThisProcess,
    /// It runs until `cargo dev down`.
    UntilStopped,
}

/// Options of a local cloud.
#[derive(Clone, Debug)]
pub struct Options {
    /// The folder of its state and log.
    pub home: PathBuf,
    /// The file that holds its [`Stack`] while it is up.
    pub stack_file: PathBuf,
    /// The port on the loopback interface. `None`: the port it runs on, else [`DEFAULT_PORT`].
    pub port: Option<u16>,
    /// Whether its state is saved when it stops.
    pub keeps_state: bool,
    /// The lifetime of its engine.
    pub lifetime: Lifetime,
    /// Whether the web app is built and published.
    pub web: bool,
}

impl Options {
    /// The developer's local cloud, which keeps its state.
    pub fn developers(port: Option<u16>, lifetime: Lifetime) -> Self {
        let (home, stack_file) = (workspace::local("cloud"), Stack::developers_file());
        Self { home, stack_file, port, keeps_state: true, lifetime, web: true }
    }

    /// An empty local cloud on a free port. Its files are removed when it stops.
    pub fn throwaway(web: bool) -> Result<Self> {
        let port = free_port()?;
        let home = workspace::local("throwaway").join(port.to_string());
        let stack_file = home.join("stack.json");
        let lifetime = Lifetime::WithThisProcess;
        Ok(Self { home, stack_file, port: Some(port), keeps_state: false, lifetime, web })
    }

    /// The port of an engine with these options.
    ///
    /// # Errors
    /// Another program uses the port, or the engine runs on another one.
    pub(super) fn usable_port(&self) -> Result<Port> {
        let Some(running) = lock::running(&self.home) else {
            let port = self.port.unwrap_or(DEFAULT_PORT);
            return ensure_free(port).map(|()| Port::Free(port));
        };
        if self.port.is_some_and(|port| port != running.port) {
            bail!("The local cloud is up on port {}. Stop it first with `cargo dev down`.", running.port);
        }
        Ok(Port::Running(running))
    }
}

/// The port of an engine.
pub(super) enum Port {
    /// The engine runs.
    Running(Running),
    /// The engine can start on this port.
    Free(u16),
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

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
