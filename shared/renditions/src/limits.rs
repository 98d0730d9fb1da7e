//! The limits of a file. All limits but [`MAX_SCANS`] are checked on the header, before anything is
//! allocated for the pixels.

/// The maximum size of a file: 50 MB.
pub const MAX_BYTES: u64 = 50_000_000;
/// The maximum number of pixels: 100 megapixels.
pub const MAX_PIXELS: u64 = 100_000_000;
/// The maximum width and height, in pixels.
pub const MAX_SIDE: u32 = 32_767;
/// The maximum memory of a decoder including its output: 256 MiB.
pub const MAX_DECODER_BYTES: u64 = 256 << 20;
/// The maximum number of scans of a progressive JPEG. Encoders write about ten. Each scan is a pass
/// over all coefficients, so thousands of empty scans would take minutes
/// (<https://libjpeg-turbo.org/pmwiki/uploads/About/TwoIssueswiththeJPEGStandard.pdf>).
pub const MAX_SCANS: usize = 100;
