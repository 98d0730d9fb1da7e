//! The parent: starts a child process for a rule and validates its reply.

use std::io;
use std::time::Duration;

use lambda::Error;
use rule_language::RuleError;
use sandbox::{Failure, Program};

use super::child::{ARGUMENT, too_slow};
use super::{Outcome, Work};

/// The maximum time to evaluate a rule, from the start of the process to its end.
pub const MAX_TIME: Duration = Duration::from_secs(1);

/// The maximum size of a reply in bytes: 120 results, and an error whose message contains a part of
/// the code.
const MAX_REPLY_BYTES: u64 = 64 << 10;

/// Evaluates rules, each in a child process. With the argument `evaluate`, the program must call
/// [`evaluate_stdin`](super::evaluate_stdin).
#[derive(Clone, Debug)]
pub struct Evaluator(pub Program);

impl Evaluator {
    /// Creates an evaluator that starts the executable of this process.
    ///
    /// # Errors
    /// Returns an error if the path of the executable is unknown.
    pub fn current_program() -> io::Result<Self> {
        Program::current(ARGUMENT, MAX_TIME, MAX_REPLY_BYTES).map(Self)
    }

    /// Evaluates a rule. If the child crashes, exceeds its time or sends an invalid reply, no
    /// picture has a result, and the error says so.
    ///
    /// # Errors
    /// Returns an error if the operating system cannot start, stop or wait for the child, or cannot
    /// read its reply. The call can be retried.
    pub async fn evaluate(&self, work: &Work) -> Result<Outcome, Error> {
        let (error, reason) = match self.0.run(&serde_json::to_vec(work)?).await? {
            Ok(reply) => match serde_json::from_slice::<Outcome>(&reply) {
                Ok(outcome) if outcome.matches.len() == work.pictures.len() => return Ok(outcome),
                Ok(_) => (failed(), "the reply has another number of results".to_owned()),
                Err(error) => (failed(), format!("the reply is invalid: {error}")),
            },
            Err(failure @ Failure::TooSlow(_)) => (too_slow(), failure.to_string()),
            Err(failure @ Failure::Ended(_)) => (failed(), failure.to_string()),
        };
        // The cause can be an error of the evaluator or an attack.
        tracing::warn!(reason, "the evaluation of a rule failed");
        Ok(Outcome { matches: vec![None; work.pictures.len()], error: Some(error) })
    }
}

/// Returns the error of a rule that made the child end early.
fn failed() -> RuleError {
    let message = "The rule ended its process, so it has no results. Make it simpler.";
    RuleError { line: 1, column: 1, message: message.into() }
}
