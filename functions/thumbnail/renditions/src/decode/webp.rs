//! WebP, still or animated.
//!
//! `image-webp` itself rather than `image`'s wrapper, which does not hand on a memory limit: a chunk that claims
//! four gigabytes would have them allocated.

use super::{Channels, Decoded, orientation};
use crate::{Refusal, Size, limits};
use image::{DynamicImage, RgbImage, RgbaImage};
use image_webp::{DecodingError, WebPDecoder};
use std::io::Cursor;

/// Most bytes per pixel inside the decoder, beside its output: a lossless frame (4), and for an animation the
/// frame and the canvas.
const WORKING_BYTES: u64 = 4;
const ANIMATION_BYTES: u64 = 8;

/// Decodes the first frame.
pub(super) fn decode(bytes: &[u8]) -> Result<Decoded, Refusal> {
    check_complete(bytes)?;
    let mut decoder = WebPDecoder::new(Cursor::new(bytes)).map_err(refusal)?;
    // No chunk is longer than the file.
    decoder.set_memory_limit(bytes.len());
    let (width, height) = decoder.dimensions();
    let size = Size::new(width, height);
    limits::check_size(size)?;
    let output = if decoder.has_alpha() { 4 } else { 3 };
    let working = if decoder.is_animated() { ANIMATION_BYTES } else { WORKING_BYTES };
    limits::check_memory(size.pixels() * (output + working))?;

    let profile = decoder.icc_profile().ok().flatten();
    let exif = decoder.exif_metadata().ok().flatten();
    Ok(Decoded {
        pixels: pixels(&mut decoder, size)?,
        channels: Channels::Light,
        size,
        orientation: orientation(exif.as_deref()),
        profile,
    })
}

/// The decoder fills in what is missing at the end of a lossy picture; we ask that the file has the length it
/// says (<https://developers.google.com/speed/webp/docs/riff_container>). Its last byte may be padding that some
/// programs leave out.
fn check_complete(bytes: &[u8]) -> Result<(), Refusal> {
    let said = bytes.get(4..8).and_then(|field| field.try_into().ok()).map(u32::from_le_bytes);
    match said {
        Some(said) if u64::from(said) + 8 <= bytes.len() as u64 + 1 => Ok(()),
        _ => Err(Refusal::damaged("shorter than its RIFF header says")),
    }
}

fn pixels(decoder: &mut WebPDecoder<Cursor<&[u8]>>, size: Size) -> Result<DynamicImage, Refusal> {
    let length = decoder.output_buffer_size().ok_or(Refusal::OutOfMemory)?;
    let mut pixels = vec![0; length];
    decoder.read_image(&mut pixels).map_err(refusal)?;
    let picture = if decoder.has_alpha() {
        RgbaImage::from_raw(size.width, size.height, pixels).map(DynamicImage::ImageRgba8)
    } else {
        RgbImage::from_raw(size.width, size.height, pixels).map(DynamicImage::ImageRgb8)
    };
    picture.ok_or_else(|| Refusal::failed("the WebP decoder's output has another size"))
}

fn refusal(error: DecodingError) -> Refusal {
    match error {
        DecodingError::MemoryLimitExceeded | DecodingError::ImageTooLarge => Refusal::OutOfMemory,
        error => Refusal::damaged(error),
    }
}
