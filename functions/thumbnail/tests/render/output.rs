//! Renditions contain no metadata.

use crate::{pictures, rendered};
use renditions::Renditions;

const SECRETS: [&[u8]; 8] = [
    b"Exif",
    b"EXIF",
    b"SecretCam",
    b"http://ns.adobe.com/xap",
    b"XMP ",
    b"ICC_PROFILE",
    b"ICCP",
    b"a comment",
];

fn assert_no_metadata(done: &Renditions) {
    for rendition in [&done.small, &done.large] {
        for secret in SECRETS {
            let found = rendition.bytes.windows(secret.len()).any(|window| window == secret);
            assert!(!found, "{} in {}", String::from_utf8_lossy(secret), rendition.content_type);
        }
    }
}

#[test]
fn jpeg_metadata_is_dropped() {
    let srgb = moxcms::ColorProfile::new_srgb().encode().unwrap();
    let jpeg = pictures::with_segment(&pictures::jpeg(&pictures::quarters(400, 300)), 0xFE, b"a comment");
    let jpeg = pictures::with_profile(&jpeg, &srgb);
    let jpeg = pictures::with_segment(&jpeg, 0xE1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta/>");
    let jpeg = pictures::with_orientation(&jpeg, 6);
    for secret in [b"SecretCam".as_slice(), b"ICC_PROFILE", b"a comment", b"http://ns.adobe.com/xap"] {
        assert!(jpeg.windows(secret.len()).any(|window| window == secret), "the original has metadata");
    }
    assert_no_metadata(&rendered(&jpeg));
}

#[test]
fn png_metadata_is_dropped() {
    use image::{ExtendedColorType, ImageEncoder, codecs::png::PngEncoder};
    let picture = pictures::quarters(400, 300);
    let mut png = Vec::new();
    let mut encoder = PngEncoder::new(&mut png);
    encoder.set_exif_metadata(pictures::exif(6)).unwrap();
    encoder.write_image(&picture, 400, 300, ExtendedColorType::Rgba8).unwrap();
    assert!(png.windows(9).any(|window| window == b"SecretCam"), "the original has metadata");
    let done = rendered(&png);
    assert_no_metadata(&done);
    assert_eq!((done.width, done.height), (300, 400), "the orientation is applied");
}

#[test]
fn webp_metadata_is_dropped() {
    use image::{ExtendedColorType, ImageEncoder, codecs::webp::WebPEncoder};
    let mut webp = Vec::new();
    let mut encoder = WebPEncoder::new_lossless(&mut webp);
    encoder.set_exif_metadata(pictures::exif(8)).unwrap();
    encoder.set_icc_profile(moxcms::ColorProfile::new_srgb().encode().unwrap()).unwrap();
    encoder.write_image(&pictures::quarters(400, 300), 400, 300, ExtendedColorType::Rgba8).unwrap();
    assert!(webp.windows(9).any(|window| window == b"SecretCam"), "the original has metadata");
    let done = rendered(&webp);
    assert_no_metadata(&done);
    assert_eq!((done.width, done.height), (300, 400), "the orientation is applied");
}
