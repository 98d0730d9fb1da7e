//! JPEGs of every coding come out alike, and what others could not afford is rendered.

use crate::made::{self, BLUE, GREEN, RED, WHITE};
use crate::{alike, rendered, shown};
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

/// Four quarters of colour, coded as `set` says.
fn quarters(width: u16, height: u16, set: impl FnOnce(&mut Encoder<&mut Vec<u8>>)) -> Vec<u8> {
    let pixels = made::quarters(width.into(), height.into()).into_raw();
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, 95);
    set(&mut encoder);
    encoder.encode(&pixels, width, height, ColorType::Rgba).unwrap();
    bytes
}

/// The colours in the quarters, as far from where they meet as the last two rows of the narrowest picture are.
fn assert_quarters(seen: &RgbaImage, what: &str) {
    let (width, height) = seen.dimensions();
    let (left, right, top, bottom) = (width / 8, width * 7 / 8, height / 8, height * 7 / 8);
    for (x, y, colour) in
        [(left, top, RED), (right, top, GREEN), (left, bottom, BLUE), (right, bottom, WHITE)]
    {
        let pixel = seen.get_pixel(x, y).0;
        assert!(alike(pixel, colour), "{what}: {pixel:?} for {colour:?} at {x}, {y}");
    }
}

/// Every subsampling, baseline and progressive, in one scan and several, with restarts and without, at each of the scales that
/// are decoded to: whole, a half, a quarter and an eighth.
#[test]
fn every_coding_gives_the_same_picture() {
    for (width, height) in [(77, 51), (2001, 333), (3999, 251), (6403, 67), (12_901, 131)] {
        for sampling in SAMPLINGS {
            for (progressive, optimised, restarts) in
                [(false, false, 0), (false, false, 3), (false, true, 0), (true, false, 0), (true, false, 5)]
            {
                let bytes = quarters(width, height, |encoder| {
                    encoder.set_sampling_factor(sampling);
                    encoder.set_progressive(progressive);
                    // With tables of its own, this encoder writes a scan for each channel.
                    encoder.set_optimized_huffman_tables(optimised);
                    encoder.set_restart_interval(restarts);
                });
                let done = rendered(&bytes);
                let what = format!("{width} x {height} {sampling:?} {progressive} {optimised} {restarts}");
                assert_eq!((done.width, done.height), (width.into(), height.into()), "{what}");
                assert_quarters(&shown(&done.large), &what);
            }
        }
    }
}

#[test]
fn the_smallest_pictures_are_pictures() {
    for (width, height) in [(1, 1), (1, 9), (17, 1), (8, 8), (9, 7)] {
        for sampling in SAMPLINGS {
            let bytes = quarters(width, height, |encoder| encoder.set_sampling_factor(sampling));
            let done = rendered(&bytes);
            assert_eq!((done.large.width, done.small.height), (width.into(), height.into()), "{sampling:?}");
        }
    }
}

/// Red, green and blue as they are: Adobe's marker says so (transform 0), or the channels' names do.
#[test]
fn colours_that_were_not_transformed_are_not_turned_back() {
    let pixels = [200u8, 30, 30].repeat(64 * 64);
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, 95);
    encoder.set_sampling_factor(SamplingFactor::R_4_4_4);
    // The encoder takes these for brightness and two colours, and leaves them as they are.
    encoder.encode(&pixels, 64, 64, ColorType::Ycbcr).unwrap();
    let marked = without_jfif(&made::with_segment(&bytes, 0xEE, b"Adobe\0\x64\0\0\0\0\0"));
    let frame = bytes.windows(2).position(|pair| pair == [0xFF, 0xC0]).unwrap();
    let scan = bytes.windows(2).position(|pair| pair == [0xFF, 0xDA]).unwrap();
    let mut named = bytes.clone();
    for (at, name) in (0..).zip(*b"RGB") {
        named[frame + 10 + 3 * at] = name;
        named[scan + 5 + 2 * at] = name;
    }
    for file in [marked, without_jfif(&named)] {
        let seen = shown(&rendered(&file).large);
        assert!(alike(seen.get_pixel(32, 32).0, RED), "{:?}", seen.get_pixel(32, 32));
    }
}

fn without_jfif(jpeg: &[u8]) -> Vec<u8> {
    let start = jpeg.windows(4).position(|four| four == b"JFIF").unwrap() - 4;
    let length = usize::from(u16::from_be_bytes([jpeg[start + 2], jpeg[start + 3]]));
    [&jpeg[..start], &jpeg[start + 2 + length..]].concat()
}

/// Cyan, magenta, yellow and black, plain and transformed (YCCK).
#[test]
fn both_kinds_of_ink_become_light() {
    for (kind, subsampled) in
        [(ColorType::Cmyk, false), (ColorType::CmykAsYcck, false), (ColorType::CmykAsYcck, true)]
    {
        for (inks, light) in [([0, 255, 255, 0], [255, 0, 0, 255]), ([0, 0, 0, 128], [127, 127, 127, 255])] {
            let mut bytes = Vec::new();
            let mut encoder = Encoder::new(&mut bytes, 95);
            encoder.set_sampling_factor(if subsampled {
                SamplingFactor::R_4_2_0
            } else {
                SamplingFactor::R_4_4_4
            });
            encoder.encode(&inks.repeat(96 * 80), 96, 80, kind).unwrap();
            let seen = shown(&rendered(&bytes).large);
            let pixel = seen.get_pixel(48, 40).0;
            assert!(alike(pixel, light), "{kind:?}: {pixel:?} for {light:?}");
        }
    }
}

#[test]
fn what_cameras_append_and_leave_out_does_no_harm() {
    let plain = quarters(64, 48, |_| ());
    let end = plain.len() - 2;
    let appended = [&plain[..], &[0xFF, 0xD8, 0xFF, 0xDA, 1, 2, 3]].concat();
    let filled = [&plain[..end], &[0xFF, 0xFF, 0xFF, 0xD9]].concat();
    for bytes in [&plain[..end], &appended, &filled] {
        assert_quarters(&shown(&rendered(bytes).large), "changed");
    }
}

/// What libjpeg reads all the same is found in people's collections.
#[test]
fn what_breaks_the_rules_without_harm_is_read() {
    let plain = quarters(64, 48, |_| ());
    let find = |marker: u8| plain.windows(2).position(|pair| pair == [0xFF, marker]).unwrap();
    let (frame, scan, end) = (find(0xC0), find(0xDA), plain.len() - 2);
    // No end of the picture, and then something that is no segment, or another picture.
    let trailer = [&plain[..end], &[0xFF, 0xE1, 0xFF, 0xFF, 1, 2, 3]].concat();
    let another = [&plain[..end], &plain].concat();
    let empty_comment = [&plain[..2], &[0xFF, 0xFE, 0, 0], &plain[2..]].concat();
    let mut one_name = plain.clone();
    for at in 0..3 {
        one_name[frame + 10 + 3 * at] = 7;
        one_name[scan + 5 + 2 * at] = 7;
    }
    let last_bytes_lost = &plain[..end - 2];
    for bytes in [&trailer, &another, &empty_comment, &one_name, last_bytes_lost] {
        assert_quarters(&shown(&rendered(bytes).large), "changed");
    }
}

/// The frames of webcams' films have no tables of codes: they mean those of the standard.
#[test]
fn tables_that_are_left_out_are_the_standard_ones() {
    let mut bytes = Vec::new();
    let picture = image::DynamicImage::ImageRgba8(made::quarters(64, 48)).into_rgb8();
    image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, 95).encode_image(&picture).unwrap();
    let mut without = Vec::new();
    let mut at = 2;
    while bytes[at + 1] != 0xDA {
        let end = at + 2 + usize::from(u16::from_be_bytes([bytes[at + 2], bytes[at + 3]]));
        if bytes[at + 1] != 0xC4 {
            without.extend(&bytes[at..end]);
        }
        at = end;
    }
    let bytes = [&bytes[..2], &without, &bytes[at..]].concat();
    assert!(!bytes.windows(2).any(|pair| pair == [0xFF, 0xC4]));
    assert_quarters(&shown(&rendered(&bytes).large), "no tables");
}

#[test]
fn rare_variants_are_refused_as_such() {
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

/// A header of a hundred megapixels with the data of one block: refused when the data ends, not filled with grey.
#[test]
fn a_picture_that_ends_before_its_size_is_damaged() {
    for progressive in [false, true] {
        let mut bytes = quarters(64, 48, |encoder| encoder.set_progressive(progressive));
        let frame =
            bytes.windows(2).position(|pair| pair[0] == 0xFF && matches!(pair[1], 0xC0 | 0xC2)).unwrap();
        bytes[frame + 5..frame + 9].copy_from_slice(&[0x27, 0x10, 0x27, 0x10]);
        let refusal = render(&bytes).map(|_| ()).unwrap_err();
        assert!(matches!(refusal, Refusal::Damaged { .. }), "{progressive}: {refusal:?}");
    }
}
