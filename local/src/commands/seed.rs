//! `cargo dev seed`

use std::process::Command;

use anyhow::Result;

use crate::cloud::Stack;
use crate::{program, progress, workspace};

pub(super) fn run() -> Result<()> {
    Stack::developers()?;
    progress::step("Building the seed program", || {
        let mut cargo = program::cargo();
        // Selects the same features as `cargo test --workspace`, so that nothing is built twice.
        cargo.args(["build", "--quiet", "--workspace", "--bin", "seed"]);
        program::run(&mut cargo, "The build failed. See the messages of Cargo above.")
    })?;
    let mut seed = Command::new(workspace::path("target/debug/seed"));
    seed.current_dir(workspace::root()).env(Stack::VARIABLE, Stack::developers_file());
    program::run(&mut seed, "The demo data could not be created.")
}
