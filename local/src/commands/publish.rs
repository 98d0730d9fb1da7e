//! `cargo dev publish`

use anyhow::Result;
use clap::Args;

use crate::{program, progress, tools, web, workspace};

/// Arguments of `publish`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The stack on AWS; account and region as for the AWS tools, such as AWS_PROFILE and AWS_REGION
    #[arg(long)]
    stack: String,
}

pub(super) fn run(arguments: &Arguments) -> Result<()> {
    tools::ensure_python_environment()?;
    web::build()?;
    progress::step(&format!("Publishing the web app to the stack {}", arguments.stack), || {
        let mut python = tools::command("python");
        python.arg(workspace::path("local/python/aws.py")).args(["publish-to", &arguments.stack]);
        program::run(python.arg(web::built()), "The web app could not be published: Python says why above.")
    })
}
