//! Containers: where in a file the EXIF, the XMP and the IPTC are, and how large the picture is.

mod bmff;
mod heif;
mod jpeg;
mod photoshop;
mod png;
mod png_text;
mod webp;

use std::ops::Range;

use crate::clean::date::Taken;
use crate::source::{Block, Parsed, Source};
use crate::tiff;

/// Width and height, as stored (pixels).
pub(super) type Size = (u32, u32);

/// What a container tells.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    /// As stored, before the orientation is applied.
    pub(super) size: Option<Size>,
    /// The size is as displayed already: the container itself says how the picture is turned.
    pub(super) is_upright: bool,
    /// The TIFF structure that holds the EXIF.
    pub(super) exif: Option<Block>,
    /// The XMP packet.
    pub(super) xmp: Option<Block>,
    /// What Canon had before EXIF.
    pub(super) ciff: Option<Block>,
    /// The IPTC-IIM records.
    pub(super) iptc: Option<Block>,
    /// When the picture was made, where the container itself says so.
    pub(super) created: Option<Taken>,
    /// The file is that structure: it tells the size too.
    pub(super) is_tiff: bool,
}

/// Looks through a container, recognised by its first bytes. An unknown one tells nothing.
pub(super) fn find(source: &Source) -> Parsed<Found> {
    match source.read(0, 16)? {
        [0xFF, 0xD8, 0xFF, ..] => jpeg::find(source),
        [0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => png::find(source),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => webp::find(source),
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => heif::find(source),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', w0, w1, h0, h1, ..] => Ok(Found {
            size: size(u16::from_le_bytes([*w0, *w1]).into(), u16::from_le_bytes([*h0, *h1]).into()),
            ..Found::default()
        }),
        head if tiff::is_header(head) => {
            Ok(Found { exif: Some(Block::At(0..source.total())), is_tiff: true, ..Found::default() })
        }
        _ => Ok(Found::default()),
    }
}

/// A size, if it is one.
pub(super) fn size(width: u32, height: u32) -> Option<Size> {
    (width > 0 && height > 0).then_some((width, height))
}

/// The TIFF structure in a block that holds EXIF: PNG and WebP store it bare, though many a program leaves the `Exif\0\0`
/// of JPEG before it. A block that does not begin as TIFF does is none.
fn exif_in(source: &Source, block: Range<u64>) -> Parsed<Option<Block>> {
    let head = source.read(block.start, 10.min(block.end.saturating_sub(block.start)))?;
    let (prefix, header) = match head {
        [b'E' | b'e', b'X' | b'x', b'I' | b'i', b'F' | b'f', 0, _, header @ ..] => (6, header),
        header => (0, header),
    };
    Ok(tiff::is_header(header).then(|| Block::At(block.start + prefix..block.end)))
}
