//! `cargo dev bench`

use anyhow::Result;
use clap::Args;

use crate::cloud::Stack;
use crate::{functions, program, progress, workspace};

/// The benchmark of cold starts: it runs the functions as deployed, and brings its own endpoint.
const COLD: &str = "cold";

/// Arguments of `bench`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The benchmark: `cold`, or another file in tests/benches/
    name: String,
}

pub(super) fn run(arguments: &Arguments) -> Result<()> {
    let mut cargo = program::cargo();
    // Features of the whole workspace and the profile of the tests: nothing is built twice.
    cargo.args(["bench", "--workspace", "--profile", "dev", "--bench", &arguments.name]);
    if arguments.name == COLD {
        build_release()?;
        build_baseline()?;
    } else {
        Stack::developers()?;
        cargo.env(Stack::VARIABLE, Stack::developers_file());
    }
    program::run(&mut cargo, "The benchmark failed.")
}

/// As deployed, but for this machine: into `target/release`.
fn build_release() -> Result<()> {
    progress::step("Building the functions as deployed, for this machine", || {
        let mut cargo = program::cargo();
        cargo.args(["build", "--release"]);
        for name in functions::names()? {
            cargo.args(["--package", &name]);
        }
        program::run(&mut cargo, "The build failed: cargo says why above.")
    })
}

/// What they are compared with: the SDK's default set-up, a workspace of its own.
fn build_baseline() -> Result<()> {
    progress::step("Building the SDK's default set-up, to compare with", || {
        let mut cargo = program::cargo();
        cargo.args(["build", "--release", "--locked"]).current_dir(workspace::path("tests/cold-baseline"));
        program::run(&mut cargo, "The build failed: cargo says why above.")
    })
}
