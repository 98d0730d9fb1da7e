//! `cargo dev build`

use anyhow::{Result, ensure};
use clap::Args;

use crate::functions::{self, Architecture};

/// Arguments of `build`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Build for deployment on AWS: small, for Amazon Linux 2023
    #[arg(long)]
    release: bool,
    /// The processor architecture of a release [default: arm64, as in template.yaml]
    #[arg(long, value_enum)]
    architecture: Option<Architecture>,
}

pub(super) fn run(arguments: &Arguments) -> Result<()> {
    if arguments.release {
        let architecture = arguments.architecture.unwrap_or(Architecture::Arm64);
        return functions::build_release(architecture, &functions::names()?);
    }
    let here = Architecture::of_this_machine();
    let other = arguments.architecture.is_some_and(|architecture| architecture != here);
    ensure!(!other, "Add `--release`: without it, the build is for this machine ({}).", here.name());
    functions::build()
}
