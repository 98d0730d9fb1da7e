//! The reason why a command ended, as one sentence: what happened, and what to do.

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;
use std::{io, iter};

use client::{ClientError, SiteError};
use serde_json::{Value, json};

use crate::output::{Output, printable};

/// The exit code of a wrong usage, as that of clap.
const WRONG_USAGE: u8 = 2;

/// The reason why a command ended early.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The arguments do not fit together.
    #[error("{0}")]
    Usage(String),
    /// Something failed.
    #[error("{0}")]
    Failed(String),
    /// A rule has an error. Editors find the position in this form.
    #[error("{file}:{line}:{column}: {message}")]
    Rule {
        /// The name of the file.
        file: String,
        /// The line, from 1.
        line: u32,
        /// The column in characters, from 1.
        column: u32,
        /// One or two sentences.
        message: String,
    },
    /// The program that reads the output, such as `head`, has ended.
    #[error("The program that reads the output has ended, so the command stopped. Run it again.")]
    ClosedOutput,
}

impl Failure {
    /// Describes an error of a file. `action` is a verb, as in `read`.
    pub fn file(action: &str, path: &Path, error: &io::Error) -> Self {
        Self::Failed(describe_file_error(action, path, error))
    }

    /// Prints the failure and returns its exit code.
    pub fn report(&self, output: &Output) -> ExitCode {
        match self {
            _ if output.is_json() => output.stderr(&self.to_json().to_string()),
            Self::Rule { .. } => output.stderr(&printable(&self.to_string())),
            _ => output.error(&self.to_string()),
        }
        match self {
            Self::Usage(_) => ExitCode::from(WRONG_USAGE),
            Self::Failed(_) | Self::Rule { .. } | Self::ClosedOutput => ExitCode::FAILURE,
        }
    }

    fn to_json(&self) -> Value {
        let error = self.to_string();
        match self {
            Self::Rule { file, line, column, message } => {
                json!({"error": error, "file": file, "line": line, "column": column, "message": message})
            }
            _ => json!({ "error": error }),
        }
    }
}

impl From<ClientError> for Failure {
    fn from(error: ClientError) -> Self {
        Self::Failed(match error {
            ClientError::Transport(error) => describe_connection_error(&*error),
            ClientError::Setup(error) => describe_setup_error(&*error),
            ClientError::SessionEnded => "Your session has ended. Run `albumen login` again.".into(),
            // The notes of the API are sentences.
            ClientError::Rejected { notes, .. } if !notes.is_empty() => notes,
            error => error.to_string(),
        })
    }
}

impl From<SiteError> for Failure {
    fn from(error: SiteError) -> Self {
        match error {
            SiteError::Client(error) => error.into(),
            error => Self::Failed(error.to_string()),
        }
    }
}

/// Describes why the HTTP client cannot be created.
fn describe_setup_error(error: &(dyn Error + 'static)) -> String {
    let causes = causes_of(error).join(": ");
    if causes.contains("No CA certificates") {
        return "This system has no CA certificates. Install them, for example with `apt-get install \
            ca-certificates`."
            .into();
    }
    format!("No connection is possible. ({causes})")
}

fn causes_of(error: &(dyn Error + 'static)) -> Vec<String> {
    let causes = iter::successors(Some(error), |error: &&(dyn Error + 'static)| (*error).source());
    causes.map(ToString::to_string).collect()
}

/// Describes an error of a connection in one sentence.
fn describe_connection_error(error: &(dyn Error + 'static)) -> String {
    let causes = causes_of(error);
    let contains = |words: &[&str]| causes.iter().any(|cause| words.iter().any(|word| cause.contains(word)));
    let http = error.downcast_ref::<reqwest::Error>();
    let host = http.and_then(|error| error.url()?.host_str().map(str::to_owned));
    let subject = host.as_deref().unwrap_or("The site");
    let host = host.as_deref().unwrap_or("the site");
    if contains(&["certificate expired", "certificate not valid yet"]) {
        return format!("The certificate of {host} is not valid now. Check the clock of this machine.");
    }
    if contains(&["invalid peer certificate"]) {
        return format!("The certificate of {host} is not valid. Check the address of the site.");
    }
    if http.is_some_and(reqwest::Error::is_timeout) || contains(&["timed out", "timeout"]) {
        return format!("{subject} did not reply in time. Check your network connection and try again.");
    }
    if http.is_some_and(reqwest::Error::is_connect) || contains(&["dispatch failure"]) {
        return format!("Cannot reach {host}. Check your network connection and try again.");
    }
    let cause = causes.last().map(String::as_str).unwrap_or_default().trim_end_matches('.');
    format!("{subject} sent no valid reply. Try again in a moment. ({cause})")
}

/// Describes an error of a file in one sentence, as in `Cannot read a.jpg: …`.
pub fn describe_file_error(action: &str, path: &Path, error: &io::Error) -> String {
    let path = path.display();
    match error.kind() {
        io::ErrorKind::NotFound if matches!(action, "write" | "create") => {
            format!("Cannot {action} {path}, because its folder does not exist.")
        }
        io::ErrorKind::NotFound => format!("Cannot {action} {path}, because it does not exist."),
        io::ErrorKind::PermissionDenied => {
            format!("Cannot {action} {path}, because you have no permission. Change its mode or owner.")
        }
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            format!("Cannot {action} {path}, because the disk is full. Free some space and try again.")
        }
        io::ErrorKind::ReadOnlyFilesystem => {
            format!("Cannot {action} {path}, because its file system is read-only.")
        }
        _ => format!("Cannot {action} {path}: {error}."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_errors_say_what_to_do() {
        let describe =
            |action, kind: io::ErrorKind| describe_file_error(action, Path::new("a.jpg"), &kind.into());
        for (action, kind, sentence) in [
            ("read", io::ErrorKind::NotFound, "Cannot read a.jpg, because it does not exist."),
            ("write", io::ErrorKind::NotFound, "Cannot write a.jpg, because its folder does not exist."),
            (
                "write",
                io::ErrorKind::StorageFull,
                "Cannot write a.jpg, because the disk is full. Free some space and try again.",
            ),
            (
                "read",
                io::ErrorKind::PermissionDenied,
                "Cannot read a.jpg, because you have no permission. Change its mode or owner.",
            ),
        ] {
            assert_eq!(describe(action, kind), sentence);
        }
    }

    #[test]
    fn an_error_in_a_rule_begins_with_its_position() {
        let message = "`camrea` is not a field of `picture`. Did you mean `camera`?";
        let failure = Failure::Rule { file: "rule.py".into(), line: 2, column: 9, message: message.into() };
        assert_eq!(failure.to_string(), format!("rule.py:2:9: {message}"));
    }

    #[test]
    fn errors_of_the_client_are_sentences() {
        let rejected =
            ClientError::Rejected { code: 409, notes: "You have 1,000 links.".into(), retry_after: None };
        for (error, sentence) in [
            (rejected, "You have 1,000 links."),
            (ClientError::SessionEnded, "Your session has ended. Run `albumen login` again."),
            (
                ClientError::Transport("invalid peer certificate: certificate expired: …".into()),
                "The certificate of the site is not valid now. Check the clock of this machine.",
            ),
            (
                ClientError::Setup("No CA certificates were loaded from the system".into()),
                "This system has no CA certificates. Install them, for example with `apt-get install \
                 ca-certificates`.",
            ),
            (
                ClientError::Transport("connection reset".into()),
                "The site sent no valid reply. Try again in a moment. (connection reset)",
            ),
        ] {
            assert_eq!(Failure::from(error).to_string(), sentence);
        }
    }
}
