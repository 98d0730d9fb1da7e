//! `cargo dev test`

use anyhow::Result;

use super::{check, fuzz_api};
use crate::cloud::{LocalCloud, Options, Stack};
use crate::python::{self, Packages};
use crate::report::{BackgroundCheck, Report};
use crate::{program, tools, web, workspace};

pub(super) fn run() -> Result<()> {
    python::ensure(Packages::Cloud)?;
    if web::exists() {
        // The browser test runs last, so a missing browser is reported before the other checks.
        tools::ensure_browser()?;
    }
    let mut report = Report::default();
    let web_app = start_web_app_tests(&mut report);
    check::run_static(&mut report);
    check::run_security(&mut report);
    validate_template(&mut report);
    let options = Options::throwaway(true)?;
    let cloud = report.check("Local cloud", || LocalCloud::start(&options));
    if let Some(web_app) = web_app {
        report.wait_for(web_app);
    }
    test_with_cloud(&mut report, cloud, &options);
    report.conclude()
}

fn validate_template(report: &mut Report) {
    let mut sam = python::command("sam");
    sam.args(["validate", "--lint", "--template-file", "template.yaml", "--region", "us-east-1"]);
    sam.env("SAM_CLI_TELEMETRY", "0").env("__SAM_CLI_APP_DIR", workspace::local("sam"));
    report.run("Template (sam validate)", &mut sam);
}

/// Starts the unit tests of the web app. They run beside the static checks and the start of the
/// local cloud, most of which use one core.
fn start_web_app_tests(report: &mut Report) -> Option<BackgroundCheck> {
    web::exists().then_some(())?;
    report.check("Web app: packages", web::ensure_packages)?;
    Some(BackgroundCheck::start("Web app: unit tests", tools::npm(&["test"])))
}

/// Runs the tests that share one local cloud, and removes it.
fn test_with_cloud(report: &mut Report, cloud: Option<LocalCloud>, options: &Options) {
    let mut cargo = program::cargo();
    // Without a local cloud, the unit tests still run and the end-to-end tests report the reason.
    cargo.args(["test", "--workspace", "--no-fail-fast"]);
    if let Some(cloud) = &cloud {
        cargo.env(Stack::VARIABLE, cloud.stack_file());
    }
    report.run("Unit and end-to-end tests", &mut cargo);
    let Some(mut cloud) = cloud else { return };
    if web::exists() {
        report.check("Browser test", || test_in_browser(&cloud));
    }
    // Last, because it raises the quotas.
    report.check("API (Schemathesis)", || fuzz_api::run_quickly(&mut cloud, options));
}

fn test_in_browser(cloud: &LocalCloud) -> Result<()> {
    let browser = tools::ensure_browser()?;
    let mut npm = tools::npm(&["run", "test:browser"]);
    npm.env("CHROMIUM", browser).env(Stack::VARIABLE, cloud.stack_file()).env("CI", "1");
    program::run(&mut npm, "The browser test failed.")
}
