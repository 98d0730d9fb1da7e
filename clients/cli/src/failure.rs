//! The reason why a command ended, as one sentence: what happened, and what to do.

use std::io;
use std::path::Path;
use std::process::ExitCode;

use client::ClientError;
use serde_json::json;

use crate::output::Output;

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
    /// The program that reads the output, such as `head`, has ended.
    #[error("The reader of the output has ended.")]
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
            Self::ClosedOutput => return ExitCode::SUCCESS,
            failure if output.is_json() => output.stderr(&json!({"error": failure.to_string()}).to_string()),
            failure => output.error(&failure.to_string()),
        }
        match self {
            Self::Usage(_) => ExitCode::from(WRONG_USAGE),
            _ => ExitCode::FAILURE,
        }
    }
}

impl From<ClientError> for Failure {
    fn from(error: ClientError) -> Self {
        Self::Failed(error.to_string())
    }
}

/// Describes an error of a file in one sentence, as in `Cannot read a.jpg: …`.
pub fn describe_file_error(action: &str, path: &Path, error: &io::Error) -> String {
    let path = path.display();
    match error.kind() {
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
