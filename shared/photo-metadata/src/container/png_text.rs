//! Metadata in text chunks of PNG: XMP (XMP part 3, 1.1.5), and the "raw profiles" that ImageMagick
//! wrote before the `eXIf` chunk existed.

use std::ops::Range;

use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;

use super::info::ContainerInfo;
use super::photoshop;
use crate::clean::date;
use crate::partial_file::{Block, Parsed, PartialFile};

/// The maximum number of bytes of a keyword, including its NUL.
const MAX_KEYWORD: u64 = 80;
/// The maximum number of bytes read from a chunk.
const MAX_CHUNK: u64 = 64 * 1024;
/// The maximum number of bytes of a chunk after decompression.
const MAX_DECOMPRESSED: usize = 128 * 1024;

/// A function that decodes the text of a chunk to the metadata in it.
type Decoder = fn(Vec<u8>) -> Option<Block>;

/// Reads the metadata in a text chunk, if it has any.
///
/// Decodes only the first chunk of each kind, even if it contains no metadata, to limit the work on
/// hostile files.
pub(super) fn read(
    file: &PartialFile,
    kind: &[u8; 4],
    body: &Range<u64>,
    info: &mut ContainerInfo,
) -> Parsed<()> {
    let length = body.end - body.start;
    let start = file.read(body.start, length.min(MAX_KEYWORD))?;
    let keyword = split_at_nul(start).map(|(keyword, _)| keyword).unwrap_or_default();
    let (slot, decode): (_, Decoder) = match keyword {
        b"XML:com.adobe.xmp" => (&mut info.xmp, |text| Some(Block::Decoded(text))),
        b"Raw profile type xmp" => (&mut info.xmp, |text| raw_profile(&text).map(Block::Decoded)),
        b"Raw profile type exif" | b"Raw profile type APP1" => (&mut info.exif, exif_profile),
        _ if keyword.eq_ignore_ascii_case(b"Creation Time") && info.created.is_none() => {
            let contents = file.read(body.start, length.min(MAX_KEYWORD))?;
            info.created =
                text(kind, contents).and_then(|text| date::parse(str::from_utf8(&text.bytes).ok()?));
            return Ok(());
        }
        b"Raw profile type iptc" => (&mut info.iptc, iptc_profile),
        _ => return Ok(()),
    };
    if slot.is_some() {
        info.has_unread = true;
        return Ok(());
    }
    let contents = file.read(body.start, length.min(MAX_CHUNK))?;
    let text = text(kind, contents);
    let is_whole = length <= MAX_CHUNK && text.as_ref().is_some_and(|text| text.is_whole);
    let block = text.and_then(|text| decode(text.bytes));
    info.has_unread |= !is_whole || block.is_none();
    *slot = Some(block.unwrap_or_default());
    Ok(())
}

/// The text of a chunk.
struct Text {
    bytes: Vec<u8>,
    /// Whether the whole text was decompressed.
    is_whole: bool,
}

impl From<&[u8]> for Text {
    fn from(bytes: &[u8]) -> Self {
        Self { bytes: bytes.to_vec(), is_whole: true }
    }
}

/// Returns the decompressed text of a chunk.
fn text(kind: &[u8; 4], contents: &[u8]) -> Option<Text> {
    let (_, rest) = split_at_nul(contents)?;
    match (kind, rest) {
        (b"tEXt", text) => Some(text.into()),
        (b"zTXt", [0, compressed @ ..]) => Some(decompress(compressed)),
        (b"iTXt", [is_compressed, _method, rest @ ..]) => {
            let (_language, rest) = split_at_nul(rest)?;
            let (_translated, text) = split_at_nul(rest)?;
            Some(if *is_compressed == 1 { decompress(text) } else { text.into() })
        }
        _ => None,
    }
}

/// Decompresses up to [`MAX_DECOMPRESSED`] or the first error. The start of a damaged text can
/// contain metadata.
fn decompress(compressed: &[u8]) -> Text {
    match decompress_to_vec_zlib_with_limit(compressed, MAX_DECOMPRESSED) {
        Ok(bytes) => Text { bytes, is_whole: true },
        Err(error) => Text { bytes: error.output, is_whole: false },
    }
}

/// Decodes a raw profile: a line with its name, a line with its length, and hexadecimal digits.
fn raw_profile(text: &[u8]) -> Option<Vec<u8>> {
    let mut lines = text.trim_ascii_start().splitn(3, |&byte| byte == b'\n');
    let digits = lines.nth(2)?.iter().filter_map(|&byte| char::from(byte).to_digit(16));
    let digits: Vec<u8> = digits.filter_map(|digit| u8::try_from(digit).ok()).collect();
    Some(digits.chunks_exact(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect())
}

fn exif_profile(text: Vec<u8>) -> Option<Block> {
    raw_profile(&text)?.strip_prefix(b"Exif\0\0").map(|tiff| Block::Decoded(tiff.to_vec()))
}

fn iptc_profile(text: Vec<u8>) -> Option<Block> {
    let profile = PartialFile::from_bytes(raw_profile(&text)?);
    // A complete file has no missing ranges.
    let block = photoshop::find_iptc(&profile, 0..profile.total()).ok()??;
    block.read(&profile, u64::MAX).ok().map(|records| Block::Decoded(records.to_vec()))
}

/// Returns the bytes before and after the first NUL.
fn split_at_nul(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let index = bytes.iter().position(|&byte| byte == 0)?;
    Some((bytes.get(..index)?, bytes.get(index + 1..)?))
}
