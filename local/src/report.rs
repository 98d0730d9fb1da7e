//! Runs checks and summarises their results.

use std::process::{Command, Output};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow, bail};

use crate::program;

/// The result of one check.
struct CheckResult {
    title: &'static str,
    duration: Duration,
    passed: bool,
}

/// A check that runs while other checks run.
#[must_use]
pub struct BackgroundCheck {
    title: &'static str,
    /// Returns the output of the command and its duration.
    command: JoinHandle<(Result<Output>, Duration)>,
}

impl BackgroundCheck {
    /// Starts a command as a check, which fails if the exit code is not 0.
    pub fn start(title: &'static str, mut command: Command) -> Self {
        let command = thread::spawn(move || {
            let start = Instant::now();
            let output = program::capture(&mut command);
            (output, start.elapsed())
        });
        Self { title, command }
    }
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

    /// Waits for a check, prints its output, and records its result.
    pub fn wait_for(&mut self, check: BackgroundCheck) {
        eprintln!("\n━━ {}", check.title);
        let panicked = |_| (Err(anyhow!("The check panicked.")), Duration::ZERO);
        let (output, duration) = check.command.join().unwrap_or_else(panicked);
        let passed = match output {
            Ok(output) => {
                eprint!(
                    "{}{}",
                    String::from_utf8_lossy(&output.stdout),
                    String::from_utf8_lossy(&output.stderr)
                );
                output.status.success()
            }
            Err(error) => {
                eprintln!("{error:#}");
                false
            }
        };
        self.0.push(CheckResult { title: check.title, duration, passed });
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
    fn a_check_in_the_background_fails_with_its_command() {
        let start = |script| {
            let mut shell = Command::new("sh");
            shell.args(["-c", script]);
            BackgroundCheck::start(script, shell)
        };
        let (passing, failing) = (start("exit 0"), start("exit 3"));
        let mut report = Report::default();
        report.wait_for(passing);
        report.wait_for(failing);
        assert_eq!(report.conclude().unwrap_err().to_string(), "Failed: exit 3.");
    }

    #[test]
    fn the_duration_of_a_check_in_the_background_ends_with_its_command() {
        let start = Instant::now();
        let check = BackgroundCheck::start("true", Command::new("true"));
        while !check.command.is_finished() {
            thread::yield_now();
        }
        // The report waits long after the end of the command.
        thread::sleep(start.elapsed() + Duration::from_millis(20));
        let mut report = Report::default();
        report.wait_for(check);
        assert!(report.0[0].duration < start.elapsed() / 2, "{:?}", report.0[0].duration);
    }

    #[test]
    fn a_report_without_failures_succeeds() {
        let mut report = Report::default();
        report.check("only", || Ok(()));
        report.conclude().unwrap();
    }
}
