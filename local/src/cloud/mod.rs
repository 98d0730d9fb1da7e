//! The local cloud: the engine that emulates AWS, with `template.yaml` deployed on it.

mod calls;
mod deployment;
mod engine;
mod lock;
mod stack;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use anyhow::{Context, Result};

pub use engine::{Engine, Lifetime, log};
pub use lock::{Running, running, stop};
pub use stack::Stack;

use crate::{functions, tools, web, workspace};

/// The port where the local cloud answers unless another is asked for.
pub const DEFAULT_PORT: u16 = 4566;

/// How a local cloud is to be.
#[derive(Clone, Debug)]
pub struct Options {
    /// Folder for its state and log.
    pub home: PathBuf,
    /// Where its [`Stack`] is written while it is up.
    pub stack_file: PathBuf,
    /// The port on the loopback interface. `None`: where it runs already, else the default.
    pub port: Option<u16>,
    /// Whether its state is saved when it stops.
    pub kept: bool,
    /// Whether it outlives this process.
    pub lifetime: Lifetime,
    /// Whether the web app is built and published.
    pub web: bool,
}

impl Options {
    /// The developer's own, whose state is kept from one time to the next.
    pub fn developers(port: Option<u16>, lifetime: Lifetime) -> Self {
        let (home, stack_file) = (workspace::local("cloud"), Stack::developers_file());
        Self { home, stack_file, port, kept: true, lifetime, web: true }
    }

    /// An empty one on a free port that leaves nothing behind.
    pub fn throwaway(web: bool) -> Result<Self> {
        let port = engine::free_port()?;
        let home = workspace::local("throwaway").join(port.to_string());
        let stack_file = home.join("stack.json");
        Ok(Self { home, stack_file, port: Some(port), kept: false, lifetime: Lifetime::WithThisProcess, web })
    }
}

/// A running local cloud with the application on it. Stops when dropped, unless it was started to outlive this process
/// or was running before.
#[derive(Debug)]
pub struct LocalCloud {
    engine: Engine,
    stack: Stack,
    stack_file: PathBuf,
    thrown_away: Option<PathBuf>,
}

impl LocalCloud {
    /// Builds what changed, starts the engine unless it runs, and deploys what changed.
    ///
    /// # Errors
    /// One sentence on what is missing or went wrong.
    pub fn start(options: &Options) -> Result<Self> {
        let web = options.web && web::exists();
        // First what may be missing, then what takes minutes.
        engine::usable_port(options)?;
        tools::ensure_c_compiler()?;
        if web {
            tools::ensure_node()?;
        }
        tools::ensure_python_environment()?;
        functions::build()?;
        if web {
            web::build()?;
        }
        if !options.kept {
            engine::remove_stale(&workspace::local("throwaway"))?;
        }
        let ran_before = lock::running(&options.home).is_some();
        if !ran_before {
            // Left by one that was killed; the file is there while what it tells of is up.
            let _ = fs::remove_file(&options.stack_file);
        }
        let mut engine = Engine::start(options)?;
        match deploy(&engine, web, &options.stack_file) {
            Ok(stack) => {
                let thrown_away = (!options.kept).then(|| options.home.clone());
                Ok(Self { engine, stack, stack_file: options.stack_file.clone(), thrown_away })
            }
            Err(error) => {
                if !ran_before {
                    engine.stop();
                }
                Err(error)
            }
        }
    }

    /// The addresses of what runs on it.
    pub fn stack(&self) -> &Stack {
        &self.stack
    }

    /// Where the addresses are written.
    pub fn stack_file(&self) -> &Path {
        &self.stack_file
    }

    /// The engine it runs on.
    pub fn engine(&mut self) -> &mut Engine {
        &mut self.engine
    }
}

fn deploy(engine: &Engine, web: bool, stack_file: &Path) -> Result<Stack> {
    let stack = deployment::bring_up_to_date(engine, web)?;
    stack.write(stack_file)?;
    Ok(stack)
}

impl Drop for LocalCloud {
    fn drop(&mut self) {
        if !self.engine.ends_with_us() {
            return;
        }
        self.engine.stop();
        // Nothing can be done about files that can not be removed.
        let _ = fs::remove_file(&self.stack_file);
        if let Some(home) = &self.thrown_away {
            let _ = fs::remove_dir_all(home);
        }
    }
}

/// The stack that all end-to-end tests of one run share: the one that `ALBUMEN_STACK` names, as `cargo dev test` does,
/// else a throw-away one that is started at the first call and stops with the process.
///
/// # Errors
/// One sentence on why there is none.
pub fn for_tests() -> Result<&'static Stack> {
    static CLOUD: OnceLock<Result<(Option<LocalCloud>, Stack), String>> = OnceLock::new();
    let cloud = CLOUD.get_or_init(|| named_or_new().map_err(|error| format!("{error:#}")));
    cloud.as_ref().map(|(_, stack)| stack).map_err(|error| anyhow::anyhow!("{error}"))
}

fn named_or_new() -> Result<(Option<LocalCloud>, Stack)> {
    if let Some(file) = std::env::var_os(Stack::VARIABLE) {
        return Ok((
            None,
            Stack::read(Path::new(&file)).context("ALBUMEN_STACK names no running local cloud")?,
        ));
    }
    let cloud = LocalCloud::start(&Options::throwaway(false)?)?;
    let stack = cloud.stack.clone();
    Ok((Some(cloud), stack))
}
