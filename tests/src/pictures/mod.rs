//! Builds valid and hostile pictures and checks renditions.

mod camera;
mod check;
mod hostile;
mod real;

use image::codecs::gif::GifEncoder;
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::codecs::webp::WebPEncoder;
use image::{Frame, ImageEncoder, Rgb, RgbImage, Rgba, RgbaImage, imageops};

pub use camera::Shot;
pub use check::{alike, assert_no_metadata, assert_same_picture, fitted, rendition};
pub use hostile::{HOSTILE, Hostile};
pub use real::{camera_pictures, folder, phone_pictures};

/// A file to upload.
#[derive(Clone, Debug)]
pub struct File {
    /// Declared MIME type.
    pub content_type: &'static str,
    /// Content.
    pub bytes: Vec<u8>,
}

/// Colours of the quarters: top left, top right, bottom left, bottom right.
pub const QUARTERS: [[u8; 3]; 4] = [[200, 30, 30], [30, 160, 30], [30, 30, 200], [240, 240, 240]];

/// Returns a picture with red, green, blue and white quarters, which reveal its orientation.
pub fn quarters(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        Rgb(QUARTERS[usize::from(x >= width / 2) + 2 * usize::from(y >= height / 2)])
    })
}

/// Encodes a JPEG without metadata.
pub fn jpeg(picture: &RgbImage) -> File {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 90).encode_image(picture).unwrap();
    File { content_type: "image/jpeg", bytes }
}

/// Encodes a JPEG like a camera, with EXIF and with pixels rotated according to the orientation.
pub fn photograph(picture: &RgbImage, shot: &Shot) -> File {
    // Orientation 6 needs a clockwise rotation, so the stored pixels are rotated counterclockwise.
    let stored = if shot.orientation == 6 { imageops::rotate270(picture) } else { picture.clone() };
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, 90);
    encoder.set_exif_metadata(shot.exif()).unwrap();
    encoder.encode_image(&stored).unwrap();
    File { content_type: "image/jpeg", bytes }
}

/// Encodes a PNG with EXIF.
pub fn png(picture: &RgbImage, shot: &Shot) -> File {
    let mut bytes = Vec::new();
    let mut encoder = PngEncoder::new(&mut bytes);
    encoder.set_exif_metadata(shot.exif()).unwrap();
    encoder.write_image(picture, picture.width(), picture.height(), image::ExtendedColorType::Rgb8).unwrap();
    File { content_type: "image/png", bytes }
}

/// Encodes a lossless WebP with EXIF.
pub fn webp(picture: &RgbImage, shot: &Shot) -> File {
    let mut bytes = Vec::new();
    let mut encoder = WebPEncoder::new_lossless(&mut bytes);
    encoder.set_exif_metadata(shot.exif()).unwrap();
    encoder.encode(picture, picture.width(), picture.height(), image::ExtendedColorType::Rgb8).unwrap();
    File { content_type: "image/webp", bytes }
}

/// Encodes a GIF with `picture` as the first frame and a black second frame.
pub fn gif(picture: &RgbImage) -> File {
    let first = RgbaImage::from_fn(picture.width(), picture.height(), |x, y| {
        let [red, green, blue] = picture.get_pixel(x, y).0;
        Rgba([red, green, blue, 255])
    });
    let black = RgbaImage::from_pixel(picture.width(), picture.height(), Rgba([0, 0, 0, 255]));
    let mut bytes = Vec::new();
    GifEncoder::new(&mut bytes).encode_frames([first, black].map(Frame::new)).unwrap();
    File { content_type: "image/gif", bytes }
}

/// Returns a small, unique picture for tests that need any upload.
pub fn unique_file() -> File {
    let id = uuid::Uuid::now_v7();
    let [.., red, green, blue] = *id.as_bytes();
    jpeg(&RgbImage::from_pixel(96, 64, Rgb([red, green, blue])))
}
