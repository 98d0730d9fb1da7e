//! Finds the lossless streams that the decoder reads: the first of each kind
//! (<https://developers.google.com/speed/webp/docs/riff_container>).

use super::bits::BitReader;
use super::prefix_groups::count_groups;
use crate::size::Size;

/// The number of bytes before the first chunk of a file.
const FILE_HEADER: usize = 12;
/// The number of bytes before the first chunk of an animation frame.
const FRAME_HEADER: usize = 16;
/// The first byte of a lossless stream.
const SIGNATURE: u32 = 0x2F;

/// Returns the maximum number of prefix-code groups in a lossless stream of the file, or 0 if it
/// has no such stream. `canvas` is the size in the header of the file.
pub(super) fn max_prefix_groups(file: &[u8], canvas: Size) -> u32 {
    let chunks = chunks(file.get(FILE_HEADER..).unwrap_or_default());
    let first_chunk = |name: &[u8; 4]| chunks.clone().find(|(chunk_name, _)| chunk_name == name);
    let frame = first_chunk(b"ANMF").and_then(|(_, frame)| frame_stream(frame));
    let still = [first_chunk(b"VP8L"), first_chunk(b"ALPH")].into_iter().flatten();
    let streams = still.map(|(name, content)| (name, content, canvas)).chain(frame);
    streams.filter_map(|(name, content, size)| groups_in_chunk(name, content, size)).max().unwrap_or(0)
}

/// The name and the content of a chunk.
type Chunk<'a> = ([u8; 4], &'a [u8]);

/// Returns an iterator over consecutive chunks. The last chunk can be truncated.
fn chunks(mut bytes: &[u8]) -> impl Iterator<Item = Chunk<'_>> + Clone {
    std::iter::from_fn(move || {
        let (name, rest) = bytes.split_first_chunk::<4>()?;
        let (length, content) = rest.split_first_chunk::<4>()?;
        let length = u32::from_le_bytes(*length) as usize;
        bytes = content.get(length.saturating_add(length % 2)..).unwrap_or_default();
        Some((*name, &content[..length.min(content.len())]))
    })
}

/// Returns the name and the content of the first chunk of a frame, and the size of the frame.
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

    /// Draws textures for which the encoder writes several groups.
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
    fn counts_the_groups_in_files_of_an_encoder() {
        let mut files_with_several_groups = 0;
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
                    files_with_several_groups += u32::from(groups > 1);
                }
            }
        }
        assert!(files_with_several_groups > 10, "only {files_with_several_groups} have several groups");
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
