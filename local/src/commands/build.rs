//! `cargo dev build`

use anyhow::{Result, ensure};
use clap::Args;

use crate::functions::{self, Architecture};
use crate::{progress, release, workspace};

/// Arguments of `build`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Build for deployment on AWS into target/deploy: small, for Amazon Linux 2023
    #[arg(long)]
    release: bool,
    /// Build the command line into target/cli: small, for all Linux systems of the last years
    #[arg(long, conflicts_with = "release")]
    cli: bool,
    /// The processor architecture of a release [default: arm64, as in template.yaml; with `--cli`
    /// that of this machine]
    #[arg(long, value_enum)]
    architecture: Option<Architecture>,
}

pub(super) fn run(arguments: &Arguments) -> Result<()> {
    if arguments.release {
        let architecture = arguments.architecture.unwrap_or(Architecture::Arm64);
        release::build(architecture, &functions::names()?)?;
        let template = release::write_template(architecture)?;
        let relative = template.strip_prefix(workspace::root()).unwrap_or(&template);
        progress::note(&format!("{} deploys this build.", relative.display()));
        return Ok(());
    }
    let here = Architecture::of_this_machine();
    if arguments.cli {
        let program = release::build_command_line(arguments.architecture.unwrap_or(here))?;
        let relative = program.strip_prefix(workspace::root()).unwrap_or(&program);
        progress::note(&format!("{} is the command line.", relative.display()));
        return Ok(());
    }
    let other = arguments.architecture.is_some_and(|architecture| architecture != here);
    ensure!(!other, "Add `--release`: without it, the build is for this machine ({}).", here.name());
    functions::build()
}
