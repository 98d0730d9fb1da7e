//! `albumen upload`

use crate::Outcome;
use crate::failure::Failure;
use crate::output::Output;

/// Arguments of `upload`.
#[derive(Debug, clap::Args)]
pub struct Arguments {}

/// Runs the command.
pub async fn run(_arguments: Arguments, _output: &Output) -> Result<Outcome, Failure> {
    Ok(Outcome::Complete)
}
