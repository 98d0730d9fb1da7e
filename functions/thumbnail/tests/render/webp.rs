//! What a WebP would take to decode.

use crate::made::{self, RED};
use renditions::{Refusal, render};

fn chunk(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let padding = vec![0; content.len() % 2];
    [name.as_slice(), &(content.len() as u32).to_le_bytes(), content, &padding].concat()
}

fn riff(chunks: &[Vec<u8>]) -> Vec<u8> {
    chunk(b"RIFF", &[b"WEBP".to_vec(), chunks.concat()].concat())
}

/// Three bytes, the smallest first, as sizes are stored in extended files.
fn three(number: u32) -> Vec<u8> {
    number.to_le_bytes()[..3].to_vec()
}

/// An animation of one frame of 16 × 16 pixels on a larger canvas.
fn animation(width: u32, height: u32) -> Vec<u8> {
    const ANIMATED: u8 = 2;
    let still = made::webp(&made::plain(16, 16, RED));
    let header = [vec![ANIMATED, 0, 0, 0], three(width - 1), three(height - 1)].concat();
    let frame =
        [three(0), three(0), three(15), three(15), three(100), vec![0], still[12..].to_vec()].concat();
    riff(&[chunk(b"VP8X", &header), chunk(b"ANIM", &[0; 6]), chunk(b"ANMF", &frame)])
}

#[test]
fn a_small_frame_on_a_canvas_that_does_not_fit_into_memory_is_refused() {
    assert!(render(&animation(100, 100)).is_ok());
    assert_eq!(render(&animation(9_000, 9_000)).map(|_| ()).unwrap_err(), Refusal::OutOfMemory);
}

/// Writes bits, the lowest of each byte first.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    free: u32,
}

impl Bits {
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

    /// A prefix code with one symbol, which takes no bits.
    fn put_single(&mut self, symbol: u32) {
        self.put(0b101, 3);
        self.put(symbol, 8);
    }

    /// A prefix code of eleven symbols of 1, 2, … 9, 10 and 10 bits, for which decoders make their largest table.
    fn put_long(&mut self) {
        /// The lengths of the codes for lengths 17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10.
        const LENGTHS: [u32; 14] = [3, 3, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4];
        self.put(0, 1);
        self.put(LENGTHS.len() as u32 - 4, 4);
        LENGTHS.iter().for_each(|&length| self.put(length, 3));
        // Of the symbols there are lengths for the first eleven.
        self.put(0b0011, 4);
        self.put(11 - 2, 4);
        for length in (1..=10).chain([10]) {
            // Codes of four bits come after two of three: 0100 is the one for 0.
            self.put((0b0100 + length as u32).reverse_bits() >> 28, 4);
        }
    }
}

/// A lossless picture of sixteen pixels with this many groups of prefix codes.
fn of_groups(groups: u32) -> Vec<u8> {
    let mut bits = Bits::default();
    bits.put(0x2F, 8);
    bits.put(15 | 15 << 14, 32);
    // No transform, no cache; blocks of four by four pixels, all of them of the last group.
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
fn prefix_codes_that_do_not_fit_into_memory_are_refused() {
    assert!(render(&of_groups(100)).is_ok());
    assert_eq!(render(&of_groups(65_536)).map(|_| ()).unwrap_err(), Refusal::OutOfMemory);
}
