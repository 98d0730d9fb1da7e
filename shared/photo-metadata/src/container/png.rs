//! PNG: chunks (<https://www.w3.org/TR/png-3/>).

use std::ops::Range;

use super::{Found, exif_in, png_text, size};
use crate::source::{Parsed, Source};

/// Where the first chunk is.
const FIRST: u64 = 8;
/// Bytes of a chunk before its contents (length, type) and after them (CRC).
const BEFORE: u64 = 8;
const AFTER: u64 = 4;
/// How many bytes at the end of a file are searched for metadata behind the pixels.
const TAIL: u64 = 64 * 1024;
/// How many places that look like such a chunk are tried: bounds the work on hostile files.
const MOST_TRIED: usize = 16;

pub(super) fn find(source: &Source) -> Parsed<Found> {
    let mut found = Found::default();
    let mut at = FIRST;
    while let Some((kind, body)) = chunk(source, at)? {
        at = body.end + AFTER;
        match &kind {
            b"IHDR" => {
                found.size = source.array(body.start)?.and_then(|[w3, w2, w1, w0, h3, h2, h1, h0]| {
                    size(u32::from_be_bytes([w3, w2, w1, w0]), u32::from_be_bytes([h3, h2, h1, h0]))
                });
            }
            b"IDAT" => {
                if found.exif.is_none() || found.xmp.is_none() {
                    behind_pixels(source, body.end, &mut found)?;
                }
                break;
            }
            b"IEND" => break,
            _ => metadata(source, &kind, body, &mut found)?,
        }
    }
    Ok(found)
}

fn metadata(source: &Source, kind: &[u8; 4], body: Range<u64>, found: &mut Found) -> Parsed<()> {
    match kind {
        // Rather than what is in a text.
        b"eXIf" => found.exif = exif_in(source, body)?.or(found.exif.take()),
        b"iTXt" | b"tEXt" | b"zTXt" => png_text::read(source, kind, &body, found)?,
        _ => {}
    }
    Ok(())
}

fn chunk(source: &Source, at: u64) -> Parsed<Option<([u8; 4], Range<u64>)>> {
    Ok(source.array::<8>(at)?.map(|[l3, l2, l1, l0, kind @ ..]| {
        let length = u32::from_be_bytes([l3, l2, l1, l0]);
        (kind, at + BEFORE..at + BEFORE + u64::from(length))
    }))
}

/// Metadata after the pixels, where ImageMagick writes EXIF and ExifTool XMP. Going there from chunk to chunk would take
/// thousands of reads, since the pixels are often in chunks of 8 KB: it is searched from the end instead.
fn behind_pixels(source: &Source, pixels: u64, found: &mut Found) -> Parsed<()> {
    let start = source.total().saturating_sub(TAIL).max(pixels);
    let tail = source.read(start, TAIL)?;
    let places = tail
        .windows(4)
        .enumerate()
        .filter(|(_, kind)| matches!(*kind, b"eXIf" | b"iTXt" | b"tEXt" | b"zTXt"));
    for (place, _) in places.take(MOST_TRIED) {
        let Some(mut at) = place.checked_sub(4).map(|offset| start + offset as u64) else { continue };
        if leads_to_the_end(source, at)? {
            while let Some((kind, body)) = chunk(source, at)? {
                at = body.end + AFTER;
                metadata(source, &kind, body, found)?;
            }
            break;
        }
    }
    Ok(())
}

/// Whether chunks follow one another from `at` to the last one: pixels that look like a chunk do not.
fn leads_to_the_end(source: &Source, mut at: u64) -> Parsed<bool> {
    while let Some((kind, body)) = chunk(source, at)? {
        if &kind == b"IEND" {
            return Ok(true);
        }
        at = body.end + AFTER;
    }
    Ok(false)
}
