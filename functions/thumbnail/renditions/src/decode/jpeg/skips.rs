//! Passing over coefficients that no transform will take.
//!
//! Of a block that is made smaller only the lowest frequencies are needed, which come first; of the rest it need only be
//! known where it ends. So several codes are looked up at once, and their values never.

use super::bits::Bits;
use super::huffman::{Huffman, ONE_BLOCK};

/// How many bits are looked up at once.
const WIDTH: u32 = 12;

/// By the next bits: how many of them are whole codes with their values.
#[derive(Debug, Clone)]
pub(super) struct Skips(Box<[Skip; 1 << WIDTH]>);

/// What the next bits hold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Skip {
    /// How many bits are whole codes with their values; 0 where not even one is.
    bits: u8,
    /// How many coefficients these are.
    coefficients: u8,
    /// Whether the block ends behind them.
    ends: bool,
}

impl Skips {
    pub(super) fn new(table: &Huffman) -> Self {
        let mut skips = Skips(Box::new([Skip::default(); 1 << WIDTH]));
        for (bits, skip) in (0u32..).zip(skips.0.iter_mut()) {
            *skip = Skip::of(table, bits);
        }
        skips
    }

    /// Goes on from coefficient `at`; true where the block ends. False where the next code must be looked at alone: it is
    /// long, or the block's 64th coefficient may come, behind which there is no code for an end.
    #[inline(always)]
    pub(super) fn pass(&self, bits: &mut Bits, at: &mut usize) -> Option<bool> {
        let skip = self.0[bits.peek(WIDTH) as usize];
        let behind = *at + usize::from(skip.coefficients);
        if skip.bits == 0 || behind >= ONE_BLOCK {
            return None;
        }
        bits.consume(skip.bits.into());
        *at = behind;
        Some(skip.ends)
    }
}

impl Skip {
    fn of(table: &Huffman, bits: u32) -> Self {
        let mut skip = Skip::default();
        loop {
            let left = WIDTH - u32::from(skip.bits);
            let next = bits << (32 - left);
            match table.short(next, left) {
                None => return skip,
                Some((length, run)) => {
                    skip.bits += length as u8;
                    if run >= ONE_BLOCK {
                        return Skip { ends: true, ..skip };
                    }
                    skip.coefficients += run as u8 + 1;
                }
            }
        }
    }
}
