//! `cargo dev web`

use std::os::unix::process::CommandExt;

use anyhow::{Context, Result};
use clap::Args;

use crate::cloud::Stack;
use crate::{tools, web};

/// Arguments of `web`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The port of the development server [default: 5173, or the next free port]
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..))]
    port: Option<u16>,
}

/// Replaces this process with Vite, which prints its address and runs until Ctrl-C.
pub(super) fn run(arguments: &Arguments) -> Result<()> {
    Stack::developers()?;
    web::ensure_packages()?;
    let mut vite = tools::node_program("vite/bin/vite.js");
    if let Some(port) = arguments.port {
        vite.args(["--strictPort", "--port", &port.to_string()]);
    }
    vite.env(Stack::VARIABLE, Stack::developers_file());
    Err(vite.exec()).context("Cannot start the development server of the web app")
}
