//! `cargo dev check`

use std::process::Command;

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use serde::Deserialize;

use crate::python::Packages;
use crate::report::Report;
use crate::{language, program, python, sdks, tools, web, workspace};

/// The package of the end-to-end tests, which need a local cloud.
const END_TO_END: &str = "end-to-end";

/// Arguments of `check`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Run a single check
    #[arg(long, value_enum, value_name = "CHECK")]
    only: Option<Check>,
}

/// A check that needs no local cloud.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Check {
    Format,
    Language,
    Spelling,
    Dependencies,
    Template,
    Lints,
    /// Not among the checks by default, because it installs 290 MB.
    Security,
    Web,
    Sdks,
    Tests,
}

impl Check {
    /// The checks by default, without the unit tests.
    const STATIC: [Self; 8] = [
        Self::Format,
        Self::Language,
        Self::Spelling,
        Self::Dependencies,
        Self::Template,
        Self::Web,
        Self::Sdks,
        Self::Lints,
    ];

    fn title(self) -> &'static str {
        match self {
            Self::Format => "Format",
            Self::Language => "Language",
            Self::Spelling => "Spelling (typos)",
            Self::Dependencies => "Dependencies (cargo-deny)",
            Self::Template => "Template (cfn-lint, tests)",
            Self::Lints => "Lints (Clippy)",
            Self::Security => "Security of the template (checkov)",
            Self::Web => "Web app (Prettier, ESLint, stylelint)",
            Self::Sdks => "SDKs (generated code, types, unit tests)",
            Self::Tests => "Unit tests",
        }
    }

    fn run(self) -> Result<()> {
        let mut command = match self {
            Self::Format => format(),
            Self::Language => return language::check(),
            Self::Template => return check_template(),
            Self::Sdks => return sdks::check(),
            Self::Spelling => typos()?,
            Self::Dependencies => cargo_deny()?,
            Self::Lints => clippy(),
            Self::Security => checkov()?,
            Self::Web => lint_web_app()?,
            Self::Tests => unit_tests()?,
        };
        program::run(&mut command, "This check failed.")
    }
}

pub(super) fn run(arguments: &Arguments) -> Result<()> {
    let mut report = Report::default();
    match arguments.only {
        Some(check) => drop(report.check(check.title(), || check.run())),
        None => {
            run_static(&mut report);
            report.check(Check::Tests.title(), || Check::Tests.run());
        }
    }
    report.conclude()
}

/// Runs the checks by default, without the unit tests.
pub(super) fn run_static(report: &mut Report) {
    for check in Check::STATIC {
        report.check(check.title(), || check.run());
    }
}

/// Checks the template with rules for security.
pub(super) fn run_security(report: &mut Report) {
    report.check(Check::Security.title(), || Check::Security.run());
}

fn format() -> Command {
    let mut cargo = program::cargo();
    cargo.args(["fmt", "--all", "--check"]);
    cargo
}

fn clippy() -> Command {
    let mut cargo = program::cargo();
    cargo.args(["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"]);
    cargo
}

fn lint_web_app() -> Result<Command> {
    web::ensure_packages()?;
    Ok(tools::npm(&["run", "--silent", "lint"]))
}

fn typos() -> Result<Command> {
    python::ensure(Packages::Check)?;
    let mut typos = python::command("typos");
    typos.args(["--format", "brief"]);
    Ok(typos)
}

/// Returns the command that checks bans, licenses and sources. Omits advisories, because they come
/// from the network.
fn cargo_deny() -> Result<Command> {
    let mut deny = Command::new(tools::ensure_cargo_deny()?);
    deny.current_dir(workspace::root());
    deny.args(["--log-level", "error", "check", "bans", "licenses", "sources"]);
    Ok(deny)
}

/// Lints `template.yaml` and tests its expansion. `cargo dev test` also validates it.
fn check_template() -> Result<()> {
    python::ensure(Packages::Cloud)?;
    python::ensure(Packages::Check)?;
    let mut lint = python::command("cfn-lint");
    lint.arg("template.yaml");
    program::run(&mut lint, "This check failed.")?;
    let mut tests = python::command("python");
    tests.current_dir(workspace::path("local/python"));
    tests.args(["-m", "unittest", "discover", "--quiet", "-s", "template_tests", "-t", "."]);
    program::run(&mut tests, "The tests of the template failed.")
}

fn checkov() -> Result<Command> {
    for packages in [Packages::Cloud, Packages::Check, Packages::Security] {
        python::ensure(packages)?;
    }
    let mut check = python::command("python");
    check.arg("local/python/security.py").arg(python::checkov());
    Ok(check)
}

/// Returns the command that runs the tests of all packages except the end-to-end tests. It selects
/// targets instead of packages, so that Cargo builds the same features as `cargo test --workspace`.
fn unit_tests() -> Result<Command> {
    let mut cargo = program::cargo();
    cargo.args(["test", "--quiet", "--workspace", "--lib", "--bins"]);
    for name in test_targets()? {
        cargo.args(["--test", &name]);
    }
    Ok(cargo)
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    targets: Vec<Target>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
}

/// Returns the sorted names of the test targets of all packages except the end-to-end tests.
fn test_targets() -> Result<Vec<String>> {
    target_names(|package| package.name != END_TO_END)
}

/// Returns the sorted names of the test targets of the packages that `is_included` accepts.
fn target_names(is_included: impl Fn(&Package) -> bool) -> Result<Vec<String>> {
    let mut cargo = program::cargo();
    cargo.args(["metadata", "--no-deps", "--format-version", "1"]);
    let text = program::output(&mut cargo, "`cargo metadata` failed.")?;
    let metadata: Metadata =
        serde_json::from_str(&text).context("Cannot read the output of `cargo metadata`")?;
    let packages = metadata.packages.into_iter().filter(is_included);
    let targets = packages.flat_map(|package| package.targets);
    let tests = targets.filter(|target| target.kind.iter().any(|kind| kind == "test"));
    let mut names: Vec<_> = tests.map(|target| target.name).collect();
    names.sort();
    names.dedup();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `cargo test --test NAME` runs the targets with this name in all packages, so that no other
    /// package can use the name of an end-to-end test.
    #[test]
    fn the_test_targets_omit_the_end_to_end_tests() {
        let targets = test_targets().unwrap();
        assert!(targets.contains(&"handler".to_owned()), "{targets:?}");
        let end_to_end = target_names(|package| package.name == END_TO_END).unwrap();
        assert_eq!(end_to_end, ["application", "backlog", "deployment", "fan_out", "upgrade"]);
        for name in end_to_end {
            assert!(!targets.contains(&name), "{targets:?}");
        }
    }
}
