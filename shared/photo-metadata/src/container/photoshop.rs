//! Photoshop image resources, which contain IPTC in JPEG files (Adobe Photoshop File Formats,
//! "Image Resources Section").

use std::ops::Range;

use crate::partial_file::{Block, Parsed, PartialFile};

/// Identifier of the resource with IPTC-IIM records.
const IPTC: u16 = 0x0404;
/// The maximum number of resources examined. Photoshop writes about 30, with IPTC among the first.
const MAX_RESOURCES: usize = 128;

/// Finds the IPTC records in a range of image resources.
pub(super) fn find_iptc(file: &PartialFile, block: Range<u64>) -> Parsed<Option<Block>> {
    let mut at = block.start;
    for _ in 0..MAX_RESOURCES {
        // Signature, identifier, length of the name.
        let Some([b'8', b'B', b'I', b'M', n1, n0, name]) = file.read_array(at)? else { break };
        // The name with its length byte is padded to an even length. The data is padded too.
        let name = (u64::from(name) + 1).next_multiple_of(2);
        let Some(length) = file.read_array(at + 6 + name)?.map(u32::from_be_bytes) else { break };
        let data = at + 6 + name + 4;
        let end = data + u64::from(length);
        if data >= block.end {
            break;
        }
        if u16::from_be_bytes([n1, n0]) == IPTC {
            return Ok(Some(Block::InFile(data..end.min(block.end))));
        }
        at = data + u64::from(length).next_multiple_of(2);
    }
    Ok(None)
}
