//! WebPs that need too much memory are refused.

use crate::pictures::{self, GREEN, RED};
use crate::{decoded, rendered, similar};
use renditions::{Refusal, render};

fn chunk(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let padding = vec![0; content.len() % 2];
    [name.as_slice(), &(content.len() as u32).to_le_bytes(), content, &padding].concat()
}

fn riff(chunks: &[Vec<u8>]) -> Vec<u8> {
    chunk(b"RIFF", &[b"WEBP".to_vec(), chunks.concat()].concat())
}

/// Encodes a little-endian number of three bytes, as in the headers of extended files.
fn u24(number: u32) -> Vec<u8> {
    number.to_le_bytes()[..3].to_vec()
}

/// Builds an animation with one frame of 16 × 16 pixels on a larger canvas.
fn animation(width: u32, height: u32) -> Vec<u8> {
    animation_of(width, height, &[RED])
}

/// Builds an animation with a frame of 16 × 16 pixels of each colour.
fn animation_of(width: u32, height: u32, colours: &[[u8; 4]]) -> Vec<u8> {
    const ANIMATED: u8 = 2;
    let header = [vec![ANIMATED, 0, 0, 0], u24(width - 1), u24(height - 1)].concat();
    let frames = colours.iter().map(|colour| {
        let still = pictures::webp(&pictures::plain(16, 16, *colour));
        let frame = [u24(0), u24(0), u24(15), u24(15), u24(100), vec![0], still[12..].to_vec()].concat();
        chunk(b"ANMF", &frame)
    });
    riff(&[vec![chunk(b"VP8X", &header), chunk(b"ANIM", &[0; 6])], frames.collect()].concat())
}

#[test]
fn the_first_frame_that_shows_something_is_rendered() {
    const BLACK: [u8; 4] = [0, 0, 0, 255];
    for (colours, expected) in [
        (&[BLACK, RED, GREEN][..], RED),
        (&[[255; 4], BLACK, GREEN], GREEN),
        (&[RED, GREEN], RED),
        (&[BLACK, [255; 4]], BLACK),
    ] {
        let seen = decoded(&rendered(&animation_of(16, 16, colours)).large);
        assert!(similar(seen.get_pixel(8, 8).0, expected), "{:?} is not {expected:?}", seen.get_pixel(8, 8));
    }
}

#[test]
fn a_small_frame_on_a_canvas_above_the_memory_limit_is_refused() {
    assert!(render(&animation(100, 100)).is_ok());
    assert_eq!(render(&animation(9_000, 9_000)).map(|_| ()).unwrap_err(), Refusal::OutOfMemory);
}

/// Writes bits, the lowest of each byte first.
#[derive(Default)]
struct BitWriter {
    bytes: Vec<u8>,
    /// Unused bits of the last byte.
    free: u32,
}

impl BitWriter {
    fn put(&mut self, number: u32, count: u32) {
        for bit in 0..count {
            if self.free == 0 {
                self.bytes.push(0);
                self.free = 8;
            }
            let byte = self.bytes.last_mut().unwrap();
            *byte |= ((number >> bit & 1) as u8) << (8 - self.free);
            self.free -= 1;
        }
    }

    /// Writes a prefix code with a single symbol. The code of the symbol has no bits.
    fn put_single(&mut self, symbol: u32) {
        self.put(0b101, 3);
        self.put(symbol, 8);
    }

    /// Writes a prefix code of eleven symbols with 1, 2, … 9, 10 and 10 bits. Decoders allocate
    /// their largest table for this code.
    fn put_long(&mut self) {
        /// The code lengths of the lengths 17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9 and 10.
        const LENGTHS: [u32; 14] = [3, 3, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4];
        self.put(0, 1);
        self.put(LENGTHS.len() as u32 - 4, 4);
        LENGTHS.iter().for_each(|&length| self.put(length, 3));
        // Code lengths follow for the first eleven symbols.
        self.put(0b0011, 4);
        self.put(11 - 2, 4);
        for length in (1..=10).chain([10]) {
            // Codes of four bits come after two codes of three bits: 0100 is the code for 0.
            self.put((0b0100 + length as u32).reverse_bits() >> 28, 4);
        }
    }
}

/// Builds a lossless picture of 16 × 16 pixels with this number of prefix-code groups.
fn with_groups(groups: u32) -> Vec<u8> {
    let mut bits = BitWriter::default();
    bits.put(0x2F, 8);
    bits.put(15 | 15 << 14, 32);
    // No transform and no colour cache. Blocks of 4 × 4 pixels that all use the last group.
    bits.put(0b1_0_0, 3);
    bits.put(0, 3 + 1);
    let last = groups - 1;
    for symbol in [last & 255, last >> 8, 0, 0, 0] {
        bits.put_single(symbol);
    }
    for _ in 0..5 * groups {
        bits.put_long();
    }
    riff(&[chunk(b"VP8L", &[bits.bytes, vec![0; 400]].concat())])
}

#[test]
fn prefix_codes_above_the_memory_limit_are_refused() {
    assert!(render(&with_groups(100)).is_ok());
    assert_eq!(render(&with_groups(65_536)).map(|_| ()).unwrap_err(), Refusal::OutOfMemory);
}
