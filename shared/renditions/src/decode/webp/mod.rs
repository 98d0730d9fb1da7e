//! Decodes WebP, still or animated.
//!
//! Uses `image-webp` directly, because the wrapper in `image` sets no memory limit. A chunk header
//! with a length of four gigabytes would allocate them.

mod bits;
mod prefix_groups;
mod streams;

use super::decoded::{Decoded, Pixels};
use super::{blank, exif};
use crate::check;
use crate::limits::MAX_PIXELS;
use crate::refusal::Refusal;
use crate::size::Size;
use image::{DynamicImage, RgbImage, RgbaImage};
use image_webp::{DecodingError, WebPDecoder};
use std::io::Cursor;

/// The memory of `image-webp` 0.2 for a lossy frame, in bytes per pixel without the output: luma
/// and chroma (1.5), rounded up.
const LOSSY_BYTES: u64 = 2;
/// The memory for a lossy frame with alpha, in bytes per pixel without the output: a lossy frame
/// (2), a lossless frame with the alpha (4), and the alpha (1).
const LOSSY_ALPHA_BYTES: u64 = 7;
/// The memory for a lossless frame, in bytes per pixel without the output.
const LOSSLESS_BYTES: u64 = 4;
/// The memory for an animation, in bytes per pixel without the output: the first frame (4), and the
/// memory to decode this frame (6.5), rounded up.
const ANIMATION_BYTES: u64 = 11;
/// The memory of a group of prefix codes, in bytes: five tables of 1024 entries of four bytes, and
/// their headers.
const GROUP_BYTES: u64 = 21_000;

/// The maximum number of frames of an animation that are decoded to find one that shows something.
const MAX_FRAMES: u64 = 32;

/// Decodes the picture, or the first frame of an animation that shows something.
pub(super) fn decode(bytes: &[u8]) -> Result<Decoded, Refusal> {
    check_complete(bytes)?;
    let mut decoder = WebPDecoder::new(Cursor::new(bytes)).map_err(refusal)?;
    // A valid chunk is not longer than the file.
    decoder.set_memory_limit(bytes.len());
    let (width, height) = decoder.dimensions();
    let size = Size::new(width, height);
    check::picture_size(size)?;
    let output = if decoder.has_alpha() { 4 } else { 3 };
    let estimate = size.pixels() * (output + working_bytes(&mut decoder)) + bytes.len() as u64;
    check::decoder_memory(estimate)?;
    check::decoder_memory(estimate + u64::from(streams::max_prefix_groups(bytes, size)) * GROUP_BYTES)?;

    let exif_block = decoder.exif_metadata().ok().flatten();
    let icc_profile = decoder.icc_profile().ok().flatten();
    let icc_profile = icc_profile.or_else(|| exif::adobe_rgb_profile(exif_block.as_deref()));
    Ok(Decoded {
        pixels: Pixels::Interleaved(decode_pixels(&mut decoder, size)?),
        size,
        orientation: exif::orientation(exif_block.as_deref()),
        icc_profile,
    })
}

/// Returns the memory of the decoder in bytes per pixel, without the output.
fn working_bytes(decoder: &mut WebPDecoder<Cursor<&[u8]>>) -> u64 {
    match (decoder.is_animated(), decoder.is_lossy(), decoder.has_alpha()) {
        (true, ..) => ANIMATION_BYTES,
        (_, true, true) => LOSSY_ALPHA_BYTES,
        (_, true, false) => LOSSY_BYTES,
        (_, false, _) => LOSSLESS_BYTES,
    }
}

/// Refuses a file that is shorter than the length in its RIFF header, because the decoder would
/// fill the missing end of a lossy picture
/// (<https://developers.google.com/speed/webp/docs/riff_container>).
///
/// Accepts a file without its last byte, because this byte can be padding that some programs omit.
fn check_complete(bytes: &[u8]) -> Result<(), Refusal> {
    let declared = bytes.get(4..8).and_then(|field| field.try_into().ok()).map(u32::from_le_bytes);
    match declared {
        Some(declared) if u64::from(declared) + 8 <= bytes.len() as u64 + 1 => Ok(()),
        _ => Err(Refusal::damaged("it is shorter than the length in its RIFF header")),
    }
}

fn decode_pixels(decoder: &mut WebPDecoder<Cursor<&[u8]>>, size: Size) -> Result<DynamicImage, Refusal> {
    let length = decoder.output_buffer_size().ok_or(Refusal::OutOfMemory)?;
    let mut pixels = vec![0; length];
    if decoder.is_animated() {
        read_visible_frame(decoder, size, &mut pixels)?;
    } else {
        decoder.read_image(&mut pixels).map_err(refusal)?;
    }
    let picture = if decoder.has_alpha() {
        RgbaImage::from_raw(size.width, size.height, pixels).map(DynamicImage::ImageRgba8)
    } else {
        RgbImage::from_raw(size.width, size.height, pixels).map(DynamicImage::ImageRgb8)
    };
    picture.ok_or_else(|| Refusal::failed("the WebP decoder's output has another size"))
}

/// Reads the first frame that shows something, or the first frame if there is none within
/// [`MAX_FRAMES`] and [`MAX_PIXELS`].
fn read_visible_frame(
    decoder: &mut WebPDecoder<Cursor<&[u8]>>,
    size: Size,
    pixels: &mut [u8],
) -> Result<(), Refusal> {
    let channels = if decoder.has_alpha() { 4 } else { 3 };
    let frames = u64::from(decoder.num_frames()).min(MAX_FRAMES).min(MAX_PIXELS / size.pixels());
    decoder.read_image(pixels).map_err(refusal)?;
    if frames <= 1 || !blank::is_blank(pixels, channels) {
        return Ok(());
    }
    decoder.reset_animation();
    for _ in 0..frames {
        match decoder.read_frame(pixels) {
            Ok(_) if blank::is_blank(pixels, channels) => {}
            Ok(_) => return Ok(()),
            Err(_) => break,
        }
    }
    decoder.read_image(pixels).map_err(refusal)
}

fn refusal(error: DecodingError) -> Refusal {
    match error {
        DecodingError::MemoryLimitExceeded | DecodingError::ImageTooLarge => Refusal::OutOfMemory,
        error => Refusal::damaged(error),
    }
}
