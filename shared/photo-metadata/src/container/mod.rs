//! File formats: locates EXIF, XMP, IPTC and the size of the picture.

mod bmff;
mod heif;
mod info;
mod jpeg;
mod photoshop;
mod png;
mod png_text;
mod webp;

use crate::clean::number::size;
use crate::partial_file::{Block, Parsed, PartialFile};
use crate::tiff;
use info::ContainerInfo;

/// Scans a file in the format that its first bytes identify. Returns an empty result for unknown
/// formats.
pub(super) fn scan(file: &PartialFile) -> Parsed<ContainerInfo> {
    match file.read(0, 16)? {
        [0xFF, 0xD8, 0xFF, ..] => jpeg::scan(file),
        [0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => png::scan(file),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => webp::scan(file),
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => heif::scan(file),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', w0, w1, h0, h1, ..] => Ok(ContainerInfo {
            size: size(u16::from_le_bytes([*w0, *w1]).into(), u16::from_le_bytes([*h0, *h1]).into()),
            ..ContainerInfo::default()
        }),
        head if tiff::is_header(head) => Ok(ContainerInfo {
            exif: Some(Block::InFile(0..file.total())),
            is_tiff: true,
            ..ContainerInfo::default()
        }),
        _ => Ok(ContainerInfo::default()),
    }
}
