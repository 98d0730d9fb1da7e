//! TIFF, the structure of EXIF (TIFF 6.0, section 2; EXIF 3.0, 4.6.2).
//!
//! Reads only the requested directories and values. Two existing crates were rejected:
//!
//! - `kamadak-exif` 0.6 follows every pointer to a directory each time it occurs. 14 KB of hostile
//!   EXIF took 10 s and 3 GB.
//! - `nom-exif` depends on `regex` and `chrono`. A larger binary starts more slowly on AWS Lambda.

use std::ops::Range;

use super::partial_file::{Parsed, PartialFile};

/// The maximum number of entries examined in one directory. Cameras write fewer than 100.
const MAX_ENTRIES: u16 = 512;
/// The number of bytes of an entry.
const ENTRY_LENGTH: usize = 12;
/// The maximum number of bytes read from a text.
const MAX_TEXT: u64 = 512;
/// The maximum number of bytes read from a text that contains a number.
const MAX_NUMBER_TEXT: u64 = 32;
/// The maximum number of numbers read from one value.
const MAX_NUMBERS: u64 = 4;

/// A TIFF structure inside a file.
#[derive(Debug)]
pub(super) struct Tiff<'a> {
    file: &'a PartialFile,
    /// The byte positions of the structure in the file. Offsets in the structure are relative to
    /// the start of this range.
    block: Range<u64>,
    byte_order: ByteOrder,
}

#[derive(Clone, Copy, Debug)]
enum ByteOrder {
    Little,
    Big,
}

/// An image file directory (IFD): values by tag.
#[derive(Debug, Default)]
pub(super) struct Directory(Vec<Entry>);

#[derive(Clone, Copy, Debug)]
struct Entry {
    tag: u16,
    kind: ValueType,
    count: u32,
    /// The position of the value in the file.
    at: u64,
}

#[derive(Clone, Copy, Debug)]
enum ValueType {
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

impl ValueType {
    fn from_code(code: u16) -> Option<Self> {
        Some(match code {
            1 => Self::Byte,
            // 129 is UTF-8, added in EXIF 3.0.
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

    /// Returns the number of bytes of one value.
    fn length(self) -> u64 {
        match self {
            Self::Byte | Self::Text | Self::SignedByte | Self::Undefined => 1,
            Self::Short | Self::SignedShort => 2,
            Self::Long | Self::SignedLong | Self::Float => 4,
            Self::Rational | Self::SignedRational | Self::Double => 8,
        }
    }
}

/// Returns `true` if the bytes start with a TIFF header.
pub(super) fn is_header(bytes: &[u8]) -> bool {
    bytes.starts_with(b"II*\0") || bytes.starts_with(b"MM\0*")
}

impl ByteOrder {
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

    fn number(self, kind: ValueType, bytes: &[u8]) -> Option<f64> {
        let short = || bytes.try_into().ok().map(|b| self.u16(b));
        let long = |from: usize| bytes.get(from..from + 4)?.try_into().ok().map(|b| self.u32(b));
        Some(match kind {
            ValueType::Byte | ValueType::Undefined => f64::from(*bytes.first()?),
            ValueType::SignedByte => f64::from(bytes.first()?.cast_signed()),
            ValueType::Short => f64::from(short()?),
            ValueType::SignedShort => f64::from(short()?.cast_signed()),
            ValueType::Long => f64::from(long(0)?),
            ValueType::SignedLong => f64::from(long(0)?.cast_signed()),
            ValueType::Rational => f64::from(long(0)?) / f64::from(long(4)?),
            ValueType::SignedRational => {
                f64::from(long(0)?.cast_signed()) / f64::from(long(4)?.cast_signed())
            }
            ValueType::Float => f64::from(f32::from_bits(long(0)?)),
            ValueType::Double => f64::from_bits(self.u64(bytes.try_into().ok()?)),
            ValueType::Text => return None,
        })
    }
}

impl<'a> Tiff<'a> {
    /// Opens the structure in the range `block` and reads its first directory. Returns `None` if
    /// the block has no TIFF header.
    pub(super) fn open(file: &'a PartialFile, block: Range<u64>) -> Parsed<Option<(Self, Directory)>> {
        let byte_order = match file.read(block.start, 4)? {
            b"II*\0" => ByteOrder::Little,
            b"MM\0*" => ByteOrder::Big,
            _ => return Ok(None),
        };
        let tiff = Self { file, block, byte_order };
        let first = file.read_array(tiff.block.start + 4)?.map_or(0, |bytes| byte_order.u32(bytes));
        let directory = tiff.directory(first)?;
        Ok(Some((tiff, directory)))
    }

    /// Reads the directory at the offset in `tag`. Returns an empty directory if there is none.
    pub(super) fn child(&self, parent: &Directory, tag: u16) -> Parsed<Directory> {
        // The type should be `Long`, but some programs write a signed one.
        let Some(entry) = parent.get(tag).filter(|entry| entry.kind.length() == 4) else {
            return Ok(Directory::default());
        };
        self.directory(self.file.read_array(entry.at)?.map_or(0, |bytes| self.byte_order.u32(bytes)))
    }

    /// Reads the directory at an offset. Skips values that extend beyond the structure, and the
    /// missing entries of a truncated directory.
    fn directory(&self, offset: u32) -> Parsed<Directory> {
        let at = self.block.start + u64::from(offset);
        if offset == 0 || at >= self.block.end {
            return Ok(Directory::default());
        }
        let count = self.file.read_array(at)?.map_or(0, |bytes| self.byte_order.u16(bytes)).min(MAX_ENTRIES);
        let bytes = self.file.read(at + 2, u64::from(count) * ENTRY_LENGTH as u64)?;
        let entries = bytes.chunks_exact(ENTRY_LENGTH).zip((at + 2..).step_by(ENTRY_LENGTH));
        Ok(Directory(entries.filter_map(|(bytes, at)| self.entry(bytes, at)).collect()))
    }

    fn entry(&self, bytes: &[u8], at: u64) -> Option<Entry> {
        let [t0, t1, k0, k1, c0, c1, c2, c3, value @ ..]: [u8; ENTRY_LENGTH] = bytes.try_into().ok()?;
        let kind = ValueType::from_code(self.byte_order.u16([k0, k1]))?;
        let count = self.byte_order.u32([c0, c1, c2, c3]);
        let length = kind.length().saturating_mul(u64::from(count));
        let at = if length <= 4 { at + 8 } else { self.block.start + u64::from(self.byte_order.u32(value)) };
        let is_inside = at.saturating_add(length) <= self.block.end;
        is_inside.then(|| Entry { tag: self.byte_order.u16([t0, t1]), kind, count, at })
    }

    /// Reads the stored bytes of a text, at most [`MAX_TEXT`] of them.
    pub(super) fn text(&self, directory: &Directory, tag: u16) -> Parsed<Option<&'a [u8]>> {
        self.text_up_to(directory, tag, MAX_TEXT)
    }

    /// Reads the stored bytes of a text, at most `max` of them.
    pub(super) fn text_up_to(&self, directory: &Directory, tag: u16, max: u64) -> Parsed<Option<&'a [u8]>> {
        match directory.get(tag) {
            Some(Entry {
                kind: ValueType::Text | ValueType::Undefined | ValueType::Byte, count, at, ..
            }) => self.file.read(at, u64::from(count).min(max)).map(Some),
            _ => Ok(None),
        }
    }

    /// Returns the range of byte positions of a value of any type.
    pub(super) fn value_range(&self, directory: &Directory, tag: u16) -> Option<Range<u64>> {
        let Entry { kind, count, at, .. } = directory.get(tag)?;
        Some(at..at + kind.length() * u64::from(count))
    }

    /// Reads the first [`MAX_NUMBERS`] numbers of a value. A rational number with denominator 0 is
    /// infinite or NaN. A text can contain one number, as digits or as a byte below 32.
    pub(super) fn numbers(&self, directory: &Directory, tag: u16) -> Parsed<Vec<f64>> {
        let Some(Entry { kind, count, at, .. }) = directory.get(tag) else { return Ok(Vec::new()) };
        if let ValueType::Text = kind {
            let text = self.file.read(at, u64::from(count).min(MAX_NUMBER_TEXT))?;
            return Ok(number_in_text(text).into_iter().collect());
        }
        let length = kind.length();
        let bytes = self.file.read(at, length * u64::from(count).min(MAX_NUMBERS))?;
        let values = bytes.chunks_exact(usize::try_from(length).unwrap_or(1));
        Ok(values.filter_map(|value| self.byte_order.number(kind, value)).collect())
    }
}

/// Parses a number in a text: digits, or a single byte below 32.
fn number_in_text(text: &[u8]) -> Option<f64> {
    match text {
        [byte @ 0..32] | [byte @ 0..32, 0, ..] => Some(f64::from(*byte)),
        _ => str::from_utf8(text).ok()?.trim_matches(['\0', ' ']).parse().ok(),
    }
}

impl Directory {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn contains(&self, tag: u16) -> bool {
        self.get(tag).is_some()
    }

    fn get(&self, tag: u16) -> Option<Entry> {
        self.0.iter().copied().find(|entry| entry.tag == tag && entry.count > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_numbers_in_texts() {
        for (text, expected) in [
            (&b"1\0"[..], Some(1.0)),
            (b"\x01\0", Some(1.0)),
            (b"\x01", Some(1.0)),
            (b"400", Some(400.0)),
            (b" 6 \0\0", Some(6.0)),
            (b"", None),
            (b"below", None),
            (b"\x01\x02", None),
        ] {
            assert_eq!(number_in_text(text), expected, "{}", text.escape_ascii());
        }
    }
}
