//! The outcome of one variant.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Maximum time for one file, in milliseconds.
pub const MAX_MS: f64 = 5000.0;
/// Maximum resident memory of the process, in MB (2^20 bytes).
pub const MAX_MEMORY_MB: f64 = 300.0;
/// Time without output after which a child is killed.
pub const CHILD_TIMEOUT: Duration = Duration::from_secs(30);

/// The outcome of one variant. A child prints one per line as JSON.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Outcome {
    /// Index of the variant.
    pub variant: usize,
    /// `rendered`, the name of a `Refusal`, or `crashed`.
    pub outcome: String,
    /// The message of the refusal, the error of a decoder or encoder, or the status of the process.
    pub reason: String,
    /// The message of a panic.
    pub panic: Option<String>,
    /// Milliseconds of `renditions::render`.
    pub ms: f64,
    /// Milliseconds of the metadata extraction.
    pub extract_ms: f64,
    /// Peak resident memory while rendering, in MB; 0 except on Linux.
    pub memory_mb: f64,
}

impl Outcome {
    /// Returns a description of the fault, if there is one.
    pub fn fault(&self) -> Option<String> {
        if let Some(panic) = &self.panic {
            return Some(format!("panic: {panic}"));
        }
        if self.outcome == "crashed" {
            return Some(self.reason.clone());
        }
        if self.ms.max(self.extract_ms) > MAX_MS {
            return Some(format!("{:.0} ms", self.ms.max(self.extract_ms)));
        }
        (self.memory_mb > MAX_MEMORY_MB).then(|| format!("{:.0} MB", self.memory_mb))
    }
}
