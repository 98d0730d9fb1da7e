//! Reads the entropy-coded bits of a scan (ITU-T T.81, B.1.1.5 and F.2.2.5).

use super::error::JpegError;
use super::markers::{MARKER_PREFIX, next_marker};

/// Reads bits, the highest of each byte first.
///
/// Reads zeros after a marker or the end of the data, so that the inner loop does not check for the
/// end. Check [`BitReader::is_exhausted`] after each unit.
#[derive(Debug, Clone, Copy)]
pub(super) struct BitReader<'a> {
    data: &'a [u8],
    position: usize,
    /// The next bits, left-aligned.
    buffer: u64,
    /// The number of bits in the buffer.
    count: u32,
    /// The number of zero bits added after a marker or the end of the data.
    padding: u32,
}

impl<'a> BitReader<'a> {
    /// Creates a reader that starts at byte `position`.
    pub(super) fn new(data: &'a [u8], position: usize) -> Self {
        BitReader { data, position, buffer: 0, count: 0, padding: 0 }
    }

    /// Fills the buffer to at least 32 bits, enough for a code and its value.
    #[inline(always)]
    pub(super) fn refill(&mut self) {
        if self.count < 32 {
            match self.data.get(self.position..self.position + 8).and_then(|next| next.try_into().ok()) {
                Some(next) if !contains_marker_prefix(u64::from_be_bytes(next)) => {
                    let bytes = (63 - self.count) / 8;
                    let whole = u64::from_be_bytes(next) >> (64 - 8 * bytes) << (64 - 8 * bytes);
                    self.buffer |= whole >> self.count;
                    self.count += 8 * bytes;
                    self.position += bytes as usize;
                }
                _ => self.refill_bytewise(),
            }
        }
    }

    #[cold]
    fn refill_bytewise(&mut self) {
        while self.count <= 56 {
            let byte = match self.data.get(self.position..) {
                Some([MARKER_PREFIX, 0, ..]) => {
                    self.position += 2;
                    MARKER_PREFIX
                }
                None | Some([] | [MARKER_PREFIX, ..]) => {
                    self.padding = self.padding.saturating_add(8);
                    0
                }
                Some([byte, ..]) => {
                    self.position += 1;
                    *byte
                }
            };
            self.buffer |= u64::from(byte) << (56 - self.count);
            self.count += 8;
        }
    }

    /// Returns the next `count` bits, 1 to 32, without consuming them.
    #[inline(always)]
    pub(super) fn peek(&self, count: u32) -> u32 {
        (self.buffer >> (64 - count)) as u32
    }

    /// Skips `count` bits.
    #[inline(always)]
    pub(super) fn consume(&mut self, count: u32) {
        self.buffer <<= count;
        self.count = self.count.wrapping_sub(count);
    }

    /// Reads `count` bits, 0 to 16.
    #[inline(always)]
    pub(super) fn read(&mut self, count: u32) -> i32 {
        let value = (self.buffer >> 1 >> (63 - count)) as i32;
        self.consume(count);
        value
    }

    /// Reads a signed value of `size` bits, 0 to 16 (T.81, F.2.2.1): a first bit of 0 means
    /// negative.
    #[inline(always)]
    pub(super) fn read_signed(&mut self, size: u32) -> i32 {
        let value = self.read(size);
        extend(value, size)
    }

    /// Returns `true` if more bits were read than the data has.
    #[inline(always)]
    pub(super) fn is_exhausted(&self) -> bool {
        self.padding > self.count
    }

    /// Continues after the next restart marker. Returns an error if another marker or the end of
    /// the data comes first.
    pub(super) fn skip_restart_marker(&mut self) -> Result<(), JpegError> {
        let marker = self.data.get(self.position..).and_then(next_marker);
        match marker {
            Some((0xD0..=0xD7, length)) => {
                *self = BitReader::new(self.data, self.position + length);
                Ok(())
            }
            _ => Err(JpegError::Damaged("a restart marker is missing")),
        }
    }

    /// Returns the position from which to search for the next marker.
    pub(super) fn position(&self) -> usize {
        self.position
    }
}

/// Converts a value of `size` bits to a signed number (T.81, F.2.2.1, EXTEND).
#[inline(always)]
pub(super) fn extend(value: i32, size: u32) -> i32 {
    let negative = value < (1 << size >> 1);
    value - if negative { (1 << size) - 1 } else { 0 }
}

/// Returns `true` if any of the eight bytes is 0xFF.
#[inline(always)]
fn contains_marker_prefix(bytes: u64) -> bool {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let zero = !bytes;
    zero.wrapping_sub(ONES) & !zero & (ONES << 7) != 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_stuffed_bytes_and_ends_at_a_marker() {
        let data = [0x12, 0xFF, 0x00, 0x34, 0xFF, 0xD9];
        let mut bits = BitReader::new(&data, 0);
        for expected in [0x12, 0xFF, 0x34] {
            bits.refill();
            assert_eq!(bits.read(8), expected);
            assert!(!bits.is_exhausted());
        }
        bits.refill();
        assert_eq!(bits.read(1), 0);
        assert!(bits.is_exhausted());
        assert_eq!(bits.position(), 4);
    }

    #[test]
    fn reads_the_same_bits_by_words_as_by_bytes() {
        let data: Vec<u8> =
            (0..200u8).flat_map(|byte| if byte % 37 == 5 { vec![0xFF, 0] } else { vec![byte] }).collect();
        let plain: Vec<u8> = (0..200u8).map(|byte| if byte % 37 == 5 { 0xFF } else { byte }).collect();
        let mut bits = BitReader::new(&data, 0);
        for (at, byte) in plain.iter().enumerate() {
            bits.refill();
            let (high, low) = (bits.read(3), bits.read(5));
            assert_eq!(high << 5 | low, i32::from(*byte), "byte {at}");
        }
        assert!(!bits.is_exhausted());
    }

    #[test]
    fn extends_the_sign_of_values() {
        assert_eq!(
            [extend(0, 0), extend(0, 1), extend(1, 1), extend(0, 3), extend(3, 3), extend(4, 3)],
            [0, -1, 1, -7, -4, 4]
        );
    }
}
