//! PNG: chunks (<https://www.w3.org/TR/png-3/>).

use std::ops::Range;

use super::info::{ContainerInfo, find_exif};
use super::png_text;
use crate::clean::number::size;
use crate::partial_file::{Parsed, PartialFile};

/// Position of the first chunk.
const FIRST_CHUNK: u64 = 8;
/// The number of bytes of a chunk before its data: length and type.
const CHUNK_HEADER: u64 = 8;
/// The number of bytes of a chunk after its data.
const CRC: u64 = 4;
/// The number of bytes at the end of a file that are searched for metadata after the pixels.
const TAIL: u64 = 64 * 1024;
/// The maximum number of positions in the tail that are examined as the start of a chunk.
const MAX_CANDIDATES: usize = 16;

pub(super) fn scan(file: &PartialFile) -> Parsed<ContainerInfo> {
    let mut info = ContainerInfo::default();
    let mut at = FIRST_CHUNK;
    while let Some((kind, body)) = chunk(file, at)? {
        at = body.end + CRC;
        match &kind {
            b"IHDR" => {
                info.size = file.read_array(body.start)?.and_then(|[w3, w2, w1, w0, h3, h2, h1, h0]| {
                    size(u32::from_be_bytes([w3, w2, w1, w0]), u32::from_be_bytes([h3, h2, h1, h0]))
                });
            }
            b"IDAT" => {
                if info.exif.is_none() || info.xmp.is_none() {
                    info.is_searched = scan_after_pixels(file, body.end, &mut info)?;
                }
                break;
            }
            b"IEND" => {
                info.is_searched = true;
                break;
            }
            _ => read_metadata(file, &kind, body, &mut info)?,
        }
    }
    Ok(info)
}

fn read_metadata(
    file: &PartialFile,
    kind: &[u8; 4],
    body: Range<u64>,
    info: &mut ContainerInfo,
) -> Parsed<()> {
    match kind {
        // This chunk takes precedence over EXIF in a text chunk.
        b"eXIf" => {
            info.has_unread |= info.exif.is_some();
            info.exif = find_exif(file, body)?.or(info.exif.take());
        }
        b"iTXt" | b"tEXt" | b"zTXt" => png_text::read(file, kind, &body, info)?,
        _ => {}
    }
    Ok(())
}

/// Returns the type and the data of the chunk at a position.
fn chunk(file: &PartialFile, at: u64) -> Parsed<Option<([u8; 4], Range<u64>)>> {
    Ok(file.read_array::<8>(at)?.map(|[l3, l2, l1, l0, kind @ ..]| {
        let length = u32::from_be_bytes([l3, l2, l1, l0]);
        (kind, at + CHUNK_HEADER..at + CHUNK_HEADER + u64::from(length))
    }))
}

/// Reads metadata after the pixels. ImageMagick writes EXIF there, and ExifTool writes XMP.
///
/// Searches the end of the file for a chunk, because pixels are often in chunks of 8 KB, and a walk
/// over thousands of chunks would exceed the number of reads.
///
/// `pixels` is the end of the data of the first chunk of pixels. Returns `true` if the end of the
/// file contains everything that follows the last chunk of pixels.
fn scan_after_pixels(file: &PartialFile, pixels: u64, info: &mut ContainerInfo) -> Parsed<bool> {
    let start = file.total().saturating_sub(TAIL).max(pixels);
    let tail = file.read(start, TAIL)?;
    let candidates = tail
        .windows(4)
        .enumerate()
        .filter(|(_, kind)| matches!(*kind, b"eXIf" | b"iTXt" | b"tEXt" | b"zTXt"));
    for (offset, _) in candidates.take(MAX_CANDIDATES) {
        let Some(mut at) = offset.checked_sub(4).map(|offset| start + offset as u64) else { continue };
        if is_chunk_chain(file, at)? {
            while let Some((kind, body)) = chunk(file, at)? {
                at = body.end + CRC;
                read_metadata(file, &kind, body, info)?;
            }
            break;
        }
    }
    let last_pixels =
        tail.windows(4).position(|kind| kind == b"IDAT").and_then(|offset| offset.checked_sub(4));
    match last_pixels {
        _ if start == pixels => is_chunk_chain(file, pixels + CRC),
        Some(offset) => is_chunk_chain(file, start + offset as u64),
        None => Ok(false),
    }
}

/// Returns `true` if consecutive chunks lead from `at` to the last chunk. Pixels that resemble a
/// chunk type do not.
fn is_chunk_chain(file: &PartialFile, mut at: u64) -> Parsed<bool> {
    while let Some((kind, body)) = chunk(file, at)? {
        if &kind == b"IEND" {
            return Ok(true);
        }
        at = body.end + CRC;
    }
    Ok(false)
}
