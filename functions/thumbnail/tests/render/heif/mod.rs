//! HEIC and AVIF. libheif and libavif encoded the pictures (see `make.py`), and the tests build
//! further files from them.

mod derived;
pub mod file_builder;

use crate::pictures::{BLUE, GREEN, RED, WHITE, quarters};
use crate::{decoded, rendered, similar};
use file_builder::{CodedPicture, full_box, make_box};
use image::DynamicImage;
use image::metadata::Orientation;
use proptest::prelude::*;
use renditions::{Refusal, render};

pub const PLAIN_HEIC: &[u8] = include_bytes!("plain.heic");
pub const PLAIN_AVIF: &[u8] = include_bytes!("plain.avif");

/// A picture of 64 × 64 pixels with quarters of four colours, in all encodings.
const QUARTERS: [&[u8]; 7] = [
    PLAIN_HEIC,
    include_bytes!("full-chroma.heic"),
    include_bytes!("ten-bit.heic"),
    PLAIN_AVIF,
    include_bytes!("full-chroma.avif"),
    include_bytes!("ten-bit.avif"),
    include_bytes!("rgb.avif"),
];
const ALPHA: [&[u8]; 2] = [include_bytes!("alpha.heic"), include_bytes!("alpha.avif")];
const GREY: [&[u8]; 2] = [include_bytes!("grey.heic"), include_bytes!("grey.avif")];
const ODD: [&[u8]; 2] = [include_bytes!("odd.heic"), include_bytes!("odd.avif")];

fn plain() -> [CodedPicture; 2] {
    [CodedPicture::of(PLAIN_HEIC), CodedPicture::of(PLAIN_AVIF)]
}

fn refusal_of(bytes: &[u8]) -> Refusal {
    render(bytes).map(|_| ()).unwrap_err()
}

/// Returns the colours in the centres of the four quarters.
fn quarter_colours(bytes: &[u8]) -> [[u8; 4]; 4] {
    let large = decoded(&rendered(bytes).large);
    let (width, height) = (large.width(), large.height());
    [(1, 1), (3, 1), (1, 3), (3, 3)].map(|(x, y)| large.get_pixel(width * x / 4, height * y / 4).0)
}

fn assert_quarters(bytes: &[u8], expected: [[u8; 4]; 4]) {
    let seen = quarter_colours(bytes);
    assert!(seen.iter().zip(expected).all(|(&seen, expected)| similar(seen, expected)), "{seen:?}");
}

#[test]
fn every_encoding_has_the_correct_colours() {
    for bytes in QUARTERS {
        assert_quarters(bytes, [RED, GREEN, BLUE, WHITE]);
        let done = rendered(bytes);
        assert_eq!((done.width, done.height), (64, 64));
    }
}

#[test]
fn the_format_derives_from_the_brands_or_from_the_item_type() {
    let types = plain().map(|coded| {
        let mut file = coded.file(64, 64, &[]);
        file.brand = *b"mif1";
        rendered(&file.bytes()).format.content_type()
    });
    assert_eq!(types, ["image/heic", "image/avif"]);
    assert_eq!(rendered(PLAIN_HEIC).format.content_type(), "image/heic");
    assert_eq!(rendered(PLAIN_AVIF).format.content_type(), "image/avif");
}

#[test]
fn transparency_is_kept() {
    for bytes in ALPHA {
        let large = decoded(&rendered(bytes).large);
        assert_eq!([8, 40, 52].map(|x| large.get_pixel(x, 32).0[3]), [255, 255, 0]);
    }
}

#[test]
fn grey_pictures_and_odd_sizes_are_rendered() {
    for bytes in GREY {
        let [bright, dark, ..] = quarter_colours(bytes);
        assert!(
            similar(bright, [200, 200, 200, 255]) && similar(dark, [30, 30, 30, 255]),
            "{bright:?} {dark:?}"
        );
    }
    for bytes in ODD {
        let done = rendered(bytes);
        assert_eq!((done.width, done.height), (61, 63));
        assert_quarters(bytes, [RED, GREEN, BLUE, WHITE]);
    }
}

#[test]
fn every_rotation_and_mirroring_is_rendered_upright() {
    for coded in plain() {
        for turn in 0..4 {
            for mirror in [None, Some(0), Some(1)] {
                let mut properties = vec![make_box(b"irot", &[turn])];
                properties.extend(mirror.map(|axis| make_box(b"imir", &[axis])));
                let mut expected = DynamicImage::ImageRgba8(quarters(64, 64));
                let rotations = [
                    Orientation::NoTransforms,
                    Orientation::Rotate270,
                    Orientation::Rotate180,
                    Orientation::Rotate90,
                ];
                expected.apply_orientation(rotations[usize::from(turn)]);
                expected.apply_orientation(match mirror {
                    None => Orientation::NoTransforms,
                    Some(0) => Orientation::FlipVertical,
                    Some(_) => Orientation::FlipHorizontal,
                });
                let expected = expected.into_rgba8();
                let expected =
                    [(16, 16), (48, 16), (16, 48), (48, 48)].map(|(x, y)| expected.get_pixel(x, y).0);
                assert_quarters(&coded.file(64, 64, &properties).bytes(), expected);
            }
        }
    }
}

#[test]
fn a_crop_applies_in_the_order_of_the_properties() {
    // 32 × 24 pixels. Their centre is 16 pixels to the right of and 20 pixels above the picture's
    // centre.
    let crop: Vec<u8> = [32, 1, 24, 1, 16, 1, -20i32, 1].iter().flat_map(|part| part.to_be_bytes()).collect();
    for coded in plain() {
        let file = |properties: &[Vec<u8>]| coded.file(64, 64, properties).bytes();
        let cropped = file(&[make_box(b"clap", &crop)]);
        assert_quarters(&cropped, [GREEN; 4]);
        assert_eq!((rendered(&cropped).width, rendered(&cropped).height), (32, 24));
        let rotated = file(&[make_box(b"irot", &[1]), make_box(b"clap", &crop)]);
        assert_quarters(&rotated, [WHITE; 4]);
        assert_eq!((rendered(&rotated).width, rendered(&rotated).height), (32, 24));
    }
}

#[test]
fn tiles_are_assembled() {
    for coded in plain() {
        let bytes = coded.grid(2, 3, 128, 160).bytes();
        let done = rendered(&bytes);
        assert_eq!((done.width, done.height), (128, 160));
        let large = decoded(&done.large);
        let seen = [(16, 16), (112, 16), (80, 112), (48, 144)].map(|(x, y)| large.get_pixel(x, y).0);
        let expected = [RED, GREEN, BLUE, GREEN];
        assert!(seen.iter().zip(expected).all(|(&seen, expected)| similar(seen, expected)), "{seen:?}");
    }
}

#[test]
fn many_tiles_are_averaged_while_they_are_decoded() {
    for coded in plain() {
        let done = rendered(&coded.grid(101, 20, 6420, 1280).bytes());
        assert_eq!((done.width, done.height), (6420, 1280));
        let large = decoded(&done.large);
        // A tile is 64 × 1,600 / 6,420 pixels wide in the rendition, or almost 16.
        let at =
            |x: f64, y: f64| large.get_pixel((x * 1600.0 / 6420.0) as u32, (y * 1600.0 / 6420.0) as u32).0;
        let corner = |tile_x: f64, tile_y: f64| (tile_x * 64.0 + 16.0, tile_y * 64.0 + 16.0);
        for (x, y) in [corner(0.0, 0.0), corner(49.0, 18.0), corner(99.0, 10.0)] {
            let seen = [at(x, y), at(x + 32.0, y), at(x, y + 32.0), at(x + 32.0, y + 32.0)];
            let matches =
                seen.iter().zip([RED, GREEN, BLUE, WHITE]).all(|(&seen, expected)| similar(seen, expected));
            assert!(matches, "{x} {y}: {seen:?}");
        }
    }
}

#[test]
fn code_points_of_a_wider_gamut_are_converted() {
    let nclx =
        |primaries| make_box(b"colr", &[b"nclx".as_slice(), &[0, primaries, 0, 13, 0, 6, 0x80]].concat());
    for coded in plain() {
        let [srgb, p3] =
            [1, 12].map(|primaries| quarter_colours(&coded.file(64, 64, &[nclx(primaries)]).bytes()));
        assert!(similar(srgb[0], RED) && p3[0][0] > srgb[0][0] + 8, "{srgb:?} {p3:?}");
        assert!(similar(p3[3], WHITE), "{p3:?}");
    }
}

#[test]
fn sizes_above_the_limits_are_refused_with_a_message() {
    for coded in plain() {
        let message = |width, height| refusal_of(&coded.file(width, height, &[]).bytes()).to_string();
        let long = "This picture is 40000 pixels long; the most is 32767. Upload a smaller version.";
        assert_eq!(message(40_000, 10), long);
        let vast = "This picture has 120 megapixels; the most is 100. Upload a smaller version.";
        assert_eq!(message(12_000, 10_000), vast);
        assert!(matches!(refusal_of(&coded.file(64, 65, &[]).bytes()), Refusal::Damaged { .. }));
        assert!(matches!(refusal_of(&coded.file(0, 64, &[]).bytes()), Refusal::Damaged { .. }));
    }
    assert_eq!(refusal_of(include_bytes!("vast.heic")), Refusal::OutOfMemory);
}

#[test]
fn grids_and_items_with_missing_or_repeated_parts_are_refused() {
    let [heic, avif] = plain();
    for coded in [&heic, &avif] {
        assert!(
            matches!(refusal_of(&coded.grid(3, 3, 64, 64).bytes()), Refusal::Damaged { .. }),
            "tiles outside the picture"
        );
        let mut grid = coded.grid(2, 2, 128, 128);
        grid.references[0].2.pop();
        assert!(matches!(refusal_of(&grid.bytes()), Refusal::Damaged { .. }), "a tile is missing");
        let mut recursive = coded.grid(1, 1, 64, 64);
        recursive.references[0].2 = vec![1];
        assert!(
            matches!(refusal_of(&recursive.bytes()), Refusal::UnsupportedVariant { .. }),
            "a grid of itself"
        );
    }
    let repeated = CodedPicture { data: avif.data.repeat(5), ..avif };
    assert!(
        matches!(refusal_of(&repeated.file(64, 64, &[]).bytes()), Refusal::Damaged { .. }),
        "five frames"
    );
    let mut with_exif = heic.grid(1, 1, 64, 64);
    // The decoder ignores a long item that is not a picture.
    with_exif.items.push(file_builder::Item {
        kind: *b"Exif",
        properties: Vec::new(),
        data: vec![0; 100_000],
    });
    assert_quarters(&with_exif.bytes(), [RED, GREEN, BLUE, WHITE]);
}

#[test]
fn a_grid_of_too_many_tiles_is_refused() {
    for coded in plain() {
        let refusal = refusal_of(&coded.grid(65, 64, 4160, 4096).bytes());
        assert!(matches!(refusal, Refusal::UnsupportedVariant { .. }), "{refusal:?}");
    }
}

#[test]
fn a_sequence_without_a_still_picture_is_unsupported() {
    let bytes = [make_box(b"ftyp", b"hevc\0\0\0\0msf1hevc"), full_box(b"moov", 0, &[])].concat();
    let refusal = refusal_of(&bytes);
    assert!(matches!(refusal, Refusal::UnsupportedVariant { format: "HEIC", .. }), "{refusal:?}");
    assert!(refusal.to_string().starts_with("This is a rare kind of HEIC that cannot be read."));
}

#[test]
fn a_truncated_file_is_damaged() {
    for bytes in QUARTERS.iter().chain(&ALPHA) {
        for share in [5, 8, 9] {
            let refusal = refusal_of(&bytes[..bytes.len() * share / 10]);
            assert!(matches!(refusal, Refusal::Damaged { .. }), "{share}0 %: {refusal:?}");
        }
    }
}

#[test]
fn real_files_are_rendered() {
    let Ok(root) = std::env::var("ALBUMEN_PICTURES") else {
        eprintln!("SKIPPED: set ALBUMEN_PICTURES to a folder of real pictures to test with formats");
        return;
    };
    for (name, size) in [("IMG_2682.heic", (4032, 3024)), ("8bit-sRGB.avif", (1617, 1080))] {
        let done = rendered(&std::fs::read(format!("{root}/formats/{name}")).unwrap());
        assert_eq!((done.width, done.height), size, "{name}");
    }
}

proptest! {
    #[test]
    fn changed_bytes_cause_no_panic(
        file in 0..QUARTERS.len(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
    ) {
        let mut bytes = QUARTERS[file].to_vec();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Err(Refusal::Failed { reason }) = render(&bytes) {
            prop_assert!(!reason.starts_with("panic"), "{reason}");
        }
    }
}
