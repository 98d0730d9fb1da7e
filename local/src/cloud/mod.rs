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
pub use lock::{Running, running, stop};
pub use options::{DEFAULT_PORT, Lifetime, Options};
pub use stack::Stack;

use crate::python::{self, Packages};
use crate::{functions, tools, web, workspace};

/// A running local cloud with the application deployed. Dropping it stops an engine that this
/// process started with [`Lifetime::WithThisProcess`].
#[derive(Debug)]
pub struct LocalCloud {
    engine: Engine,
    stack: Stack,
    stack_file: PathBuf,
    throwaway: Option<PathBuf>,
}

impl LocalCloud {
    /// Builds changed functions, starts the engine unless it runs, and deploys changes.
    ///
    /// # Errors
    /// A message for the developer, such as a missing program or a port in use.
    pub fn start(options: &Options) -> Result<Self> {
        let web = options.web && web::exists();
        // Reports missing programs before the steps that take minutes.
        options.usable_port()?;
        tools::ensure_c_compiler()?;
        if web {
            tools::ensure_node()?;
        }
        python::ensure(Packages::Cloud)?;
        functions::build()?;
        if web {
            web::build()?;
        }
        if !options.keeps_state {
            engine::remove_stale(&workspace::local("throwaway"))?;
        }
        let ran_before = lock::running(&options.home).is_some();
        if !ran_before {
            // A killed engine leaves its stack file.
            let _ = fs::remove_file(&options.stack_file);
            recover(&options.home)?;
        }
        let mut engine = Engine::start(options)?;
        match deploy(&engine, web, &options.stack_file) {
            Ok(stack) => {
                let throwaway = (!options.keeps_state).then(|| options.home.clone());
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

    /// The addresses of the application.
    pub fn stack(&self) -> &Stack {
        &self.stack
    }

    /// The file with the addresses.
    pub fn stack_file(&self) -> &Path {
        &self.stack_file
    }

    /// Its engine.
    pub fn engine(&mut self) -> &mut Engine {
        &mut self.engine
    }
}

/// Discards the record of the deployment when the last engine in `home` was killed: it has lost its
/// unsaved state. An engine that never saved its state starts empty, because only its objects in S3
/// are left.
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

fn deploy(engine: &Engine, web: bool, stack_file: &Path) -> Result<Stack> {
    let stack = deployment::deploy_changes(engine, web)?;
    stack.write(stack_file)?;
    Ok(stack)
}

impl Drop for LocalCloud {
    fn drop(&mut self) {
        if !self.engine.stops_with_this_process() {
            return;
        }
        self.engine.stop();
        // Files that cannot be removed do no harm.
        let _ = fs::remove_file(&self.stack_file);
        if let Some(home) = &self.throwaway {
            let _ = fs::remove_dir_all(home);
        }
    }
}

/// The stack that all end-to-end tests of a run share: that of the file in `ALBUMEN_STACK`, else a
/// throw-away one that starts at the first call and stops with the process.
///
/// # Errors
/// A message for the developer, as in [`LocalCloud::start`].
pub fn for_tests() -> Result<&'static Stack> {
    static CLOUD: OnceLock<Result<(Option<LocalCloud>, Stack), String>> = OnceLock::new();
    let cloud = CLOUD.get_or_init(|| read_or_start().map_err(|error| format!("{error:#}")));
    cloud.as_ref().map(|(_, stack)| stack).map_err(|error| anyhow::anyhow!("{error}"))
}

fn read_or_start() -> Result<(Option<LocalCloud>, Stack)> {
    if let Some(file) = std::env::var_os(Stack::VARIABLE) {
        let stack = Stack::read(Path::new(&file)).context("ALBUMEN_STACK names no running local cloud")?;
        return Ok((None, stack));
    }
    let cloud = LocalCloud::start(&Options::throwaway(false)?)?;
    let stack = cloud.stack.clone();
    Ok((Some(cloud), stack))
}
