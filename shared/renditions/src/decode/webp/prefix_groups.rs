//! Counts the groups of prefix codes of a lossless WebP.
//!
//! A picture of sixteen pixels can have 65,536 groups, for which `image-webp` 0.2 allocates over a
//! gigabyte. This module counts the groups before the decoder allocates them. Section numbers refer
//! to <https://developers.google.com/speed/webp/docs/webp_lossless_bitstream_specification>.

use super::bits::{BitReader, PrefixCode};
use crate::size::Size;

/// The alphabet sizes of the five codes of a group without a colour cache: green or length, red,
/// blue, alpha, distance.
const ALPHABETS: [usize; 5] = [256 + 24, 256, 256, 256, 40];

/// The first 120 distance codes, as columns to the left and rows up (5.2.2).
#[rustfmt::skip]
const NEAR_DISTANCES: [(i64, i64); 120] = [
    (0, 1),  (1, 0),  (1, 1),  (-1, 1), (0, 2),  (2, 0),  (1, 2),  (-1, 2),
    (2, 1),  (-2, 1), (2, 2),  (-2, 2), (0, 3),  (3, 0),  (1, 3),  (-1, 3),
    (3, 1),  (-3, 1), (2, 3),  (-2, 3), (3, 2),  (-3, 2), (0, 4),  (4, 0),
    (1, 4),  (-1, 4), (4, 1),  (-4, 1), (3, 3),  (-3, 3), (2, 4),  (-2, 4),
    (4, 2),  (-4, 2), (0, 5),  (3, 4),  (-3, 4), (4, 3),  (-4, 3), (5, 0),
    (1, 5),  (-1, 5), (5, 1),  (-5, 1), (2, 5),  (-2, 5), (5, 2),  (-5, 2),
    (4, 4),  (-4, 4), (3, 5),  (-3, 5), (5, 3),  (-5, 3), (0, 6),  (6, 0),
    (1, 6),  (-1, 6), (6, 1),  (-6, 1), (2, 6),  (-2, 6), (6, 2),  (-6, 2),
    (4, 5),  (-4, 5), (5, 4),  (-5, 4), (3, 6),  (-3, 6), (6, 3),  (-6, 3),
    (0, 7),  (7, 0),  (1, 7),  (-1, 7), (5, 5),  (-5, 5), (7, 1),  (-7, 1),
    (4, 6),  (-4, 6), (6, 4),  (-6, 4), (2, 7),  (-2, 7), (7, 2),  (-7, 2),
    (3, 7),  (-3, 7), (7, 3),  (-7, 3), (5, 6),  (-5, 6), (6, 5),  (-6, 5),
    (8, 0),  (4, 7),  (-4, 7), (7, 4),  (-7, 4), (8, 1),  (8, 2),  (6, 6),
    (-6, 6), (8, 3),  (5, 7),  (-5, 7), (7, 5),  (-7, 5), (8, 4),  (6, 7),
    (-6, 7), (7, 6),  (-7, 6), (8, 5),  (7, 7),  (-7, 7), (8, 6),  (8, 7),
];

/// Reads a lossless stream up to its groups and returns their number. Returns `None` if the stream
/// is invalid before the groups. The decoder fails on such a stream too.
pub(super) fn count_groups(bits: &mut BitReader, size: Size) -> Option<u32> {
    let mut width = size.width;
    while bits.read(1)? == 1 {
        match bits.read(2)? {
            2 => {}
            3 => {
                let colours = bits.read(8)? + 1;
                decode_image(bits, Size::new(colours, 1))?;
                let packed = match colours {
                    ..=2 => 3,
                    3..=4 => 2,
                    5..=16 => 1,
                    _ => 0,
                };
                width = width.div_ceil(1 << packed);
            }
            _ => {
                decode_block_image(bits, Size::new(width, size.height))?;
            }
        }
    }
    read_cache_bits(bits)?;
    if bits.read(1)? == 0 {
        return Some(1);
    }
    let indices = decode_block_image(bits, Size::new(width, size.height))?;
    indices.iter().map(|&[red, green, ..]| u32::from(red) * 256 + u32::from(green) + 1).max()
}

/// Decodes an image with one pixel per block of a larger image.
fn decode_block_image(bits: &mut BitReader, size: Size) -> Option<Vec<[u8; 4]>> {
    let block = 1 << (bits.read(3)? + 2);
    decode_image(bits, Size::new(size.width.div_ceil(block), size.height.div_ceil(block)))
}

/// Reads the index length of the colour cache, in bits. Returns `Some(None)` if there is no cache.
fn read_cache_bits(bits: &mut BitReader) -> Option<Option<u32>> {
    if bits.read(1)? == 0 {
        return Some(None);
    }
    let count = bits.read(4)?;
    (1..=11).contains(&count).then_some(Some(count))
}

/// Decodes an auxiliary image (5.2) to RGBA.
fn decode_image(bits: &mut BitReader, size: Size) -> Option<Vec<[u8; 4]>> {
    let cache_bits = read_cache_bits(bits)?;
    let mut cache = vec![[0; 4]; cache_bits.map_or(0, |bits| 1 << bits)];
    let mut codes = Vec::new();
    for (number, alphabet) in ALPHABETS.into_iter().enumerate() {
        codes.push(PrefixCode::read(bits, alphabet + if number == 0 { cache.len() } else { 0 })?);
    }
    let [green, red, blue, alpha, distance] = codes.try_into().ok()?;
    let count = size.pixels() as usize;
    let mut pixels: Vec<[u8; 4]> = Vec::with_capacity(count);
    while pixels.len() < count {
        let start = pixels.len();
        match green.read_symbol(bits)? {
            value @ ..256 => {
                let rest = [&red, &blue, &alpha].map(|code| code.read_symbol(bits));
                pixels.push([rest[0]? as u8, value as u8, rest[1]? as u8, rest[2]? as u8]);
            }
            length @ 256..280 => {
                let length = read_number(bits, length - 256)?;
                let distance = distance.read_symbol(bits)?;
                let distance = pixel_distance(size.width, read_number(bits, distance)?);
                for at in start..(start + length).min(count) {
                    pixels.push(*pixels.get(at.checked_sub(distance)?)?);
                }
            }
            cached => pixels.push(*cache.get(usize::from(cached) - 280)?),
        }
        if let Some(cache_bits) = cache_bits {
            for &pixel in &pixels[start..] {
                let [red, green, blue, alpha] = pixel;
                let colour = u32::from_be_bytes([alpha, red, green, blue]);
                cache[(colour.wrapping_mul(0x1E35_A7BD) >> (32 - cache_bits)) as usize] = pixel;
            }
        }
    }
    Some(pixels)
}

/// Reads a length or distance code, whose prefix determines the number of extra bits (5.2.2).
fn read_number(bits: &mut BitReader, prefix: u16) -> Option<usize> {
    let prefix = usize::from(prefix);
    if prefix < 4 {
        return Some(prefix + 1);
    }
    let extra = (prefix - 2) >> 1;
    Some(((2 + (prefix & 1)) << extra) + bits.read(extra)? as usize + 1)
}

/// Converts a distance code to pixels.
fn pixel_distance(width: u32, code: usize) -> usize {
    match NEAR_DISTANCES.get(code - 1) {
        Some((left, up)) => usize::try_from(left + up * i64::from(width)).unwrap_or(1).max(1),
        None => code - NEAR_DISTANCES.len(),
    }
}
