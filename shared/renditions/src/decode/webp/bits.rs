//! Reads bits and prefix codes of a lossless WebP.

/// The order in which the code lengths of the code-length code are stored (WebP lossless bitstream,
/// 6.2.1).
const CODE_LENGTH_ORDER: [usize; 19] = [17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

/// Reads bits, the lowest of each byte first.
pub(super) struct BitReader<'a> {
    bytes: &'a [u8],
    /// Index of the next bit.
    position: usize,
}

impl<'a> BitReader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        BitReader { bytes, position: 0 }
    }

    /// Reads a number of `count` bits, up to 24. Returns `None` if fewer bits are left.
    pub(super) fn read(&mut self, count: usize) -> Option<u32> {
        if self.position + count > self.bytes.len() * 8 {
            return None;
        }
        let bytes = self.bytes[self.position / 8..].iter().take(4).rev();
        let number = bytes.fold(0, |number, &byte| number << 8 | u32::from(byte));
        let number = (number >> (self.position % 8)) & ((1 << count) - 1);
        self.position += count;
        Some(number)
    }
}

/// A canonical prefix code.
pub(super) struct PrefixCode {
    /// The number of codes of each length.
    counts: [u16; 16],
    /// The symbols that have a code, sorted by code length, then by value.
    symbols: Vec<u16>,
}

impl PrefixCode {
    /// Reads the code of an alphabet of `alphabet` symbols.
    pub(super) fn read(bits: &mut BitReader, alphabet: usize) -> Option<Self> {
        let mut lengths = vec![0; alphabet];
        if bits.read(1)? == 1 {
            let has_two_symbols = bits.read(1)? == 1;
            let is_first_wide = bits.read(1)? == 1;
            *lengths.get_mut(bits.read(if is_first_wide { 8 } else { 1 })? as usize)? = 1;
            if has_two_symbols {
                *lengths.get_mut(bits.read(8)? as usize)? = 1;
            }
            return Some(Self::new(&lengths));
        }
        let mut code_length_lengths = [0; CODE_LENGTH_ORDER.len()];
        let count = 4 + bits.read(4)? as usize;
        for &length in &CODE_LENGTH_ORDER[..count] {
            code_length_lengths[length] = bits.read(3)? as u8;
        }
        Self::new(&code_length_lengths).read_lengths(bits, &mut lengths)?;
        Some(Self::new(&lengths))
    }

    fn new(lengths: &[u8]) -> Self {
        let mut counts = [0; 16];
        let mut symbols: Vec<u16> =
            (0..lengths.len() as u16).filter(|&symbol| lengths[usize::from(symbol)] > 0).collect();
        for &symbol in &symbols {
            counts[usize::from(lengths[usize::from(symbol)])] += 1;
        }
        symbols.sort_by_key(|&symbol| lengths[usize::from(symbol)]);
        PrefixCode { counts, symbols }
    }

    /// Returns the symbol if the code has a single symbol. This symbol takes no bits.
    pub(super) fn single_symbol(&self) -> Option<u16> {
        if let [symbol] = self.symbols[..] { Some(symbol) } else { None }
    }

    /// Reads the next symbol.
    pub(super) fn read_symbol(&self, bits: &mut BitReader) -> Option<u16> {
        if let Some(symbol) = self.single_symbol() {
            return Some(symbol);
        }
        let (mut code, mut first, mut index) = (0, 0, 0);
        for &count in &self.counts[1..] {
            code |= bits.read(1)?;
            if code < first + u32::from(count) {
                return self.symbols.get((index + code.checked_sub(first)?) as usize).copied();
            }
            index += u32::from(count);
            first = (first + u32::from(count)) << 1;
            code <<= 1;
        }
        None
    }

    /// Reads the code lengths of another code, which are encoded with this code (6.2.1).
    fn read_lengths(&self, bits: &mut BitReader, lengths: &mut [u8]) -> Option<()> {
        let mut remaining = if bits.read(1)? == 1 {
            let width = 2 + 2 * bits.read(3)? as usize;
            2 + bits.read(width)?
        } else {
            lengths.len() as u32
        };
        let (mut at, mut previous) = (0, 8);
        while at < lengths.len() && remaining > 0 {
            remaining -= 1;
            let (length, repeat) = match self.read_symbol(bits)? {
                16 => (previous, 3 + bits.read(2)? as usize),
                17 => (0, 3 + bits.read(3)? as usize),
                18 => (0, 11 + bits.read(7)? as usize),
                length => (length as u8, 1),
            };
            lengths.get_mut(at..at + repeat)?.fill(length);
            at += repeat;
            previous = if length > 0 { length } else { previous };
        }
        Some(())
    }
}
