//! Decodes a file to pixels, within the [`limits`](crate::limits).

mod blank;
mod decoded;
mod exif;
mod gif;
pub(crate) mod heif;
mod jpeg;
mod png;
mod rows;
mod webp;

use crate::format::Format;
use crate::refusal::Refusal;
pub(crate) use decoded::{Decoded, Pixels};

/// Decodes the picture, or the first frame of an animation.
pub(crate) fn decode(bytes: &[u8], format: Format) -> Result<Decoded, Refusal> {
    match format {
        Format::Jpeg => jpeg::decode(bytes),
        Format::Png => png::decode(bytes),
        Format::Gif => gif::decode(bytes),
        Format::WebP => webp::decode(bytes),
        Format::Avif => heif::decode(bytes, heif::Codec::Av1),
        Format::Heic => heif::decode(bytes, heif::Codec::Hevc),
    }
}
