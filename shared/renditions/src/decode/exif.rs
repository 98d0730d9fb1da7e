//! Reads the EXIF values that change how a picture is shown: its orientation and Adobe RGB.
//!
//! EXIF is a TIFF structure (TIFF 6.0, section 2; EXIF 3.0, 4.6). Cameras and programs store the
//! orientation as every integer type, so the type does not matter.

use image::metadata::Orientation;
use moxcms::ColorProfile;

const ORIENTATION: u16 = 0x0112;
const EXIF_DIRECTORY: u16 = 0x8769;
const COLOUR_SPACE: u16 = 0xA001;
const INTEROPERABILITY_DIRECTORY: u16 = 0xA005;
const INTEROPERABILITY_INDEX: u16 = 0x0001;

/// The values of `ColorSpace` for sRGB and, against the standard, for Adobe RGB.
const SRGB: f64 = 1.0;
const ADOBE_RGB: f64 = 2.0;
/// The interoperability index of Adobe RGB (DCF 2.0, "DCF option file").
const ADOBE_RGB_INDEX: &[u8] = b"R03";

/// The maximum number of entries examined in one directory. Cameras write fewer than 100.
const MAX_ENTRIES: usize = 512;
/// The number of bytes of an entry.
const ENTRY_BYTES: usize = 12;

/// An EXIF block.
#[derive(Debug, Clone, Copy)]
pub(super) struct Exif<'a> {
    tiff: &'a [u8],
    is_big_endian: bool,
}

/// A value of a directory.
struct Value<'a> {
    kind: u16,
    bytes: &'a [u8],
}

impl<'a> Exif<'a> {
    /// Opens a block with or without the prefix `Exif\0\0`. Returns `None` if it has no TIFF
    /// header.
    pub(super) fn open(block: &'a [u8]) -> Option<Self> {
        let tiff = match block.split_at_checked(6) {
            Some((prefix, tiff)) if prefix[..5].eq_ignore_ascii_case(b"Exif\0") => tiff,
            _ => block,
        };
        let is_big_endian = match tiff.get(..4)? {
            b"II*\0" => false,
            b"MM\0*" => true,
            _ => return None,
        };
        Some(Exif { tiff, is_big_endian })
    }

    /// Returns the orientation, or upright if there is no valid one.
    pub(super) fn orientation(self) -> Orientation {
        let number = self.main_directory().and_then(|at| self.value(at, ORIENTATION)?.number(self));
        let orientation = (1..=8).find(|orientation| Some(f64::from(*orientation)) == number);
        orientation.and_then(Orientation::from_exif).unwrap_or(Orientation::NoTransforms)
    }

    /// Returns the ICC profile of Adobe RGB if the block declares this colour space.
    ///
    /// Cameras declare it only by the interoperability index, with the colour space
    /// "uncalibrated".
    pub(super) fn adobe_rgb_profile(self) -> Option<Vec<u8>> {
        let directory = self.directory(self.main_directory()?, EXIF_DIRECTORY)?;
        let colour_space = self.value(directory, COLOUR_SPACE).and_then(|value| value.number(self));
        let has_index = || {
            let interoperability = self.directory(directory, INTEROPERABILITY_DIRECTORY)?;
            let index = self.value(interoperability, INTEROPERABILITY_INDEX)?;
            Some(index.bytes.starts_with(ADOBE_RGB_INDEX))
        };
        let is_adobe_rgb =
            colour_space == Some(ADOBE_RGB) || (colour_space != Some(SRGB) && has_index().unwrap_or(false));
        is_adobe_rgb.then(|| ColorProfile::new_adobe_rgb().encode().ok())?
    }

    fn main_directory(self) -> Option<usize> {
        self.offset(self.tiff.get(4..8)?)
    }

    /// Returns the offset of the directory in a value of the directory at offset `parent`.
    fn directory(self, parent: usize, tag: u16) -> Option<usize> {
        self.offset(self.value(parent, tag)?.bytes.get(..4)?)
    }

    /// Returns the first value with a tag in the directory at an offset.
    fn value(self, directory: usize, tag: u16) -> Option<Value<'a>> {
        let count = usize::from(self.u16(self.tiff.get(directory..)?.get(..2)?)?);
        let entries = self.tiff.get(directory + 2..)?.chunks_exact(ENTRY_BYTES);
        let mut entries = entries.take(count.min(MAX_ENTRIES));
        let entry = entries.find(|entry| self.u16(&entry[..2]) == Some(tag))?;
        let kind = self.u16(&entry[2..4])?;
        let length = value_bytes(kind)?.checked_mul(self.offset(&entry[4..8])?)?;
        let bytes = match length {
            0 => return None,
            1..=4 => &entry[8..8 + length],
            _ => self.tiff.get(self.offset(&entry[8..])?..)?.get(..length)?,
        };
        Some(Value { kind, bytes })
    }

    fn u16(self, bytes: &[u8]) -> Option<u16> {
        let bytes = bytes.try_into().ok()?;
        Some(if self.is_big_endian { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) })
    }

    fn u32(self, bytes: &[u8]) -> Option<u32> {
        let bytes = bytes.try_into().ok()?;
        Some(if self.is_big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) })
    }

    fn offset(self, bytes: &[u8]) -> Option<usize> {
        usize::try_from(self.u32(bytes)?).ok()
    }
}

/// Returns the number of bytes of one value of a type, or `None` for an unknown type.
fn value_bytes(kind: u16) -> Option<usize> {
    match kind {
        1 | 2 | 6 | 7 => Some(1),
        3 | 8 => Some(2),
        4 | 9 | 11 | 13 => Some(4),
        5 | 10 | 12 => Some(8),
        _ => None,
    }
}

impl Value<'_> {
    /// Returns the first number, or `None` for a text without digits.
    fn number(&self, exif: Exif) -> Option<f64> {
        let long = |at: usize| exif.u32(self.bytes.get(at..at + 4)?);
        let signed = |at| long(at).map(u32::cast_signed).map(f64::from);
        Some(match self.kind {
            1 | 7 => f64::from(*self.bytes.first()?),
            2 => return std::str::from_utf8(self.bytes).ok()?.trim_matches(['\0', ' ']).parse().ok(),
            6 => f64::from(self.bytes.first()?.cast_signed()),
            3 => f64::from(exif.u16(self.bytes.get(..2)?)?),
            8 => f64::from(exif.u16(self.bytes.get(..2)?)?.cast_signed()),
            4 | 13 => f64::from(long(0)?),
            9 => signed(0)?,
            5 => f64::from(long(0)?) / f64::from(long(4)?),
            10 => signed(0)? / signed(4)?,
            11 => f64::from(f32::from_bits(long(0)?)),
            _ => return None,
        })
    }
}

/// Returns the orientation in an EXIF block, or upright if there is no valid one.
pub(super) fn orientation(exif: Option<&[u8]>) -> Orientation {
    exif.and_then(Exif::open).map_or(Orientation::NoTransforms, Exif::orientation)
}

/// Returns the ICC profile of Adobe RGB if an EXIF block declares this colour space.
pub(super) fn adobe_rgb_profile(exif: Option<&[u8]>) -> Option<Vec<u8>> {
    exif.and_then(Exif::open)?.adobe_rgb_profile()
}
