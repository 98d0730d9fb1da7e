//! Runs `sam deploy` and shows its progress.

use std::path::Path;

use anyhow::Result;

use crate::account::Account;
use crate::progress::{self, Ticker};
use crate::{program, python, workspace};

/// The number of resources between two lines of progress, if there is no terminal.
const PROGRESS_INTERVAL: usize = 25;
/// Seconds between two requests of the SAM CLI for the status of a deployment to an emulator.
const LOCAL_POLL_SECONDS: &str = "0.2";
/// The width of the tables of the SAM CLI, so that it does not break names.
const COLUMNS: &str = "240";

/// Deploys a template with the SAM CLI. Returns whether the stack has changed.
///
/// # Errors
/// Returns an error if the SAM CLI does not start or the deployment fails.
pub fn deploy(account: &Account, stack: &str, template: &Path, parameters: &[String]) -> Result<bool> {
    progress::step(&format!("Deploying the stack {stack}"), || {
        let mut sam = python::command("sam");
        sam.args(["deploy", "--stack-name", stack, "--template-file"]).arg(template);
        sam.args(["--resolve-s3", "--s3-prefix", stack, "--no-confirm-changeset"]);
        sam.args(["--no-fail-on-empty-changeset", "--capabilities", "CAPABILITY_IAM"]);
        sam.args(["CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]);
        sam.arg("--parameter-overrides").args(parameters.iter().map(|text| python::sam_parameter(text)));
        sam.env("SAM_CLI_TELEMETRY", "0").env("PYTHONUNBUFFERED", "1").env("COLUMNS", COLUMNS);
        // The SAM CLI stores its settings in this folder instead of the home folder.
        sam.env("__SAM_CLI_APP_DIR", workspace::local("sam"));
        if account.endpoint.is_some() {
            sam.env("SAM_CLI_POLL_DELAY", LOCAL_POLL_SECONDS);
        }
        let mut progress = Progress::default();
        let failure = "The deployment failed. See the messages of the SAM CLI above.";
        program::run_logged(
            &mut account.set_environment(sam),
            &workspace::log("deploy-stack"),
            failure,
            |line| progress.show(line),
        )?;
        progress.ticker.finish();
        Ok(progress.has_started)
    })
}

/// The meaning of a line of the SAM CLI.
#[derive(Debug, PartialEq, Eq)]
enum Report<'a> {
    /// The program of a function is in S3. It can have been there before.
    Program { is_new: bool },
    /// A resource that this deployment changes.
    Change,
    /// A resource is complete.
    Complete(&'a str),
    /// A resource failed.
    Failure,
    /// Nothing has changed.
    NoChanges,
}

impl<'a> Report<'a> {
    fn of_line(line: &'a str) -> Option<Self> {
        if line.contains("No changes to deploy") {
            return Some(Self::NoChanges);
        }
        if line.contains(".template") {
            return None;
        }
        if line.contains("skipping upload") {
            return Some(Self::Program { is_new: false });
        }
        if line.contains("(100.00%)") {
            return Some(Self::Program { is_new: true });
        }
        let mut words = line.split_whitespace();
        let (first, second, third) = (words.next()?, words.next()?, words.next());
        match first {
            "+" | "*" | "-" if ["Add", "Modify", "Delete"].contains(&second) => Some(Self::Change),
            _ if !second.starts_with("AWS::") => None,
            _ if first.ends_with("_FAILED") => Some(Self::Failure),
            _ if first.ends_with("_COMPLETE") => Some(Self::Complete(third.unwrap_or(second))),
            _ => None,
        }
    }
}

/// The progress of a deployment.
struct Progress {
    uploaded: usize,
    unchanged: usize,
    changes: usize,
    /// Whether a resource is complete.
    has_started: bool,
    ticker: Ticker,
}

impl Default for Progress {
    fn default() -> Self {
        let ticker = Ticker::new(PROGRESS_INTERVAL);
        Self { uploaded: 0, unchanged: 0, changes: 0, has_started: false, ticker }
    }
}

impl Progress {
    fn show(&mut self, line: &str) {
        match Report::of_line(line) {
            Some(Report::Program { is_new: true }) => self.uploaded += 1,
            Some(Report::Program { is_new: false }) => self.unchanged += 1,
            Some(Report::Change) => self.changes += 1,
            Some(Report::NoChanges) => progress::note("The stack has not changed."),
            Some(Report::Failure) => progress::note(line.trim()),
            Some(Report::Complete(name)) => {
                if !self.has_started {
                    self.has_started = true;
                    progress::note(&self.summary());
                }
                self.ticker.tick(name);
            }
            None => {}
        }
    }

    fn summary(&self) -> String {
        let Self { uploaded, unchanged, changes, .. } = self;
        format!("Programs: {uploaded} uploaded, {unchanged} unchanged. Resources to change: {changes}.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_lines_of_the_sam_cli() {
        for (line, expected) in [
            (
                "CREATE_COMPLETE     AWS::SNS::Topic      UploadsTopic     -   ",
                Some(Report::Complete("UploadsTopic")),
            ),
            ("CREATE_IN_PROGRESS  AWS::SNS::Topic      UploadsTopic     -   ", None),
            ("CREATE_FAILED       AWS::S3::Bucket      MediaBucket      It exists", Some(Report::Failure)),
            ("+ Add     UploadsTopic     AWS::SNS::Topic   N/A  ", Some(Report::Change)),
            ("* Modify  UploadsTopic     AWS::SNS::Topic   False", Some(Report::Change)),
            (
                "\tUploading to a/1  1 / 9  (11.11%)\r\tUploading to a/1  9 / 9  (100.00%)",
                Some(Report::Program { is_new: true }),
            ),
            ("\tUploading to a/1.template  9 / 9  (100.00%)", None),
            ("\tFile with same data already exists at a/1.template, skipping upload", None),
            (
                "\tFile with same data already exists at a/1, skipping upload",
                Some(Report::Program { is_new: false }),
            ),
            ("Error: No changes to deploy. Stack albumen is up to date", Some(Report::NoChanges)),
            ("", None),
            ("Stack name                   : albumen", None),
        ] {
            assert_eq!(Report::of_line(line), expected, "{line}");
        }
    }
}
