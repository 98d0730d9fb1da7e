//! The result of scanning a container.

use std::ops::Range;

use crate::clean::date::CaptureTime;
use crate::clean::number::Size;
use crate::partial_file::{Block, Parsed, PartialFile};
use crate::tiff;

/// Size of the picture and positions of its metadata.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct ContainerInfo {
    /// Stored size, before the EXIF orientation is applied.
    pub(crate) size: Option<Size>,
    /// The container itself stores the rotation, and `size` already includes it.
    pub(crate) is_upright: bool,
    /// The TIFF structure that contains EXIF.
    pub(crate) exif: Option<Block>,
    /// The XMP packet.
    pub(crate) xmp: Option<Block>,
    /// The CIFF segment.
    pub(crate) ciff: Option<Block>,
    /// The IPTC-IIM records.
    pub(crate) iptc: Option<Block>,
    /// When the picture was created, if the container has a field for it.
    pub(crate) created: Option<CaptureTime>,
    /// The whole file is the TIFF structure, so EXIF has the size.
    pub(crate) is_tiff: bool,
}

/// The TIFF structure in a block that contains EXIF, or `None` if the block has no TIFF header.
///
/// PNG and WebP store it without a prefix, but many programs write the `Exif\0\0` of JPEG before
/// it.
pub(super) fn exif_in(file: &PartialFile, block: Range<u64>) -> Parsed<Option<Block>> {
    let head = file.read(block.start, 10.min(block.end.saturating_sub(block.start)))?;
    let (prefix, header) = match head {
        [b'E' | b'e', b'X' | b'x', b'I' | b'i', b'F' | b'f', 0, _, header @ ..] => (6, header),
        header => (0, header),
    };
    Ok(tiff::is_header(header).then(|| Block::InFile(block.start + prefix..block.end)))
}
