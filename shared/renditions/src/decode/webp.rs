//! WebP, still or animated.
//!
//! `image-webp` itself rather than `image`'s wrapper, which does not hand on a memory limit: a chunk that claims
//! four gigabytes would have them allocated.

mod bits;
mod groups;
mod streams;

use super::{Decoded, Pixels, orientation};
use crate::{Refusal, Size, limits};
use image::{DynamicImage, RgbImage, RgbaImage};
use image_webp::{DecodingError, WebPDecoder};
use std::io::Cursor;

/// Most bytes per pixel that the decoder holds beside its output, by what `image-webp` 0.2 allocates, rounded up: a lossy
/// frame's brightness and colours (1.5), and for its alpha a lossless frame (4) and what is taken from that (1).
const LOSSY_BYTES: u64 = 2;
const LOSSY_ALPHA_BYTES: u64 = 7;
/// A lossless frame.
const LOSSLESS_BYTES: u64 = 4;
/// The first frame of an animation (4) beside what makes it (6.5).
const ANIMATION_BYTES: u64 = 11;
/// The five tables of a group of prefix codes, 1024 entries of four bytes each, and what belongs to them.
const GROUP_BYTES: u64 = 21_000;

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
    let reckoned = size.pixels() * (output + working(&mut decoder)) + bytes.len() as u64;
    limits::check_memory(reckoned)?;
    limits::check_memory(reckoned + u64::from(streams::most_groups(bytes, size)) * GROUP_BYTES)?;

    let profile = decoder.icc_profile().ok().flatten();
    let exif = decoder.exif_metadata().ok().flatten();
    Ok(Decoded {
        pixels: Pixels::Whole(pixels(&mut decoder, size)?),
        size,
        orientation: orientation(exif.as_deref()),
        profile,
    })
}

fn working(decoder: &mut WebPDecoder<Cursor<&[u8]>>) -> u64 {
    match (decoder.is_animated(), decoder.is_lossy(), decoder.has_alpha()) {
        (true, ..) => ANIMATION_BYTES,
        (_, true, true) => LOSSY_ALPHA_BYTES,
        (_, true, false) => LOSSY_BYTES,
        (_, false, _) => LOSSLESS_BYTES,
    }
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
