//! `cargo dev up`

use std::{fs, thread};

use anyhow::{Context, Result};
use clap::Args;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::cloud::{self, Lifetime, LocalCloud, Options, Stack};
use crate::{progress, workspace};

/// The exit code of an interrupted program, by the convention of shells: 128 + SIGINT.
const INTERRUPTED: i32 = 130;

/// Arguments of `up`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Return once the local cloud is up. `cargo dev down` stops it
    #[arg(long)]
    detach: bool,
    /// The port of the local cloud. The web app has the next port [default: 4566]
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..65535))]
    port: Option<u16>,
    /// Delete the saved state and start without people and pictures
    #[arg(long)]
    fresh: bool,
    /// Set a parameter of template.yaml, as in `MaxCommentsPerHour=1000`. Can be repeated. The
    /// value remains until you set another one
    #[arg(long = "parameter", value_name = "NAME=VALUE", value_parser = parse_parameter)]
    parameters: Vec<String>,
}

/// Checks the form of a parameter of the template.
pub(super) fn parse_parameter(text: &str) -> Result<String, String> {
    match text.split_once('=') {
        Some((name, _)) if !name.is_empty() => Ok(text.to_owned()),
        _ => Err("write it as NAME=VALUE".into()),
    }
}

pub(super) fn run(arguments: &Arguments) -> Result<()> {
    let lifetime = if arguments.detach { Lifetime::UntilStopped } else { Lifetime::WithThisProcess };
    let parameters = arguments.parameters.clone();
    let options = Options { parameters, ..Options::developers(arguments.port, lifetime) };
    if arguments.fresh {
        cloud::stop(&options.home);
        if options.home.exists() {
            fs::remove_dir_all(&options.home)?;
        }
    }
    if cloud::find_running(&options.home).is_none() {
        stop_on_signal(&options)?;
    }
    let mut cloud = LocalCloud::start(&options)?;
    print_addresses(cloud.stack());
    if cloud.engine().stops_with_this_process() {
        progress::note("Press Ctrl-C to stop it.");
        cloud.engine().wait()?;
        progress::note("The local cloud has stopped.");
    } else {
        progress::note("Run `cargo dev down` to stop it.");
    }
    Ok(())
}

/// Stops the engine, which saves its state, if the developer presses Ctrl-C, the terminal closes,
/// or the process is terminated.
fn stop_on_signal(options: &Options) -> Result<()> {
    let (home, stack_file) = (options.home.clone(), options.stack_file.clone());
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP]).context("Cannot handle Ctrl-C")?;
    thread::spawn(move || {
        signals.wait();
        progress::note("Stopping.");
        cloud::stop(&home);
        // Ignores a missing file, because the deployment may not have written it yet.
        let _ = fs::remove_file(&stack_file);
        std::process::exit(INTERRUPTED);
    });
    Ok(())
}

/// Prints the addresses of the local cloud.
#[expect(clippy::print_stdout, reason = "prints the result of the command")]
fn print_addresses(stack: &Stack) {
    println!("Web app    {}", stack.web);
    println!("API        {}", stack.api);
    println!("Live       {}", stack.live);
    println!("AWS        {} (all services; key and secret: test)", stack.endpoint);
    let relative = |path: std::path::PathBuf| {
        path.strip_prefix(workspace::root()).map(|path| path.display().to_string()).unwrap_or_default()
    };
    println!("Addresses  {}", relative(Stack::developers_file()));
    println!("Logs       cargo dev logs [FUNCTION] · {}", relative(cloud::log(&workspace::local("cloud"))));
}
