//! Finds the lossless streams of a file. The decoder reads the first of each kind
//! (<https://developers.google.com/speed/webp/docs/riff_container>).

use super::bits::BitReader;
use super::prefix_groups::count_groups;
use crate::size::Size;

/// Bytes before the first chunk of a file.
const FILE_HEADER: usize = 12;
/// Bytes before the first chunk of an animation frame.
const FRAME_HEADER: usize = 16;
/// First byte of a lossless stream.
const SIGNATURE: u32 = 0x2F;

/// The largest number of prefix-code groups in a stream of the file. `canvas` is the size in its
/// header.
pub(super) fn max_prefix_groups(file: &[u8], canvas: Size) -> u32 {
    let chunks = chunks(file.get(FILE_HEADER..).unwrap_or_default());
    let first = |name: &[u8; 4]| chunks.clone().find(|(found, _)| found == name);
    let frame = first(b"ANMF").and_then(|(_, frame)| frame_stream(frame));
    let still = [first(b"VP8L"), first(b"ALPH")].into_iter().flatten();
    let found = still.map(|(name, content)| (name, content, canvas)).chain(frame);
    found.filter_map(|(name, content, size)| groups_in_chunk(name, content, size)).max().unwrap_or(0)
}

type Chunk<'a> = ([u8; 4], &'a [u8]);

/// Consecutive chunks; the last may be truncated.
fn chunks(mut bytes: &[u8]) -> impl Iterator<Item = Chunk<'_>> + Clone {
    std::iter::from_fn(move || {
        let (name, rest) = bytes.split_first_chunk::<4>()?;
        let (length, content) = rest.split_first_chunk::<4>()?;
        let length = u32::from_le_bytes(*length) as usize;
        bytes = content.get(length.saturating_add(length % 2)..).unwrap_or_default();
        Some((*name, &content[..length.min(content.len())]))
    })
}

/// The first chunk of a frame, and the frame's size.
fn frame_stream(frame: &[u8]) -> Option<([u8; 4], &[u8], Size)> {
    let side = |at: usize| frame.get(at..at + 3).map(|b| u32::from_le_bytes([b[0], b[1], b[2], 0]) + 1);
    let size = Size::new(side(6)?, side(9)?);
    let (name, content) = chunks(frame.get(FRAME_HEADER..)?).next()?;
    Some((name, content, size))
}

fn groups_in_chunk(name: [u8; 4], content: &[u8], size: Size) -> Option<u32> {
    // The decoder refuses streams that exceed the format's limit or the size of their frame.
    if size.long_edge() > 1 << 14 {
        return None;
    }
    match &name {
        b"VP8L" => {
            let mut bits = BitReader::new(content);
            let signature = bits.read(8)?;
            let stored = Size::new(bits.read(14)? + 1, bits.read(14)? + 1);
            // A flag for alpha, and the version, which is always 0.
            bits.read(4)?;
            if signature == SIGNATURE && stored == size { count_groups(&mut bits, size) } else { None }
        }
        // Compression method 1 is a lossless stream without a header.
        b"ALPH" if content.first()? & 3 == 1 => count_groups(&mut BitReader::new(&content[1..]), size),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use webp::{Encoder, PixelLayout, WebPConfig};

    /// Textures for which the encoder writes several groups.
    fn textures(size: Size, colours: u32) -> Vec<u8> {
        let mut state = 1u32;
        let mut pixels = Vec::new();
        for (y, x) in (0..size.height).flat_map(|y| (0..size.width).map(move |x| (y, x))) {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let noise = (state >> 24) >> ((x / 64 + y / 64) % 6);
            let value = (noise + x / 8 * u32::from(y % 128 < 64)) % colours;
            pixels.extend([value as u8, (value * 7) as u8, (value ^ y) as u8 & 15, 255 - (x % 3) as u8]);
        }
        pixels
    }

    fn file(size: Size, colours: u32, lossless: bool, method: i32) -> Vec<u8> {
        let pixels = textures(size, colours);
        let mut config = WebPConfig::new().unwrap_or_else(|()| panic!("no configuration"));
        (config.lossless, config.method, config.alpha_compression) = (i32::from(lossless), method, 1);
        let encoder = Encoder::new(&pixels, PixelLayout::Rgba, size.width, size.height);
        encoder.encode_advanced(&config).unwrap_or_else(|error| panic!("{error:?}")).to_vec()
    }

    #[test]
    fn finds_the_few_groups_that_encoders_write() {
        let mut several = 0;
        for (width, height) in [(1, 1), (7, 300), (640, 480), (1001, 333)] {
            for colours in [2, 4, 16, 200, 256] {
                for (lossless, method) in [(true, 0), (true, 4), (true, 6), (false, 4)] {
                    let size = Size::new(width, height);
                    let groups = max_prefix_groups(&file(size, colours, lossless, method), size);
                    // Alpha that does not compress is stored uncompressed.
                    assert!(
                        (u32::from(lossless)..500).contains(&groups),
                        "{size:?}, {colours} colours, {method}: {groups}"
                    );
                    several += u32::from(groups > 1);
                }
            }
        }
        assert!(several > 10, "only {several} have more than one");
    }

    #[test]
    fn damaged_streams_cause_no_panic() {
        let size = Size::new(200, 100);
        let whole = file(size, 200, true, 4);
        for cut in 0..whole.len() {
            max_prefix_groups(&whole[..cut], size);
            let mut changed = whole.clone();
            changed[cut] ^= 1 << (cut % 8);
            max_prefix_groups(&changed, size);
        }
    }
}
