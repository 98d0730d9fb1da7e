//! Why a file is refused, in words for the person who uploaded it.

use super::limits::{MAX_BYTES, MAX_PIXELS, MAX_SIDE};

const MEGA: u64 = 1_000_000;

/// Why no renditions were made. `Display` is one sentence or two for the person who uploaded the file, ending in
/// what to do; `Debug` has the decoder's own reason, for the log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Nothing was uploaded.
    #[error("This file is empty. Upload it again.")]
    Empty,
    /// No picture, or not one of a type that we take.
    #[error("This file is {found}. Upload a JPEG, PNG, WebP, GIF, AVIF or HEIC picture.")]
    Unsupported {
        /// What it is, as far as its bytes tell.
        found: &'static str,
    },
    /// A rare variant of a type that we take, such as an arithmetically coded JPEG.
    #[error(
        "This is a rare kind of {format} that cannot be read. Save it again as an ordinary one and upload that."
    )]
    UnsupportedVariant {
        /// The type's name.
        format: &'static str,
        /// The decoder's reason.
        reason: String,
    },
    /// Over [`MAX_BYTES`].
    #[error("This file has {} MB; the most is {}. Upload a smaller version.", .bytes.div_ceil(MEGA), MAX_BYTES / MEGA)]
    TooManyBytes {
        /// The file's size, in bytes.
        bytes: u64,
    },
    /// Over [`MAX_PIXELS`].
    #[error(
        "This picture has {} megapixels; the most is {}. Upload a smaller version.",
        .pixels.div_ceil(MEGA), MAX_PIXELS / MEGA
    )]
    TooManyPixels {
        /// Width times height, in pixels.
        pixels: u64,
    },
    /// Over [`MAX_SIDE`].
    #[error("This picture is {side} pixels long; the most is {MAX_SIDE}. Upload a smaller version.")]
    SideTooLong {
        /// Its longer side, in pixels.
        side: u32,
    },
    /// A decoder would go beyond [`super::limits::MAX_DECODER_BYTES`].
    #[error(
        "This picture takes too much memory to read. Upload a smaller version, or one saved as a plain JPEG."
    )]
    OutOfMemory,
    /// Took longer than whoever asked would wait, or would take longer by what its header says.
    #[error(
        "This picture takes more than {seconds} seconds to read. Upload a smaller version, or one saved as a plain JPEG."
    )]
    TooSlow {
        /// The most time that it may take.
        seconds: u64,
    },
    /// More scans than [`super::limits::MAX_SCANS`].
    #[error(
        "This JPEG has more than {most} layers, which no camera writes. Save it again as an ordinary JPEG and upload that."
    )]
    TooManyScans {
        /// How many scans one of its kind has at most.
        most: usize,
    },
    /// Truncated, or broken in some other way.
    #[error(
        "This picture is damaged or incomplete. Check that it opens on your device, then upload it again."
    )]
    Damaged {
        /// The decoder's reason.
        reason: String,
    },
    /// The decoder or encoder failed where it should not: a mistake in a library, not necessarily in the picture.
    #[error("This picture could not be processed. Save it again as an ordinary JPEG and upload that.")]
    Failed {
        /// The library's error or panic message.
        reason: String,
    },
}

impl Refusal {
    pub(super) fn damaged(reason: impl ToString) -> Self {
        Refusal::Damaged { reason: reason.to_string() }
    }

    pub(super) fn failed(reason: impl ToString) -> Self {
        Refusal::Failed { reason: reason.to_string() }
    }
}
