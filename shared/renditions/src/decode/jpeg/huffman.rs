//! Huffman codes (ITU-T T.81, annexes C and F.2.2.3), read by tables.

use super::Fault;
use super::bits::Bits;

/// Codes up to this length are looked up at once: nearly all, in the tables of any camera.
const LOOKED_UP: u32 = 10;
const LONGEST: usize = 16;
/// How many coefficients a block has.
pub(super) const ONE_BLOCK: usize = 64;

/// An AC coefficient.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found {
    /// Its value.
    pub(super) value: i32,
    /// How many zeros come before it; [`ONE_BLOCK`] where the block ends.
    pub(super) run: usize,
}

/// What the next bits begin with.
#[derive(Debug, Clone, Copy, Default)]
struct Entry {
    /// Length of the code; 0 where it is longer than what is looked up.
    code: u8,
    /// Length of code and value together.
    whole: u8,
    symbol: u8,
    /// As [`Found::run`].
    run: u8,
}

/// One table of codes.
#[derive(Debug, Clone)]
pub(super) struct Huffman {
    /// By the next bits.
    entries: Box<[Entry; 1 << LOOKED_UP]>,
    /// By length: one more than the last code, left-aligned in 16 bits.
    limits: [u32; LONGEST + 1],
    /// By length: what to add to a code for the place of its symbol.
    offsets: [i32; LONGEST + 1],
    values: [u8; 256],
}

impl Huffman {
    /// The table of a DHT segment: how many codes there are of each length from 1 to 16, and their symbols in order.
    pub(super) fn new(counts: &[u8; LONGEST], symbols: &[u8]) -> Result<Self, Fault> {
        let mut table = Huffman {
            entries: Box::new([Entry::default(); 1 << LOOKED_UP]),
            limits: [0; LONGEST + 1],
            offsets: [0; LONGEST + 1],
            values: [0; 256],
        };
        table.values.get_mut(..symbols.len()).ok_or(BAD_TABLE)?.copy_from_slice(symbols);
        let (mut code, mut place) = (0u32, 0usize);
        for length in 1..=LONGEST {
            let count = u32::from(counts[length - 1]);
            if code + count > 1 << length {
                return Err(BAD_TABLE);
            }
            table.offsets[length] = place as i32 - code as i32;
            for _ in 0..count {
                table.look_up(code, length as u32, *symbols.get(place).ok_or(BAD_TABLE)?);
                (code, place) = (code + 1, place + 1);
            }
            table.limits[length] = code << (LONGEST - length);
            code <<= 1;
        }
        Ok(table)
    }

    /// Enters a short code wherever the next bits begin with it.
    fn look_up(&mut self, code: u32, length: u32, symbol: u8) {
        if length > LOOKED_UP {
            return;
        }
        let spare = LOOKED_UP - length;
        let (first, length) = ((code << spare) as usize, length as u8);
        let entry = Entry { code: length, whole: length + (symbol & 15), symbol, run: run(symbol) };
        self.entries[first..first + (1 << spare)].fill(entry);
    }

    /// Takes the next symbol. The bits must have been refilled.
    #[inline(always)]
    pub(super) fn symbol(&self, bits: &mut Bits) -> Result<u8, Fault> {
        let found = self.entries[bits.peek(LOOKED_UP) as usize];
        if found.code == 0 {
            return self.long_symbol(bits);
        }
        bits.consume(found.code.into());
        Ok(found.symbol)
    }

    #[cold]
    fn long_symbol(&self, bits: &mut Bits) -> Result<u8, Fault> {
        let code = bits.peek(16);
        for length in LOOKED_UP as usize + 1..=LONGEST {
            if code < self.limits[length] {
                bits.consume(length as u32);
                let place = (code >> (LONGEST - length)) as i32 + self.offsets[length];
                return Ok(self.values[place as usize & 255]);
            }
        }
        Err(Fault::Damaged("a Huffman code that is in no table"))
    }

    /// Takes the next AC coefficient of a sequential picture. The bits must have been refilled.
    #[inline(always)]
    pub(super) fn coefficient(&self, bits: &mut Bits) -> Result<Found, Fault> {
        let found = self.entries[bits.peek(LOOKED_UP) as usize];
        if found.code == 0 {
            let symbol = self.long_symbol(bits)?;
            let value = bits.extended(u32::from(symbol & 15));
            return Ok(Found { value, run: run(symbol).into() });
        }
        // Both steps at once: what comes next must wait for the length, but not for the value.
        let mut value = *bits;
        bits.consume(found.whole.into());
        value.consume(found.code.into());
        Ok(Found { value: value.extended(u32::from(found.symbol & 15)), run: found.run.into() })
    }

    /// The length of the code and value that `bits` begins with, in the highest places, and the zeros before the coefficient as
    /// in [`Found::run`]; none where it is not whole within the first `count` bits.
    pub(super) fn short(&self, bits: u32, count: u32) -> Option<(u32, usize)> {
        let found = self.entries[(bits >> (32 - LOOKED_UP)) as usize];
        let known = found.code > 0 && u32::from(found.whole) <= count;
        known.then(|| (found.whole.into(), found.run.into()))
    }
}

/// How many zeros come before a coefficient. 0 ends the block; 0xF0 is sixteen zeros: fifteen and then one of value 0.
fn run(symbol: u8) -> u8 {
    if symbol == 0 { ONE_BLOCK as u8 } else { symbol >> 4 }
}

const BAD_TABLE: Fault = Fault::Damaged("a Huffman table that cannot be");

#[cfg(test)]
mod tests {
    use super::*;

    /// Bits, written as digits, as a scan has them.
    fn scan(digits: &str) -> Vec<u8> {
        let digits = format!("{digits:0<128}");
        let bytes = digits
            .as_bytes()
            .chunks(8)
            .map(|byte| byte.iter().fold(0, |sum, digit| sum << 1 | (digit - b'0')));
        bytes.flat_map(|byte| if byte == 0xFF { vec![byte, 0] } else { vec![byte] }).collect()
    }

    /// One code of each length: 0, 10, 110 and so on; behind each the value -(2^size - 2).
    #[test]
    fn codes_of_every_length_are_read() {
        let symbols: Vec<u8> = (0..16).map(|at| 16 * at + at % 11).collect();
        let table = Huffman::new(&[1; 16], &symbols).unwrap_or_else(|fault| panic!("{fault:?}"));
        for (at, symbol) in symbols.iter().enumerate().skip(1) {
            let size = usize::from(symbol & 15);
            let value = if size == 0 { String::new() } else { format!("{:0>size$b}", 1) };
            let data = scan(&format!("{}0{value}1", "1".repeat(at)));
            let mut bits = Bits::new(&data, 0);
            bits.refill();
            let found = table.coefficient(&mut bits).unwrap_or_else(|fault| panic!("{fault:?}"));
            let expected = match size {
                0 => 0,
                1 => 1,
                size => 2 - (1 << size),
            };
            assert_eq!((found.value, found.run), (expected, at), "a code of {} bits", at + 1);
            assert_eq!(bits.take(1), 1, "what follows is left");
        }
    }

    #[test]
    fn more_codes_than_there_can_be_are_refused() {
        let mut counts = [0; 16];
        counts[0] = 3;
        assert!(Huffman::new(&counts, &[1, 2, 3]).is_err());
        counts[0] = 2;
        assert!(Huffman::new(&counts, &[1]).is_err());
    }
}
