//! The limits of a file. All limits but [`MAX_SCANS`] are checked on the headers in the file,
//! before anything is decoded.

/// The maximum size of a file: 50 MB.
pub const MAX_BYTES: u64 = 50_000_000;
/// The maximum number of pixels: 100 megapixels.
pub const MAX_PIXELS: u64 = 100_000_000;
/// The maximum width and height, in pixels.
pub const MAX_SIDE: u32 = 32_767;
/// The maximum memory of a decoder including its output: 320 MiB. It suffices for 48 megapixels of
/// HEVC or 40 megapixels of AV1 with ten bits and full chroma, coded without tiles.
pub const MAX_DECODER_BYTES: u64 = 320 << 20;
/// The maximum number of scans of a progressive JPEG. Encoders write about ten. Each scan is a pass
/// over all coefficients, so thousands of empty scans would take minutes
/// (<https://libjpeg-turbo.org/pmwiki/uploads/About/TwoIssueswiththeJPEGStandard.pdf>).
pub const MAX_SCANS: usize = 100;
/// The maximum number of blocks in all scans of a progressive JPEG, where a scan of three
/// components counts three times. It suffices for 100 megapixels without chroma subsampling in the
/// 10 scans of most encoders, which contain 22 million blocks.
pub const MAX_SCANNED_BLOCKS: u64 = 40_000_000;
/// The maximum number of decompressed bytes of a PNG, with a palette expanded to RGB: 500 MB. It
/// suffices for 100 megapixels of RGBA with eight bits.
pub const MAX_PNG_BYTES: u64 = 500_000_000;
