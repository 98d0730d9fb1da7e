//! `cargo dev seed`

use std::process::Command;

use anyhow::Result;

use crate::cloud::Stack;
use crate::{program, progress, workspace};

pub(super) fn run() -> Result<()> {
    Stack::developers()?;
    progress::step("Building the seed program", || {
        let mut cargo = program::cargo();
        // Features of the whole workspace, as everywhere: nothing is built twice.
        cargo.args(["build", "--quiet", "--workspace", "--bin", "seed"]);
        program::run(&mut cargo, "The build failed: cargo says why above.")
    })?;
    let mut seed = Command::new(workspace::path("target/debug/seed"));
    seed.current_dir(workspace::root()).env(Stack::VARIABLE, Stack::developers_file());
    program::run(&mut seed, "The demo people and pictures could not be made.")
}
