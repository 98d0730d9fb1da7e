//! Passing over coefficients that no transform will take.
//!
//! Of a block that is made smaller only the lowest frequencies are needed, which come first; of the rest it need only be
//! known where it ends. So several codes are looked up at once, and their values never.

use super::bits::Bits;
use super::huffman::{Huffman, ONE_BLOCK};

/// How many bits are looked up at once.
const WIDTH: u32 = 12;

/// By the next bits: how many of them are whole codes with their values (4 bits), whether the block ends behind them (1),
/// and how many coefficients they are (8); 0 where not even one is whole.
#[derive(Debug, Clone)]
pub(super) struct Skips(Box<[u16; 1 << WIDTH]>);

impl Skips {
    pub(super) fn new(table: &Huffman) -> Self {
        let mut skips = Skips(Box::new([0; 1 << WIDTH]));
        for (bits, skip) in (0u32..).zip(skips.0.iter_mut()) {
            *skip = skip_of(table, bits);
        }
        skips
    }

    /// Goes on from coefficient `at`, and says whether the block ends. None where the next code must be looked at alone: it is
    /// long, or the block's last coefficient may come, behind which there is no code for an end.
    #[inline(always)]
    pub(super) fn pass(&self, bits: &mut Bits, at: &mut usize) -> Option<bool> {
        let skip = self.0[bits.peek(WIDTH) as usize];
        let behind = *at + usize::from(skip >> 5);
        if skip == 0 || behind >= ONE_BLOCK {
            return None;
        }
        bits.consume(u32::from(skip & 15));
        *at = behind;
        Some(skip & 16 != 0)
    }
}

fn skip_of(table: &Huffman, bits: u32) -> u16 {
    let (mut whole, mut coefficients) = (0, 0);
    while whole < WIDTH
        && let Some((length, run)) = table.short(bits << (32 - WIDTH + whole), WIDTH - whole)
    {
        whole += length;
        if run >= ONE_BLOCK {
            return (coefficients as u16) << 5 | 16 | whole as u16;
        }
        coefficients += run + 1;
    }
    (coefficients as u16) << 5 | whole as u16
}
