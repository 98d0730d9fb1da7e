//! The entropy-coded bits of a scan (ITU-T T.81, B.1.1.5 and F.2.2.5).

use super::Fault;

const START: u8 = 0xFF;

/// Reads bits, the first in the highest place. Past the end, or at a marker, it goes on with zeros that
/// [`Bits::ran_out`] tells of: so nothing in the inner loop needs to look for an end.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bits<'a> {
    data: &'a [u8],
    at: usize,
    buffer: u64,
    count: u32,
    /// How many of the bits that were ever in the buffer are made up.
    made_up: u32,
}

impl<'a> Bits<'a> {
    /// The bits from `at` on.
    pub(super) fn new(data: &'a [u8], at: usize) -> Self {
        Bits { data, at, buffer: 0, count: 0, made_up: 0 }
    }

    /// Sees to it that at least 32 bits are there: enough for a code and its value.
    #[inline(always)]
    pub(super) fn refill(&mut self) {
        if self.count < 32 {
            match self.data.get(self.at..self.at + 8).and_then(|next| next.try_into().ok()) {
                Some(next) if !has_start(u64::from_be_bytes(next)) => {
                    let bytes = (63 - self.count) / 8;
                    let whole = u64::from_be_bytes(next) >> (64 - 8 * bytes) << (64 - 8 * bytes);
                    self.buffer |= whole >> self.count;
                    self.count += 8 * bytes;
                    self.at += bytes as usize;
                }
                _ => self.refill_bytewise(),
            }
        }
    }

    #[cold]
    fn refill_bytewise(&mut self) {
        while self.count <= 56 {
            let byte = match self.data.get(self.at..) {
                Some([START, 0, ..]) => {
                    self.at += 2;
                    START
                }
                None | Some([] | [START, ..]) => {
                    self.made_up = self.made_up.saturating_add(8);
                    0
                }
                Some([byte, ..]) => {
                    self.at += 1;
                    *byte
                }
            };
            self.buffer |= u64::from(byte) << (56 - self.count);
            self.count += 8;
        }
    }

    /// The next bits, in the lowest places, left where they are. `count` is 1 to 32.
    #[inline(always)]
    pub(super) fn peek(&self, count: u32) -> u32 {
        (self.buffer >> (64 - count)) as u32
    }

    /// Goes on by as many bits.
    #[inline(always)]
    pub(super) fn consume(&mut self, count: u32) {
        self.buffer <<= count;
        self.count = self.count.wrapping_sub(count);
    }

    /// Takes `count` bits, 0 to 16.
    #[inline(always)]
    pub(super) fn take(&mut self, count: u32) -> i32 {
        let value = (self.buffer >> 1 >> (63 - count)) as i32;
        self.consume(count);
        value
    }

    /// Takes a value of `size` bits, 0 to 16, as T.81 F.2.2.1 extends it: a first bit of 0 makes it negative.
    #[inline(always)]
    pub(super) fn extended(&mut self, size: u32) -> i32 {
        let value = self.take(size);
        extend(value, size)
    }

    /// Whether more bits were taken than there are.
    #[inline(always)]
    pub(super) fn ran_out(&self) -> bool {
        self.made_up > self.count
    }

    /// Goes on behind the next restart marker.
    pub(super) fn restart(&mut self) -> Result<(), Fault> {
        let marker = self.data.get(self.at..).and_then(next_marker);
        match marker {
            Some((0xD0..=0xD7, length)) => {
                *self = Bits::new(self.data, self.at + length);
                Ok(())
            }
            _ => Err(Fault::Damaged("a restart marker is missing")),
        }
    }

    /// Where the next marker is searched from.
    pub(super) fn position(&self) -> usize {
        self.at
    }
}

/// The value of `size` bits with its sign.
#[inline(always)]
pub(super) fn extend(value: i32, size: u32) -> i32 {
    let negative = value < (1 << size >> 1);
    value - if negative { (1 << size) - 1 } else { 0 }
}

/// The next marker's code, and how many bytes there are until behind it.
pub(super) fn next_marker(bytes: &[u8]) -> Option<(u8, usize)> {
    let at = bytes.windows(2).position(|pair| pair[0] == START && !matches!(pair[1], 0 | START))?;
    Some((bytes[at + 1], at + 2))
}

/// Whether one of eight bytes is 0xFF.
#[inline(always)]
fn has_start(bytes: u64) -> bool {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let zero = !bytes;
    zero.wrapping_sub(ONES) & !zero & (ONES << 7) != 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stuffed_bytes_are_read_and_a_marker_ends_the_bits() {
        let data = [0x12, 0xFF, 0x00, 0x34, 0xFF, 0xD9];
        let mut bits = Bits::new(&data, 0);
        for expected in [0x12, 0xFF, 0x34] {
            bits.refill();
            assert_eq!(bits.take(8), expected);
            assert!(!bits.ran_out());
        }
        bits.refill();
        assert_eq!(bits.take(1), 0);
        assert!(bits.ran_out());
        assert_eq!(bits.position(), 4);
    }

    #[test]
    fn long_runs_read_as_short_ones_do() {
        let data: Vec<u8> =
            (0..200u8).flat_map(|byte| if byte % 37 == 5 { vec![0xFF, 0] } else { vec![byte] }).collect();
        let plain: Vec<u8> = (0..200u8).map(|byte| if byte % 37 == 5 { 0xFF } else { byte }).collect();
        let mut bits = Bits::new(&data, 0);
        for (at, byte) in plain.iter().enumerate() {
            bits.refill();
            let (high, low) = (bits.take(3), bits.take(5));
            assert_eq!(high << 5 | low, i32::from(*byte), "byte {at}");
        }
        assert!(!bits.ran_out());
    }

    #[test]
    fn values_have_their_sign() {
        assert_eq!(
            [extend(0, 0), extend(0, 1), extend(1, 1), extend(0, 3), extend(3, 3), extend(4, 3)],
            [0, -1, 1, -7, -4, 4]
        );
    }
}
