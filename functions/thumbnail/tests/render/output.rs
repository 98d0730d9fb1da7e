//! Nothing of the file but its pixels reaches a rendition.

use crate::{made, rendered};
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

fn assert_clean(done: &Renditions) {
    for rendition in [&done.small, &done.large] {
        for secret in SECRETS {
            let found = rendition.bytes.windows(secret.len()).any(|window| window == secret);
            assert!(!found, "{} in {}", String::from_utf8_lossy(secret), rendition.content_type);
        }
    }
}

#[test]
fn a_jpegs_metadata_stays_behind() {
    let srgb = moxcms::ColorProfile::new_srgb().encode().unwrap();
    let jpeg = made::with_segment(&made::jpeg(&made::quarters(400, 300)), 0xFE, b"a comment");
    let jpeg = made::with_profile(&jpeg, &srgb);
    let jpeg = made::with_segment(&jpeg, 0xE1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta/>");
    let jpeg = made::with_orientation(&jpeg, 6);
    for secret in [b"SecretCam".as_slice(), b"ICC_PROFILE", b"a comment", b"http://ns.adobe.com/xap"] {
        assert!(
            jpeg.windows(secret.len()).any(|window| window == secret),
            "the picture has something to hide"
        );
    }
    assert_clean(&rendered(&jpeg));
}

#[test]
fn a_pngs_metadata_stays_behind() {
    use image::{ExtendedColorType, ImageEncoder, codecs::png::PngEncoder};
    let picture = made::quarters(400, 300);
    let mut png = Vec::new();
    let mut encoder = PngEncoder::new(&mut png);
    encoder.set_exif_metadata(made::exif(6)).unwrap();
    encoder.write_image(&picture, 400, 300, ExtendedColorType::Rgba8).unwrap();
    assert!(png.windows(9).any(|window| window == b"SecretCam"), "the picture has something to hide");
    let done = rendered(&png);
    assert_clean(&done);
    assert_eq!((done.width, done.height), (300, 400), "and its orientation was heeded");
}

#[test]
fn a_webps_metadata_stays_behind() {
    use image::{ExtendedColorType, ImageEncoder, codecs::webp::WebPEncoder};
    let mut webp = Vec::new();
    let mut encoder = WebPEncoder::new_lossless(&mut webp);
    encoder.set_exif_metadata(made::exif(8)).unwrap();
    encoder.set_icc_profile(moxcms::ColorProfile::new_srgb().encode().unwrap()).unwrap();
    encoder.write_image(&made::quarters(400, 300), 400, 300, ExtendedColorType::Rgba8).unwrap();
    assert!(webp.windows(9).any(|window| window == b"SecretCam"), "the picture has something to hide");
    let done = rendered(&webp);
    assert_clean(&done);
    assert_eq!((done.width, done.height), (300, 400), "and its orientation was heeded");
}
