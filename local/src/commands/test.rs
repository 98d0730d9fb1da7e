//! `cargo dev test`

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::cloud::{LocalCloud, Options, Stack};
use crate::{program, tools, web};

/// What was checked, how long it took, and whether it is well.
struct Section {
    title: &'static str,
    took: Duration,
    passed: bool,
}

/// Does all checks, the later ones also when an earlier one failed.
#[derive(Default)]
struct Report(Vec<Section>);

impl Report {
    fn check<T>(&mut self, title: &'static str, check: impl FnOnce() -> Result<T>) -> Option<T> {
        eprintln!("\n━━ {title}");
        let start = Instant::now();
        let result = check();
        if let Err(error) = &result {
            eprintln!("{error:#}");
        }
        self.0.push(Section { title, took: start.elapsed(), passed: result.is_ok() });
        result.ok()
    }

    fn run(&mut self, title: &'static str, command: &mut Command) {
        self.check(title, || program::run(command, "failed"));
    }

    fn conclude(&self) -> Result<()> {
        eprintln!();
        for section in &self.0 {
            let mark = if section.passed { "✓" } else { "✗" };
            eprintln!("{mark} {:<28} {:>7.1} s", section.title, section.took.as_secs_f64());
        }
        let failed: Vec<_> =
            self.0.iter().filter(|section| !section.passed).map(|section| section.title).collect();
        if !failed.is_empty() {
            bail!("Failed: {}.", failed.join(", "));
        }
        eprintln!("All is well.");
        Ok(())
    }
}

pub(super) fn run() -> Result<()> {
    tools::ensure_python_environment()?;
    if web::exists() {
        tools::ensure_browser()?; // wanted last; what is missing is said first
    }
    let mut report = Report::default();
    report.run("Format", program::cargo().args(["fmt", "--all", "--check"]));
    check_template(&mut report);
    check_web(&mut report);
    report.run(
        "Lints",
        program::cargo().args(["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"]),
    );
    check_with_cloud(&mut report);
    report.conclude()
}

fn check_template(report: &mut Report) {
    let mut sam = tools::command("sam");
    sam.args(["validate", "--lint", "--template-file", "template.yaml", "--region", "us-east-1"]);
    sam.env("SAM_CLI_TELEMETRY", "0").env("__SAM_CLI_APP_DIR", crate::workspace::local("sam"));
    report.run("Template (sam validate)", &mut sam);
    report.run("Template (cfn-lint)", tools::command("cfn-lint").arg("template.yaml"));
}

fn check_web(report: &mut Report) {
    if web::exists() && report.check("Web app: packages", web::ensure_packages).is_some() {
        report.run("Web app: unit tests", &mut tools::npm(&["test"]));
    }
}

/// The tests that need the application share one local cloud; it is empty and goes when they are done.
fn check_with_cloud(report: &mut Report) {
    let cloud = report.check("Local cloud", || LocalCloud::start(&Options::throwaway(true)?));
    let mut cargo = program::cargo();
    // Without a cloud the unit tests run still; the end-to-end tests then say what is missing.
    cargo.args(["test", "--workspace"]);
    if let Some(cloud) = &cloud {
        cargo.env(Stack::VARIABLE, cloud.stack_file());
    }
    report.run("Unit and end-to-end tests", &mut cargo);
    if let Some(cloud) = cloud.filter(|_| web::exists()) {
        report.check("Browser test", || browser_test(&cloud));
    }
}

fn browser_test(cloud: &LocalCloud) -> Result<()> {
    let browser = tools::ensure_browser()?;
    let mut npm = tools::npm(&["run", "test:browser"]);
    npm.env("CHROMIUM", browser).env(Stack::VARIABLE, cloud.stack_file()).env("CI", "1");
    program::run(&mut npm, "failed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_failure_fails_all_but_stops_nothing() {
        let mut report = Report::default();
        report.check("first", || -> Result<()> { bail!("broken") });
        assert_eq!(report.check("second", || Ok(2)), Some(2));
        assert_eq!(report.conclude().unwrap_err().to_string(), "Failed: first.");
    }

    #[test]
    fn nothing_failed_is_success() {
        let mut report = Report::default();
        report.check("only", || Ok(()));
        report.conclude().unwrap();
    }
}
