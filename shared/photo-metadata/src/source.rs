//! The parts of a file that have been read so far.

use std::ops::Range;

/// A part of the file (byte positions) that has to be read before the parsing can go on.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Missing(pub(super) Range<u64>);

/// What parsing gives: a value, or what it needs first.
pub(super) type Parsed<T> = Result<T, Missing>;

/// A file of which only some parts are held. Parsers read it as if it were all there; where it is not they stop with
/// [`Missing`], and start over once that part has been added.
#[derive(Debug)]
pub(super) struct Source {
    parts: Vec<Part>,
    total: u64,
    closed: bool,
}

#[derive(Debug)]
struct Part {
    start: u64,
    bytes: Vec<u8>,
}

/// Where a block of metadata is: somewhere in the file, or unpacked from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Block {
    /// Byte positions.
    At(Range<u64>),
    /// What was unpacked.
    Held(Vec<u8>),
}

impl Default for Block {
    /// An empty one.
    fn default() -> Self {
        Self::Held(Vec::new())
    }
}

impl Block {
    /// Its first bytes, `most` of them.
    pub(super) fn read<'a>(&'a self, source: &'a Source, most: u64) -> Parsed<&'a [u8]> {
        match self {
            Self::At(range) => source.read(range.start, range.end.saturating_sub(range.start).min(most)),
            Self::Held(bytes) => {
                Ok(usize::try_from(most).ok().and_then(|most| bytes.get(..most)).unwrap_or(bytes))
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

impl Source {
    /// Nothing read yet.
    pub(super) fn new() -> Self {
        Self { parts: Vec::new(), total: u64::MAX, closed: false }
    }

    /// A file that is there whole.
    pub(super) fn held(bytes: Vec<u8>) -> Self {
        Self { total: bytes.len() as u64, parts: vec![Part { start: 0, bytes }], closed: true }
    }

    /// Length of the file (bytes), once known.
    pub(super) fn total(&self) -> u64 {
        self.total
    }

    /// The file is this long (bytes).
    pub(super) fn set_total(&mut self, total: u64) {
        self.total = total;
    }

    /// Adds what was read from `start` on.
    pub(super) fn add(&mut self, start: u64, bytes: &[u8]) {
        match self.parts.iter_mut().find(|part| part.end() == start) {
            Some(part) => part.bytes.extend_from_slice(bytes),
            None => self.parts.push(Part { start, bytes: bytes.to_vec() }),
        }
    }

    /// From now on what is not held counts as not there, so that parsing comes to an end.
    pub(super) fn close(&mut self) {
        self.closed = true;
    }

    /// `length` bytes from `at` on; fewer where the file ends before.
    pub(super) fn read(&self, at: u64, length: u64) -> Parsed<&[u8]> {
        let end = at.saturating_add(length).min(self.total);
        if at >= end {
            return Ok(&[]);
        }
        let holding = self.parts.iter().filter(|part| (part.start..part.end()).contains(&at));
        match holding.max_by_key(|part| part.end()) {
            Some(part) if self.closed || part.end() >= end => Ok(part.slice(at..end.min(part.end()))),
            Some(part) => Err(Missing(part.end()..end)),
            None if self.closed => Ok(&[]),
            None => Err(Missing(at..end)),
        }
    }

    /// Exactly `N` bytes from `at` on, or none.
    pub(super) fn array<const N: usize>(&self, at: u64) -> Parsed<Option<[u8; N]>> {
        Ok(self.read(at, N as u64)?.try_into().ok())
    }
}
