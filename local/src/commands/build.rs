//! `cargo dev build`

use anyhow::{Result, ensure};
use clap::Args;

use crate::functions::{self, Architecture};

/// Arguments of `build`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// As deployed on AWS: small, for Amazon Linux 2023
    #[arg(long)]
    release: bool,
    /// The processor of a release [default: arm64, as in template.yaml]
    #[arg(long, value_enum)]
    architecture: Option<Architecture>,
}

pub(super) fn run(arguments: &Arguments) -> Result<()> {
    if arguments.release {
        return functions::build_release(arguments.architecture.unwrap_or(Architecture::Arm64));
    }
    let here = Architecture::of_this_machine();
    let other = arguments.architecture.is_some_and(|architecture| architecture != here);
    ensure!(!other, "Only `--release` builds for another processor than this machine's, {}.", here.name());
    functions::build()
}
