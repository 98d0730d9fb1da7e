//! Every encoding of JPEG gives the same picture.

use crate::pictures::{self, BLUE, GREEN, RED, WHITE};
use crate::{decoded, rendered, similar};
use image::RgbaImage;
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use renditions::{Refusal, render};

const SAMPLINGS: [SamplingFactor; 9] = [
    SamplingFactor::R_4_4_4,
    SamplingFactor::R_4_4_0,
    SamplingFactor::R_4_4_1,
    SamplingFactor::R_4_2_2,
    SamplingFactor::R_4_2_0,
    SamplingFactor::R_4_2_1,
    SamplingFactor::R_4_1_1,
    SamplingFactor::R_4_1_0,
    SamplingFactor::F_1_1,
];

/// Encodes quarters of four colours with the settings of `configure`.
fn quarters(width: u16, height: u16, configure: impl FnOnce(&mut Encoder<&mut Vec<u8>>)) -> Vec<u8> {
    let pixels = pictures::quarters(width.into(), height.into()).into_raw();
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, 95);
    configure(&mut encoder);
    encoder.encode(&pixels, width, height, ColorType::Rgba).unwrap();
    bytes
}

/// Asserts that the quarters have their colours near the corners. `name` describes the picture.
fn assert_quarters(picture: &RgbaImage, name: &str) {
    let (width, height) = picture.dimensions();
    let (left, right, top, bottom) = (width / 8, width * 7 / 8, height / 8, height * 7 / 8);
    for (x, y, colour) in
        [(left, top, RED), (right, top, GREEN), (left, bottom, BLUE), (right, bottom, WHITE)]
    {
        let pixel = picture.get_pixel(x, y).0;
        assert!(similar(pixel, colour), "{name}: {pixel:?} for {colour:?} at {x}, {y}");
    }
}

/// Covers every subsampling, baseline and progressive, one scan and several scans, with and without
/// restart markers, at each decoding scale: 1, 1/2, 1/4 and 1/8.
#[test]
fn every_encoding_gives_the_same_picture() {
    for (width, height) in [(77, 51), (2001, 333), (3999, 251), (6403, 67), (12_901, 131)] {
        for sampling in SAMPLINGS {
            for (progressive, optimised, restarts) in
                [(false, false, 0), (false, false, 3), (false, true, 0), (true, false, 0), (true, false, 5)]
            {
                let bytes = quarters(width, height, |encoder| {
                    encoder.set_sampling_factor(sampling);
                    encoder.set_progressive(progressive);
                    // With optimised tables, this encoder writes one scan per component.
                    encoder.set_optimized_huffman_tables(optimised);
                    encoder.set_restart_interval(restarts);
                });
                let done = rendered(&bytes);
                let name = format!("{width} x {height} {sampling:?} {progressive} {optimised} {restarts}");
                assert_eq!((done.width, done.height), (width.into(), height.into()), "{name}");
                assert_quarters(&decoded(&done.large), &name);
            }
        }
    }
}

#[test]
fn the_smallest_pictures_are_rendered() {
    for (width, height) in [(1, 1), (1, 9), (17, 1), (8, 8), (9, 7)] {
        for sampling in SAMPLINGS {
            let bytes = quarters(width, height, |encoder| encoder.set_sampling_factor(sampling));
            let done = rendered(&bytes);
            assert_eq!((done.large.width, done.small.height), (width.into(), height.into()), "{sampling:?}");
        }
    }
}

/// Adobe's marker (transform 0) or the component ids mark RGB without a colour transform.
#[test]
fn rgb_without_a_colour_transform_is_not_converted() {
    let pixels = [200u8, 30, 30].repeat(64 * 64);
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, 95);
    encoder.set_sampling_factor(SamplingFactor::R_4_4_4);
    // The encoder stores input of the type `Ycbcr` unchanged.
    encoder.encode(&pixels, 64, 64, ColorType::Ycbcr).unwrap();
    let marked = without_jfif(&pictures::with_segment(&bytes, 0xEE, b"Adobe\0\x64\0\0\0\0\0"));
    let frame = bytes.windows(2).position(|pair| pair == [0xFF, 0xC0]).unwrap();
    let scan = bytes.windows(2).position(|pair| pair == [0xFF, 0xDA]).unwrap();
    let mut named = bytes.clone();
    for (at, name) in (0..).zip(*b"RGB") {
        named[frame + 10 + 3 * at] = name;
        named[scan + 5 + 2 * at] = name;
    }
    for file in [marked, without_jfif(&named)] {
        let seen = decoded(&rendered(&file).large);
        assert!(similar(seen.get_pixel(32, 32).0, RED), "{:?}", seen.get_pixel(32, 32));
    }
}

fn without_jfif(jpeg: &[u8]) -> Vec<u8> {
    let start = jpeg.windows(4).position(|four| four == b"JFIF").unwrap() - 4;
    let length = usize::from(u16::from_be_bytes([jpeg[start + 2], jpeg[start + 3]]));
    [&jpeg[..start], &jpeg[start + 2 + length..]].concat()
}

#[test]
fn cmyk_and_ycck_become_rgb() {
    for (kind, subsampled) in
        [(ColorType::Cmyk, false), (ColorType::CmykAsYcck, false), (ColorType::CmykAsYcck, true)]
    {
        for (cmyk, rgb) in [([0, 255, 255, 0], [255, 0, 0, 255]), ([0, 0, 0, 128], [127, 127, 127, 255])] {
            let mut bytes = Vec::new();
            let mut encoder = Encoder::new(&mut bytes, 95);
            encoder.set_sampling_factor(if subsampled {
                SamplingFactor::R_4_2_0
            } else {
                SamplingFactor::R_4_4_4
            });
            encoder.encode(&cmyk.repeat(96 * 80), 96, 80, kind).unwrap();
            let seen = decoded(&rendered(&bytes).large);
            let pixel = seen.get_pixel(48, 40).0;
            assert!(similar(pixel, rgb), "{kind:?}: {pixel:?} for {rgb:?}");
        }
    }
}

#[test]
fn tolerates_appended_data_and_a_missing_end_marker() {
    let plain = quarters(64, 48, |_| ());
    let end = plain.len() - 2;
    let appended = [&plain[..], &[0xFF, 0xD8, 0xFF, 0xDA, 1, 2, 3]].concat();
    let filled = [&plain[..end], &[0xFF, 0xFF, 0xFF, 0xD9]].concat();
    for bytes in [&plain[..end], &appended, &filled] {
        assert_quarters(&decoded(&rendered(bytes).large), "changed");
    }
}

/// Such files exist, because libjpeg accepts them.
#[test]
fn tolerates_minor_violations_of_the_standard() {
    let plain = quarters(64, 48, |_| ());
    let find = |marker: u8| plain.windows(2).position(|pair| pair == [0xFF, marker]).unwrap();
    let (frame, scan, end) = (find(0xC0), find(0xDA), plain.len() - 2);
    // No end marker, followed by an invalid segment or another picture.
    let trailer = [&plain[..end], &[0xFF, 0xE1, 0xFF, 0xFF, 1, 2, 3]].concat();
    let another = [&plain[..end], &plain].concat();
    let empty_comment = [&plain[..2], &[0xFF, 0xFE, 0, 0], &plain[2..]].concat();
    let mut equal_ids = plain.clone();
    for at in 0..3 {
        equal_ids[frame + 10 + 3 * at] = 7;
        equal_ids[scan + 5 + 2 * at] = 7;
    }
    let without_last_bytes = &plain[..end - 2];
    for bytes in [&trailer, &another, &empty_comment, &equal_ids, without_last_bytes] {
        assert_quarters(&decoded(&rendered(bytes).large), "changed");
    }
}

/// Frames of Motion JPEG have no Huffman tables.
#[test]
fn a_jpeg_without_huffman_tables_has_the_standard_tables() {
    let mut bytes = Vec::new();
    let picture = image::DynamicImage::ImageRgba8(pictures::quarters(64, 48)).into_rgb8();
    image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, 95).encode_image(&picture).unwrap();
    let mut other_segments = Vec::new();
    let mut at = 2;
    while bytes[at + 1] != 0xDA {
        let end = at + 2 + usize::from(u16::from_be_bytes([bytes[at + 2], bytes[at + 3]]));
        if bytes[at + 1] != 0xC4 {
            other_segments.extend(&bytes[at..end]);
        }
        at = end;
    }
    let bytes = [&bytes[..2], &other_segments, &bytes[at..]].concat();
    assert!(!bytes.windows(2).any(|pair| pair == [0xFF, 0xC4]));
    assert_quarters(&decoded(&rendered(&bytes).large), "no tables");
}

#[test]
fn rare_variants_are_unsupported() {
    let plain = quarters(64, 48, |_| ());
    let frame = plain.windows(2).position(|pair| pair == [0xFF, 0xC0]).unwrap();
    for marker in [0xC3, 0xC5, 0xC9, 0xCB] {
        let mut bytes = plain.clone();
        bytes[frame + 1] = marker;
        let refusal = render(&bytes).map(|_| ()).unwrap_err();
        assert!(
            matches!(refusal, Refusal::UnsupportedVariant { format: "JPEG", .. }),
            "{marker:x}: {refusal:?}"
        );
    }
    let (mut twelve_bits, mut no_height) = (plain.clone(), plain);
    twelve_bits[frame + 4] = 12;
    no_height[frame + 5..frame + 7].fill(0);
    for bytes in [twelve_bits, no_height] {
        assert!(matches!(render(&bytes), Err(Refusal::UnsupportedVariant { .. })));
    }
}

/// A header of 100 megapixels with the data of a small picture is refused, and not filled with
/// grey.
#[test]
fn a_picture_with_too_little_data_is_damaged() {
    for progressive in [false, true] {
        let mut bytes = quarters(64, 48, |encoder| encoder.set_progressive(progressive));
        let frame =
            bytes.windows(2).position(|pair| pair[0] == 0xFF && matches!(pair[1], 0xC0 | 0xC2)).unwrap();
        bytes[frame + 5..frame + 9].copy_from_slice(&[0x27, 0x10, 0x27, 0x10]);
        let refusal = render(&bytes).map(|_| ()).unwrap_err();
        assert!(matches!(refusal, Refusal::Damaged { .. }), "{progressive}: {refusal:?}");
    }
}
