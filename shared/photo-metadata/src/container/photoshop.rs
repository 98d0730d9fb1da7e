//! Photoshop's image resources, which JPEG carries IPTC in (Adobe Photoshop File Formats, "Image Resources Section").

use std::ops::Range;

use crate::source::{Block, Parsed, Source};

/// The resource that holds IPTC-IIM records.
const IPTC: u16 = 0x0404;
/// The most resources looked at; Photoshop writes about 30, that one among the first.
const MOST_RESOURCES: usize = 128;

/// The IPTC among the resources in a block (byte positions).
pub(super) fn iptc(source: &Source, block: Range<u64>) -> Parsed<Option<Block>> {
    let mut at = block.start;
    for _ in 0..MOST_RESOURCES {
        // Signature, number, length of the name.
        let Some([b'8', b'B', b'I', b'M', n1, n0, name]) = source.array(at)? else { break };
        // The name with its length, and the data, each take an even number of bytes.
        let name = (u64::from(name) + 1).next_multiple_of(2);
        let Some(length) = source.array(at + 6 + name)?.map(u32::from_be_bytes) else { break };
        let data = at + 6 + name + 4;
        let end = data + u64::from(length);
        if data >= block.end {
            break;
        }
        if u16::from_be_bytes([n1, n0]) == IPTC {
            return Ok(Some(Block::At(data..end.min(block.end))));
        }
        at = data + u64::from(length).next_multiple_of(2);
    }
    Ok(None)
}
