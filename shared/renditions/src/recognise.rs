//! Recognises the format of a file by its bytes, never by its name.

use crate::decode::heif::{self, Codec};
use crate::format::Format;
use crate::refusal::Refusal;
use image::ImageFormat;

/// Returns the format of a file by its magic number. Returns [`Refusal::Unsupported`] for other
/// formats.
pub(crate) fn format_of(bytes: &[u8]) -> Result<Format, Refusal> {
    match image::guess_format(bytes) {
        Ok(ImageFormat::Jpeg) => Ok(Format::Jpeg),
        Ok(ImageFormat::Png) => Ok(Format::Png),
        Ok(ImageFormat::WebP) => Ok(Format::WebP),
        Ok(ImageFormat::Gif) => Ok(Format::Gif),
        Ok(ImageFormat::Tiff) => Err(Refusal::Unsupported { found: "a TIFF or raw camera picture" }),
        Ok(ImageFormat::Bmp) => Err(Refusal::Unsupported { found: "a BMP picture" }),
        _ => match heif::codec_of_file(bytes) {
            Some(Codec::Av1) => Ok(Format::Avif),
            Some(Codec::Hevc) => Ok(Format::Heic),
            None => Err(Refusal::Unsupported { found: describe_unsupported(bytes) }),
        },
    }
}

/// Names the kind of a file, for the kinds that people are likely to upload by mistake.
fn describe_unsupported(bytes: &[u8]) -> &'static str {
    if bytes.get(4..8) == Some(b"ftyp") {
        return match bytes.get(8..12) {
            Some(b"crx ") => "a raw camera picture",
            Some(b"mif1" | b"mif2" | b"msf1") => "a kind of HEIF picture that cannot be read",
            _ => "a video",
        };
    }
    let start = &bytes[..bytes.len().min(1024)];
    let is_svg = start.windows(4).any(|window| window.eq_ignore_ascii_case(b"<svg"));
    if is_svg { "an SVG drawing" } else { "not a picture" }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unsupported_kind(bytes: &[u8]) -> &'static str {
        match format_of(bytes) {
            Err(Refusal::Unsupported { found }) => found,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn names_unsupported_formats() {
        assert_eq!(
            unsupported_kind(b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>"),
            "an SVG drawing"
        );
        assert_eq!(unsupported_kind(b"\0\0\0\x18ftypisom\0\0\0\0isommp41"), "a video");
        assert_eq!(unsupported_kind(b"\0\0\0\x18ftypcrx \0\0\0\x01crx isom"), "a raw camera picture");
        assert_eq!(
            unsupported_kind(b"\0\0\0\x14ftypmif1\0\0\0\0mif1"),
            "a kind of HEIF picture that cannot be read"
        );
        assert_eq!(unsupported_kind(b"II\x2a\0\x08\0\0\0"), "a TIFF or raw camera picture");
        assert_eq!(unsupported_kind(b"hello"), "not a picture");
        assert_eq!(unsupported_kind(b"<"), "not a picture");
    }
}
