//! Numbers and boxes in the bytes of an ISO base media file (ISO/IEC 14496-12, 4.2).

/// The type of a box, an item or a brand.
pub(super) type Kind = [u8; 4];

/// What a box holds, taken from its beginning.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Fields<'a>(pub(super) &'a [u8]);

impl<'a> Fields<'a> {
    /// The next bytes, or none where there are fewer.
    pub(super) fn bytes(&mut self, length: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(bytes)
    }

    /// A number of so many bytes, up to eight; of none it is zero.
    pub(super) fn number(&mut self, length: usize) -> Option<u64> {
        if length > 8 {
            return None;
        }
        Some(self.bytes(length)?.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    /// The same, where 32 bits are enough.
    pub(super) fn number32(&mut self, length: usize) -> Option<u32> {
        self.number(length).and_then(|number| u32::try_from(number).ok())
    }

    /// The same, for lengths and counts.
    pub(super) fn count(&mut self, length: usize) -> Option<usize> {
        self.number(length).and_then(|number| usize::try_from(number).ok())
    }

    /// Four characters.
    pub(super) fn kind(&mut self) -> Option<Kind> {
        self.bytes(4)?.try_into().ok()
    }

    /// Version and flags of a full box.
    pub(super) fn version(&mut self) -> Option<(u8, u32)> {
        Some((u8::try_from(self.number(1)?).ok()?, self.number32(3)?))
    }

    /// A text up to its NUL, or to the end where it has none.
    pub(super) fn text(mut self) -> &'a [u8] {
        let length = self.0.iter().position(|&byte| byte == 0).unwrap_or(self.0.len());
        self.bytes(length).unwrap_or_default()
    }

    /// The next box: its type and contents; none at the end, or where it does not fit into what it is in. Every call takes
    /// at least eight bytes.
    pub(super) fn next_box(&mut self) -> Option<(Kind, Fields<'a>)> {
        let length = self.count(4)?;
        let kind = self.kind()?;
        let contents = match length {
            // To the end of what it is in; a 64-bit length follows.
            0 => self.0.len(),
            1 => self.count(8)?.checked_sub(16)?,
            length => length.checked_sub(8)?,
        };
        Some((kind, Fields(self.bytes(contents)?)))
    }

    /// The boxes that follow.
    pub(super) fn boxes(mut self) -> impl Iterator<Item = (Kind, Fields<'a>)> {
        std::iter::from_fn(move || self.next_box())
    }

    /// The contents of the first box of a type among those that follow.
    pub(super) fn find(self, wanted: &Kind) -> Option<Fields<'a>> {
        self.boxes().find(|(kind, _)| kind == wanted).map(|(_, contents)| contents)
    }
}
