//! WebP: RIFF chunks (<https://developers.google.com/speed/webp/docs/riff_container>).

use std::ops::Range;

use super::info::{ContainerInfo, find_exif};
use crate::clean::number::{Size, size};
use crate::partial_file::{Block, Parsed, PartialFile};

/// Position of the first chunk.
const FIRST_CHUNK: u64 = 12;
/// The number of bytes of a chunk before its data: type and length.
const CHUNK_HEADER: u64 = 8;
/// The flags for EXIF and XMP in the extended header.
const HAS_METADATA: u8 = 0x08 | 0x04;
/// The flag for an animation in the extended header.
const ANIMATED: u8 = 0x02;

pub(super) fn scan(file: &PartialFile) -> Parsed<ContainerInfo> {
    let mut info = ContainerInfo::default();
    let Some((kind, body)) = chunk(file, FIRST_CHUNK)? else { return Ok(info) };
    // A simple file has one chunk.
    info.is_searched = next_chunk(&body) >= file.total();
    match &kind {
        b"VP8 " => info.size = lossy_size(file, &body)?,
        b"VP8L" => info.size = lossless_size(file, &body)?,
        b"VP8X" => {
            let Some([flags, _, _, _, canvas @ ..]) = file.read_array::<10>(body.start)? else {
                return Ok(info);
            };
            info.size = canvas_size(canvas);
            // Some programs write EXIF without setting the flag. The search for it takes one read
            // in a still picture, but one read per frame in an animation.
            if flags & HAS_METADATA != 0 || flags & ANIMATED == 0 {
                info.is_searched = read_metadata(file, next_chunk(&body), &mut info)?;
            }
        }
        _ => {}
    }
    Ok(info)
}

/// Returns the type and the data of the chunk at a position.
fn chunk(file: &PartialFile, at: u64) -> Parsed<Option<([u8; 4], Range<u64>)>> {
    Ok(file.read_array::<8>(at)?.map(|[k0, k1, k2, k3, length @ ..]| {
        let body = at + CHUNK_HEADER;
        ([k0, k1, k2, k3], body..body + u64::from(u32::from_le_bytes(length)))
    }))
}

/// Returns the position of the next chunk, which is even.
fn next_chunk(body: &Range<u64>) -> u64 {
    body.end + (body.end & 1)
}

/// Reads EXIF and XMP. Both come after the pixels, in either order. Returns `true` if no chunk
/// follows.
fn read_metadata(file: &PartialFile, mut at: u64, info: &mut ContainerInfo) -> Parsed<bool> {
    while let Some((kind, body)) = chunk(file, at)? {
        at = next_chunk(&body);
        match &kind {
            b"EXIF" if info.exif.is_none() => info.exif = find_exif(file, body)?,
            b"XMP " | b"XMP\0" if info.xmp.is_none() => info.xmp = Some(Block::InFile(body)),
            b"EXIF" | b"XMP " | b"XMP\0" => info.has_unread = true,
            _ => {}
        }
        if info.exif.is_some() && info.xmp.is_some() {
            break;
        }
    }
    Ok(at >= file.total())
}

/// Parses two 24-bit numbers, each the side minus one (RFC 9649, 2.7).
fn canvas_size([w0, w1, w2, h0, h1, h2]: [u8; 6]) -> Option<Size> {
    size(u32::from_le_bytes([w0, w1, w2, 0]) + 1, u32::from_le_bytes([h0, h1, h2, 0]) + 1)
}

/// Reads 14 bits per side, after the frame tag and the start code (RFC 6386, 9.1).
fn lossy_size(file: &PartialFile, body: &Range<u64>) -> Parsed<Option<Size>> {
    let side = |low, high| u32::from(u16::from_le_bytes([low, high]) & 0x3FFF);
    Ok(file.read_array(body.start)?.and_then(|head: [u8; 10]| match head {
        [_, _, _, 0x9D, 0x01, 0x2A, w0, w1, h0, h1] => size(side(w0, w1), side(h0, h1)),
        _ => None,
    }))
}

/// Reads 14 bits per side, each the side minus one, after the signature (RFC 9649, 3.4).
fn lossless_size(file: &PartialFile, body: &Range<u64>) -> Parsed<Option<Size>> {
    Ok(file.read_array(body.start)?.and_then(|head: [u8; 5]| match head {
        [0x2F, bits @ ..] => {
            let bits = u32::from_le_bytes(bits);
            size((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
        }
        _ => None,
    }))
}
