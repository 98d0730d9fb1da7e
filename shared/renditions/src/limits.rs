//! Limits of the files that are rendered. Each is checked on the header, before anything is
//! allocated for the pixels.

/// Maximum size of a file: 50 MB.
pub const MAX_BYTES: u64 = 50_000_000;
/// Maximum number of pixels: 100 megapixels.
pub const MAX_PIXELS: u64 = 100_000_000;
/// Maximum width and height, in pixels.
pub const MAX_SIDE: u32 = 32_767;
/// Maximum memory of a decoder, its output included: 256 MiB.
pub const MAX_DECODER_BYTES: u64 = 256 << 20;
/// Maximum number of scans of a progressive JPEG. Encoders write about ten. Each scan is a pass
/// over all coefficients, so thousands of empty scans would take minutes
/// (<https://libjpeg-turbo.org/pmwiki/uploads/About/TwoIssueswiththeJPEGStandard.pdf>).
pub const MAX_SCANS: usize = 100;
