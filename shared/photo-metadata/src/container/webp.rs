//! WebP: RIFF chunks (<https://developers.google.com/speed/webp/docs/riff_container>).

use std::ops::Range;

use super::{Found, Size, exif_in, size};
use crate::source::{Block, Parsed, Source};

/// Where the first chunk is.
const FIRST: u64 = 12;
/// Bytes of a chunk before its contents: type, length.
const BEFORE: u64 = 8;
/// Flags of the extended header.
const HAS_METADATA: u8 = 0x08 | 0x04;
const ANIMATED: u8 = 0x02;

pub(super) fn find(source: &Source) -> Parsed<Found> {
    let mut found = Found::default();
    let Some((kind, body)) = chunk(source, FIRST)? else { return Ok(found) };
    match &kind {
        b"VP8 " => found.size = lossy(source, &body)?,
        b"VP8L" => found.size = lossless(source, &body)?,
        b"VP8X" => {
            let Some([flags, _, _, _, canvas @ ..]) = source.array::<10>(body.start)? else {
                return Ok(found);
            };
            found.size = extended(canvas);
            // Some programs write EXIF and forget the flag. Looking takes one read, unless there are frames to cross.
            if flags & HAS_METADATA != 0 || flags & ANIMATED == 0 {
                metadata(source, next(&body), &mut found)?;
            }
        }
        _ => {}
    }
    Ok(found)
}

fn chunk(source: &Source, at: u64) -> Parsed<Option<([u8; 4], Range<u64>)>> {
    Ok(source.array::<8>(at)?.map(|[k0, k1, k2, k3, length @ ..]| {
        let body = at + BEFORE;
        ([k0, k1, k2, k3], body..body + u64::from(u32::from_le_bytes(length)))
    }))
}

/// Where the chunk after this one is: at an even position.
fn next(body: &Range<u64>) -> u64 {
    body.end + (body.end & 1)
}

/// EXIF and XMP are behind the pixels, in this order or the other.
fn metadata(source: &Source, mut at: u64, found: &mut Found) -> Parsed<()> {
    while let Some((kind, body)) = chunk(source, at)? {
        at = next(&body);
        match &kind {
            b"EXIF" if found.exif.is_none() => found.exif = exif_in(source, body)?,
            b"XMP " | b"XMP\0" if found.xmp.is_none() => found.xmp = Some(Block::At(body)),
            _ => {}
        }
        if found.exif.is_some() && found.xmp.is_some() {
            break;
        }
    }
    Ok(())
}

/// RFC 9649, 2.7: two 24-bit numbers, one less than the size.
fn extended([w0, w1, w2, h0, h1, h2]: [u8; 6]) -> Option<Size> {
    size(u32::from_le_bytes([w0, w1, w2, 0]) + 1, u32::from_le_bytes([h0, h1, h2, 0]) + 1)
}

/// RFC 6386, 9.1: after the frame tag and the start code, 14 bits each.
fn lossy(source: &Source, body: &Range<u64>) -> Parsed<Option<Size>> {
    let side = |low, high| u32::from(u16::from_le_bytes([low, high]) & 0x3FFF);
    Ok(source.array(body.start)?.and_then(|head: [u8; 10]| match head {
        [_, _, _, 0x9D, 0x01, 0x2A, w0, w1, h0, h1] => size(side(w0, w1), side(h0, h1)),
        _ => None,
    }))
}

/// RFC 9649, 3.4: after the signature, 14 bits each, one less than the size.
fn lossless(source: &Source, body: &Range<u64>) -> Parsed<Option<Size>> {
    Ok(source.array(body.start)?.and_then(|head: [u8; 5]| match head {
        [0x2F, bits @ ..] => {
            let bits = u32::from_le_bytes(bits);
            size((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
        }
        _ => None,
    }))
}
