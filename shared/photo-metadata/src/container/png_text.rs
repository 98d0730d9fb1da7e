//! Metadata in the text chunks of a PNG: XMP where the standard has it (XMP part 3, 1.1.5), and the "raw profiles" that
//! ImageMagick wrote before there was an `eXIf` chunk.

use std::ops::Range;

use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;

use super::{Found, photoshop};
use crate::clean::date;
use crate::source::{Block, Parsed, Source};

/// The longest keyword (bytes), with its NUL.
const MOST_KEYWORD: u64 = 80;
/// The most bytes of a chunk that are read, and that one is unpacked to.
const MOST_READ: u64 = 64 * 1024;
const MOST_UNPACKED: usize = 128 * 1024;

/// From the text of a chunk to the metadata in it.
type Unfold = fn(Vec<u8>) -> Option<Block>;

/// Takes from a text chunk what it tells, if it is metadata. Of each kind only one chunk is unpacked, were it of no use:
/// thousands of them would take long.
pub(super) fn read(source: &Source, kind: &[u8; 4], body: &Range<u64>, found: &mut Found) -> Parsed<()> {
    let length = body.end - body.start;
    let beginning = source.read(body.start, length.min(MOST_KEYWORD))?;
    let keyword = split_at_nul(beginning).map(|(keyword, _)| keyword).unwrap_or_default();
    let (place, unfold): (_, Unfold) = match keyword {
        b"XML:com.adobe.xmp" => (&mut found.xmp, |text| Some(Block::Held(text))),
        b"Raw profile type xmp" => (&mut found.xmp, |text| unhex(&text).map(Block::Held)),
        b"Raw profile type exif" | b"Raw profile type APP1" => (&mut found.exif, exif),
        b"Creation Time" if found.created.is_none() => {
            let contents = source.read(body.start, length.min(MOST_KEYWORD))?;
            found.created = text(kind, contents).and_then(|text| date::parse(str::from_utf8(&text).ok()?));
            return Ok(());
        }
        b"Raw profile type iptc" => (&mut found.iptc, iptc),
        _ => return Ok(()),
    };
    if place.is_none() {
        let contents = source.read(body.start, length.min(MOST_READ))?;
        *place = Some(text(kind, contents).and_then(unfold).unwrap_or_default());
    }
    Ok(())
}

/// The text of a chunk, unpacked.
fn text(kind: &[u8; 4], contents: &[u8]) -> Option<Vec<u8>> {
    let (_, rest) = split_at_nul(contents)?;
    match (kind, rest) {
        (b"tEXt", text) => Some(text.to_vec()),
        (b"zTXt", [0, packed @ ..]) => Some(unpack(packed)),
        (b"iTXt", [is_packed, _method, rest @ ..]) => {
            let (_language, rest) = split_at_nul(rest)?;
            let (_translated, text) = split_at_nul(rest)?;
            Some(if *is_packed == 1 { unpack(text) } else { text.to_vec() })
        }
        _ => None,
    }
}

/// Unpacks what can be, up to the bound: a damaged text may tell something in its beginning.
fn unpack(packed: &[u8]) -> Vec<u8> {
    decompress_to_vec_zlib_with_limit(packed, MOST_UNPACKED).unwrap_or_else(|error| error.output)
}

/// A raw profile: a line with its name, one with its length, and its bytes in hexadecimal digits.
fn unhex(text: &[u8]) -> Option<Vec<u8>> {
    let mut lines = text.trim_ascii_start().splitn(3, |&byte| byte == b'\n');
    let digits = lines.nth(2)?.iter().filter_map(|&byte| char::from(byte).to_digit(16));
    let digits: Vec<u8> = digits.filter_map(|digit| u8::try_from(digit).ok()).collect();
    Some(digits.chunks_exact(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect())
}

fn exif(text: Vec<u8>) -> Option<Block> {
    unhex(&text)?.strip_prefix(b"Exif\0\0").map(|tiff| Block::Held(tiff.to_vec()))
}

fn iptc(text: Vec<u8>) -> Option<Block> {
    let held = Source::held(unhex(&text)?);
    // Nothing is missing of what is held.
    let block = photoshop::iptc(&held, 0..held.total()).ok()??;
    block.read(&held, u64::MAX).ok().map(|records| Block::Held(records.to_vec()))
}

/// What is before the first NUL and what is behind it.
fn split_at_nul(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let place = bytes.iter().position(|&byte| byte == 0)?;
    Some((bytes.get(..place)?, bytes.get(place + 1..)?))
}
