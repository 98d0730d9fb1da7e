//! JPEG: segments before the pixels (ITU-T T.81, annex B; EXIF 3.0, 4.7).

use std::ops::Range;

use super::super::source::{Parsed, Source};
use super::{Found, Size, exif_in, size};

/// How far a marker is searched in bytes that belong to no segment: decoders skip such bytes too.
const STRAY: u64 = 4096;

/// A marker code and where what follows it begins.
struct Marker {
    code: u8,
    after: u64,
}

pub(super) fn find(source: &Source) -> Parsed<Found> {
    let mut found = Found::default();
    let mut at = 2;
    while let Some(Marker { code, after }) = next_marker(source, at)? {
        // Start of scan and end of image: no more segments. Restarts and the like have no length.
        match code {
            0xDA | 0xD9 => break,
            0x01 | 0xD0..=0xD8 => at = after,
            _ => {
                let Some(body) = body(source, after)? else { break };
                at = body.end;
                match code {
                    0xE1 if found.exif.is_none() => found.exif = app1(source, body)?,
                    0xC0..=0xCF if !matches!(code, 0xC4 | 0xC8 | 0xCC) => found.size = frame(source, &body)?,
                    _ => {}
                }
            }
        }
    }
    Ok(found)
}

fn next_marker(source: &Source, at: u64) -> Parsed<Option<Marker>> {
    if let Some([0xFF, code @ 1..=0xFE]) = source.array(at)? {
        return Ok(Some(Marker { code, after: at + 2 }));
    }
    let stray = source.read(at, STRAY)?;
    let marker = stray.windows(2).zip(at..).find_map(|(pair, position)| match *pair {
        [0xFF, code @ 1..=0xFE] => Some(Marker { code, after: position + 2 }),
        _ => None,
    });
    Ok(marker)
}

/// Where the contents of a segment are whose length field is at `at`.
fn body(source: &Source, at: u64) -> Parsed<Option<Range<u64>>> {
    let length = source.array(at)?.map_or(0, u16::from_be_bytes);
    Ok((length >= 2).then(|| at + 2..at + u64::from(length)))
}

fn app1(source: &Source, body: Range<u64>) -> Parsed<Option<Range<u64>>> {
    match source.array(body.start)? {
        Some([b'E', b'x', b'i', b'f', 0]) => exif_in(source, body),
        _ => Ok(None),
    }
}

fn frame(source: &Source, body: &Range<u64>) -> Parsed<Option<Size>> {
    Ok(source.array(body.start)?.and_then(|[_precision, h1, h0, w1, w0]| {
        size(u16::from_be_bytes([w1, w0]).into(), u16::from_be_bytes([h1, h0]).into())
    }))
}
