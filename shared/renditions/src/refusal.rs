//! The reasons for refusing a file.

use crate::limits::{MAX_BYTES, MAX_PIXELS, MAX_SIDE};

const MEGA: u64 = 1_000_000;

/// The reason why a file has no renditions.
///
/// `Display` is a message for the person who uploaded the file: the problem and the remedy.
/// `Debug` includes the decoder's error, for the log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The file has no bytes.
    #[error("This file is empty. Upload it again.")]
    Empty,
    /// The file is not a picture, or its format is not supported.
    #[error("This file is {found}. Upload a JPEG, PNG, WebP, GIF, AVIF or HEIC picture.")]
    Unsupported {
        /// The apparent type of the file.
        found: &'static str,
    },
    /// A rare variant of a supported format, such as a JPEG with arithmetic coding.
    #[error(
        "This is a rare kind of {format} that cannot be read. Save it again as an ordinary one and upload that."
    )]
    UnsupportedVariant {
        /// The name of the format.
        format: &'static str,
        /// The decoder's error.
        reason: String,
    },
    /// The file exceeds [`MAX_BYTES`].
    #[error("This file has {} MB; the most is {}. Upload a smaller version.", .bytes.div_ceil(MEGA), MAX_BYTES / MEGA)]
    TooManyBytes {
        /// The size of the file, in bytes.
        bytes: u64,
    },
    /// The picture exceeds [`MAX_PIXELS`].
    #[error(
        "This picture has {} megapixels; the most is {}. Upload a smaller version.",
        .pixels.div_ceil(MEGA), MAX_PIXELS / MEGA
    )]
    TooManyPixels {
        /// Width times height, in pixels.
        pixels: u64,
    },
    /// The picture exceeds [`MAX_SIDE`].
    #[error("This picture is {side} pixels long; the most is {MAX_SIDE}. Upload a smaller version.")]
    SideTooLong {
        /// The longer side, in pixels.
        side: u32,
    },
    /// Decoding needs more than [`MAX_DECODER_BYTES`](crate::limits::MAX_DECODER_BYTES).
    #[error(
        "This picture takes too much memory to read. Upload a smaller version, or one saved as a plain JPEG."
    )]
    OutOfMemory,
    /// Decoding would take too much work, such as a PNG with more bytes than
    /// [`MAX_PNG_BYTES`](crate::limits::MAX_PNG_BYTES).
    #[error(
        "This picture takes too much time to read. Upload a smaller version, or one saved as a plain JPEG."
    )]
    TooMuchWork,
    /// Rendering took longer than the caller's limit, or the header predicts that it would.
    #[error(
        "This picture takes more than {seconds} seconds to read. Upload a smaller version, or one saved as a plain JPEG."
    )]
    TooSlow {
        /// The time limit, in seconds.
        seconds: u64,
    },
    /// A progressive JPEG has more scans than [`MAX_SCANS`](crate::limits::MAX_SCANS) or than
    /// [`MAX_SCANNED_BLOCKS`](crate::limits::MAX_SCANNED_BLOCKS) allows for its size, or another
    /// JPEG has more scans than components.
    #[error(
        "This JPEG has more than {max} layers, which no camera writes at its size. Save it again as an ordinary JPEG and upload that."
    )]
    TooManyScans {
        /// The maximum number of scans of this kind of JPEG.
        max: usize,
    },
    /// The file is truncated or invalid.
    #[error(
        "This picture is damaged or incomplete. Check that it opens on your device, then upload it again."
    )]
    Damaged {
        /// The decoder's error.
        reason: String,
    },
    /// A decoder or encoder failed unexpectedly, probably because of a bug in this crate or a
    /// dependency.
    #[error("This picture could not be processed. Save it again as an ordinary JPEG and upload that.")]
    Failed {
        /// The error or the panic message.
        reason: String,
    },
}

impl Refusal {
    pub(crate) fn damaged(reason: impl ToString) -> Self {
        Refusal::Damaged { reason: reason.to_string() }
    }

    pub(crate) fn failed(reason: impl ToString) -> Self {
        Refusal::Failed { reason: reason.to_string() }
    }
}
