//! Options of a local cloud, and the choice of its ports.

use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;

use anyhow::{Result, bail};

use super::lock::{self, RunningEngine};
use super::stack::Stack;
use crate::workspace;

/// The port of the developer's local cloud, if no other port is chosen. The site has the next port.
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
    /// The ports on the loopback interface. `None` means the ports of the running engine, or
    /// [`DEFAULT_PORT`] and the next port if none runs.
    pub ports: Option<Ports>,
    /// Whether the engine saves its state when it stops.
    pub saves_state: bool,
    /// The lifetime of the engine.
    pub lifetime: Lifetime,
    /// Whether the web app is built and published.
    pub web: bool,
    /// Parameters of the template, as `NAME=VALUE`.
    pub parameters: Vec<String>,
    /// The file to which the engine writes each call of DynamoDB, if any.
    pub recording: Option<PathBuf>,
}

impl Options {
    /// Returns the options of the developer's local cloud, which saves its state. `port` is that of
    /// the engine.
    pub fn developers(port: Option<u16>, lifetime: Lifetime) -> Self {
        let (home, stack_file) = (workspace::local("cloud"), Stack::developers_file());
        let (ports, parameters) = (port.map(Ports::from), Vec::new());
        Self { home, stack_file, ports, saves_state: true, lifetime, web: true, parameters, recording: None }
    }

    /// Returns the options of an empty local cloud on free ports. Its files are removed when it
    /// stops.
    pub fn throwaway(web: bool) -> Result<Self> {
        let ports = Ports::free()?;
        let home = workspace::local("throwaway").join(ports.engine.to_string());
        let stack_file = home.join("stack.json");
        let lifetime = Lifetime::WithThisProcess;
        let (ports, parameters) = (Some(ports), Vec::new());
        let recording = None;
        Ok(Self { home, stack_file, ports, saves_state: false, lifetime, web, parameters, recording })
    }

    /// Returns whether an engine runs in `home`, and the ports.
    ///
    /// # Errors
    /// Returns an error if another program uses a port, or if the engine runs on another port.
    pub(super) fn engine_status(&self) -> Result<EngineStatus> {
        let Some(running) = lock::find_running(&self.home) else {
            let ports = self.ports.unwrap_or_else(|| DEFAULT_PORT.into());
            return ports.ensure_free().map(|()| EngineStatus::Stopped(ports));
        };
        if self.ports.is_some_and(|ports| ports.engine != running.port) {
            bail!("The local cloud is up on port {}. Stop it first with `cargo dev down`.", running.port);
        }
        Ok(EngineStatus::Running(running))
    }
}

/// Whether an engine runs.
pub(super) enum EngineStatus {
    /// An engine runs.
    Running(RunningEngine),
    /// No engine runs. These ports are free.
    Stopped(Ports),
}

/// The ports of a local cloud on the loopback interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ports {
    /// The port of all AWS services.
    pub engine: u16,
    /// The port of the site.
    pub site: u16,
}

impl From<u16> for Ports {
    /// Returns the port of the engine, and the next one for the site.
    fn from(engine: u16) -> Self {
        Self { engine, site: engine.saturating_add(1) }
    }
}

impl Ports {
    /// Returns two free ports.
    fn free() -> Result<Self> {
        // Both listeners are open at the same time, so that their ports differ.
        let listeners = [0, 0].map(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)));
        let [engine, site] =
            listeners.map(|listener| Ok::<_, std::io::Error>(listener?.local_addr()?.port()));
        Ok(Self { engine: engine?, site: site? })
    }

    /// Returns an error if another program uses one of the ports.
    fn ensure_free(self) -> Result<()> {
        let other = self.engine.checked_add(100).unwrap_or(DEFAULT_PORT);
        let advice = format!("Choose another port, as in `cargo dev up --port {other}`.");
        if is_used(self.engine) {
            bail!("Port {} is in use. {advice}", self.engine);
        }
        if is_used(self.site) {
            bail!(
                "Port {} is in use. The web app needs it, as the port after {}. {advice}",
                self.site,
                self.engine
            );
        }
        Ok(())
    }
}

fn is_used(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_about_a_port_in_use_suggests_another_port() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let used = listener.local_addr().unwrap().port();
        let free = Ports::free().unwrap().engine;
        for ports in [Ports { engine: used, site: free }, Ports { engine: free, site: used }] {
            let error = ports.ensure_free().unwrap_err().to_string();
            // Another process can use the free port by now.
            let names = |port| error.contains(&format!("Port {port} is in use"));
            assert!((names(used) || names(free)) && error.contains("--port"), "{error}");
        }
    }

    #[test]
    fn the_site_has_the_port_after_that_of_the_engine() {
        assert_eq!(Ports::from(4600), Ports { engine: 4600, site: 4601 });
    }

    #[test]
    fn two_throwaway_clouds_have_four_ports() {
        let ports = [Ports::free().unwrap(), Ports::free().unwrap()];
        assert_ne!(ports[0].engine, ports[0].site);
        assert_ne!(ports[1].engine, ports[1].site);
    }
}
