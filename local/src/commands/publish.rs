//! `cargo dev publish`

use anyhow::Result;
use clap::Args;

use crate::python::{self, Packages};
use crate::{program, progress, web, workspace};

/// Arguments of `publish`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The stack on AWS. Account and region come from variables such as AWS_PROFILE and
    /// AWS_DEFAULT_REGION
    #[arg(long)]
    stack: String,
}

pub(super) fn run(arguments: &Arguments) -> Result<()> {
    python::ensure(Packages::Cloud)?;
    web::build()?;
    progress::step(&format!("Publishing the web app to the stack {}", arguments.stack), || {
        let mut python = python::command("python");
        python.arg(workspace::path("local/python/aws.py")).args(["publish-to", &arguments.stack]);
        program::run(
            python.arg(web::dist()),
            "The web app could not be published. See the messages of Python above.",
        )
    })
}
