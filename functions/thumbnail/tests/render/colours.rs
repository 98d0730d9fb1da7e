//! Renditions are in sRGB.

use crate::pictures::{self, GREEN, RED};
use crate::{decoded, rendered, similar};
use image::{DynamicImage, ImageFormat};
use jpeg_encoder::{ColorType, Encoder};
use moxcms::ColorProfile;

/// Returns the colour in the middle of the large rendition.
fn middle(bytes: &[u8]) -> [u8; 4] {
    let seen = decoded(&rendered(bytes).large);
    seen.get_pixel(seen.width() / 2, seen.height() / 2).0
}

#[test]
fn display_p3_becomes_srgb() {
    let profile = ColorProfile::new_display_p3().encode().unwrap();
    let jpeg = pictures::jpeg(&pictures::plain(100, 100, [180, 100, 60, 255]));
    // Display P3 (180, 100, 60) is sRGB (191, 96, 49) according to the matrices of CSS Color 4,
    // section 17.
    assert!(
        middle(&pictures::with_profile(&jpeg, &profile))
            .iter()
            .zip([191, 96, 49])
            .all(|(a, b)| a.abs_diff(b) < 6)
    );
    assert!(middle(&jpeg).iter().zip([180, 100, 60]).all(|(a, b)| a.abs_diff(b) < 6));
}

#[test]
fn an_invalid_profile_is_ignored() {
    let jpeg = pictures::jpeg(&pictures::plain(100, 100, GREEN));
    assert!(similar(middle(&pictures::with_profile(&jpeg, b"no profile")), GREEN));
    let grey = ColorProfile::new_gray_with_gamma(2.2).encode().unwrap();
    assert!(
        similar(middle(&pictures::with_profile(&jpeg, &grey)), GREEN),
        "a profile of another colour model is ignored too"
    );
}

#[test]
fn cmyk_becomes_rgb() {
    let cmyk: Vec<u8> = [0, 255, 255, 0].repeat(64 * 64);
    let mut bytes = Vec::new();
    Encoder::new(&mut bytes, 90).encode(&cmyk, 64, 64, ColorType::Cmyk).unwrap();
    let red = [255, 0, 0, 255];
    assert!(similar(middle(&bytes), red), "magenta and yellow make red: {:?}", middle(&bytes));
}

#[test]
fn grey_and_sixteen_bit_pictures_have_the_same_colours() {
    let grey = DynamicImage::ImageRgba8(pictures::plain(2000, 100, [90, 90, 90, 255]));
    let luma = pictures::encoded(&DynamicImage::ImageLuma8(grey.to_luma8()), ImageFormat::Jpeg);
    assert!(similar(middle(&luma), [90, 90, 90, 255]));
    let deep = DynamicImage::ImageRgba8(pictures::plain(2000, 100, RED));
    for picture in [DynamicImage::ImageRgb16(deep.to_rgb16()), DynamicImage::ImageRgba16(deep.to_rgba16())] {
        assert!(similar(middle(&pictures::encoded(&picture, ImageFormat::Png)), RED));
    }
    let deep_grey = DynamicImage::ImageLumaA16(grey.to_luma_alpha16());
    assert!(similar(middle(&pictures::encoded(&deep_grey, ImageFormat::Png)), [90, 90, 90, 255]));
}
