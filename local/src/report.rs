//! Checks that run one after the other, and their summary.

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::program;

/// One finished check.
struct Section {
    title: &'static str,
    duration: Duration,
    passed: bool,
}

/// The checks that have run so far. A failed check does not stop those after it.
#[derive(Default)]
pub struct Report(Vec<Section>);

impl Report {
    /// Runs a check, and returns its result unless it failed.
    pub fn check<T>(&mut self, title: &'static str, check: impl FnOnce() -> Result<T>) -> Option<T> {
        eprintln!("\n━━ {title}");
        let start = Instant::now();
        let result = check();
        if let Err(error) = &result {
            eprintln!("{error:#}");
        }
        self.0.push(Section { title, duration: start.elapsed(), passed: result.is_ok() });
        result.ok()
    }

    /// Runs a command that checks something.
    pub fn run(&mut self, title: &'static str, command: &mut Command) {
        self.check(title, || program::run(command, "This check failed."));
    }

    /// Prints the summary.
    ///
    /// # Errors
    /// A check failed.
    pub fn conclude(&self) -> Result<()> {
        eprintln!();
        for section in &self.0 {
            let mark = if section.passed { "✓" } else { "✗" };
            eprintln!("{mark} {:<28} {:>7.1} s", section.title, section.duration.as_secs_f64());
        }
        let failed: Vec<_> =
            self.0.iter().filter(|section| !section.passed).map(|section| section.title).collect();
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
    fn a_failed_check_fails_the_report_but_stops_no_other_check() {
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
