//! The commands of `cargo dev`.

mod bench;
mod build;
mod down;
mod invoke;
mod logs;
mod publish;
mod seed;
mod test;
mod up;

use anyhow::Result;
use clap::Subcommand;

/// One command with its arguments.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Build, start the local cloud, deploy, and print the addresses; again after a change, only what changed
    Up(up::Arguments),
    /// Stop the local cloud; its state is kept
    Down,
    /// Check everything: format, lints, template, unit, end-to-end and browser tests
    Test,
    /// Fill the local cloud with demo people and pictures
    Seed,
    /// Show and follow the logs of one function, or of all, and their dead letters
    Logs(logs::Arguments),
    /// Call a function with an event from events/ and print its reply
    Invoke(invoke::Arguments),
    /// Run a benchmark from tests/benches/
    Bench(bench::Arguments),
    /// Build the web app and publish it to a stack on AWS
    Publish(publish::Arguments),
    /// Build the functions into target/lambda/NAME/bootstrap
    Build(build::Arguments),
}

impl Command {
    /// Does it.
    ///
    /// # Errors
    /// One sentence on what is missing or went wrong.
    pub fn run(&self) -> Result<()> {
        match self {
            Self::Up(arguments) => up::run(arguments),
            Self::Down => down::run(),
            Self::Test => test::run(),
            Self::Seed => seed::run(),
            Self::Logs(arguments) => logs::run(arguments),
            Self::Invoke(arguments) => invoke::run(arguments),
            Self::Bench(arguments) => bench::run(arguments),
            Self::Publish(arguments) => publish::run(arguments),
            Self::Build(arguments) => build::run(arguments),
        }
    }
}
