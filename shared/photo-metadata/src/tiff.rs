//! TIFF: the structure that EXIF is stored in (TIFF 6.0, section 2; EXIF 3.0, 4.6.2).
//!
//! Own code, because the libraries fall to hostile input or read everything: `kamadak-exif` 0.6 follows every pointer to a
//! directory every time it is named, so that 14 KB of EXIF took it 10 s and 3 GB; `nom-exif` brings `regex` and `chrono`
//! into a function whose cold start grows with its size. This reads the few directories and values asked for, once.

use std::ops::Range;

use super::source::{Parsed, Source};

/// The most entries of one directory that are looked at; cameras write under 100.
const MOST_ENTRIES: u16 = 512;
/// Bytes of an entry.
const ENTRY: usize = 12;
/// The most bytes of a text that are read.
const MOST_TEXT: u64 = 512;
/// The most numbers of one value that are read.
const MOST_NUMBERS: u64 = 4;

/// A TIFF structure inside a file.
#[derive(Debug)]
pub(super) struct Tiff<'a> {
    source: &'a Source,
    /// Byte positions in the file. Offsets inside the structure count from its start.
    block: Range<u64>,
    order: Order,
}

#[derive(Clone, Copy, Debug)]
enum Order {
    Little,
    Big,
}

/// A directory: values by tag.
#[derive(Debug, Default)]
pub(super) struct Directory(Vec<Entry>);

#[derive(Clone, Copy, Debug)]
struct Entry {
    tag: u16,
    kind: Kind,
    count: u32,
    /// Position of the value in the file.
    at: u64,
}

/// Types of value.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Byte,
    Text,
    Short,
    Long,
    Rational,
    SignedByte,
    Undefined,
    SignedShort,
    SignedLong,
    SignedRational,
    Float,
    Double,
}

impl Kind {
    fn from_code(code: u16) -> Option<Self> {
        Some(match code {
            1 => Self::Byte,
            // 129 is UTF-8, new in EXIF 3.0.
            2 | 129 => Self::Text,
            3 => Self::Short,
            4 | 13 => Self::Long,
            5 => Self::Rational,
            6 => Self::SignedByte,
            7 => Self::Undefined,
            8 => Self::SignedShort,
            9 => Self::SignedLong,
            10 => Self::SignedRational,
            11 => Self::Float,
            12 => Self::Double,
            _ => return None,
        })
    }

    /// Bytes of one value.
    fn length(self) -> u64 {
        match self {
            Self::Byte | Self::Text | Self::SignedByte | Self::Undefined => 1,
            Self::Short | Self::SignedShort => 2,
            Self::Long | Self::SignedLong | Self::Float => 4,
            Self::Rational | Self::SignedRational | Self::Double => 8,
        }
    }
}

/// Whether these are the first bytes of a TIFF structure.
pub(super) fn is_header(bytes: &[u8]) -> bool {
    bytes.starts_with(b"II*\0") || bytes.starts_with(b"MM\0*")
}

impl Order {
    fn u16(self, bytes: [u8; 2]) -> u16 {
        match self {
            Self::Little => u16::from_le_bytes(bytes),
            Self::Big => u16::from_be_bytes(bytes),
        }
    }

    fn u32(self, bytes: [u8; 4]) -> u32 {
        match self {
            Self::Little => u32::from_le_bytes(bytes),
            Self::Big => u32::from_be_bytes(bytes),
        }
    }

    fn u64(self, bytes: [u8; 8]) -> u64 {
        match self {
            Self::Little => u64::from_le_bytes(bytes),
            Self::Big => u64::from_be_bytes(bytes),
        }
    }

    fn number(self, kind: Kind, bytes: &[u8]) -> Option<f64> {
        let short = || bytes.try_into().ok().map(|b| self.u16(b));
        let long = |from: usize| bytes.get(from..from + 4)?.try_into().ok().map(|b| self.u32(b));
        Some(match kind {
            Kind::Byte | Kind::Undefined => f64::from(*bytes.first()?),
            Kind::SignedByte => f64::from(bytes.first()?.cast_signed()),
            Kind::Short => f64::from(short()?),
            Kind::SignedShort => f64::from(short()?.cast_signed()),
            Kind::Long => f64::from(long(0)?),
            Kind::SignedLong => f64::from(long(0)?.cast_signed()),
            Kind::Rational => f64::from(long(0)?) / f64::from(long(4)?),
            Kind::SignedRational => f64::from(long(0)?.cast_signed()) / f64::from(long(4)?.cast_signed()),
            Kind::Float => f64::from(f32::from_bits(long(0)?)),
            Kind::Double => f64::from_bits(self.u64(bytes.try_into().ok()?)),
            Kind::Text => return None,
        })
    }
}

impl<'a> Tiff<'a> {
    /// The structure at `block` (byte positions), and its first directory.
    pub(super) fn open(source: &'a Source, block: Range<u64>) -> Parsed<Option<(Self, Directory)>> {
        let order = match source.read(block.start, 4)? {
            b"II*\0" => Order::Little,
            b"MM\0*" => Order::Big,
            _ => return Ok(None),
        };
        let tiff = Self { source, block, order };
        let first = source.array(tiff.block.start + 4)?.map_or(0, |bytes| order.u32(bytes));
        let directory = tiff.directory(first)?;
        Ok(Some((tiff, directory)))
    }

    /// The directory that the value of `tag` points to; an empty one where there is none.
    pub(super) fn child(&self, parent: &Directory, tag: u16) -> Parsed<Directory> {
        // It should be a `Long`; some programs write a signed one.
        let Some(entry) = parent.get(tag).filter(|entry| entry.kind.length() == 4) else {
            return Ok(Directory::default());
        };
        self.directory(self.source.array(entry.at)?.map_or(0, |bytes| self.order.u32(bytes)))
    }

    /// Values that reach beyond the structure are left out; so is what a truncated directory lacks.
    fn directory(&self, offset: u32) -> Parsed<Directory> {
        let at = self.block.start + u64::from(offset);
        if offset == 0 || at >= self.block.end {
            return Ok(Directory::default());
        }
        let count = self.source.array(at)?.map_or(0, |bytes| self.order.u16(bytes)).min(MOST_ENTRIES);
        let bytes = self.source.read(at + 2, u64::from(count) * ENTRY as u64)?;
        let entries = bytes.chunks_exact(ENTRY).zip((at + 2..).step_by(ENTRY));
        Ok(Directory(entries.filter_map(|(bytes, at)| self.entry(bytes, at)).collect()))
    }

    fn entry(&self, bytes: &[u8], at: u64) -> Option<Entry> {
        let [t0, t1, k0, k1, c0, c1, c2, c3, value @ ..]: [u8; ENTRY] = bytes.try_into().ok()?;
        let kind = Kind::from_code(self.order.u16([k0, k1]))?;
        let count = self.order.u32([c0, c1, c2, c3]);
        let length = kind.length().saturating_mul(u64::from(count));
        let at = if length <= 4 { at + 8 } else { self.block.start + u64::from(self.order.u32(value)) };
        let inside = at.saturating_add(length) <= self.block.end;
        inside.then(|| Entry { tag: self.order.u16([t0, t1]), kind, count, at })
    }

    /// A text as it is stored, its beginning if it is long.
    pub(super) fn text(&self, directory: &Directory, tag: u16) -> Parsed<Option<&'a [u8]>> {
        self.long_text(directory, tag, MOST_TEXT)
    }

    /// The same, of so many bytes at most.
    pub(super) fn long_text(&self, directory: &Directory, tag: u16, most: u64) -> Parsed<Option<&'a [u8]>> {
        match directory.get(tag) {
            Some(Entry { kind: Kind::Text | Kind::Undefined | Kind::Byte, count, at, .. }) => {
                self.source.read(at, u64::from(count).min(most)).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// Where a value is (byte positions), whatever its type.
    pub(super) fn place(&self, directory: &Directory, tag: u16) -> Option<Range<u64>> {
        let Entry { kind, count, at, .. } = directory.get(tag)?;
        Some(at..at + kind.length() * u64::from(count))
    }

    /// The first numbers of a value; not finite where a denominator is zero.
    pub(super) fn numbers(&self, directory: &Directory, tag: u16) -> Parsed<Vec<f64>> {
        let Some(Entry { kind, count, at, .. }) = directory.get(tag) else { return Ok(Vec::new()) };
        let length = kind.length();
        let bytes = self.source.read(at, length * u64::from(count).min(MOST_NUMBERS))?;
        let values = bytes.chunks_exact(usize::try_from(length).unwrap_or(1));
        Ok(values.filter_map(|value| self.order.number(kind, value)).collect())
    }
}

impl Directory {
    fn get(&self, tag: u16) -> Option<Entry> {
        self.0.iter().copied().find(|entry| entry.tag == tag && entry.count > 0)
    }
}
