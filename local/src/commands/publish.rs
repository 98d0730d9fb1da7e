//! `cargo dev publish`

use std::process::Command;

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
    print_address(&publish(&arguments.stack, None, |command| command)?);
    Ok(())
}

#[expect(clippy::print_stdout, reason = "prints the result of the command")]
fn print_address(address: &str) {
    println!("{address}");
}

/// Publishes the built web app to `stack` unless it is there already. `config` replaces values of
/// the web app's configuration, and `set_environment` sets the account and region. Returns the URL
/// of the web app.
pub(super) fn publish(
    stack: &str,
    config: Option<&serde_json::Value>,
    set_environment: impl FnOnce(Command) -> Command,
) -> Result<String> {
    progress::step(&format!("Publishing the web app to the stack {stack}"), || {
        let mut python = python::command("python");
        python.arg(workspace::path("local/python/aws.py")).args(["publish-to", stack]).arg(web::dist());
        python.args(config.map(ToString::to_string));
        let failure = "The web app could not be published. See the messages of Python above.";
        let address = program::output(&mut set_environment(python), failure)?;
        Ok(address.trim().to_owned())
    })
}
