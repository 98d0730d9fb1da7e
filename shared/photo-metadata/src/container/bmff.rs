//! Boxes of the ISO base media file format (ISO/IEC 14496-12, 4.2), and the numbers in them.

use std::ops::Range;

use crate::partial_file::{Parsed, PartialFile};

/// The maximum number of sibling boxes examined. A picture file has about five top-level boxes, and
/// its `meta` box has about eight.
const MAX_SIBLINGS: usize = 64;
/// The maximum number of bytes read from one box. The tables of a picture with a hundred tiles take
/// 5 KB.
const MAX_BOX_BYTES: u64 = 64 * 1024;

/// Reads the header of the box at position `start`. Returns the type and the body of the box.
///
/// The body ends at `parent_end` if the length of the box exceeds its parent. Returns `None` if the
/// header is truncated, exceeds the parent, or is longer than the whole box.
fn read_box_header(file: &PartialFile, start: u64, parent_end: u64) -> Parsed<Option<([u8; 4], Range<u64>)>> {
    let Some([l3, l2, l1, l0, kind @ ..]) = file.read_array::<8>(start)? else { return Ok(None) };
    let (header_length, length) = match u32::from_be_bytes([l3, l2, l1, l0]) {
        // The box extends to the end of its parent.
        0 => (8, parent_end - start),
        // A 64-bit length follows.
        1 => (16, file.read_array(start + 8)?.map_or(0, u64::from_be_bytes)),
        length => (8, u64::from(length)),
    };
    let body = start.saturating_add(header_length)..start.saturating_add(length).min(parent_end);
    Ok((length >= header_length && body.start <= body.end).then_some((kind, body)))
}

/// Finds the first box of each type among the consecutive boxes in the range `parent`. Returns
/// their bodies in the order of `kinds`.
///
/// A body is `None` if no such box comes before an invalid box and within [`MAX_SIBLINGS`].
pub(super) fn find_boxes<const N: usize>(
    file: &PartialFile,
    parent: Range<u64>,
    kinds: [&[u8; 4]; N],
) -> Parsed<[Option<Range<u64>>; N]> {
    let mut bodies = [const { None }; N];
    let mut position = parent.start;
    for _ in 0..MAX_SIBLINGS {
        if position >= parent.end || bodies.iter().all(Option::is_some) {
            break;
        }
        let Some((box_kind, body)) = read_box_header(file, position, parent.end)? else { break };
        position = body.end;
        if let Some(index) = kinds.iter().position(|kind| **kind == box_kind) {
            bodies[index].get_or_insert(body);
        }
    }
    Ok(bodies)
}

/// Reads the fields of a box, at most [`MAX_BOX_BYTES`]. Returns empty fields if `body` is `None`.
pub(super) fn read_fields(file: &PartialFile, body: Option<Range<u64>>) -> Parsed<Fields<'_>> {
    let Some(body) = body else { return Ok(Fields(&[])) };
    file.read(body.start, (body.end - body.start).min(MAX_BOX_BYTES)).map(Fields)
}

/// A reader for the fields of a box. Each method reads the next field, or returns `None` if fewer
/// bytes are left.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// Reads `length` bytes.
    pub(super) fn read_bytes(&mut self, length: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(bytes)
    }

    /// Reads a big-endian number of `length` bytes, 0 to 8. A number of 0 bytes is 0.
    pub(super) fn read_number(&mut self, length: usize) -> Option<u64> {
        Some(self.read_bytes(length)?.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    /// Reads a big-endian number of `length` bytes as a `u32`. Also returns `None` if the number
    /// exceeds 32 bits.
    pub(super) fn read_number_u32(&mut self, length: usize) -> Option<u32> {
        self.read_number(length).and_then(|number| u32::try_from(number).ok())
    }

    /// Reads the version and the flags of a full box.
    pub(super) fn read_version_and_flags(&mut self) -> Option<(u8, u32)> {
        Some((self.read_bytes(1)?.first().copied()?, self.read_number_u32(3)?))
    }

    /// Reads a NUL-terminated text. Returns `None` if there is no NUL.
    pub(super) fn read_text(&mut self) -> Option<&'a [u8]> {
        let length = self.0.iter().position(|&byte| byte == 0)?;
        let text = self.read_bytes(length);
        self.read_bytes(1)?;
        text
    }

    /// Reads the next box with a 32-bit length. Returns its type and fields, or `None` if the box
    /// is truncated or invalid. A returned box has at least eight bytes, so repeated calls
    /// terminate.
    pub(super) fn next_box(&mut self) -> Option<([u8; 4], Fields<'a>)> {
        let length = usize::try_from(self.read_number_u32(4)?).ok()?;
        let kind = self.read_bytes(4)?.try_into().ok()?;
        Some((kind, Fields(self.read_bytes(length.checked_sub(8)?)?)))
    }
}
