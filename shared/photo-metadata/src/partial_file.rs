//! A file of which only some ranges have been read.

use std::ops::Range;

/// A range of byte positions that the caller must read before parsing can continue.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct MissingRange(pub(super) Range<u64>);

/// A parsed value, or the range to read first.
pub(super) type Parsed<T> = Result<T, MissingRange>;

/// The ranges of a file read so far.
///
/// Parsers treat it as the complete file. They stop with [`MissingRange`] at the first gap and
/// start over after that range has been added.
#[derive(Debug)]
pub(super) struct PartialFile {
    parts: Vec<Part>,
    total: u64,
    closed: bool,
}

#[derive(Debug)]
struct Part {
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
    /// The first `max` bytes, fewer if the block is shorter.
    pub(super) fn read<'a>(&'a self, file: &'a PartialFile, max: u64) -> Parsed<&'a [u8]> {
        match self {
            Self::InFile(range) => file.read(range.start, range.end.saturating_sub(range.start).min(max)),
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
    /// An open file without any bytes.
    pub(super) fn new() -> Self {
        Self { parts: Vec::new(), total: u64::MAX, closed: false }
    }

    /// A complete file.
    pub(super) fn from_bytes(bytes: Vec<u8>) -> Self {
        Self { total: bytes.len() as u64, parts: vec![Part { start: 0, bytes }], closed: true }
    }

    /// Length of the whole file in bytes, `u64::MAX` while unknown.
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

    /// Treats missing ranges as absent from now on, so that parsing terminates.
    pub(super) fn close(&mut self) {
        self.closed = true;
    }

    /// `length` bytes at position `at`, fewer if the file ends before.
    pub(super) fn read(&self, at: u64, length: u64) -> Parsed<&[u8]> {
        let end = at.saturating_add(length).min(self.total);
        if at >= end {
            return Ok(&[]);
        }
        let candidates = self.parts.iter().filter(|part| (part.start..part.end()).contains(&at));
        match candidates.max_by_key(|part| part.end()) {
            Some(part) if self.closed || part.end() >= end => Ok(part.slice(at..end.min(part.end()))),
            Some(part) => Err(MissingRange(part.end()..end)),
            None if self.closed => Ok(&[]),
            None => Err(MissingRange(at..end)),
        }
    }

    /// `N` bytes at position `at`, or `None` if the file ends before.
    pub(super) fn array<const N: usize>(&self, at: u64) -> Parsed<Option<[u8; N]>> {
        Ok(self.read(at, N as u64)?.try_into().ok())
    }
}
