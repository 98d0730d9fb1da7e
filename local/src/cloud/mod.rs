//! The local cloud: the engine that emulates AWS, with `template.yaml` deployed on it.

mod deployment;
mod engine;
mod environment;
mod lock;
mod options;
mod stack;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use anyhow::{Context, Result};

pub use engine::{Engine, log};
pub(crate) use environment::with_root_key;
pub use lock::{RunningEngine, find_running, stop};
pub use options::{DEFAULT_PORT, Lifetime, Options};
pub use stack::{Stack, local_address};

use crate::python::{self, Packages};
use crate::{functions, tools, web, workspace};

/// A running local cloud with the application deployed. Dropping it stops an engine that this
/// process started with [`Lifetime::WithThisProcess`].
#[derive(Debug)]
pub struct LocalCloud {
    engine: Engine,
    stack: Stack,
    stack_file: PathBuf,
    /// The folder of the engine, if it is removed when the engine stops.
    throwaway: Option<PathBuf>,
}

impl LocalCloud {
    /// Builds changed functions, starts the engine if it does not run, and deploys changes.
    ///
    /// # Errors
    /// Returns an error with a message for the developer if a step fails, for example because a
    /// program is missing or the port is in use.
    pub fn start(options: &Options) -> Result<Self> {
        let web = options.web && web::exists();
        // Detects missing programs before the steps that take minutes.
        options.engine_status()?;
        tools::ensure_c_compiler()?;
        if web {
            tools::ensure_node()?;
        }
        python::ensure(Packages::Cloud)?;
        functions::build()?;
        if web {
            web::build()?;
        }
        Self::deploy_on_engine(options, workspace::root(), web)
    }

    /// Starts an engine and deploys another checkout of the repository, whose functions are built,
    /// without the web app.
    ///
    /// # Errors
    /// See [`LocalCloud::start`].
    pub fn start_checkout(options: &Options, checkout: &Path) -> Result<Self> {
        python::ensure(Packages::Cloud)?;
        Self::deploy_on_engine(options, checkout, false)
    }

    /// Builds this workspace and deploys its changes over what is deployed.
    ///
    /// # Errors
    /// See [`LocalCloud::start`].
    pub fn upgrade(&mut self, options: &Options) -> Result<()> {
        functions::build()?;
        if options.web {
            web::build()?;
        }
        self.stack = deploy(&self.engine, workspace::root(), options.web, options)?;
        Ok(())
    }

    fn deploy_on_engine(options: &Options, checkout: &Path, web: bool) -> Result<Self> {
        if !options.saves_state {
            engine::remove_stale(&workspace::local("throwaway"))?;
        }
        let ran_before = lock::find_running(&options.home).is_some();
        if !ran_before {
            // A killed engine does not remove its stack file.
            let _ = fs::remove_file(&options.stack_file);
            discard_unsaved_state(&options.home)?;
        }
        let mut engine = Engine::start(options)?;
        match deploy(&engine, checkout, web, options) {
            Ok(stack) => {
                let throwaway = (!options.saves_state).then(|| options.home.clone());
                Ok(Self { engine, stack, stack_file: options.stack_file.clone(), throwaway })
            }
            Err(error) => {
                if !ran_before {
                    engine.stop();
                }
                Err(error)
            }
        }
    }

    /// Returns the addresses of the application.
    pub fn stack(&self) -> &Stack {
        &self.stack
    }

    /// Returns the path of the stack file, which contains the addresses.
    pub fn stack_file(&self) -> &Path {
        &self.stack_file
    }

    /// Returns the engine.
    pub fn engine(&mut self) -> &mut Engine {
        &mut self.engine
    }
}

/// Discards the record of the last deployment if the last engine in `home` was killed, because that
/// engine did not save its state. If no engine has ever saved state in `home`, removes the folder:
/// it only contains objects of S3, which need the missing state.
fn discard_unsaved_state(home: &Path) -> Result<()> {
    if home.join("saved").exists() {
        return Ok(());
    }
    deployment::remove_record(home)?;
    if home.exists() && !home.join("state/cloudformation.json").exists() {
        fs::remove_dir_all(home)?;
    }
    Ok(())
}

/// Deploys changes and writes the stack file.
fn deploy(engine: &Engine, checkout: &Path, web: bool, options: &Options) -> Result<Stack> {
    let stack = deployment::deploy_changes(engine, checkout, web, &options.parameters)?;
    stack.write(&options.stack_file)?;
    Ok(stack)
}

impl Drop for LocalCloud {
    fn drop(&mut self) {
        if !self.engine.stops_with_this_process() {
            return;
        }
        self.engine.stop();
        // Ignores files that cannot be removed.
        let _ = fs::remove_file(&self.stack_file);
        if let Some(home) = &self.throwaway {
            let _ = fs::remove_dir_all(home);
        }
    }
}

/// Returns the stack that all end-to-end tests of a run share. Reads it from the file in
/// `ALBUMEN_STACK`. If the variable is not set, the first call starts a throw-away local cloud,
/// which stops when the process ends.
///
/// # Errors
/// Returns an error if the file cannot be read, or for the reasons of [`LocalCloud::start`].
pub fn for_tests() -> Result<&'static Stack> {
    static CLOUD: OnceLock<Result<(Option<LocalCloud>, Stack), String>> = OnceLock::new();
    let cloud = CLOUD.get_or_init(|| read_or_start().map_err(|error| format!("{error:#}")));
    cloud.as_ref().map(|(_, stack)| stack).map_err(|error| anyhow::anyhow!("{error}"))
}

fn read_or_start() -> Result<(Option<LocalCloud>, Stack)> {
    if let Some(file) = std::env::var_os(Stack::VARIABLE) {
        let stack =
            Stack::read(Path::new(&file)).context("The file in ALBUMEN_STACK describes no local cloud")?;
        return Ok((None, stack));
    }
    let cloud = LocalCloud::start(&Options::throwaway(true)?)?;
    let stack = cloud.stack.clone();
    Ok((Some(cloud), stack))
}
