//! Skips the coefficients of a block that the inverse transform does not use.
//!
//! A transform to a reduced size uses only the lowest frequencies of a block, which come first in
//! the file. The decoder ignores the values of all later coefficients. It needs only the lengths of
//! their codes and values, to find the end of the block. One look-up in this table covers several
//! codes and values.

use super::bits::BitReader;
use super::huffman::{BLOCK_COEFFICIENTS, END_OF_BLOCK_RUN, HuffmanTable};

/// The number of bits per look-up.
const LOOKUP_BITS: u32 = 12;
/// The bits of an entry that contain the length of the skipped codes and values.
const LENGTH_MASK: u16 = 0b1111;
/// The bit of an entry that marks the end of the block.
const END_OF_BLOCK: u16 = 1 << 4;
/// The position in an entry of the number of skipped coefficients.
const COEFFICIENTS_SHIFT: u32 = 5;

/// Entries indexed by the next [`LOOKUP_BITS`] bits.
///
/// An entry describes the codes that are complete within these bits, each with its value:
///
/// - Bits 0 to 3 ([`LENGTH_MASK`]): the length of all codes and values, in bits.
/// - Bit 4 ([`END_OF_BLOCK`]): whether the last code is the end-of-block code.
/// - Bits 5 to 15 ([`COEFFICIENTS_SHIFT`]): the number of coefficients, including runs of zeros.
///
/// An entry is 0 if not even the first code and its value are complete.
#[derive(Debug, Clone)]
pub(super) struct SkipTable(Box<[u16; 1 << LOOKUP_BITS]>);

/// The result of one look-up.
pub(super) enum Skipped {
    /// At least one coefficient, and the block continues.
    Coefficients,
    /// All codes up to and including the end-of-block code.
    RestOfBlock,
    /// No code. The caller must read the next code itself.
    Nothing,
}

impl SkipTable {
    /// Creates the skip table of a Huffman table for AC coefficients.
    pub(super) fn new(table: &HuffmanTable) -> Self {
        let mut skip_table = SkipTable(Box::new([0; 1 << LOOKUP_BITS]));
        for (bits, entry) in (0u32..).zip(skip_table.0.iter_mut()) {
            *entry = skip_entry(table, bits);
        }
        skip_table
    }

    /// Skips the next codes and values in `bits`, and adds the number of their coefficients to
    /// `index`, the index of the next coefficient in the block.
    ///
    /// Skips nothing in two cases:
    ///
    /// - The next code and its value are longer than [`LOOKUP_BITS`].
    /// - The codes reach the last coefficient of the block. No end-of-block code follows this
    ///   coefficient, so later codes of the look-up would belong to the next block.
    #[inline(always)]
    pub(super) fn skip_codes(&self, bits: &mut BitReader, index: &mut usize) -> Skipped {
        let entry = self.0[bits.peek(LOOKUP_BITS) as usize];
        let next_index = *index + usize::from(entry >> COEFFICIENTS_SHIFT);
        if entry == 0 || next_index >= BLOCK_COEFFICIENTS {
            return Skipped::Nothing;
        }
        bits.consume(u32::from(entry & LENGTH_MASK));
        *index = next_index;
        if entry & END_OF_BLOCK != 0 { Skipped::RestOfBlock } else { Skipped::Coefficients }
    }
}

/// Returns the entry of the [`LOOKUP_BITS`] bits in `bits`.
fn skip_entry(table: &HuffmanTable, bits: u32) -> u16 {
    let (mut length, mut coefficients) = (0, 0);
    while length < LOOKUP_BITS
        && let Some((coefficient_length, run)) =
            table.peek_coefficient(bits << (32 - LOOKUP_BITS + length), LOOKUP_BITS - length)
    {
        length += coefficient_length;
        if run == END_OF_BLOCK_RUN {
            return (coefficients as u16) << COEFFICIENTS_SHIFT | END_OF_BLOCK | length as u16;
        }
        coefficients += run + 1;
    }
    (coefficients as u16) << COEFFICIENTS_SHIFT | length as u16
}
