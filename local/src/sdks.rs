//! The SDKs in `clients/python` and `clients/typescript`: generated code, checks and examples.

use std::process::Command;

use anyhow::Result;

use crate::python::{self, Packages};
use crate::{program, tools, workspace};

/// The folder of the SDK for TypeScript.
const TYPESCRIPT: &str = "clients/typescript";
/// The message of each failed check. The output of the command names the fault.
const FAILED: &str = "This check failed.";

/// Writes the generated code from `docs/openapi.json`.
pub fn generate() -> Result<()> {
    ensure_packages()?;
    let mut python = python::sdk_command();
    python.arg("generate.py");
    program::run(&mut python, "The generated code of the Python SDK could not be written.")?;
    let mut npm = tools::npm_in(TYPESCRIPT, &["run", "--silent", "generate"]);
    program::run(&mut npm, "The generated code of the TypeScript SDK could not be written.")
}

/// Checks that the generated code is current, then the types and the unit tests.
pub fn check() -> Result<()> {
    ensure_packages()?;
    for arguments in [
        &["generate.py", "--check"][..],
        &["-m", "mypy", "--no-error-summary"],
        &["-m", "unittest", "discover", "--quiet", "-s", "tests"],
    ] {
        program::run(python::sdk_command().args(arguments), FAILED)?;
    }
    for script in ["lint", "test"] {
        program::run(&mut tools::npm_in(TYPESCRIPT, &["run", "--silent", script]), FAILED)?;
    }
    Ok(())
}

fn ensure_packages() -> Result<()> {
    python::ensure(Packages::Sdks)?;
    tools::ensure_npm_packages(TYPESCRIPT, "the TypeScript SDK")
}

/// Returns commands that run the example `scenario` in Python and in TypeScript. Add the path of a
/// picture, and the variables that the example reads.
///
/// # Errors
/// Returns an error if packages cannot be installed, or if the TypeScript SDK cannot be built.
pub fn scenarios() -> Result<[Command; 2]> {
    ensure_packages()?;
    let mut build = tools::npm_in(TYPESCRIPT, &["run", "--silent", "build"]);
    program::run(&mut build, "The TypeScript SDK could not be built.")?;
    let mut python = python::sdk_command();
    python.arg("examples/scenario.py");
    let mut node = Command::new("node");
    node.arg(workspace::path(TYPESCRIPT).join("dist/examples/scenario.js"));
    Ok([python, node])
}
