//! The parent: starts a child process for a rule and validates its reply.

use std::io;
use std::time::Duration;

use rule_language::{PictureFields, RuleError};
use sandbox::{Failure, Program};

use super::child::{ARGUMENT, too_slow};
use super::{Outcome, Work};

/// The maximum size of a reply in bytes: 120 results, and an error whose message contains a part of
/// the code.
const MAX_REPLY_BYTES: u64 = 64 << 10;
/// The number of pictures of one process in [`Evaluator::evaluate_all`].
const PICTURES_PER_PROCESS: usize = 100;

/// Evaluates rules, each in a child process. With the argument `evaluate`, the program must call
/// [`evaluate_stdin`](super::evaluate_stdin).
#[derive(Clone, Debug)]
pub struct Evaluator(pub Program);

impl Evaluator {
    /// Creates an evaluator that starts the executable of this process. `max_time` is the maximum
    /// time from the start of a process to its end.
    ///
    /// # Errors
    /// Returns an error if the path of the executable is unknown.
    pub fn current_program(max_time: Duration) -> io::Result<Self> {
        Program::current(ARGUMENT, max_time, MAX_REPLY_BYTES).map(Self)
    }

    /// Evaluates a rule. If the child crashes, exceeds its time or sends an invalid reply, no
    /// picture has a result, and the error says so.
    ///
    /// # Errors
    /// Returns an error if the operating system cannot start, stop or wait for the child, or cannot
    /// read its reply. The call can be retried.
    pub async fn evaluate(&self, work: &Work) -> io::Result<Outcome> {
        let (error, reason) = match self.0.run(&serde_json::to_vec(work)?).await? {
            Ok(reply) => match serde_json::from_slice::<Outcome>(&reply) {
                Ok(outcome) if is_valid(&outcome, work.pictures.len()) => return Ok(outcome),
                Ok(_) => (failed(), "the reply has another number of results".to_owned()),
                Err(error) => (failed(), format!("the reply is invalid: {error}")),
            },
            Err(failure @ Failure::TooSlow(_)) => (too_slow(), failure.to_string()),
            Err(failure @ Failure::Ended(_)) => (failed(), failure.to_string()),
        };
        // The cause can be an error of the evaluator or an attack.
        tracing::warn!(reason, "the evaluation of a rule failed");
        Ok(Outcome { matches: vec![None; work.pictures.len()], error: Some(error), evaluated: 0 })
    }

    /// Evaluates a rule for any number of pictures, in several processes. A process that has no
    /// time for all of its pictures leaves the rest to the next one.
    ///
    /// # Errors
    /// Returns an error as [`Evaluator::evaluate`] does.
    pub async fn evaluate_all(&self, code: &str, mut pictures: Vec<PictureFields>) -> io::Result<Outcome> {
        let mut all = Outcome { matches: Vec::with_capacity(pictures.len()), error: None, evaluated: 0 };
        while !pictures.is_empty() {
            let rest = pictures.split_off(PICTURES_PER_PROCESS.min(pictures.len()));
            let mut work = Work { code: code.into(), pictures };
            let Outcome { mut matches, error, evaluated } = self.evaluate(&work).await?;
            // Without progress, the pictures have no result.
            let done = if evaluated == 0 { matches.len() } else { evaluated };
            matches.truncate(done);
            if matches.contains(&None) {
                all.error = all.error.or(error);
            }
            all.matches.extend(matches);
            pictures = work.pictures.split_off(done);
            pictures.extend(rest);
        }
        all.evaluated = all.matches.len();
        Ok(all)
    }
}

/// Returns `true` if a reply has a result for each picture.
fn is_valid(outcome: &Outcome, pictures: usize) -> bool {
    outcome.matches.len() == pictures && outcome.evaluated <= pictures
}

/// Returns the error of a rule that made the child end early.
fn failed() -> RuleError {
    let message = "The rule ended its process, so it has no results. Make it simpler.";
    RuleError { line: 1, column: 1, message: message.into() }
}
