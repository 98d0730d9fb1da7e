//! Boxes of the ISO base media file format (ISO/IEC 14496-12, 4.2), and the numbers in them.

use std::ops::Range;

use crate::source::{Parsed, Source};

/// The most boxes looked at beside one another; the top of a picture file has about five, its `meta` eight.
const MOST_SIBLINGS: usize = 64;
/// The most bytes of one box that are held. The tables of a picture of a hundred tiles take 5 KB.
const MOST_HELD: u64 = 64 * 1024;

/// Type and contents (byte positions) of the box at a position.
fn box_at(source: &Source, at: u64, end: u64) -> Parsed<Option<([u8; 4], Range<u64>)>> {
    let Some([l3, l2, l1, l0, kind @ ..]) = source.array::<8>(at)? else { return Ok(None) };
    let (header, length) = match u32::from_be_bytes([l3, l2, l1, l0]) {
        // To the end of what it is in; a 64-bit length follows.
        0 => (8, end - at),
        1 => (16, source.array(at + 8)?.map_or(0, u64::from_be_bytes)),
        length => (8, u64::from(length)),
    };
    let body = at.saturating_add(header)..at.saturating_add(length).min(end);
    Ok((length >= header && body.start <= body.end).then_some((kind, body)))
}

/// The contents of the first boxes of these types among those that fill `within` (byte positions).
pub(super) fn find<const N: usize>(
    source: &Source,
    within: Range<u64>,
    kinds: [&[u8; 4]; N],
) -> Parsed<[Option<Range<u64>>; N]> {
    let mut found = [const { None }; N];
    let mut at = within.start;
    for _ in 0..MOST_SIBLINGS {
        if at >= within.end || found.iter().all(Option::is_some) {
            break;
        }
        let Some((kind, body)) = box_at(source, at, within.end)? else { break };
        at = body.end;
        if let Some(place) = kinds.iter().position(|wanted| **wanted == kind) {
            found[place].get_or_insert(body);
        }
    }
    Ok(found)
}

/// The contents of a box, its beginning if it is long; nothing where there is no box.
pub(super) fn contents(source: &Source, body: Option<Range<u64>>) -> Parsed<Fields<'_>> {
    let Some(body) = body else { return Ok(Fields(&[])) };
    source.read(body.start, (body.end - body.start).min(MOST_HELD)).map(Fields)
}

/// What a box holds, taken from its beginning.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    /// All of these.
    pub(super) fn of(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// The next bytes, or none where there are fewer.
    pub(super) fn bytes(&mut self, length: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(bytes)
    }

    /// A number of so many bytes, up to eight; zero bytes are zero.
    pub(super) fn number(&mut self, length: usize) -> Option<u64> {
        Some(self.bytes(length)?.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    /// The same, where 32 bits are enough.
    pub(super) fn number32(&mut self, length: usize) -> Option<u32> {
        self.number(length).and_then(|number| u32::try_from(number).ok())
    }

    /// Version and flags of a full box.
    pub(super) fn version(&mut self) -> Option<(u8, u32)> {
        Some((self.bytes(1)?.first().copied()?, self.number32(3)?))
    }

    /// A text up to its NUL.
    pub(super) fn text(&mut self) -> Option<&'a [u8]> {
        let length = self.0.iter().position(|&byte| byte == 0)?;
        let text = self.bytes(length);
        self.bytes(1)?;
        text
    }

    /// The next box: its type and contents. Every call takes at least eight bytes.
    pub(super) fn next_box(&mut self) -> Option<([u8; 4], Fields<'a>)> {
        let length = usize::try_from(self.number32(4)?).ok()?;
        let kind = self.bytes(4)?.try_into().ok()?;
        Some((kind, Fields(self.bytes(length.checked_sub(8)?)?)))
    }
}
