//! The parent: starts a child process for a rule and validates its reply.

use std::io;
use std::sync::Once;
use std::time::{Duration, Instant};

use rule_language::{PictureFields, RuleError};
use sandbox::{Failure, Program};

use super::child::{ARGUMENT, too_slow};
use super::{Outcome, Reply, Work};

/// The maximum size of a reply in bytes: 120 results, and an error whose message contains a part of
/// the code.
const MAX_REPLY_BYTES: u64 = 64 << 10;
/// The number of pictures of one process in [`Evaluator::evaluate_all`].
const PICTURES_PER_PROCESS: usize = 100;
/// The time after which [`Evaluator::evaluate_all`] starts no further process. The last process
/// adds up to five seconds, so a call takes less than half of the 60 seconds of the function.
const MAX_START_TIME: Duration = Duration::from_secs(20);

/// Evaluates rules, each in a child process. With the argument `evaluate`, the program must call
/// [`evaluate_stdin`](super::evaluate_stdin).
#[derive(Clone, Debug)]
pub struct Evaluator(pub Program);

impl Evaluator {
    /// Creates an evaluator that starts the executable of this process. `max_time` is the maximum
    /// time from the start of a child to its end. Also protects the memory of this process from
    /// other processes of the same user if possible ([`sandbox::protect_memory`]).
    ///
    /// # Errors
    /// Returns an error if the path of the executable is unknown.
    pub fn current_program(max_time: Duration) -> io::Result<Self> {
        if let Err(error) = sandbox::protect_memory() {
            tracing::warn!(%error, "processes of rules may read the memory of this process");
        }
        Program::current(ARGUMENT, max_time, MAX_REPLY_BYTES).map(Self)
    }

    /// Evaluates a rule. If the child crashes, exceeds its time or sends an invalid reply, no
    /// picture has a result, and the error says so.
    ///
    /// # Errors
    /// Returns an error if the operating system cannot start, stop or wait for the child, or cannot
    /// read its reply. The call can be retried.
    pub async fn evaluate(&self, work: &Work) -> io::Result<Outcome> {
        let without_results =
            |error| Outcome { matches: vec![None; work.pictures.len()], error: Some(error), evaluated: 0 };
        Ok(self.run(work).await?.unwrap_or_else(without_results))
    }

    /// Evaluates a rule for any number of pictures as [`Evaluator::evaluate_until`] does, for at
    /// most about 25 seconds.
    ///
    /// # Errors
    /// Returns an error as [`Evaluator::evaluate`] does.
    pub async fn evaluate_all(&self, code: &str, pictures: Vec<PictureFields>) -> io::Result<Outcome> {
        self.evaluate_until(code, pictures, Instant::now() + MAX_START_TIME).await
    }

    /// Evaluates a rule for any number of pictures, in several processes. Starts none after `end`:
    /// the outcome then has only the first pictures, whose number is `evaluated`.
    ///
    /// The pictures of a process that fails are evaluated again, half as many in a process. If two
    /// processes in a row fail for the same single picture, or have no time for it, it has no
    /// result. A process that has no time for all of its pictures leaves the rest to the next one.
    ///
    /// # Errors
    /// Returns an error as [`Evaluator::evaluate`] does.
    pub async fn evaluate_until(
        &self,
        code: &str,
        mut pictures: Vec<PictureFields>,
        end: Instant,
    ) -> io::Result<Outcome> {
        let mut all = Outcome { matches: Vec::with_capacity(pictures.len()), error: None, evaluated: 0 };
        let mut size = PICTURES_PER_PROCESS;
        let mut failed_alone = false;
        while !pictures.is_empty() && Instant::now() < end {
            let rest = pictures.split_off(size.min(pictures.len()));
            let mut work = Work { code: code.into(), pictures };
            let count = work.pictures.len();
            let (mut matches, error) = match self.run(&work).await? {
                // The process had no time for a picture.
                Ok(Outcome { evaluated: 0, error, .. }) => (vec![], error),
                Ok(Outcome { matches, error, evaluated }) => {
                    (matches.into_iter().take(evaluated).collect(), error)
                }
                Err(error) => (vec![], Some(error)),
            };
            if !matches.is_empty() {
                size = (size * 2).min(PICTURES_PER_PROCESS);
            } else if count == 1 && failed_alone {
                matches.push(None);
            } else {
                size = (count / 2).max(1);
            }
            failed_alone = count == 1 && matches.is_empty();
            if matches.contains(&None) {
                all.error = all.error.or(error);
            }
            pictures = work.pictures.split_off(matches.len());
            pictures.extend(rest);
            all.matches.extend(matches);
        }
        all.evaluated = all.matches.len();
        Ok(all)
    }

    /// Evaluates a rule in one process. Returns the error of a process that failed.
    async fn run(&self, work: &Work) -> io::Result<Result<Outcome, RuleError>> {
        let (error, reason) = match self.0.run(&serde_json::to_vec(work)?).await? {
            Ok(reply) => match serde_json::from_slice::<Reply>(&reply) {
                Ok(reply) if is_valid(&reply.outcome, work.pictures.len()) => {
                    if let Some(code) = reply.filter_error {
                        warn_once(code);
                    }
                    return Ok(Ok(reply.outcome));
                }
                Ok(_) => (failed(), "the reply has another number of results".to_owned()),
                Err(error) => (failed(), format!("the reply is invalid: {error}")),
            },
            Err(failure @ Failure::TooSlow(_)) => (too_slow(), failure.to_string()),
            Err(failure @ Failure::Ended(_)) => (failed(), failure.to_string()),
        };
        // The cause can be an error in the interpreter or an attack.
        tracing::warn!(reason, "the evaluation of a rule failed");
        Ok(Err(error))
    }
}

/// Logs once in the life of this process that the system refused the filter.
fn warn_once(code: i32) {
    static WARNED: Once = Once::new();
    WARNED.call_once(|| {
        let error = io::Error::from_raw_os_error(code);
        tracing::warn!(%error, "the rule is evaluated without a filter of system calls");
    });
}

/// Returns `true` if a reply has a result for each picture.
fn is_valid(outcome: &Outcome, pictures: usize) -> bool {
    outcome.matches.len() == pictures && outcome.evaluated <= pictures
}

/// Returns the error of a rule that made the child end early.
fn failed() -> RuleError {
    let message = "The rule could not be evaluated. Make it simpler.";
    RuleError { line: 1, column: 1, message: message.into() }
}
