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
    /// The processor architecture of a release [default: arm64, as in template.yaml]
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
    let other = arguments.architecture.is_some_and(|architecture| architecture != here);
    ensure!(!other, "Add `--release`: without it, the build is for this machine ({}).", here.name());
    functions::build()
}
