//! How much of a picture is too much. Checked on the header, before anything is allocated for the pixels.

use super::{Refusal, Size};

/// Most bytes of a file: 50 MB.
pub const MAX_BYTES: u64 = 50_000_000;
/// Most pixels of a picture: 100 megapixels.
pub const MAX_PIXELS: u64 = 100_000_000;
/// Most pixels along one side.
pub const MAX_SIDE: u32 = 32_767;
/// Most bytes that one decoder may hold, its output included: 256 MiB.
pub const MAX_DECODER_BYTES: u64 = 256 << 20;
/// Most scans of a progressive JPEG. Encoders write about ten; each costs a pass over all coefficients, so
/// thousands of empty ones would cost minutes (<https://libjpeg-turbo.org/pmwiki/uploads/About/TwoIssueswiththeJPEGStandard.pdf>).
pub const MAX_SCANS: usize = 100;

/// Refuses a file that is empty or over [`MAX_BYTES`].
pub(super) fn check_bytes(bytes: usize) -> Result<(), Refusal> {
    match bytes as u64 {
        0 => Err(Refusal::Empty),
        bytes if bytes > MAX_BYTES => Err(Refusal::TooManyBytes { bytes }),
        _ => Ok(()),
    }
}

/// Refuses a picture without pixels, and one over [`MAX_SIDE`] or [`MAX_PIXELS`].
pub(super) fn check_size(size: Size) -> Result<(), Refusal> {
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

/// Refuses a picture whose decoder would need more than [`MAX_DECODER_BYTES`].
pub(super) fn check_memory(bytes: u64) -> Result<(), Refusal> {
    if bytes > MAX_DECODER_BYTES { Err(Refusal::OutOfMemory) } else { Ok(()) }
}
