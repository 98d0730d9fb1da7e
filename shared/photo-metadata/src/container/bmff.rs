//! Boxes of the ISO base media file format (ISO/IEC 14496-12, 4.2), and the numbers in them.

use std::ops::Range;

use crate::partial_file::{Parsed, PartialFile};

/// Maximum sibling boxes examined. A picture file has about five top-level boxes, its `meta` box
/// eight.
const MAX_SIBLINGS: usize = 64;
/// Maximum bytes read of one box. The tables of a picture with a hundred tiles take 5 KB.
const MAX_BOX: u64 = 64 * 1024;

/// Type and body of the box at a position.
fn box_at(file: &PartialFile, at: u64, end: u64) -> Parsed<Option<([u8; 4], Range<u64>)>> {
    let Some([l3, l2, l1, l0, kind @ ..]) = file.array::<8>(at)? else { return Ok(None) };
    let (header, length) = match u32::from_be_bytes([l3, l2, l1, l0]) {
        // The box extends to the end of its parent.
        0 => (8, end - at),
        // A 64-bit length follows.
        1 => (16, file.array(at + 8)?.map_or(0, u64::from_be_bytes)),
        length => (8, u64::from(length)),
    };
    let body = at.saturating_add(header)..at.saturating_add(length).min(end);
    Ok((length >= header && body.start <= body.end).then_some((kind, body)))
}

/// The bodies of the first boxes of these types among the boxes in the range `within`.
pub(super) fn find<const N: usize>(
    file: &PartialFile,
    within: Range<u64>,
    kinds: [&[u8; 4]; N],
) -> Parsed<[Option<Range<u64>>; N]> {
    let mut found = [const { None }; N];
    let mut at = within.start;
    for _ in 0..MAX_SIBLINGS {
        if at >= within.end || found.iter().all(Option::is_some) {
            break;
        }
        let Some((kind, body)) = box_at(file, at, within.end)? else { break };
        at = body.end;
        if let Some(index) = kinds.iter().position(|wanted| **wanted == kind) {
            found[index].get_or_insert(body);
        }
    }
    Ok(found)
}

/// The fields of a box, truncated if it is long and empty if there is no box.
pub(super) fn fields(file: &PartialFile, body: Option<Range<u64>>) -> Parsed<Fields<'_>> {
    let Some(body) = body else { return Ok(Fields(&[])) };
    file.read(body.start, (body.end - body.start).min(MAX_BOX)).map(Fields)
}

/// A cursor over the fields of a box.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// The next `length` bytes, or `None` if fewer are left.
    pub(super) fn bytes(&mut self, length: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(bytes)
    }

    /// A big-endian number of `length` bytes, 0 to 8. A number of 0 bytes is 0.
    pub(super) fn number(&mut self, length: usize) -> Option<u64> {
        Some(self.bytes(length)?.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    /// A big-endian number of `length` bytes, or `None` if it exceeds 32 bits.
    pub(super) fn number32(&mut self, length: usize) -> Option<u32> {
        self.number(length).and_then(|number| u32::try_from(number).ok())
    }

    /// Version and flags of a full box.
    pub(super) fn version_and_flags(&mut self) -> Option<(u8, u32)> {
        Some((self.bytes(1)?.first().copied()?, self.number32(3)?))
    }

    /// A NUL-terminated text.
    pub(super) fn text(&mut self) -> Option<&'a [u8]> {
        let length = self.0.iter().position(|&byte| byte == 0)?;
        let text = self.bytes(length);
        self.bytes(1)?;
        text
    }

    /// Type and fields of the next box. Each call consumes at least eight bytes.
    pub(super) fn next_box(&mut self) -> Option<([u8; 4], Fields<'a>)> {
        let length = usize::try_from(self.number32(4)?).ok()?;
        let kind = self.bytes(4)?.try_into().ok()?;
        Some((kind, Fields(self.bytes(length.checked_sub(8)?)?)))
    }
}
