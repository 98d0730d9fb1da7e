//! JPEG: segments before the pixels (ITU-T T.81, annex B; EXIF 3.0, 4.7; XMP part 3, 1.1.3).

use std::ops::Range;

use super::{Found, Size, exif_in, photoshop, size};
use crate::ciff;
use crate::source::{Block, Parsed, Source};

/// How far a marker is searched in bytes that belong to no segment: decoders skip such bytes too.
const STRAY: u64 = 4096;
/// What an XMP segment begins with. Extended XMP, which is what did not fit into 64 KB, begins otherwise and is not read.
const XMP: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
/// What a packet begins with, and how far into a segment (bytes) that is searched where the segment begins otherwise.
const PACKETS: [&[u8]; 2] = [b"<?xpacket", b"<x:xmpmeta"];
const MOST_HEADER: u64 = 64;
/// What a segment of Photoshop's resources begins with.
const PHOTOSHOP: &[u8] = b"Photoshop 3.0\0";

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
                    0xE0 if found.ciff.is_none() => found.ciff = app0(source, body)?,
                    0xE1 => app1(source, body, &mut found)?,
                    0xED if found.iptc.is_none() => found.iptc = app13(source, body)?,
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

fn app0(source: &Source, body: Range<u64>) -> Parsed<Option<Block>> {
    let head = source.read(body.start, (body.end - body.start).min(14))?;
    Ok(ciff::is_header(head).then_some(Block::At(body)))
}

fn app1(source: &Source, body: Range<u64>, found: &mut Found) -> Parsed<()> {
    if found.xmp.is_none() {
        found.xmp = xmp_start(source, &body)?.map(|start| Block::At(start..body.end));
    }
    if found.exif.is_none() {
        found.exif = exif_in(source, exif_start(source, &body)?..body.end)?;
    }
    Ok(())
}

/// Where the packet in a segment is.
fn xmp_start(source: &Source, body: &Range<u64>) -> Parsed<Option<u64>> {
    if begins(source, body, XMP)? {
        return Ok(Some(body.start + XMP.len() as u64));
    }
    let head = source.read(body.start, (body.end - body.start).min(MOST_HEADER))?;
    let place = (0..head.len()).find(|&at| PACKETS.iter().any(|packet| head[at..].starts_with(packet)));
    Ok(place.map(|at| body.start + at as u64))
}

/// Where the `Exif\0\0` in a segment is: some cameras write it in capitals, or four bytes of junk before it, as ExifTool
/// found. The beginning of a segment that has none is as good, for then there is none.
fn exif_start(source: &Source, body: &Range<u64>) -> Parsed<u64> {
    let head = source.read(body.start, (body.end - body.start).min(4 + 5))?;
    let junk = head.windows(5).position(|window| window.eq_ignore_ascii_case(b"Exif\0"));
    Ok(body.start + junk.map_or(0, |junk| junk as u64))
}

fn app13(source: &Source, body: Range<u64>) -> Parsed<Option<Block>> {
    if !begins(source, &body, PHOTOSHOP)? {
        return Ok(None);
    }
    photoshop::iptc(source, body.start + PHOTOSHOP.len() as u64..body.end)
}

fn begins(source: &Source, body: &Range<u64>, prefix: &[u8]) -> Parsed<bool> {
    Ok(body.end - body.start >= prefix.len() as u64
        && source.read(body.start, prefix.len() as u64)? == prefix)
}

fn frame(source: &Source, body: &Range<u64>) -> Parsed<Option<Size>> {
    Ok(source.array(body.start)?.and_then(|[_precision, h1, h0, w1, w0]| {
        size(u16::from_be_bytes([w1, w0]).into(), u16::from_be_bytes([h1, h0]).into())
    }))
}
