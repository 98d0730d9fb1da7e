//! `cargo dev up`

use std::{fs, thread};

use anyhow::{Context, Result};
use clap::Args;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::cloud::{self, Lifetime, LocalCloud, Options, Stack};
use crate::{progress, workspace};

/// Exit code of a program that Ctrl-C ended, by the shells' convention: 128 + SIGINT.
const INTERRUPTED: i32 = 130;

/// Arguments of `up`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Come back once it is up; `cargo dev down` stops it
    #[arg(long)]
    detach: bool,
    /// The port to answer on [default: 4566]
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..))]
    port: Option<u16>,
    /// Start with nothing: no people, no pictures
    #[arg(long)]
    fresh: bool,
}

pub(super) fn run(arguments: &Arguments) -> Result<()> {
    let lifetime = if arguments.detach { Lifetime::UntilStopped } else { Lifetime::WithThisProcess };
    let options = Options::developers(arguments.port, lifetime);
    if arguments.fresh {
        cloud::stop(&options.home);
        if options.home.exists() {
            fs::remove_dir_all(&options.home)?;
        }
    }
    if cloud::running(&options.home).is_none() {
        stop_on_interrupt(&options)?;
    }
    let mut cloud = LocalCloud::start(&options)?;
    show(cloud.stack());
    if cloud.engine().ends_with_us() {
        progress::note("Ctrl-C stops it.");
        cloud.engine().wait()?;
        progress::note("The local cloud has stopped.");
    } else {
        progress::note("`cargo dev down` stops it.");
    }
    Ok(())
}

/// Ctrl-C, or the end of the terminal: what was started is stopped, and its state saved.
fn stop_on_interrupt(options: &Options) -> Result<()> {
    let (home, stack_file) = (options.home.clone(), options.stack_file.clone());
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP]).context("Ctrl-C can not be handled")?;
    thread::spawn(move || {
        signals.wait();
        progress::note("Stopping.");
        cloud::stop(&home);
        // It may not have been written yet.
        let _ = fs::remove_file(&stack_file);
        std::process::exit(INTERRUPTED);
    });
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the result of the command")]
fn show(stack: &Stack) {
    println!("Web app    {}", stack.web);
    println!("API        {}", stack.api);
    println!("Live       {}", stack.live);
    println!("AWS        {} (all services; key and secret: test)", stack.endpoint);
    let shown = |path: std::path::PathBuf| {
        path.strip_prefix(workspace::root()).map(|path| path.display().to_string()).unwrap_or_default()
    };
    println!("Addresses  {}", shown(Stack::developers_file()));
    println!("Logs       cargo dev logs [FUNCTION] · {}", shown(cloud::log(&workspace::local("cloud"))));
}
