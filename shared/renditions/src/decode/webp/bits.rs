//! The bits of a lossless WebP, and the prefix codes among them.

/// Which code length the lengths of codes are stored in the order of (WebP lossless bitstream, 6.2.1).
const ORDER: [usize; 19] = [17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

/// Reads bits, the lowest of each byte first.
pub(super) struct Bits<'a> {
    bytes: &'a [u8],
    /// The next bit.
    at: usize,
}

impl<'a> Bits<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Bits { bytes, at: 0 }
    }

    /// The next bits as a number, at most 24; none at the end.
    pub(super) fn read(&mut self, count: usize) -> Option<u32> {
        if self.at + count > self.bytes.len() * 8 {
            return None;
        }
        let bytes = self.bytes[self.at / 8..].iter().take(4).rev();
        let number = bytes.fold(0, |number, &byte| number << 8 | u32::from(byte));
        let number = (number >> (self.at % 8)) & ((1 << count) - 1);
        self.at += count;
        Some(number)
    }
}

/// A canonical prefix code.
pub(super) struct Code {
    /// How many codes there are of each length.
    counts: [u16; 16],
    /// By length, then by size.
    symbols: Vec<u16>,
}

impl Code {
    /// Reads the code of an alphabet of this size.
    pub(super) fn read(bits: &mut Bits, alphabet: usize) -> Option<Self> {
        let mut lengths = vec![0; alphabet];
        if bits.read(1)? == 1 {
            let two = bits.read(1)? == 1;
            let wide = bits.read(1)? == 1;
            *lengths.get_mut(bits.read(if wide { 8 } else { 1 })? as usize)? = 1;
            if two {
                *lengths.get_mut(bits.read(8)? as usize)? = 1;
            }
            return Some(Self::new(&lengths));
        }
        let mut of_lengths = [0; ORDER.len()];
        let count = 4 + bits.read(4)? as usize;
        for &length in &ORDER[..count] {
            of_lengths[length] = bits.read(3)? as u8;
        }
        Self::new(&of_lengths).read_lengths(bits, &mut lengths)?;
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
        Code { counts, symbols }
    }

    /// The symbol that needs no bits, as it is the only one.
    pub(super) fn only(&self) -> Option<u16> {
        if let [only] = self.symbols[..] { Some(only) } else { None }
    }

    /// The next symbol.
    pub(super) fn symbol(&self, bits: &mut Bits) -> Option<u16> {
        if let Some(only) = self.only() {
            return Some(only);
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

    /// Reads the lengths of another code (6.2.1).
    fn read_lengths(&self, bits: &mut Bits, lengths: &mut [u8]) -> Option<()> {
        let mut left = if bits.read(1)? == 1 {
            let width = 2 + 2 * bits.read(3)? as usize;
            2 + bits.read(width)?
        } else {
            lengths.len() as u32
        };
        let (mut at, mut previous) = (0, 8);
        while at < lengths.len() && left > 0 {
            left -= 1;
            let (length, repeat) = match self.symbol(bits)? {
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
