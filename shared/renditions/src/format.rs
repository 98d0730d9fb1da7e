//! What a file is, told from its bytes and never from its name.

use super::Refusal;
use super::decode::heif::{self, Codec};
use image::ImageFormat;

/// A type of picture that we take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Whatever the coding: baseline or progressive, grey to CMYK.
    Jpeg,
    /// Animated ones too.
    Png,
    /// Lossy, lossless or animated.
    WebP,
    /// Its first frame is rendered.
    Gif,
    /// Its primary picture is rendered.
    Avif,
    /// Its primary picture is rendered.
    Heic,
}

impl Format {
    /// Its MIME type.
    #[must_use]
    pub fn content_type(self) -> &'static str {
        match self {
            Format::Jpeg => "image/jpeg",
            Format::Png => "image/png",
            Format::WebP => "image/webp",
            Format::Gif => "image/gif",
            Format::Avif => "image/avif",
            Format::Heic => "image/heic",
        }
    }
}

/// Recognises the type by its magic number.
pub(super) fn recognise(bytes: &[u8]) -> Result<Format, Refusal> {
    match image::guess_format(bytes) {
        Ok(ImageFormat::Jpeg) => Ok(Format::Jpeg),
        Ok(ImageFormat::Png) => Ok(Format::Png),
        Ok(ImageFormat::WebP) => Ok(Format::WebP),
        Ok(ImageFormat::Gif) => Ok(Format::Gif),
        Ok(ImageFormat::Tiff) => Err(Refusal::Unsupported { found: "a TIFF or raw camera picture" }),
        Ok(ImageFormat::Bmp) => Err(Refusal::Unsupported { found: "a BMP picture" }),
        _ => match heif::recognise(bytes) {
            Some(Codec::Av1) => Ok(Format::Avif),
            Some(Codec::Hevc) => Ok(Format::Heic),
            None => Err(Refusal::Unsupported { found: describe(bytes) }),
        },
    }
}

/// Names what people are likely to upload by mistake.
fn describe(bytes: &[u8]) -> &'static str {
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

    fn found(bytes: &[u8]) -> &'static str {
        match recognise(bytes) {
            Err(Refusal::Unsupported { found }) => found,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn names_what_it_does_not_take() {
        assert_eq!(
            found(b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>"),
            "an SVG drawing"
        );
        assert_eq!(found(b"\0\0\0\x18ftypisom\0\0\0\0isommp41"), "a video");
        assert_eq!(found(b"\0\0\0\x18ftypcrx \0\0\0\x01crx isom"), "a raw camera picture");
        assert_eq!(found(b"\0\0\0\x14ftypmif1\0\0\0\0mif1"), "a kind of HEIF picture that cannot be read");
        assert_eq!(found(b"II\x2a\0\x08\0\0\0"), "a TIFF or raw camera picture");
        assert_eq!(found(b"hello"), "not a picture");
        assert_eq!(found(b"<"), "not a picture");
    }
}
