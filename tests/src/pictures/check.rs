//! Looks at what became of a picture.

use image::{DynamicImage, RgbImage};
use serde_json::Value;

use crate::wire;

/// How far a colour may be from what it was: two lossy encodings.
const TOLERANCE: u8 = 26;
/// Cells along each side of the grid on which two pictures are compared.
const GRID: u32 = 8;

/// Whether two colours are the same but for what lossy encoding changes.
pub fn alike(one: [u8; 3], other: [u8; 3]) -> bool {
    one.iter().zip(other).all(|(&one, other)| one.abs_diff(other) <= TOLERANCE)
}

/// The size with the shape of `(width, height)` whose long edge has at most `edge` pixels.
pub fn fitted((width, height): (u32, u32), edge: u32) -> (u32, u32) {
    let long = width.max(height);
    let scaled = |side: u32| {
        if long <= edge { side } else { (side as f64 * edge as f64 / long as f64).round() as u32 }
    };
    (scaled(width).max(1), scaled(height).max(1))
}

/// Fetches a rendition that the API shows, and holds it to what the API says of it. What a browser would show of it.
pub async fn rendition(view: &Value) -> RgbImage {
    let reply = wire::get(view["url"].as_str().unwrap()).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    assert_eq!(reply.bytes.len() as u64, view["bytes"], "{view}");
    assert!(reply.header("cache-control").contains("immutable"), "{:?}", reply.headers);
    let format = image::guess_format(&reply.bytes).unwrap();
    assert_eq!(reply.header("content-type"), format.to_mime_type());
    assert_no_metadata(&reply.bytes);
    let picture = image::load_from_memory(&reply.bytes).unwrap().into_rgb8();
    assert_eq!((picture.width(), picture.height()), size(view));
    picture
}

/// Width and height that the API says.
fn size(view: &Value) -> (u32, u32) {
    let side = |name: &str| u32::try_from(view[name].as_u64().unwrap()).unwrap();
    (side("width"), side("height"))
}

/// Holds two pictures of different sizes to show the same, the same way up.
pub fn assert_same_picture(one: &RgbImage, other: &RgbImage) {
    // `DynamicImage` because its code is compiled with `image`, optimised; 16 megapixels take seconds otherwise.
    let cells =
        |picture: &RgbImage| DynamicImage::from(picture.clone()).thumbnail_exact(GRID, GRID).into_rgb8();
    let (one, other) = (cells(one), cells(other));
    for (x, y, pixel) in one.enumerate_pixels() {
        let there = other.get_pixel(x, y);
        assert!(alike(pixel.0, there.0), "cell {x}, {y}: {:?}, {:?}", pixel.0, there.0);
    }
}

/// Holds a file to carry nothing but the picture: no EXIF, XMP, comment or colour profile.
pub fn assert_no_metadata(bytes: &[u8]) {
    let parts = match bytes {
        [0xFF, 0xD8, rest @ ..] => jpeg_segments(rest),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', rest @ ..] => webp_chunks(rest),
        _ => panic!("neither a JPEG nor a WebP"),
    };
    let plain = ["APP0 JFIF", "VP8 ", "VP8L", "VP8X", "ALPH"];
    for part in parts {
        assert!(plain.contains(&part.as_str()), "carries {part}");
    }
}

/// The application segments and comments of a JPEG, up to its pixels.
fn jpeg_segments(mut rest: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    while let [0xFF, marker, high, low, ..] = *rest {
        let length = usize::from(u16::from_be_bytes([high, low]));
        let name = String::from_utf8_lossy(&rest[4..rest.len().min(8)]).into_owned();
        match marker {
            0xDA => return found,
            0xE0..=0xEF => found.push(format!("APP{} {name}", marker - 0xE0)),
            0xFE => found.push("a comment".into()),
            _ => (),
        }
        rest = &rest[2 + length..];
    }
    panic!("a JPEG without pixels")
}

/// The chunks of a WebP.
fn webp_chunks(mut rest: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    while let [a, b, c, d, w, x, y, z, ..] = *rest {
        found.push(String::from_utf8_lossy(&[a, b, c, d]).into_owned());
        let length = usize::try_from(u32::from_le_bytes([w, x, y, z])).unwrap();
        rest = &rest[(8 + length + length % 2).min(rest.len())..];
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::imageops;

    use crate::pictures::{Shot, jpeg, photograph, quarters, webp};

    #[test]
    fn metadata_is_found() {
        let picture = quarters(64, 48);
        assert_no_metadata(&jpeg(&picture).bytes);
        for file in [photograph(&picture, &Shot::default()), webp(&picture, &Shot::default())] {
            std::panic::catch_unwind(|| assert_no_metadata(&file.bytes)).unwrap_err();
        }
    }

    #[test]
    fn a_turned_picture_is_another_one() {
        let picture = quarters(64, 64);
        assert_same_picture(&picture, &quarters(640, 640));
        std::panic::catch_unwind(|| assert_same_picture(&picture, &imageops::rotate90(&picture)))
            .unwrap_err();
    }
}
