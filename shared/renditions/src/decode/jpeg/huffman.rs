//! Decodes Huffman codes with look-up tables (ITU-T T.81, annexes C and F.2.2.3).

use super::bits::BitReader;
use super::error::JpegError;

/// The maximum length in bits of a code that takes one look-up. Nearly all codes in the tables of
/// cameras are within this length.
const LOOKUP_BITS: u32 = 10;
const MAX_CODE_LENGTH: usize = 16;
/// The number of coefficients in a block.
pub(super) const BLOCK_COEFFICIENTS: usize = 64;
/// The value of [`AcCoefficient::run`] that stands for the end-of-block code (EOB). Real runs are
/// shorter than 16. An index plus this value is always past the last coefficient of a block.
pub(super) const END_OF_BLOCK_RUN: usize = BLOCK_COEFFICIENTS;

/// An AC coefficient or the end of the block.
#[derive(Debug, Clone, Copy)]
pub(super) struct AcCoefficient {
    pub(super) value: i32,
    /// The number of zero coefficients before this one, or [`END_OF_BLOCK_RUN`].
    pub(super) run: usize,
}

/// The code at the start of a sequence of [`LOOKUP_BITS`] bits.
#[derive(Debug, Clone, Copy, Default)]
struct Entry {
    /// In bits, or 0 if the code is longer than [`LOOKUP_BITS`] or not in the table.
    code_length: u8,
    /// The length of the code and the value after it, in bits.
    total_length: u8,
    symbol: u8,
    /// See [`AcCoefficient::run`].
    run: u8,
}

/// One Huffman table.
#[derive(Debug, Clone)]
pub(super) struct HuffmanTable {
    /// Indexed by the next [`LOOKUP_BITS`] bits.
    entries: Box<[Entry; 1 << LOOKUP_BITS]>,
    /// Indexed by code length: the last code plus one, left-aligned in 16 bits.
    limits: [u32; MAX_CODE_LENGTH + 1],
    /// Indexed by code length: the index of a symbol minus its code.
    offsets: [i32; MAX_CODE_LENGTH + 1],
    symbols: [u8; 256],
}

impl HuffmanTable {
    /// Creates the table of a DHT segment. `counts` are the numbers of codes of each length from 1
    /// to 16, and `symbols` are the symbols of these codes in order.
    ///
    /// Returns an error if a length has more codes than are free, or if the number of symbols does
    /// not fit.
    pub(super) fn new(counts: &[u8; MAX_CODE_LENGTH], symbols: &[u8]) -> Result<Self, JpegError> {
        let mut table = HuffmanTable {
            entries: Box::new([Entry::default(); 1 << LOOKUP_BITS]),
            limits: [0; MAX_CODE_LENGTH + 1],
            offsets: [0; MAX_CODE_LENGTH + 1],
            symbols: [0; 256],
        };
        table.symbols.get_mut(..symbols.len()).ok_or(INVALID_TABLE)?.copy_from_slice(symbols);
        let (mut code, mut index) = (0u32, 0usize);
        for length in 1..=MAX_CODE_LENGTH {
            let count = u32::from(counts[length - 1]);
            if code + count > 1 << length {
                return Err(INVALID_TABLE);
            }
            table.offsets[length] = index as i32 - code as i32;
            for _ in 0..count {
                table.add_lookup_entries(code, length as u32, *symbols.get(index).ok_or(INVALID_TABLE)?);
                (code, index) = (code + 1, index + 1);
            }
            table.limits[length] = code << (MAX_CODE_LENGTH - length);
            code <<= 1;
        }
        Ok(table)
    }

    /// Fills all entries with bits that start with the code.
    fn add_lookup_entries(&mut self, code: u32, length: u32, symbol: u8) {
        if length > LOOKUP_BITS {
            return;
        }
        let spare = LOOKUP_BITS - length;
        let (first, length) = ((code << spare) as usize, length as u8);
        let total_length = length + (symbol & 15);
        let entry = Entry { code_length: length, total_length, symbol, run: run(symbol) };
        self.entries[first..first + (1 << spare)].fill(entry);
    }

    /// Reads the next symbol. Call [`BitReader::refill`] first.
    #[inline(always)]
    pub(super) fn read_symbol(&self, bits: &mut BitReader) -> Result<u8, JpegError> {
        let entry = self.entries[bits.peek(LOOKUP_BITS) as usize];
        if entry.code_length == 0 {
            return self.read_long_symbol(bits);
        }
        bits.consume(entry.code_length.into());
        Ok(entry.symbol)
    }

    #[cold]
    fn read_long_symbol(&self, bits: &mut BitReader) -> Result<u8, JpegError> {
        let code = bits.peek(16);
        for length in LOOKUP_BITS as usize + 1..=MAX_CODE_LENGTH {
            if code < self.limits[length] {
                bits.consume(length as u32);
                let index = (code >> (MAX_CODE_LENGTH - length)) as i32 + self.offsets[length];
                return Ok(self.symbols[index as usize & 255]);
            }
        }
        Err(JpegError::Damaged("a Huffman code is not in the table"))
    }

    /// Reads the next AC coefficient of a sequential picture. Call [`BitReader::refill`] first.
    #[inline(always)]
    pub(super) fn read_coefficient(&self, bits: &mut BitReader) -> Result<AcCoefficient, JpegError> {
        let entry = self.entries[bits.peek(LOOKUP_BITS) as usize];
        if entry.code_length == 0 {
            let symbol = self.read_long_symbol(bits)?;
            let value = bits.read_signed(u32::from(symbol & 15));
            return Ok(AcCoefficient { value, run: run(symbol).into() });
        }
        // Consumes code and value at once, so that the next look-up does not wait for the value.
        let mut value = *bits;
        bits.consume(entry.total_length.into());
        value.consume(entry.code_length.into());
        Ok(AcCoefficient { value: value.read_signed(u32::from(entry.symbol & 15)), run: entry.run.into() })
    }

    /// Returns the length in bits of the next code including its value, and
    /// [`AcCoefficient::run`].
    ///
    /// The `count` highest bits of `bits` are the next bits. Returns `None` if the code and its
    /// value are not complete within them, or if the code is longer than [`LOOKUP_BITS`].
    pub(super) fn peek_coefficient(&self, bits: u32, count: u32) -> Option<(u32, usize)> {
        let entry = self.entries[(bits >> (32 - LOOKUP_BITS)) as usize];
        let is_complete = entry.code_length > 0 && u32::from(entry.total_length) <= count;
        is_complete.then(|| (entry.total_length.into(), entry.run.into()))
    }
}

/// Returns [`AcCoefficient::run`] of a symbol. Symbol 0 is the end-of-block code, and 0xF0 is a run
/// of 15 before a value of 0.
fn run(symbol: u8) -> u8 {
    if symbol == 0 { END_OF_BLOCK_RUN as u8 } else { symbol >> 4 }
}

const INVALID_TABLE: JpegError = JpegError::Damaged("a Huffman table is invalid");

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns entropy-coded data with the bits in `digits`, padded with zeros to 128 bits.
    fn encode_bits(digits: &str) -> Vec<u8> {
        let digits = format!("{digits:0<128}");
        let bytes = digits
            .as_bytes()
            .chunks(8)
            .map(|byte| byte.iter().fold(0, |sum, digit| sum << 1 | (digit - b'0')));
        bytes.flat_map(|byte| if byte == 0xFF { vec![byte, 0] } else { vec![byte] }).collect()
    }

    /// The table has one code of each length: 0, 10, 110 and so on. The bits of each value are
    /// zeros and a last one.
    #[test]
    fn reads_codes_of_every_length() {
        let symbols: Vec<u8> = (0..16).map(|at| 16 * at + at % 11).collect();
        let table = HuffmanTable::new(&[1; 16], &symbols).unwrap_or_else(|error| panic!("{error:?}"));
        for (at, symbol) in symbols.iter().enumerate().skip(1) {
            let size = usize::from(symbol & 15);
            let value = if size == 0 { String::new() } else { format!("{:0>size$b}", 1) };
            let data = encode_bits(&format!("{}0{value}1", "1".repeat(at)));
            let mut bits = BitReader::new(&data, 0);
            bits.refill();
            let coefficient = table.read_coefficient(&mut bits).unwrap_or_else(|error| panic!("{error:?}"));
            let expected = match size {
                0 => 0,
                1 => 1,
                size => 2 - (1 << size),
            };
            assert_eq!((coefficient.value, coefficient.run), (expected, at), "a code of {} bits", at + 1);
            assert_eq!(bits.read(1), 1, "the next bit is not consumed");
        }
    }

    #[test]
    fn rejects_more_codes_than_a_length_allows() {
        let mut counts = [0; 16];
        counts[0] = 3;
        assert!(HuffmanTable::new(&counts, &[1, 2, 3]).is_err());
        counts[0] = 2;
        assert!(HuffmanTable::new(&counts, &[1]).is_err());
    }
}
