//! The child process: reads [`Work`] from standard input and writes a [`Reply`] to standard output.

use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::time::{Duration, Instant};

use rule_language::{Budget, Rule, RuleError};
use sandbox::{Filter, Limits};

use super::{Outcome, Reply, Work};

/// The argument that makes this program evaluate one rule instead of serving requests.
pub(super) const ARGUMENT: &str = "evaluate";

/// The limits of the process. Its memory is for the program, the pictures, and 4 MB for one
/// evaluation at a time.
const LIMITS: Limits = Limits { memory: 64 << 20, cpu_seconds: 2, starts_threads: false };

/// The maximum length of the input in bytes: 120 pictures with the longest texts.
const MAX_INPUT_BYTES: u64 = 8 << 20;

/// The time after which no further picture is evaluated. An evaluation takes a few milliseconds, so
/// the reply is complete before the parent kills the process.
const MAX_EVALUATION_TIME: Duration = Duration::from_millis(800);

/// Returns `true` if this program was started to evaluate one rule. `arguments` starts with the
/// name of the program.
pub fn is_evaluate_command(arguments: impl IntoIterator<Item = OsString>) -> bool {
    sandbox::is_started_with(ARGUMENT, arguments)
}

/// Evaluates the rule on standard input and writes the [`Outcome`] to standard output. No other
/// code may write to standard output.
///
/// # Errors
/// Returns an error if the process cannot be restricted, or if reading or writing fails.
pub fn evaluate_stdin() -> io::Result<()> {
    let start = Instant::now();
    let filter_error = match restrict()? {
        Filter::Installed => None,
        Filter::Refused(error) => error.raw_os_error(),
    };
    let mut input = Vec::new();
    io::stdin().lock().take(MAX_INPUT_BYTES).read_to_end(&mut input)?;
    let outcome = evaluate(&serde_json::from_slice(&input)?, || start.elapsed() < MAX_EVALUATION_TIME);
    let mut output = io::stdout().lock();
    serde_json::to_writer(&mut output, &Reply { outcome, filter_error })?;
    output.flush()
}

/// Limits the resources and the system calls of this process.
///
/// If the system refuses the filter, the process continues without it: the interpreter is safe Rust
/// with limits of its own. The process has not read the rule yet, so no rule can cause the refusal.
///
/// # Errors
/// Returns an error if a limit cannot be set, or if the filter has an error.
pub fn restrict() -> io::Result<Filter> {
    LIMITS.apply()?;
    sandbox::refuse_system_calls()
}

/// Evaluates a rule for each picture, while there is time.
fn evaluate(work: &Work, has_time: impl Fn() -> bool) -> Outcome {
    let mut outcome = Outcome { matches: vec![None; work.pictures.len()], error: None, evaluated: 0 };
    let rule = match Rule::parse(&work.code) {
        Ok(rule) => rule,
        Err(error) => return Outcome { error: Some(error), evaluated: work.pictures.len(), ..outcome },
    };
    for (picture, matches) in work.pictures.iter().zip(&mut outcome.matches) {
        if !has_time() {
            outcome.error.get_or_insert_with(too_slow);
            break;
        }
        outcome.evaluated += 1;
        match rule.evaluate(picture, &mut Budget::default()) {
            Ok(result) => *matches = Some(result),
            Err(error) => {
                outcome.error.get_or_insert(error);
            }
        }
    }
    outcome
}

/// Returns the error of a rule that was not evaluated for all pictures in time.
pub(super) fn too_slow() -> RuleError {
    let message = "The rule is too slow for these pictures. Make it simpler.";
    RuleError { line: 1, column: 1, message: message.into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    fn work(code: &str, isos: &[Option<u32>]) -> Work {
        let picture = |iso: &Option<u32>| rule_language::PictureFields { iso: *iso, ..Default::default() };
        Work { code: code.into(), pictures: isos.iter().map(picture).collect() }
    }

    #[test]
    fn the_error_is_that_of_the_first_picture_without_a_result() {
        let work = work("picture.iso > 100 // (picture.iso - 8)", &[Some(200), None, Some(8), Some(9)]);
        let outcome = evaluate(&work, || true);
        assert_eq!(outcome.matches, [Some(true), None, None, Some(false)]);
        let message = outcome.error.unwrap().message;
        assert!(message.contains("None"), "{message}");
    }

    #[test]
    fn invalid_code_has_no_results() {
        let outcome = evaluate(&work("picture.", &[None, None]), || true);
        assert_eq!(outcome.matches, [None, None]);
        assert_eq!(outcome.error.unwrap().line, 1);
        assert_eq!(outcome.evaluated, 2);
    }

    #[test]
    fn pictures_after_the_time_have_no_result() {
        let checks = Cell::new(0);
        let has_time = || checks.replace(checks.get() + 1) < 2;
        let outcome = evaluate(&work("True", &[None, None, None, None]), has_time);
        assert_eq!(outcome.matches, [Some(true), Some(true), None, None]);
        assert_eq!(outcome.error, Some(too_slow()));
        assert_eq!(outcome.evaluated, 2);
    }
}
