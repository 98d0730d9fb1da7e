//! Reads boxes and fields of an ISO base media file (ISO/IEC 14496-12, 4.2).

/// The type of a box, an item or a brand.
pub(super) type FourCc = [u8; 4];

/// A reader for the contents of a box. Each method reads the next field, or returns `None` if fewer
/// bytes are left.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct BoxReader<'a>(pub(super) &'a [u8]);

impl<'a> BoxReader<'a> {
    /// Reads `length` bytes.
    pub(super) fn read_bytes(&mut self, length: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(bytes)
    }

    /// Reads a big-endian number of `length` bytes, 0 to 8. A number of 0 bytes is 0. Also returns
    /// `None` if `length` exceeds 8.
    pub(super) fn read_number(&mut self, length: usize) -> Option<u64> {
        if length > 8 {
            return None;
        }
        Some(self.read_bytes(length)?.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    /// Reads a big-endian number of `length` bytes as a `u32`. Also returns `None` if the number
    /// exceeds 32 bits.
    pub(super) fn read_number_u32(&mut self, length: usize) -> Option<u32> {
        self.read_number(length).and_then(|number| u32::try_from(number).ok())
    }

    /// Reads a big-endian number of `length` bytes that is a length or a count.
    pub(super) fn read_count(&mut self, length: usize) -> Option<usize> {
        self.read_number(length).and_then(|number| usize::try_from(number).ok())
    }

    /// Reads a type of four characters.
    pub(super) fn read_four_cc(&mut self) -> Option<FourCc> {
        self.read_bytes(4)?.try_into().ok()
    }

    /// Reads the version and the flags of a full box.
    pub(super) fn read_version_and_flags(&mut self) -> Option<(u8, u32)> {
        Some((u8::try_from(self.read_number(1)?).ok()?, self.read_number_u32(3)?))
    }

    /// Reads a string up to its NUL or to the end.
    pub(super) fn read_text(mut self) -> &'a [u8] {
        let length = self.0.iter().position(|&byte| byte == 0).unwrap_or(self.0.len());
        self.read_bytes(length).unwrap_or_default()
    }

    /// Reads the type and the contents of the next box. Returns `None` at the end, if the length is
    /// invalid, or if the box is longer than its parent. A returned box has at least eight bytes,
    /// so repeated calls terminate.
    pub(super) fn next_box(&mut self) -> Option<(FourCc, BoxReader<'a>)> {
        let length = self.read_count(4)?;
        let kind = self.read_four_cc()?;
        let contents = match length {
            // With 0, the box extends to the end of its parent. With 1, a 64-bit length follows.
            0 => self.0.len(),
            1 => self.read_count(8)?.checked_sub(16)?,
            length => length.checked_sub(8)?,
        };
        Some((kind, BoxReader(self.read_bytes(contents)?)))
    }

    /// Returns the types and contents of all following boxes.
    pub(super) fn boxes(mut self) -> impl Iterator<Item = (FourCc, BoxReader<'a>)> {
        std::iter::from_fn(move || self.next_box())
    }

    /// Returns the contents of the first following box of a type.
    pub(super) fn find_box(self, kind: &FourCc) -> Option<BoxReader<'a>> {
        self.boxes().find(|(box_kind, _)| box_kind == kind).map(|(_, contents)| contents)
    }
}
