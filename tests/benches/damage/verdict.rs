//! What came of one variant.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Longest time for one file, in milliseconds.
pub const MAX_MS: f64 = 5000.0;
/// Most resident memory of the process, in MB (2^20 bytes).
pub const MAX_MEMORY_MB: f64 = 300.0;
/// After so long a child is ended.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// What came of one variant; a child prints one per line.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Verdict {
    /// Its number.
    pub variant: usize,
    /// `rendered`, the name of a `Refusal`, or `crashed`.
    pub outcome: String,
    /// The refusal's sentence; what a decoder or an encoder said; how the process ended.
    pub reason: String,
    /// A panic's message, of either core.
    pub panic: Option<String>,
    /// Milliseconds of `renditions::render`.
    pub ms: f64,
    /// Milliseconds of `extract`.
    pub extract_ms: f64,
    /// Most resident memory of the process meanwhile, MB; 0 off Linux.
    pub memory_mb: f64,
}

impl Verdict {
    /// What is wrong, if anything is.
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
