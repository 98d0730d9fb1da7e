//! Reads boxes and fields of an ISO base media file (ISO/IEC 14496-12, 4.2).

/// The type of a box, an item or a brand.
pub(super) type FourCc = [u8; 4];

/// Reads the contents of a box from the start. Each call consumes the bytes that it reads.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct BoxReader<'a>(pub(super) &'a [u8]);

impl<'a> BoxReader<'a> {
    /// The next `length` bytes.
    pub(super) fn bytes(&mut self, length: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(bytes)
    }

    /// A big-endian number of 0 to 8 bytes; 0 if it has no bytes.
    pub(super) fn number(&mut self, length: usize) -> Option<u64> {
        if length > 8 {
            return None;
        }
        Some(self.bytes(length)?.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    /// A [`number`](Self::number) that fits into 32 bits.
    pub(super) fn number32(&mut self, length: usize) -> Option<u32> {
        self.number(length).and_then(|number| u32::try_from(number).ok())
    }

    /// A [`number`](Self::number) that is a length or a count.
    pub(super) fn count(&mut self, length: usize) -> Option<usize> {
        self.number(length).and_then(|number| usize::try_from(number).ok())
    }

    /// A type of four characters.
    pub(super) fn four_cc(&mut self) -> Option<FourCc> {
        self.bytes(4)?.try_into().ok()
    }

    /// Version and flags of a full box.
    pub(super) fn version(&mut self) -> Option<(u8, u32)> {
        Some((u8::try_from(self.number(1)?).ok()?, self.number32(3)?))
    }

    /// A string up to its NUL or to the end.
    pub(super) fn text(mut self) -> &'a [u8] {
        let length = self.0.iter().position(|&byte| byte == 0).unwrap_or(self.0.len());
        self.bytes(length).unwrap_or_default()
    }

    /// Type and contents of the next box; `None` at the end, or if the box is longer than its
    /// parent. Each call consumes at least eight bytes.
    pub(super) fn next_box(&mut self) -> Option<(FourCc, BoxReader<'a>)> {
        let length = self.count(4)?;
        let kind = self.four_cc()?;
        let contents = match length {
            // 0: to the end of the parent. 1: a 64-bit length follows.
            0 => self.0.len(),
            1 => self.count(8)?.checked_sub(16)?,
            length => length.checked_sub(8)?,
        };
        Some((kind, BoxReader(self.bytes(contents)?)))
    }

    /// Type and contents of all following boxes.
    pub(super) fn boxes(mut self) -> impl Iterator<Item = (FourCc, BoxReader<'a>)> {
        std::iter::from_fn(move || self.next_box())
    }

    /// The contents of the first following box of the wanted type.
    pub(super) fn find(self, wanted: &FourCc) -> Option<BoxReader<'a>> {
        self.boxes().find(|(kind, _)| kind == wanted).map(|(_, contents)| contents)
    }
}
