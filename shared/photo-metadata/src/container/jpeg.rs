//! JPEG: the segments before the scan (ITU-T T.81, annex B; EXIF 3.0, 4.7; XMP part 3, 1.1.3).

use std::ops::Range;

use super::info::{ContainerInfo, find_exif};
use super::photoshop;
use crate::ciff;
use crate::clean::number::{Size, size};
use crate::partial_file::{Block, Parsed, PartialFile};

/// The maximum number of bytes to skip between segments in search of the next marker. Decoders skip
/// such bytes too.
const MAX_STRAY_BYTES: u64 = 4096;
/// Prefix of an XMP segment. Extended XMP, the overflow of a packet over 64 KB, has another prefix
/// and is not read.
const XMP_PREFIX: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
/// Possible starts of an XMP packet.
const PACKET_STARTS: [&[u8]; 2] = [b"<?xpacket", b"<x:xmpmeta"];
/// The number of bytes searched for the start of a packet in a segment with an unknown prefix.
const MAX_PREFIX_BYTES: u64 = 64;
/// Prefix of a segment with Photoshop image resources.
const PHOTOSHOP_PREFIX: &[u8] = b"Photoshop 3.0\0";

/// A marker code and the position after it.
struct Marker {
    code: u8,
    after: u64,
}

pub(super) fn scan(file: &PartialFile) -> Parsed<ContainerInfo> {
    let mut info = ContainerInfo::default();
    let mut at = 2;
    while let Some(Marker { code, after }) = next_marker(file, at)? {
        match code {
            // Start of scan, end of image.
            0xDA | 0xD9 => {
                info.is_searched = true;
                break;
            }
            // Markers without a length, such as restarts.
            0x01 | 0xD0..=0xD8 => at = after,
            _ => {
                let Some(body) = segment_body(file, after)? else { break };
                at = body.end;
                match code {
                    0xE0 if info.ciff.is_none() => info.ciff = find_ciff(file, body)?,
                    0xE1 => read_app1(file, body, &mut info)?,
                    0xED if info.iptc.is_none() => info.iptc = find_iptc(file, body)?,
                    0xC0..=0xCF if !matches!(code, 0xC4 | 0xC8 | 0xCC) => {
                        info.size = frame_size(file, &body)?
                    }
                    _ => {}
                }
            }
        }
    }
    Ok(info)
}

/// Returns the marker at position `at` or, after stray bytes, the next one.
fn next_marker(file: &PartialFile, at: u64) -> Parsed<Option<Marker>> {
    if let Some([0xFF, code @ 1..=0xFE]) = file.read_array(at)? {
        return Ok(Some(Marker { code, after: at + 2 }));
    }
    let stray = file.read(at, MAX_STRAY_BYTES)?;
    let marker = stray.windows(2).zip(at..).find_map(|(pair, position)| match *pair {
        [0xFF, code @ 1..=0xFE] => Some(Marker { code, after: position + 2 }),
        _ => None,
    });
    Ok(marker)
}

/// Returns the body of the segment with its length field at position `at`, or `None` if the length
/// is invalid.
fn segment_body(file: &PartialFile, at: u64) -> Parsed<Option<Range<u64>>> {
    let length = file.read_array(at)?.map_or(0, u16::from_be_bytes);
    Ok((length >= 2).then(|| at + 2..at + u64::from(length)))
}

fn find_ciff(file: &PartialFile, body: Range<u64>) -> Parsed<Option<Block>> {
    let head = file.read(body.start, (body.end - body.start).min(14))?;
    Ok(ciff::is_header(head).then_some(Block::InFile(body)))
}

fn read_app1(file: &PartialFile, body: Range<u64>, info: &mut ContainerInfo) -> Parsed<()> {
    let blocks = |info: &ContainerInfo| (info.xmp.is_some(), info.exif.is_some());
    let before = blocks(info);
    if info.xmp.is_none() {
        info.xmp = xmp_start(file, &body)?.map(|start| Block::InFile(start..body.end));
    }
    if info.exif.is_none() {
        info.exif = find_exif(file, exif_start(file, &body)?..body.end)?;
    }
    // Extended XMP, for example, or a second block of EXIF.
    info.has_unread |= blocks(info) == before;
    Ok(())
}

/// Returns the position of the XMP packet in a segment.
fn xmp_start(file: &PartialFile, body: &Range<u64>) -> Parsed<Option<u64>> {
    if starts_with(file, body, XMP_PREFIX)? {
        return Ok(Some(body.start + XMP_PREFIX.len() as u64));
    }
    let head = file.read(body.start, (body.end - body.start).min(MAX_PREFIX_BYTES))?;
    let offset =
        (0..head.len()).find(|&at| PACKET_STARTS.iter().any(|packet| head[at..].starts_with(packet)));
    Ok(offset.map(|at| body.start + at as u64))
}

/// Returns the position of the prefix `Exif\0` in a segment, or the start of the segment if there
/// is none.
///
/// Some cameras write the prefix in capitals or after four other bytes (ExifTool's `ExifTool.pm`).
fn exif_start(file: &PartialFile, body: &Range<u64>) -> Parsed<u64> {
    let head = file.read(body.start, (body.end - body.start).min(4 + 5))?;
    let offset = head.windows(5).position(|window| window.eq_ignore_ascii_case(b"Exif\0"));
    Ok(body.start + offset.map_or(0, |offset| offset as u64))
}

fn find_iptc(file: &PartialFile, body: Range<u64>) -> Parsed<Option<Block>> {
    if !starts_with(file, &body, PHOTOSHOP_PREFIX)? {
        return Ok(None);
    }
    photoshop::find_iptc(file, body.start + PHOTOSHOP_PREFIX.len() as u64..body.end)
}

fn starts_with(file: &PartialFile, body: &Range<u64>, prefix: &[u8]) -> Parsed<bool> {
    Ok(body.end - body.start >= prefix.len() as u64 && file.read(body.start, prefix.len() as u64)? == prefix)
}

/// Returns the size in a frame header (SOF segment).
fn frame_size(file: &PartialFile, body: &Range<u64>) -> Parsed<Option<Size>> {
    Ok(file.read_array(body.start)?.and_then(|[_precision, h1, h0, w1, w0]| {
        size(u16::from_be_bytes([w1, w0]).into(), u16::from_be_bytes([h1, h0]).into())
    }))
}
