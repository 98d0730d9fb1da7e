//! From a file to pixels, within the [`limits`](super::limits).

mod gif;
pub(super) mod heif;
mod jpeg;
mod png;
mod rows;
mod webp;

use super::format::Format;
use super::planes::Planar;
use super::{Refusal, Size};
use image::DynamicImage;
use image::metadata::Orientation;

/// The pixels of a picture.
#[derive(Debug)]
pub(super) enum Pixels {
    /// Channels together: grey or red, green, blue, and perhaps alpha.
    Whole(DynamicImage),
    /// Channels apart.
    Planar(Planar),
}

/// A picture as its file has it: not yet upright, not yet sRGB.
#[derive(Debug)]
pub(super) struct Decoded {
    /// May already be smaller than `size`, but not smaller than the large rendition.
    pub(super) pixels: Pixels,
    /// What the file says its size is.
    pub(super) size: Size,
    /// How to turn it upright.
    pub(super) orientation: Orientation,
    /// The ICC profile of its colours.
    pub(super) profile: Option<Vec<u8>>,
}

/// Decodes the first frame.
pub(super) fn decode(bytes: &[u8], format: Format) -> Result<Decoded, Refusal> {
    match format {
        Format::Jpeg => jpeg::decode(bytes),
        Format::Png => png::decode(bytes),
        Format::Gif => gif::decode(bytes),
        Format::WebP => webp::decode(bytes),
        Format::Avif => heif::decode(bytes, heif::Codec::Av1),
        Format::Heic => heif::decode(bytes, heif::Codec::Hevc),
    }
}

/// The orientation in a block of EXIF; upright where it says nothing that makes sense.
fn orientation(exif: Option<&[u8]>) -> Orientation {
    let tiff = exif.map(|exif| exif.strip_prefix(b"Exif\0\0").unwrap_or(exif));
    tiff.and_then(Orientation::from_exif_chunk).unwrap_or(Orientation::NoTransforms)
}
