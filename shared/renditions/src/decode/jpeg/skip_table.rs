//! Skips coefficients that the inverse transform does not use.
//!
//! A block that is decoded at a reduced size needs only its lowest frequencies, which come first.
//! Of the rest, only the end of the block matters. So the table looks up several codes at once and
//! skips their values.

use super::bits::BitReader;
use super::huffman::{BLOCK_COEFFICIENTS, HuffmanTable};

/// Number of bits that are looked up at once.
const LOOKUP_BITS: u32 = 12;

/// By the next bits: the number of bits of complete codes and values (bits 0 to 3), whether the
/// block ends after them (bit 4), and their number of coefficients (from bit 5). 0 if not even the
/// first code and value are complete.
#[derive(Debug, Clone)]
pub(super) struct SkipTable(Box<[u16; 1 << LOOKUP_BITS]>);

impl SkipTable {
    pub(super) fn new(table: &HuffmanTable) -> Self {
        let mut skips = SkipTable(Box::new([0; 1 << LOOKUP_BITS]));
        for (bits, skip) in (0u32..).zip(skips.0.iter_mut()) {
            *skip = skip_entry(table, bits);
        }
        skips
    }

    /// Skips codes from coefficient `index` on and returns whether the block ends. `None` if the
    /// next code must be read alone: it is long, or the block's last coefficient may come, after
    /// which there is no end-of-block code.
    #[inline(always)]
    pub(super) fn skip(&self, bits: &mut BitReader, index: &mut usize) -> Option<bool> {
        let skip = self.0[bits.peek(LOOKUP_BITS) as usize];
        let next = *index + usize::from(skip >> 5);
        if skip == 0 || next >= BLOCK_COEFFICIENTS {
            return None;
        }
        bits.consume(u32::from(skip & 15));
        *index = next;
        Some(skip & 16 != 0)
    }
}

fn skip_entry(table: &HuffmanTable, bits: u32) -> u16 {
    let (mut length, mut coefficients) = (0, 0);
    while length < LOOKUP_BITS
        && let Some((code_length, run)) =
            table.peek_length(bits << (32 - LOOKUP_BITS + length), LOOKUP_BITS - length)
    {
        length += code_length;
        if run >= BLOCK_COEFFICIENTS {
            return (coefficients as u16) << 5 | 16 | length as u16;
        }
        coefficients += run + 1;
    }
    (coefficients as u16) << 5 | length as u16
}
