//! The commands of `cargo dev`.

mod bench;
mod build;
mod check;
mod conform;
pub mod deploy;
mod down;
mod fuzz_api;
mod invoke;
mod logs;
mod openapi;
mod publish;
mod seed;
mod test;
mod trace;
mod up;
mod upgrade;
mod web;

use anyhow::Result;
use clap::Subcommand;

/// One command with its arguments.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Build, start the local cloud, deploy and print the addresses. Run again to deploy changes
    Up(up::Arguments),
    /// Stop the local cloud and save its state
    Down,
    /// Run the checks of a commit: format, language, dependencies, lints, unit tests
    Check(check::Arguments),
    /// Run all checks, and all unit, end-to-end and browser tests
    Test,
    /// Compare each call of DynamoDB in the end-to-end tests with an independent implementation
    Conform(conform::Arguments),
    /// Call all routes with generated requests, and compare each reply with the specification
    FuzzApi(fuzz_api::Arguments),
    /// Deploy another revision with people and pictures, then this one over it, and test that
    /// nothing is lost
    Upgrade(upgrade::Arguments),
    /// Write the specification of the API, and from it the types of the web app
    Openapi,
    /// Add demo people, pictures, albums and share links to the local cloud
    Seed,
    /// Show and follow the logs and dead letters of one function or all
    Logs(logs::Arguments),
    /// Show the path of a picture through all functions, with times
    Trace(trace::Arguments),
    /// Invoke a function with an event from events/ and print its reply
    Invoke(invoke::Arguments),
    /// Run a benchmark from tests/benches/
    Bench(bench::Arguments),
    /// Serve the web app with hot reload, on the local cloud that is up, until Ctrl-C
    Web(web::Arguments),
    /// Check, build, deploy to AWS, publish the web app and print its address. Run again to deploy
    /// changes
    Deploy(deploy::Arguments),
    /// Build the web app and publish it to a stack on AWS
    Publish(publish::Arguments),
    /// Build the functions, for this machine or for deployment
    Build(build::Arguments),
}

impl Command {
    /// Runs the command.
    ///
    /// # Errors
    /// Returns an error with a message for the developer if the command fails.
    pub fn run(&self) -> Result<()> {
        match self {
            Self::Up(arguments) => up::run(arguments),
            Self::Down => down::run(),
            Self::Check(arguments) => check::run(arguments),
            Self::Test => test::run(),
            Self::Conform(arguments) => conform::run(arguments),
            Self::FuzzApi(arguments) => fuzz_api::run(arguments),
            Self::Upgrade(arguments) => upgrade::run(arguments),
            Self::Openapi => openapi::run(),
            Self::Seed => seed::run(),
            Self::Logs(arguments) => logs::run(arguments),
            Self::Trace(arguments) => trace::run(arguments),
            Self::Invoke(arguments) => invoke::run(arguments),
            Self::Bench(arguments) => bench::run(arguments),
            Self::Web(arguments) => web::run(arguments),
            Self::Deploy(arguments) => deploy::run(arguments),
            Self::Publish(arguments) => publish::run(arguments),
            Self::Build(arguments) => build::run(arguments),
        }
    }
}
