//! EXIF values that change how a picture is shown: orientation and Adobe RGB.

use crate::pictures::{self, GREEN};
use crate::png::encoder::{self, Place};
use crate::{decoded, rendered, similar};
use image::DynamicImage;
use image::metadata::Orientation;

/// Builds a TIFF structure with the orientation of 6 as a value of this type and count.
fn orientation(kind: u16, count: u32, value: &[u8], big_endian: bool) -> Vec<u8> {
    tiff(&[(0x0112, kind, count, value.to_vec())], big_endian)
}

type Entry = (u16, u16, u32, Vec<u8>);

/// Builds a TIFF structure with one directory. Values are already in the byte order.
fn tiff(entries: &[Entry], big_endian: bool) -> Vec<u8> {
    let short = |n: u16| if big_endian { n.to_be_bytes() } else { n.to_le_bytes() };
    let long = |n: u32| if big_endian { n.to_be_bytes() } else { n.to_le_bytes() };
    let mut data: Vec<u8> = Vec::new();
    let mut out = if big_endian { b"MM\0\x2a".to_vec() } else { b"II\x2a\0".to_vec() };
    out.extend(long(8));
    out.extend(short(entries.len() as u16));
    let data_start = 8 + 2 + 12 * entries.len() + 4;
    for (tag, kind, count, value) in entries {
        out.extend(short(*tag));
        out.extend(short(*kind));
        out.extend(long(*count));
        if value.len() <= 4 {
            out.extend(value);
            out.resize(out.len() + 4 - value.len(), 0);
        } else {
            out.extend(long((data_start + data.len()) as u32));
            data.extend(value);
        }
    }
    out.extend([0; 4]);
    out.extend(data);
    out
}

/// Returns the orientation of 6 as every type in which programs store it.
fn orientations() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("SHORT", orientation(3, 1, &[6, 0], false)),
        ("LONG", orientation(4, 1, &[6, 0, 0, 0], false)),
        ("big-endian LONG", orientation(4, 1, &[0, 0, 0, 6], true)),
        ("BYTE", orientation(1, 1, &[6], false)),
        ("big-endian BYTE", orientation(1, 1, &[6], true)),
        ("SBYTE", orientation(6, 1, &[6], false)),
        ("UNDEFINED", orientation(7, 1, &[6], false)),
        ("SSHORT", orientation(8, 1, &[0, 6], true)),
        ("SLONG", orientation(9, 1, &[6, 0, 0, 0], false)),
        ("IFD", orientation(13, 1, &[6, 0, 0, 0], false)),
        ("two SHORT", orientation(3, 2, &[6, 0, 1, 0], false)),
        ("three SHORT", orientation(3, 3, &[6, 0, 1, 0, 1, 0], false)),
        ("two LONG", orientation(4, 2, &[0, 0, 0, 6, 0, 0, 0, 1], true)),
        ("RATIONAL", orientation(5, 1, &[6, 0, 0, 0, 1, 0, 0, 0], false)),
        ("ASCII", orientation(2, 2, b"6\0", false)),
    ]
}

/// Builds a file of each container with this EXIF block.
fn one_of_each_with_exif(exif: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let picture = pictures::quarters(48, 64);
    let prefixed = [b"Exif\0\0".as_slice(), exif].concat();
    let png = pictures::png(&picture);
    let webp = pictures::lossy_webp(&picture);
    let jpeg = pictures::jpeg(&picture);
    vec![
        ("JPEG", pictures::with_segment(&jpeg, 0xE1, &prefixed)),
        // An empty EXIF segment comes first.
        (
            "JPEG with two segments",
            pictures::with_segment(&pictures::with_segment(&jpeg, 0xE1, &prefixed), 0xE1, b"Exif\0\0"),
        ),
        ("WebP", pictures::webp_with_chunk(&webp, 0x08, *b"EXIF", exif)),
        ("WebP without flag", pictures::webp_with_chunk(&webp, 0, *b"EXIF", exif)),
        ("WebP with prefix", pictures::webp_with_chunk(&webp, 0x08, *b"EXIF", &prefixed)),
        ("PNG before the pixels", encoder::with_chunk(&png, Place::BeforePixels, b"eXIf", exif)),
        ("PNG after the pixels", encoder::with_chunk(&png, Place::AfterPixels, b"eXIf", &prefixed)),
        (
            "PNG with a raw profile",
            encoder::with_chunk(&png, Place::BeforePixels, b"tEXt", &raw_profile(exif)),
        ),
        (
            "PNG with a compressed raw profile",
            encoder::with_chunk(&png, Place::AfterPixels, b"zTXt", &compressed_raw_profile(exif)),
        ),
    ]
}

fn raw_profile_text(exif: &[u8]) -> String {
    let profile = [b"Exif\0\0".as_slice(), exif].concat();
    let digits: String = profile.iter().map(|byte| format!("{byte:02x}")).collect();
    let lines: Vec<&str> =
        digits.as_bytes().chunks(72).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("\nexif\n{:8}\n{}\n", profile.len(), lines.join("\n"))
}

/// Encodes EXIF as ImageMagick did before the `eXIf` chunk existed.
fn raw_profile(exif: &[u8]) -> Vec<u8> {
    [b"Raw profile type exif\0", raw_profile_text(exif).as_bytes()].concat()
}

fn compressed_raw_profile(exif: &[u8]) -> Vec<u8> {
    let compressed = miniz_oxide::deflate::compress_to_vec_zlib(raw_profile_text(exif).as_bytes(), 6);
    [b"Raw profile type APP1\0\0".as_slice(), &compressed].concat()
}

#[track_caller]
fn assert_rotated(name: &str, bytes: &[u8]) {
    let done = rendered(bytes);
    assert_eq!((done.width, done.height), (64, 48), "{name}");
    let mut expected = DynamicImage::ImageRgba8(pictures::quarters(48, 64));
    expected.apply_orientation(Orientation::Rotate90);
    let (seen, expected) = (decoded(&done.large), expected.into_rgba8());
    for (x, y) in [(8, 8), (56, 8), (8, 40), (56, 40)] {
        let (seen, expected) = (seen.get_pixel(x, y).0, expected.get_pixel(x, y).0);
        assert!(similar(seen, expected), "{name}: {seen:?} is not {expected:?}");
    }
}

#[test]
fn an_orientation_of_any_type_applies_in_every_container() {
    for (kind, exif) in orientations() {
        for (container, bytes) in one_of_each_with_exif(&exif) {
            assert_rotated(&format!("{kind} in {container}"), &bytes);
        }
    }
}

#[test]
fn an_invalid_orientation_is_ignored() {
    let long = |value: u32| orientation(4, 1, &value.to_le_bytes(), false);
    let invalid = [
        long(0),
        long(9),
        long(65_542),
        orientation(9, 1, &(-6i32).to_le_bytes(), false),
        orientation(5, 1, &[6, 0, 0, 0, 0, 0, 0, 0], false),
        orientation(4, u32::MAX, &[6, 0, 0, 0], false),
        orientation(99, 1, &[6, 0, 0, 0], false),
        b"II\x2a\0".to_vec(),
        b"MM\0\x2a\xFF\xFF\xFF\xFF".to_vec(),
    ];
    for exif in invalid {
        for (container, bytes) in one_of_each_with_exif(&exif) {
            let done = rendered(&bytes);
            assert_eq!((done.width, done.height), (48, 64), "{container}: {}", exif.escape_ascii());
        }
    }
}

#[test]
fn a_png_chunk_takes_precedence_over_a_raw_profile() {
    let png = pictures::png(&pictures::quarters(48, 64));
    let upright = orientation(3, 1, &[1, 0], false);
    let rotated = orientation(3, 1, &[6, 0], false);
    let both = encoder::with_chunk(&png, Place::BeforePixels, b"tEXt", &raw_profile(&upright));
    assert_rotated("both", &encoder::with_chunk(&both, Place::AfterPixels, b"eXIf", &rotated));
}

#[test]
fn a_raw_profile_of_another_encoder_applies() {
    let done = rendered(include_bytes!("raw-profile.png"));
    assert_eq!((done.width, done.height), (64, 48));
    let seen = decoded(&done.large);
    // Red and green above blue and yellow.
    let expected = [[220, 30, 30, 255], [30, 200, 40, 255], [40, 60, 220, 255], [230, 220, 40, 255]];
    for ((x, y), expected) in [(8, 8), (56, 8), (8, 40), (56, 40)].into_iter().zip(expected) {
        assert!(similar(seen.get_pixel(x, y).0, expected), "{:?} is not {expected:?}", seen.get_pixel(x, y));
    }
}

#[test]
fn many_text_chunks_take_little_time() {
    let bomb = miniz_oxide::deflate::compress_to_vec_zlib(&vec![b' '; 30_000_000], 6);
    let text = [b"Raw profile type exif\0\0".as_slice(), &bomb].concat();
    let mut png = pictures::png(&pictures::quarters(48, 64));
    for _ in 0..40 {
        png = encoder::with_chunk(&png, Place::BeforePixels, b"zTXt", &text);
    }
    let start = std::time::Instant::now();
    assert_eq!(rendered(&png).width, 48);
    assert!(start.elapsed() < std::time::Duration::from_secs(2), "{:?}", start.elapsed());
}

/// Builds EXIF with an interoperability index, and with a colour space unless it is `None`.
fn colour_space(index: &[u8; 4], colour_space: Option<u16>) -> Vec<u8> {
    // The directories start at 8, 26 and 56.
    let mut out = tiff(&[(0x8769, 4, 1, 26u32.to_le_bytes().to_vec())], false);
    let space = colour_space.unwrap_or(0);
    let space_tag: u16 = if colour_space.is_some() { 0xA001 } else { 0xA0FF };
    out.extend([2, 0]);
    out.extend([space_tag.to_le_bytes(), [3, 0]].concat());
    out.extend([1u32.to_le_bytes(), u32::from(space).to_le_bytes()].concat());
    out.extend([[0x05, 0xA0], [4, 0]].concat());
    out.extend([1u32.to_le_bytes(), 56u32.to_le_bytes()].concat());
    out.extend([0; 4]);
    out.extend([1, 0, 1, 0, 2, 0, 4, 0, 0, 0]);
    out.extend(index);
    out.extend([0; 4]);
    out
}

/// Returns the colour of a JPEG of a single colour with this EXIF block.
fn seen_with(exif: &[u8]) -> [u8; 4] {
    let jpeg = pictures::jpeg(&pictures::plain(64, 64, [91, 160, 80, 255]));
    let bytes = pictures::with_segment(&jpeg, 0xE1, &[b"Exif\0\0".as_slice(), exif].concat());
    decoded(&rendered(&bytes).large).get_pixel(32, 32).0
}

#[test]
fn adobe_rgb_is_recognised_by_its_interoperability_index() {
    let seen = decoded(&rendered(include_bytes!("adobe-rgb.jpg")).large).get_pixel(16, 16).0;
    let near = |seen: [u8; 4], expected: [u8; 3]| {
        seen.iter().zip(expected).all(|(seen, expected)| seen.abs_diff(expected) <= 8)
    };
    let (adobe, unchanged) = ([0, 161, 73], [91, 160, 80]);
    assert!(near(seen, adobe), "{seen:?}");
    for (exif, expected) in [
        (colour_space(b"R03\0", Some(0xFFFF)), adobe),
        (colour_space(b"R03\0", None), adobe),
        (colour_space(b"R98\0", Some(2)), adobe),
        (colour_space(b"R98\0", Some(0xFFFF)), unchanged),
        (colour_space(b"R03\0", Some(1)), unchanged),
    ] {
        let seen = seen_with(&exif);
        assert!(near(seen, expected), "{}: {seen:?}", exif.escape_ascii());
    }
}

#[test]
fn a_profile_takes_precedence_over_the_interoperability_index() {
    let srgb = moxcms::ColorProfile::new_srgb().encode().unwrap();
    let jpeg = pictures::with_profile(&pictures::jpeg(&pictures::plain(64, 64, GREEN)), &srgb);
    let exif = [b"Exif\0\0".as_slice(), &colour_space(b"R03\0", Some(0xFFFF))].concat();
    let seen = decoded(&rendered(&pictures::with_segment(&jpeg, 0xE1, &exif)).large);
    assert!(similar(seen.get_pixel(32, 32).0, GREEN), "{:?}", seen.get_pixel(32, 32));
}

#[test]
fn png_and_webp_without_other_colours_can_be_adobe_rgb() {
    let exif = colour_space(b"R03\0", Some(0xFFFF));
    let picture = pictures::plain(64, 64, [91, 160, 80, 255]);
    let png = pictures::png(&picture);
    let webp = pictures::webp_with_chunk(&pictures::lossy_webp(&picture), 0x08, *b"EXIF", &exif);
    for bytes in [encoder::with_chunk(&png, Place::BeforePixels, b"eXIf", &exif), webp] {
        let seen = decoded(&rendered(&bytes).large).get_pixel(32, 32).0;
        assert!(seen[0] < 20 && similar(seen, [0, 161, 73, 255]), "{seen:?}");
    }
    let srgb = encoder::with_chunk(&png, Place::BeforePixels, b"sRGB", &[0]);
    let seen = decoded(&rendered(&encoder::with_chunk(&srgb, Place::BeforePixels, b"eXIf", &exif)).large);
    assert!(similar(seen.get_pixel(32, 32).0, [91, 160, 80, 255]));
}
