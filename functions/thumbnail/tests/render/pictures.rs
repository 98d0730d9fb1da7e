//! Builds test pictures.

use image::codecs::gif::GifEncoder;
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, Frame, ImageFormat, RgbImage, RgbaImage};
use std::io::Cursor;

pub const RED: [u8; 4] = [200, 30, 30, 255];
pub const GREEN: [u8; 4] = [30, 160, 30, 255];
pub const BLUE: [u8; 4] = [30, 30, 200, 255];
pub const WHITE: [u8; 4] = [240, 240, 240, 255];

/// Draws red, green, blue and white quarters: top left, top right, bottom left, bottom right.
pub fn quarters(width: u32, height: u32) -> RgbaImage {
    RgbaImage::from_fn(width, height, |x, y| {
        image::Rgba(match (x < width / 2, y < height / 2) {
            (true, true) => RED,
            (false, true) => GREEN,
            (true, false) => BLUE,
            (false, false) => WHITE,
        })
    })
}

/// Draws a picture of a single colour.
pub fn plain(width: u32, height: u32, colour: [u8; 4]) -> RgbaImage {
    RgbaImage::from_pixel(width, height, image::Rgba(colour))
}

/// Encodes a baseline JPEG without metadata.
pub fn jpeg(picture: &RgbaImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 90).encode_image(&rgb(picture)).unwrap();
    bytes
}

/// Encodes a progressive JPEG without metadata.
pub fn progressive_jpeg(picture: &RgbaImage) -> Vec<u8> {
    let rgb = rgb(picture);
    let mut bytes = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut bytes, 90);
    encoder.set_progressive(true);
    let (width, height) = (u16::try_from(rgb.width()).unwrap(), u16::try_from(rgb.height()).unwrap());
    encoder.encode(&rgb, width, height, jpeg_encoder::ColorType::Rgb).unwrap();
    bytes
}

/// Encodes a PNG with an alpha channel.
pub fn png(picture: &RgbaImage) -> Vec<u8> {
    encoded(&DynamicImage::ImageRgba8(picture.clone()), ImageFormat::Png)
}

/// Encodes a lossless WebP with an alpha channel.
pub fn webp(picture: &RgbaImage) -> Vec<u8> {
    encoded(&DynamicImage::ImageRgba8(picture.clone()), ImageFormat::WebP)
}

/// Encodes a lossy WebP without an alpha channel, as cameras and websites do.
pub fn lossy_webp(picture: &RgbaImage) -> Vec<u8> {
    let rgb = rgb(picture);
    webp::Encoder::from_rgb(&rgb, rgb.width(), rgb.height()).encode(80.0).to_vec()
}

/// Encodes a GIF of these frames.
pub fn gif(frames: &[RgbaImage]) -> Vec<u8> {
    let mut bytes = Vec::new();
    GifEncoder::new(&mut bytes).encode_frames(frames.iter().cloned().map(Frame::new)).unwrap();
    bytes
}

/// Encodes a valid file of each format that can be built here, with its content type.
pub fn one_of_each(picture: &RgbaImage) -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("image/jpeg", jpeg(picture)),
        ("image/jpeg", progressive_jpeg(picture)),
        ("image/png", png(picture)),
        ("image/webp", webp(picture)),
        ("image/webp", lossy_webp(picture)),
        ("image/gif", gif(std::slice::from_ref(picture))),
    ]
}

pub fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn rgb(picture: &RgbaImage) -> RgbImage {
    DynamicImage::ImageRgba8(picture.clone()).into_rgb8()
}

/// Builds a little-endian EXIF block: orientation, make `SecretCam` and a GPS latitude reference.
pub fn exif(orientation: u16) -> Vec<u8> {
    let mut tiff = b"II\x2a\0\x08\0\0\0\x03\0".to_vec();
    entry(&mut tiff, 0x010F, 2, 10, 50u32.to_le_bytes()); // Make, ASCII, at offset 50
    entry(&mut tiff, 0x0112, 3, 1, u32::from(orientation).to_le_bytes()); // Orientation, SHORT
    entry(&mut tiff, 0x8825, 4, 1, 60u32.to_le_bytes()); // GPS directory at offset 60
    tiff.extend([0; 4]);
    tiff.extend(b"SecretCam\0");
    tiff.extend(b"\x01\0");
    entry(&mut tiff, 0x0001, 2, 2, *b"N\0\0\0"); // GPSLatitudeRef, ASCII
    tiff.extend([0; 4]);
    tiff
}

fn entry(tiff: &mut Vec<u8>, tag: u16, kind: u16, count: u32, value: [u8; 4]) {
    tiff.extend(tag.to_le_bytes());
    tiff.extend(kind.to_le_bytes());
    tiff.extend(count.to_le_bytes());
    tiff.extend(value);
}

/// Inserts an application segment at the start of a JPEG.
pub fn with_segment(jpeg: &[u8], marker: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len() + 2).unwrap();
    let mut bytes = vec![0xFF, 0xD8, 0xFF, marker];
    bytes.extend(length.to_be_bytes());
    bytes.extend(content);
    bytes.extend(&jpeg[2..]);
    bytes
}

/// Inserts an EXIF orientation into a JPEG.
pub fn with_orientation(jpeg: &[u8], orientation: u16) -> Vec<u8> {
    with_segment(jpeg, 0xE1, &[b"Exif\0\0".as_slice(), &exif(orientation)].concat())
}

/// Inserts an ICC profile into a JPEG.
pub fn with_profile(jpeg: &[u8], profile: &[u8]) -> Vec<u8> {
    with_segment(jpeg, 0xE2, &[b"ICC_PROFILE\0\x01\x01".as_slice(), profile].concat())
}

/// Inserts a chunk into a simple WebP, which becomes an extended WebP with this flag.
pub fn webp_with_chunk(webp: &[u8], flag: u8, name: [u8; 4], content: &[u8]) -> Vec<u8> {
    let picture = image::load_from_memory(webp).unwrap();
    let side = |side: u32| (side - 1).to_le_bytes()[..3].to_vec();
    let header = [vec![flag, 0, 0, 0], side(picture.width()), side(picture.height())].concat();
    let chunk = |name: &[u8], content: &[u8]| {
        let padding = vec![0; content.len() % 2];
        [name, &(content.len() as u32).to_le_bytes(), content, &padding].concat()
    };
    let extra = chunk(&name, content);
    let chunks = if &name == b"ICCP" {
        [chunk(b"VP8X", &header), extra, webp[12..].to_vec()]
    } else {
        [chunk(b"VP8X", &header), webp[12..].to_vec(), extra]
    };
    chunk(b"RIFF", &[b"WEBP".to_vec(), chunks.concat()].concat())
}
