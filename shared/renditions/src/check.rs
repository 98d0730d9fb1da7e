//! Checks against the [`limits`](crate::limits).

use crate::limits::{MAX_BYTES, MAX_DECODER_BYTES, MAX_PIXELS, MAX_PNG_BYTES, MAX_SIDE};
use crate::refusal::Refusal;
use crate::size::Size;

/// Refuses a file that is empty or exceeds [`MAX_BYTES`].
pub(crate) fn file_size(bytes: usize) -> Result<(), Refusal> {
    match bytes as u64 {
        0 => Err(Refusal::Empty),
        bytes if bytes > MAX_BYTES => Err(Refusal::TooManyBytes { bytes }),
        _ => Ok(()),
    }
}

/// Refuses a picture that has no pixels or exceeds [`MAX_SIDE`] or [`MAX_PIXELS`].
pub(crate) fn picture_size(size: Size) -> Result<(), Refusal> {
    if size.pixels() == 0 {
        return Err(Refusal::damaged("it has no pixels"));
    }
    if size.pixels() > MAX_PIXELS {
        return Err(Refusal::TooManyPixels { pixels: size.pixels() });
    }
    if size.long_edge() > MAX_SIDE {
        return Err(Refusal::SideTooLong { side: size.long_edge() });
    }
    Ok(())
}

/// Refuses a picture if its decoder needs more than [`MAX_DECODER_BYTES`].
pub(crate) fn decoder_memory(bytes: u64) -> Result<(), Refusal> {
    if bytes > MAX_DECODER_BYTES { Err(Refusal::OutOfMemory) } else { Ok(()) }
}

/// Refuses a PNG with more than [`MAX_PNG_BYTES`] after decompression.
pub(crate) fn png_bytes(bytes: u64) -> Result<(), Refusal> {
    if bytes > MAX_PNG_BYTES { Err(Refusal::TooMuchWork) } else { Ok(()) }
}
