//! The result of scanning a container.

use std::ops::Range;

use crate::clean::date::CaptureTime;
use crate::clean::number::Size;
use crate::partial_file::{Block, Parsed, PartialFile};
use crate::tiff;

/// The size of the picture and the positions of its metadata.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct ContainerInfo {
    /// Stored size, before the EXIF orientation is applied.
    pub(crate) size: Option<Size>,
    /// Whether the container defines the rotation instead of EXIF. Then `size` includes the
    /// rotation.
    pub(crate) is_upright: bool,
    /// The TIFF structure that contains EXIF.
    pub(crate) exif: Option<Block>,
    /// The XMP packet.
    pub(crate) xmp: Option<Block>,
    /// The CIFF segment.
    pub(crate) ciff: Option<Block>,
    /// The IPTC-IIM records.
    pub(crate) iptc: Option<Block>,
    /// The time when the picture was created, if the container has a field for it.
    pub(crate) created: Option<CaptureTime>,
    /// Whether the whole file is the TIFF structure, so that EXIF has the size.
    pub(crate) is_tiff: bool,
    /// Whether the scan examined all places of the container that can contain EXIF or XMP.
    pub(crate) is_searched: bool,
    /// Whether the container has a block of EXIF or XMP that was not read, or only in part.
    pub(crate) has_unread: bool,
}

/// Finds the TIFF structure at the start of a block. Returns `None` if the block has no TIFF
/// header.
///
/// PNG and WebP define no prefix of the structure, but many programs write the prefix `Exif\0\0` of
/// JPEG.
pub(super) fn find_exif(file: &PartialFile, block: Range<u64>) -> Parsed<Option<Block>> {
    let head = file.read(block.start, 10.min(block.end.saturating_sub(block.start)))?;
    let (prefix, header) = match head {
        [b'E' | b'e', b'X' | b'x', b'I' | b'i', b'F' | b'f', 0, _, header @ ..] => (6, header),
        header => (0, header),
    };
    Ok(tiff::is_header(header).then(|| Block::InFile(block.start + prefix..block.end)))
}
