//! `cargo dev conform`

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail, ensure};
use clap::Args;

use crate::cloud::{LocalCloud, Options, Stack};
use crate::python::{self, Packages};
use crate::{program, progress, workspace};

/// The message about differences, which Python prints.
const DIFFERENCES: &str = "The implementations differ, or could not be compared. See above.";

/// Arguments of `conform`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The end-to-end tests to run, by parts of their names [default: all]
    tests: Vec<String>,
    /// The URL of another implementation of DynamoDB, such as DynamoDB Local [default: moto, which
    /// this command starts]. If it requires credentials, set the variables of AWS
    #[arg(long, value_name = "URL", value_parser = parse_endpoint)]
    endpoint: Option<String>,
    /// Compare the calls of the last run again, without running the tests
    #[arg(long, conflicts_with = "tests")]
    again: bool,
}

fn parse_endpoint(text: &str) -> Result<String, String> {
    if text.starts_with("http://") || text.starts_with("https://") {
        return Ok(text.trim_end_matches('/').to_owned());
    }
    Err("write it as http://HOST:PORT or https://HOST".into())
}

pub(super) fn run(arguments: &Arguments) -> Result<()> {
    python::ensure(Packages::Cloud)?;
    if arguments.endpoint.is_none() || !arguments.again {
        python::ensure(Packages::Conform)?;
    }
    let recording = recording();
    if arguments.again {
        ensure!(recording.exists(), "There is no last run. Run `cargo dev conform` without --again.");
        return compare(&recording, arguments.endpoint.as_deref());
    }
    let tests = record(&recording, &arguments.tests);
    // Calls of failed tests are calls, too.
    let comparison = compare(&recording, arguments.endpoint.as_deref());
    tests.and(comparison)
}

/// Returns the path of the calls of the last run.
fn recording() -> PathBuf {
    workspace::local("conform/calls.jsonl")
}

/// Runs end-to-end tests on a throw-away local cloud, whose engine writes each call of DynamoDB to
/// `recording`.
fn record(recording: &Path, tests: &[String]) -> Result<()> {
    if let Some(folder) = recording.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(recording, "")?;
    let options = Options { recording: Some(recording.to_owned()), ..Options::throwaway(true)? };
    let cloud = LocalCloud::start(&options)?;
    let mut cargo = test_command(tests);
    cargo.env(Stack::VARIABLE, cloud.stack_file());
    let tests = program::run(&mut cargo, "The end-to-end tests failed.");
    tests.and(compare_objects(cloud.stack()))
}

/// Compares S3 of the local cloud with moto.
fn compare_objects(stack: &Stack) -> Result<()> {
    let mut command = python::command("python");
    command.arg(workspace::path("local/python/conform.py")).args(["--objects", &stack.endpoint]);
    program::run(&mut command, DIFFERENCES)
}

/// Returns the command that runs end-to-end tests. It selects targets instead of packages, so that
/// Cargo builds the same features as `cargo test --workspace`.
fn test_command(tests: &[String]) -> Command {
    let mut cargo = program::cargo();
    cargo.args(["test", "--workspace", "--no-fail-fast", "--test", "application", "--test", "fan_out", "--"]);
    cargo.args(tests);
    cargo
}

/// Sends the recorded calls to the other implementation and prints the differences.
fn compare(recording: &Path, endpoint: Option<&str>) -> Result<()> {
    progress::note(&format!("Comparing with {}.", endpoint.unwrap_or("moto")));
    let status = comparison(recording, endpoint).status()?;
    if !status.success() {
        bail!(DIFFERENCES);
    }
    Ok(())
}

fn comparison(recording: &Path, endpoint: Option<&str>) -> Command {
    let mut command = python::command("python");
    command.arg(workspace::path("local/python/conform.py")).arg(recording);
    if let Some(endpoint) = endpoint {
        command.args(["--endpoint", endpoint]);
    }
    command
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct CommandLine {
        #[command(flatten)]
        arguments: Arguments,
    }

    fn parse(arguments: &[&str]) -> Result<Arguments, String> {
        let all = std::iter::once("conform").chain(arguments.iter().copied());
        CommandLine::try_parse_from(all).map(|line| line.arguments).map_err(|error| error.to_string())
    }

    fn arguments_of(command: &Command) -> Vec<&str> {
        command.get_args().filter_map(|argument| argument.to_str()).collect()
    }

    #[test]
    fn runs_all_tests_against_moto_by_default() {
        let arguments = parse(&[]).unwrap();
        assert!(arguments.tests.is_empty() && arguments.endpoint.is_none() && !arguments.again);
        let command = test_command(&arguments.tests);
        assert_eq!(arguments_of(&command).last(), Some(&"--"));
    }

    #[test]
    fn runs_the_named_tests_against_an_endpoint() {
        let arguments = parse(&["--endpoint", "http://localhost:8000/", "friends", "inbox"]).unwrap();
        assert_eq!(arguments.endpoint.as_deref(), Some("http://localhost:8000"));
        assert!(arguments_of(&test_command(&arguments.tests)).ends_with(&["--", "friends", "inbox"]));
        let command = comparison(Path::new("calls"), arguments.endpoint.as_deref());
        assert!(arguments_of(&command).ends_with(&["calls", "--endpoint", "http://localhost:8000"]));
    }

    #[test]
    fn refuses_an_endpoint_without_a_scheme() {
        let error = parse(&["--endpoint", "localhost:8000"]).unwrap_err();
        assert!(error.contains("write it as http://HOST:PORT"), "{error}");
    }

    #[test]
    fn the_last_run_has_no_tests_to_choose() {
        assert!(parse(&["--again", "--endpoint", "http://localhost:8000"]).unwrap().again);
        assert!(parse(&["--again", "friends"]).unwrap_err().contains("cannot be used with"));
    }
}
