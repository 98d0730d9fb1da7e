//! The reaction to errors of calls and uploads.

use std::time::Duration;

use client::{ClientError, Wait};

use super::stop::Stop;
use crate::account::describe_wait;
use crate::failure::Failure;
use crate::output::Output;

/// The maximum number of attempts in a row that make no progress.
const MAX_ATTEMPTS: u32 = 6;
/// The longest pause before an attempt.
const MAX_PAUSE: Duration = Duration::from_secs(30);
/// The longest time for which an upload waits after a refused call. A quota refuses calls until the
/// next hour or day.
const MAX_RETRY_AFTER: u64 = 60;
/// The longest time in all for which a bounded run waits in a row because the server asks for it.
const MAX_ASKED: Duration = Duration::from_secs(90);

/// Why an item was not uploaded.
#[derive(Debug)]
pub enum Error {
    /// The reason lies in this file: a sentence.
    File(String),
    /// S3 refused the file each time, and may accept it later: a sentence.
    Later(String),
    /// The run is stopped, for a reason that concerns all files or at the person's request.
    Stopped,
}

/// Whether a run gives up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patience {
    /// Stops when the server is gone for a minute, or when a quota is used up.
    Bounded,
    /// Waits until the server is back, or until the quota allows more.
    Endless,
}

/// The reaction to an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reaction {
    /// Nothing is lost: the bytes arrived with an earlier request.
    Arrived,
    /// Reads from the API whether the bytes arrived. `restart`: S3 needs all parts again if not.
    CheckOutcome { restart: bool },
    /// Tries again after a pause that grows.
    Retry,
    /// Tries again after the time that the server asks for.
    Wait(Duration),
    /// A quota is used up for this time.
    Exhausted(Duration),
    /// Refuses this file only.
    Refuse,
    /// No further call can succeed.
    Stop,
}

impl Reaction {
    pub fn to(error: &ClientError) -> Self {
        match error {
            ClientError::Transport(_) => Self::Retry,
            ClientError::Identity(_) => Self::Stop,
            // `If-None-Match: *` failed: the object exists, and only this upload can have created
            // it.
            ClientError::Upload(412) => Self::Arrived,
            ClientError::Upload(429 | 500..) => Self::Retry,
            // After a conflicting request, S3 accepts the parts only in a new multipart upload.
            ClientError::Upload(status) => Self::CheckOutcome { restart: matches!(status, 404 | 409) },
            ClientError::Rejected { code: 429 | 503, retry_after: Some(seconds), .. } => {
                let pause = Duration::from_secs(*seconds);
                if *seconds > MAX_RETRY_AFTER { Self::Exhausted(pause) } else { Self::Wait(pause) }
            }
            ClientError::Rejected { code: 429 | 500.., .. } => Self::Retry,
            ClientError::Rejected { code: 404, .. } => Self::CheckOutcome { restart: false },
            ClientError::Rejected { code: 409, .. } => Self::CheckOutcome { restart: true },
            ClientError::Rejected { code: 400 | 413 | 415, .. } => Self::Refuse,
            _ => Self::Stop,
        }
    }
}

/// How a run repeats what fails.
#[derive(Clone, Debug)]
pub struct Retry<'a> {
    pub stop: Stop,
    pub patience: Patience,
    pub output: &'a Output,
}

/// Counts the attempts of one piece of work, and pauses between them.
#[derive(Debug)]
pub struct Attempts<'a> {
    retry: &'a Retry<'a>,
    /// The attempts in a row without a reply.
    lost: u32,
    /// The attempts that S3 refused.
    refused: u32,
    /// The pauses that the server asked for.
    asked: Duration,
}

impl Attempts<'_> {
    /// Counts from zero again, because there was progress.
    pub fn reset(&mut self) {
        (self.lost, self.refused, self.asked) = (0, 0, Duration::ZERO);
    }

    /// Pauses before the next attempt.
    ///
    /// # Errors
    /// Returns [`Error::Stopped`] if the run is stopped, or if it gives up now because of `error`.
    /// Returns [`Error::Later`] after too many attempts that S3 refused.
    pub async fn pause(&mut self, reaction: Reaction, error: ClientError) -> Result<(), Error> {
        let stop = &self.retry.stop;
        match self.next_pause(reaction, &error)? {
            Some(pause) => {
                self.announce(reaction, pause, error);
                stop.sleep(pause).await;
            }
            None => stop.set(Some(Failure::from(error))),
        }
        if stop.is_set() { Err(Error::Stopped) } else { Ok(()) }
    }

    /// Returns the pause before the next attempt, or `None` if the run gives up.
    fn next_pause(&mut self, reaction: Reaction, error: &ClientError) -> Result<Option<Duration>, Error> {
        let may_wait = self.retry.patience == Patience::Endless;
        Ok(match reaction {
            Reaction::Wait(pause) => {
                self.asked += pause;
                (may_wait || self.asked <= MAX_ASKED).then_some(pause)
            }
            Reaction::Exhausted(pause) => may_wait.then_some(pause),
            Reaction::Stop | Reaction::Refuse => None,
            Reaction::Retry => {
                self.lost += 1;
                (may_wait || self.lost < MAX_ATTEMPTS).then_some(pause_before(self.lost))
            }
            // S3 replies, and has a reason to refuse this file.
            Reaction::Arrived | Reaction::CheckOutcome { .. } => {
                (self.lost, self.refused) = (0, self.refused + 1);
                if self.refused >= MAX_ATTEMPTS {
                    return Err(Error::Later(describe_refusal(error)));
                }
                Some(pause_before(self.refused))
            }
        })
    }

    /// Prints that the work waits.
    fn announce(&self, reaction: Reaction, pause: Duration, error: ClientError) {
        let output = self.retry.output;
        match (self.retry.patience, reaction) {
            (Patience::Bounded, Reaction::Wait(_)) => output.note(&describe_wait(Wait::Busy, pause)),
            (Patience::Bounded, Reaction::Retry) => output.note(&describe_wait(Wait::Unreachable, pause)),
            (Patience::Endless, _) if self.lost == 1 || pause > MAX_PAUSE => {
                let failure = Failure::from(error);
                output.note(&format!("{failure} The upload continues when it is possible."));
            }
            _ => {}
        }
    }
}

/// Returns the reason of an error as a sentence, without the HTTP status.
pub fn describe_refusal(error: &ClientError) -> String {
    match error {
        ClientError::Rejected { notes, .. } => notes.clone(),
        error => error.to_string(),
    }
}

/// Returns the pause before the attempt after `failed` failed ones.
fn pause_before(failed: u32) -> Duration {
    Duration::from_secs(1 << failed.min(6).saturating_sub(1)).min(MAX_PAUSE)
}

impl Retry<'_> {
    pub fn attempts(&self) -> Attempts<'_> {
        Attempts { retry: self, lost: 0, refused: 0, asked: Duration::ZERO }
    }

    /// Repeats a call until it succeeds. A repetition must do no harm.
    ///
    /// # Errors
    /// Returns [`Error::File`] with the reason if the API refuses the call, and [`Error::Stopped`].
    pub async fn repeat<T>(&self, call: impl AsyncFn() -> Result<T, ClientError>) -> Result<T, Error> {
        let mut attempts = self.attempts();
        loop {
            let error = match Box::pin(call()).await {
                Ok(value) => return Ok(value),
                Err(error) => error,
            };
            match (Reaction::to(&error), error) {
                (Reaction::Refuse | Reaction::CheckOutcome { .. }, ClientError::Rejected { notes, .. }) => {
                    return Err(Error::File(notes));
                }
                (reaction, error) => attempts.pause(reaction, error).await?,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arguments::OutputArguments;

    fn rejected(code: u16, retry_after: Option<u64>) -> ClientError {
        ClientError::Rejected { code, notes: format!("notes of {code}"), retry_after }
    }

    #[test]
    fn reacts_as_the_documentation_of_the_api_says() {
        let check = |restart| Reaction::CheckOutcome { restart };
        for (error, expected) in [
            (ClientError::Upload(412), Reaction::Arrived),
            (ClientError::Upload(403), check(false)),
            (ClientError::Upload(404), check(true)),
            (ClientError::Upload(409), check(true)),
            (ClientError::Upload(503), Reaction::Retry),
            (ClientError::Identity("ended".into()), Reaction::Stop),
            (ClientError::Transport("gone".into()), Reaction::Retry),
            (rejected(400, None), Reaction::Refuse),
            (rejected(403, None), Reaction::Stop),
            (rejected(404, None), check(false)),
            (rejected(409, None), check(true)),
            (rejected(429, None), Reaction::Retry),
            (rejected(429, Some(20)), Reaction::Wait(Duration::from_secs(20))),
            (rejected(429, Some(3600)), Reaction::Exhausted(Duration::from_secs(3600))),
            (rejected(502, None), Reaction::Retry),
            (rejected(503, Some(5)), Reaction::Wait(Duration::from_secs(5))),
        ] {
            assert_eq!(Reaction::to(&error), expected, "{error:?}");
        }
    }

    #[tokio::test]
    async fn a_used_up_quota_stops_a_bounded_run_at_once() {
        let output = Output::new(&OutputArguments::default());
        let retry = Retry { stop: Stop::new(), patience: Patience::Bounded, output: &output };
        let result = retry.repeat(async || Err::<(), _>(rejected(429, Some(7200)))).await;
        assert!(matches!(result, Err(Error::Stopped)));
        assert!(retry.stop.reason().unwrap().to_string().contains("notes of 429"));
    }

    #[test]
    fn a_bounded_run_waits_for_a_limited_time() {
        let output = Output::new(&OutputArguments { quiet: true, ..OutputArguments::default() });
        for (error, calls) in [
            (rejected(429, Some(40)), 3),
            (rejected(429, None), MAX_ATTEMPTS),
            (ClientError::Transport("gone".into()), MAX_ATTEMPTS),
        ] {
            let retry = Retry { stop: Stop::new(), patience: Patience::Bounded, output: &output };
            let mut attempts = retry.attempts();
            let mut made = 1;
            while attempts.next_pause(Reaction::to(&error), &error).unwrap().is_some() {
                made += 1;
            }
            assert_eq!(made, calls, "{error:?}");
        }
    }

    #[test]
    fn a_lost_connection_does_not_count_as_a_refusal() {
        let output = Output::new(&OutputArguments { quiet: true, ..OutputArguments::default() });
        let retry = Retry { stop: Stop::new(), patience: Patience::Endless, output: &output };
        let mut attempts = retry.attempts();
        for _ in 0..20 {
            let error = ClientError::Transport("gone".into());
            assert!(attempts.next_pause(Reaction::to(&error), &error).unwrap().is_some());
        }
        let error = ClientError::Upload(404);
        assert!(attempts.next_pause(Reaction::to(&error), &error).unwrap().is_some());
    }

    #[tokio::test]
    async fn a_file_that_s3_refuses_each_time_does_not_stop_the_run() {
        let output = Output::new(&OutputArguments { quiet: true, ..OutputArguments::default() });
        for patience in [Patience::Bounded, Patience::Endless] {
            let retry = Retry { stop: Stop::new(), patience, output: &output };
            let mut attempts = Attempts { refused: MAX_ATTEMPTS - 1, ..retry.attempts() };
            let error = ClientError::Upload(403);
            let paused = attempts.pause(Reaction::to(&error), error).await;
            assert!(matches!(paused, Err(Error::Later(_))), "{paused:?}");
            assert!(!retry.stop.is_set());
        }
    }

    #[tokio::test]
    async fn a_stopped_run_does_not_wait() {
        let output = Output::new(&OutputArguments { quiet: true, ..OutputArguments::default() });
        let retry = Retry { stop: Stop::new(), patience: Patience::Endless, output: &output };
        retry.stop.set(None);
        let call = async || Err::<(), _>(ClientError::Transport("gone".into()));
        assert!(matches!(retry.repeat(call).await, Err(Error::Stopped)));
        assert!(retry.stop.reason().is_none());
    }
}
