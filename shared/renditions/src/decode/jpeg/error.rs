//! Errors of the JPEG decoder.

use crate::refusal::Refusal;

/// Why a file cannot be decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum JpegError {
    /// The file violates the standard.
    Damaged(&'static str),
    /// The file uses a feature of the standard that hardly any encoder uses.
    Unsupported(&'static str),
}

pub(super) const MISSING_TABLE: JpegError = JpegError::Damaged("a table is missing");
pub(super) const MISSING_FRAME: JpegError = JpegError::Damaged("it has no frame");
pub(super) const TRUNCATED_SEGMENT: JpegError = JpegError::Damaged("a segment is too short");

impl From<JpegError> for Refusal {
    fn from(error: JpegError) -> Self {
        match error {
            JpegError::Damaged(reason) => Refusal::damaged(reason),
            JpegError::Unsupported(reason) => {
                Refusal::UnsupportedVariant { format: "JPEG", reason: reason.to_owned() }
            }
        }
    }
}
