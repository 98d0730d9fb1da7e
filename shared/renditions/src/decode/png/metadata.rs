//! Finds EXIF in a PNG: in the chunk `eXIf`, or in a "raw profile".
//!
//! ImageMagick wrote EXIF as hexadecimal text ("Raw profile type exif") before the chunk `eXIf`
//! existed in 2017, and other programs adopted the format. The decision
//! docs/decisions/2026-11-28-orientation.md says why it counts.

use super::super::exif::Exif;
use png::{Decoder, Limits};
use std::borrow::Cow;
use std::io::Cursor;

/// The number of bytes of the signature.
const SIGNATURE: usize = 8;
/// The number of bytes of the signature and the chunk `IHDR`.
const HEADER: usize = SIGNATURE + 8 + 13 + 4;
/// The keywords of raw profiles with EXIF, each including its NUL.
const KEYWORDS: [&[u8]; 2] = [b"Raw profile type exif\0", b"Raw profile type APP1\0"];
/// The maximum number of bytes of a raw profile in the file. EXIF has at most 64 KB.
const MAX_CHUNK: usize = 256 << 10;
/// The maximum number of bytes of a raw profile after decompression.
const MAX_TEXT: usize = 256 << 10;

/// Returns the EXIF block. The chunk takes precedence over a raw profile. Both can come before or
/// after the pixels.
///
/// Decodes only the first raw profile, to limit the work on hostile files.
pub(super) fn exif(file: &[u8]) -> Option<Cow<'_, [u8]>> {
    let mut profile = None;
    for (kind, chunk, content) in chunks(file) {
        match kind {
            b"eXIf" if Exif::open(content).is_some() => return Some(Cow::Borrowed(content)),
            b"tEXt" | b"zTXt" | b"iTXt" if KEYWORDS.iter().any(|keyword| content.starts_with(keyword)) => {
                profile.get_or_insert((chunk, content));
            }
            _ => {}
        }
    }
    let (chunk, content) = profile?;
    let text = text(file.get(..HEADER)?, chunk, content)?;
    raw_profile(text.as_bytes()).map(Cow::Owned)
}

/// Returns the type, all bytes and the content of each chunk.
fn chunks(file: &[u8]) -> impl Iterator<Item = (&[u8; 4], &[u8], &[u8])> {
    let mut rest = file.get(SIGNATURE..).unwrap_or_default();
    std::iter::from_fn(move || {
        let length = u32::from_be_bytes(*rest.first_chunk()?);
        let kind = rest.get(4..8)?.try_into().ok()?;
        let length = usize::try_from(length).ok()?;
        let (chunk, after) = rest.split_at_checked(length.checked_add(12)?)?;
        rest = after;
        Some((kind, chunk, &chunk[8..8 + length]))
    })
}

/// Returns the text of a text chunk. Decodes a file of only `header` and this chunk.
fn text(header: &[u8], chunk: &[u8], content: &[u8]) -> Option<String> {
    if content.len() > MAX_CHUNK {
        return None;
    }
    let file = [header, chunk, b"\0\0\0\0IDAT\x35\xAF\x06\x1E"].concat();
    let limits = Limits { bytes: 4 * MAX_CHUNK };
    let reader = Decoder::new_with_limits(Cursor::new(file), limits).read_info().ok()?;
    let info = reader.info().clone();
    if let Some(chunk) = info.uncompressed_latin1_text.into_iter().next() {
        return Some(chunk.text);
    }
    if let Some(mut chunk) = info.compressed_latin1_text.into_iter().next() {
        chunk.decompress_text_with_limit(MAX_TEXT).ok()?;
        return chunk.get_text().ok();
    }
    let mut chunk = info.utf8_text.into_iter().next()?;
    chunk.decompress_text_with_limit(MAX_TEXT).ok()?;
    chunk.get_text().ok()
}

/// Decodes a raw profile: a line with its name, a line with its length, and hexadecimal digits.
fn raw_profile(text: &[u8]) -> Option<Vec<u8>> {
    let mut lines = text.trim_ascii_start().splitn(3, |&byte| byte == b'\n');
    let digits = lines.nth(2)?.iter().filter_map(|&byte| char::from(byte).to_digit(16));
    let digits: Vec<u8> = digits.filter_map(|digit| u8::try_from(digit).ok()).collect();
    Some(digits.as_chunks::<2>().0.iter().map(|[high, low]| high << 4 | low).collect())
}
