//! Runs checks in sequence and summarises their results.

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::program;

/// The result of one check.
struct CheckResult {
    title: &'static str,
    duration: Duration,
    passed: bool,
}

/// The results of the checks so far. Checks after a failed check still run.
#[derive(Default)]
pub struct Report(Vec<CheckResult>);

impl Report {
    /// Runs a check and records its result. Returns its value, or `None` if it failed.
    pub fn check<T>(&mut self, title: &'static str, check: impl FnOnce() -> Result<T>) -> Option<T> {
        eprintln!("\n━━ {title}");
        let start = Instant::now();
        let result = check();
        if let Err(error) = &result {
            eprintln!("{error:#}");
        }
        self.0.push(CheckResult { title, duration: start.elapsed(), passed: result.is_ok() });
        result.ok()
    }

    /// Runs a command as a check, which fails if the exit code is not 0.
    pub fn run(&mut self, title: &'static str, command: &mut Command) {
        self.check(title, || program::run(command, "This check failed."));
    }

    /// Prints the summary.
    ///
    /// # Errors
    /// Returns an error with the titles of the failed checks, if there are any.
    pub fn conclude(&self) -> Result<()> {
        eprintln!();
        for result in &self.0 {
            let mark = if result.passed { "✓" } else { "✗" };
            eprintln!("{mark} {:<28} {:>7.1} s", result.title, result.duration.as_secs_f64());
        }
        let failed: Vec<_> =
            self.0.iter().filter(|result| !result.passed).map(|result| result.title).collect();
        if !failed.is_empty() {
            bail!("Failed: {}.", failed.join(", "));
        }
        eprintln!("All checks passed.");
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checks_after_a_failed_check_still_run() {
        let mut report = Report::default();
        report.check("first", || -> Result<()> { bail!("broken") });
        assert_eq!(report.check("second", || Ok(2)), Some(2));
        assert_eq!(report.conclude().unwrap_err().to_string(), "Failed: first.");
    }

    #[test]
    fn a_report_without_failures_succeeds() {
        let mut report = Report::default();
        report.check("only", || Ok(()));
        report.conclude().unwrap();
    }
}
