//! A file that has been read in part.

use std::ops::Range;

/// A range of byte positions that the caller must read before parsing can continue.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct MissingRange(pub(super) Range<u64>);

/// A parsed value, or the range to read first.
pub(super) type Parsed<T> = Result<T, MissingRange>;

/// The ranges of a file read so far.
///
/// Parsers use a `PartialFile` like the complete file. At the first gap, they return
/// [`MissingRange`]. They start over after the caller has added this range.
#[derive(Debug)]
pub(super) struct PartialFile {
    parts: Vec<Part>,
    total: u64,
    reading_ended: bool,
}

/// A range of consecutive bytes.
#[derive(Debug)]
struct Part {
    /// The position of the first byte in the file.
    start: u64,
    bytes: Vec<u8>,
}

/// A block of metadata.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Block {
    /// A range of byte positions in the file.
    InFile(Range<u64>),
    /// Bytes decoded from a compressed or hexadecimal block.
    Decoded(Vec<u8>),
}

impl Default for Block {
    fn default() -> Self {
        Self::Decoded(Vec::new())
    }
}

impl Block {
    /// Returns the number of bytes of the block.
    pub(super) fn length(&self) -> u64 {
        match self {
            Self::InFile(range) => range.end.saturating_sub(range.start),
            Self::Decoded(bytes) => bytes.len() as u64,
        }
    }

    /// Returns the first `max` bytes, or all bytes if the block is shorter.
    pub(super) fn read<'a>(&'a self, file: &'a PartialFile, max: u64) -> Parsed<&'a [u8]> {
        match self {
            Self::InFile(range) => file.read(range.start, self.length().min(max)),
            Self::Decoded(bytes) => {
                Ok(usize::try_from(max).ok().and_then(|max| bytes.get(..max)).unwrap_or(bytes))
            }
        }
    }
}

impl Part {
    fn end(&self) -> u64 {
        self.start.saturating_add(self.bytes.len() as u64)
    }

    fn slice(&self, range: Range<u64>) -> &[u8] {
        let index =
            |position: u64| usize::try_from(position.saturating_sub(self.start)).unwrap_or(usize::MAX);
        self.bytes.get(index(range.start)..index(range.end)).unwrap_or_default()
    }
}

impl PartialFile {
    /// Creates a file of unknown length without any bytes.
    pub(super) fn new() -> Self {
        Self { parts: Vec::new(), total: u64::MAX, reading_ended: false }
    }

    /// Creates a complete file.
    pub(super) fn from_bytes(bytes: Vec<u8>) -> Self {
        Self { total: bytes.len() as u64, parts: vec![Part { start: 0, bytes }], reading_ended: true }
    }

    /// Returns the length of the whole file in bytes, or `u64::MAX` if it is unknown.
    pub(super) fn total(&self) -> u64 {
        self.total
    }

    pub(super) fn set_total(&mut self, total: u64) {
        self.total = total;
    }

    /// Adds bytes read at position `start`.
    pub(super) fn add(&mut self, start: u64, bytes: &[u8]) {
        match self.parts.iter_mut().find(|part| part.end() == start) {
            Some(part) => part.bytes.extend_from_slice(bytes),
            None => self.parts.push(Part { start, bytes: bytes.to_vec() }),
        }
    }

    /// Makes all later reads succeed: a read returns the bytes up to a gap instead of
    /// [`MissingRange`].
    pub(super) fn end_reading(&mut self) {
        self.reading_ended = true;
    }

    /// Returns `true` after [`PartialFile::end_reading`].
    pub(super) fn has_ended(&self) -> bool {
        self.reading_ended
    }

    /// Returns `length` bytes at position `at`, or fewer at the end of the file.
    pub(super) fn read(&self, at: u64, length: u64) -> Parsed<&[u8]> {
        let end = at.saturating_add(length).min(self.total);
        if at >= end {
            return Ok(&[]);
        }
        let candidates = self.parts.iter().filter(|part| (part.start..part.end()).contains(&at));
        match candidates.max_by_key(|part| part.end()) {
            Some(part) if self.reading_ended || part.end() >= end => Ok(part.slice(at..end.min(part.end()))),
            Some(part) => Err(MissingRange(part.end()..end)),
            None if self.reading_ended => Ok(&[]),
            None => Err(MissingRange(at..end)),
        }
    }

    /// Returns the `N` bytes at position `at`, or `None` if the file has fewer bytes there.
    pub(super) fn read_array<const N: usize>(&self, at: u64) -> Parsed<Option<[u8; N]>> {
        Ok(self.read(at, N as u64)?.try_into().ok())
    }
}
