//! From a file to pixels, within the [`limits`](super::limits).

mod jpeg;
mod plain;
mod webp;

use super::format::Format;
use super::{Refusal, Size};
use image::DynamicImage;
use image::codecs::gif::GifDecoder;
use image::codecs::png::PngDecoder;
use image::metadata::Orientation;
use std::io::Cursor;

/// What the channels of a picture stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Channels {
    /// Grey or red, green, blue; the last of two or four is alpha.
    Light,
    /// Cyan, magenta, yellow, black, 255 the most ink, in the four channels of an `Rgba8`.
    Ink,
}

/// A picture as its file has it: not yet upright, not yet sRGB.
#[derive(Debug)]
pub(super) struct Decoded {
    /// May already be smaller than `size`, but not smaller than the large rendition.
    pub(super) pixels: DynamicImage,
    /// What the channels of `pixels` stand for.
    pub(super) channels: Channels,
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
        Format::Png => {
            let limits = plain::limits();
            plain::decode(PngDecoder::with_limits(Cursor::new(bytes), limits).map_err(plain::refusal)?)
        }
        Format::Gif => plain::decode(GifDecoder::new(Cursor::new(bytes)).map_err(plain::refusal)?),
        Format::WebP => webp::decode(bytes),
    }
}

/// The orientation in a block of EXIF; upright where it says nothing that makes sense.
fn orientation(exif: Option<&[u8]>) -> Orientation {
    let tiff = exif.map(|exif| exif.strip_prefix(b"Exif\0\0").unwrap_or(exif));
    tiff.and_then(Orientation::from_exif_chunk).unwrap_or(Orientation::NoTransforms)
}
