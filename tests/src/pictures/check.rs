//! Checks renditions.

use image::{DynamicImage, RgbImage};
use serde_json::Value;

use crate::wire;

/// Maximum difference of a colour channel after two lossy encodings.
const TOLERANCE: u8 = 26;
/// Cells per side of the grid on which to compare two pictures.
const GRID: u32 = 8;

/// Returns `true` if two colours are equal except for the loss of encoding.
pub fn alike(one: [u8; 3], other: [u8; 3]) -> bool {
    one.iter().zip(other).all(|(&one, other)| one.abs_diff(other) <= TOLERANCE)
}

/// Scales a size down so that its longer edge has at most `edge` pixels.
pub fn fitted((width, height): (u32, u32), edge: u32) -> (u32, u32) {
    let longer_edge = width.max(height);
    let scaled = |side: u32| {
        if longer_edge <= edge {
            side
        } else {
            (side as f64 * edge as f64 / longer_edge as f64).round() as u32
        }
    };
    (scaled(width).max(1), scaled(height).max(1))
}

/// Downloads a rendition, asserts that it matches the object `view` in an API reply, and decodes
/// it.
pub async fn rendition(view: &Value) -> RgbImage {
    let response = wire::get(view["url"].as_str().unwrap()).await;
    assert_eq!(response.status, 200, "{}", response.text());
    assert_eq!(response.bytes.len() as u64, view["bytes"], "{view}");
    assert!(response.header("cache-control").contains("immutable"), "{:?}", response.headers);
    let format = image::guess_format(&response.bytes).unwrap();
    assert_eq!(response.header("content-type"), format.to_mime_type());
    assert_no_metadata(&response.bytes);
    let picture = image::load_from_memory(&response.bytes).unwrap().into_rgb8();
    assert_eq!((picture.width(), picture.height()), size(view));
    picture
}

/// Width and height in an API response.
fn size(view: &Value) -> (u32, u32) {
    let side = |name: &str| u32::try_from(view[name].as_u64().unwrap()).unwrap();
    (side("width"), side("height"))
}

/// Asserts that two pictures show the same scene in the same orientation. Their sizes can differ.
pub fn assert_same_picture(one: &RgbImage, other: &RgbImage) {
    // Uses `DynamicImage`, because its code is compiled in `image` with optimisation. Generic code
    // is compiled here and takes seconds for 16 megapixels.
    let cells =
        |picture: &RgbImage| DynamicImage::from(picture.clone()).thumbnail_exact(GRID, GRID).into_rgb8();
    let (one, other) = (cells(one), cells(other));
    for (x, y, pixel) in one.enumerate_pixels() {
        let other_pixel = other.get_pixel(x, y);
        assert!(alike(pixel.0, other_pixel.0), "cell {x}, {y}: {:?}, {:?}", pixel.0, other_pixel.0);
    }
}

/// Asserts that a file has no EXIF, XMP, comment or colour profile.
pub fn assert_no_metadata(bytes: &[u8]) {
    let parts = match bytes {
        [0xFF, 0xD8, rest @ ..] => jpeg_segments(rest),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', rest @ ..] => webp_chunks(rest),
        _ => panic!("neither a JPEG nor a WebP"),
    };
    let allowed = ["APP0 JFIF", "VP8 ", "VP8L", "VP8X", "ALPH"];
    for part in parts {
        assert!(allowed.contains(&part.as_str()), "contains {part}");
    }
}

/// Returns the application segments and comments of a JPEG before its scan.
fn jpeg_segments(mut rest: &[u8]) -> Vec<String> {
    let mut segments = Vec::new();
    while let [0xFF, marker, high, low, ..] = *rest {
        let length = usize::from(u16::from_be_bytes([high, low]));
        let name = String::from_utf8_lossy(&rest[4..rest.len().min(8)]).into_owned();
        match marker {
            0xDA => return segments,
            0xE0..=0xEF => segments.push(format!("APP{} {name}", marker - 0xE0)),
            0xFE => segments.push("a comment".into()),
            _ => (),
        }
        rest = &rest[2 + length..];
    }
    panic!("a JPEG without a scan")
}

/// Returns the chunks of a WebP.
fn webp_chunks(mut rest: &[u8]) -> Vec<String> {
    let mut chunks = Vec::new();
    while let [a, b, c, d, w, x, y, z, ..] = *rest {
        chunks.push(String::from_utf8_lossy(&[a, b, c, d]).into_owned());
        let length = usize::try_from(u32::from_le_bytes([w, x, y, z])).unwrap();
        rest = &rest[(8 + length + length % 2).min(rest.len())..];
    }
    chunks
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::imageops;

    use crate::pictures::{Shot, jpeg, photograph, quarters, webp};

    #[test]
    fn detects_metadata() {
        let picture = quarters(64, 48);
        assert_no_metadata(&jpeg(&picture).bytes);
        for file in [photograph(&picture, &Shot::default()), webp(&picture, &Shot::default())] {
            std::panic::catch_unwind(|| assert_no_metadata(&file.bytes)).unwrap_err();
        }
    }

    #[test]
    fn detects_a_rotated_picture() {
        let picture = quarters(64, 64);
        assert_same_picture(&picture, &quarters(640, 640));
        std::panic::catch_unwind(|| assert_same_picture(&picture, &imageops::rotate90(&picture)))
            .unwrap_err();
    }
}
