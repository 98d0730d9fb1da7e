//! HEIC and AVIF: coded by libheif and libavif (`heif/make.py`), put into files here.

mod file;

use crate::made::{BLUE, GREEN, RED, WHITE, quarters};
use crate::{alike, rendered, shown};
use file::{Coded, boxed, full};
use image::DynamicImage;
use image::metadata::Orientation;
use proptest::prelude::*;
use renditions::{Refusal, render};

const PLAIN_HEIC: &[u8] = include_bytes!("heif/plain.heic");
const PLAIN_AVIF: &[u8] = include_bytes!("heif/plain.avif");

/// Four quarters of 64 × 64 pixels, coded in all ways.
const QUARTERS: [&[u8]; 7] = [
    PLAIN_HEIC,
    include_bytes!("heif/full-chroma.heic"),
    include_bytes!("heif/ten-bit.heic"),
    PLAIN_AVIF,
    include_bytes!("heif/full-chroma.avif"),
    include_bytes!("heif/ten-bit.avif"),
    include_bytes!("heif/rgb.avif"),
];
const ALPHA: [&[u8]; 2] = [include_bytes!("heif/alpha.heic"), include_bytes!("heif/alpha.avif")];
const GREY: [&[u8]; 2] = [include_bytes!("heif/grey.heic"), include_bytes!("heif/grey.avif")];
const ODD: [&[u8]; 2] = [include_bytes!("heif/odd.heic"), include_bytes!("heif/odd.avif")];

fn plain() -> [Coded; 2] {
    [Coded::of(PLAIN_HEIC), Coded::of(PLAIN_AVIF)]
}

fn refused(bytes: &[u8]) -> Refusal {
    render(bytes).map(|_| ()).unwrap_err()
}

/// The colours in the middle of the four quarters.
fn corners(bytes: &[u8]) -> [[u8; 4]; 4] {
    let large = shown(&rendered(bytes).large);
    let (width, height) = (large.width(), large.height());
    [(1, 1), (3, 1), (1, 3), (3, 3)].map(|(x, y)| large.get_pixel(width * x / 4, height * y / 4).0)
}

fn assert_corners(bytes: &[u8], expected: [[u8; 4]; 4]) {
    let seen = corners(bytes);
    assert!(seen.iter().zip(expected).all(|(&seen, expected)| alike(seen, expected)), "{seen:?}");
}

#[test]
fn colours_are_right_however_they_are_coded() {
    for bytes in QUARTERS {
        assert_corners(bytes, [RED, GREEN, BLUE, WHITE]);
        let done = rendered(bytes);
        assert_eq!((done.width, done.height), (64, 64));
    }
}

#[test]
fn the_type_is_told_from_brands_or_from_the_picture() {
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
fn what_can_be_seen_through_stays_so() {
    for bytes in ALPHA {
        let large = shown(&rendered(bytes).large);
        assert_eq!([8, 40, 52].map(|x| large.get_pixel(x, 32).0[3]), [255, 255, 0]);
    }
}

#[test]
fn grey_and_odd_sizes_are_read() {
    for bytes in GREY {
        let [bright, dark, ..] = corners(bytes);
        assert!(alike(bright, [200, 200, 200, 255]) && alike(dark, [30, 30, 30, 255]), "{bright:?} {dark:?}");
    }
    for bytes in ODD {
        let done = rendered(bytes);
        assert_eq!((done.width, done.height), (61, 63));
        assert_corners(bytes, [RED, GREEN, BLUE, WHITE]);
    }
}

#[test]
fn every_turn_and_mirroring_is_upright() {
    for coded in plain() {
        for turn in 0..4 {
            for mirror in [None, Some(0), Some(1)] {
                let mut properties = vec![boxed(b"irot", &[turn])];
                properties.extend(mirror.map(|axis| boxed(b"imir", &[axis])));
                let mut expected = DynamicImage::ImageRgba8(quarters(64, 64));
                let turned = [
                    Orientation::NoTransforms,
                    Orientation::Rotate270,
                    Orientation::Rotate180,
                    Orientation::Rotate90,
                ];
                expected.apply_orientation(turned[usize::from(turn)]);
                expected.apply_orientation(match mirror {
                    None => Orientation::NoTransforms,
                    Some(0) => Orientation::FlipVertical,
                    Some(_) => Orientation::FlipHorizontal,
                });
                let expected = expected.into_rgba8();
                let expected =
                    [(16, 16), (48, 16), (16, 48), (48, 48)].map(|(x, y)| expected.get_pixel(x, y).0);
                assert_corners(&coded.file(64, 64, &properties).bytes(), expected);
            }
        }
    }
}

#[test]
fn a_crop_is_taken_in_the_order_it_is_given() {
    // 32 × 24 pixels around a point that is 16 right and 20 above the centre.
    let crop: Vec<u8> = [32, 1, 24, 1, 16, 1, -20i32, 1].iter().flat_map(|part| part.to_be_bytes()).collect();
    for coded in plain() {
        let done = |properties: &[Vec<u8>]| coded.file(64, 64, properties).bytes();
        let cropped = done(&[boxed(b"clap", &crop)]);
        assert_corners(&cropped, [GREEN; 4]);
        assert_eq!((rendered(&cropped).width, rendered(&cropped).height), (32, 24));
        let turned = done(&[boxed(b"irot", &[1]), boxed(b"clap", &crop)]);
        assert_corners(&turned, [WHITE; 4]);
        assert_eq!((rendered(&turned).width, rendered(&turned).height), (32, 24));
    }
}

#[test]
fn tiles_are_put_together() {
    for coded in plain() {
        let bytes = coded.grid(2, 3, 128, 160).bytes();
        let done = rendered(&bytes);
        assert_eq!((done.width, done.height), (128, 160));
        let large = shown(&done.large);
        let seen = [(16, 16), (112, 16), (80, 112), (48, 144)].map(|(x, y)| large.get_pixel(x, y).0);
        let expected = [RED, GREEN, BLUE, GREEN];
        assert!(seen.iter().zip(expected).all(|(&seen, expected)| alike(seen, expected)), "{seen:?}");
    }
}

#[test]
fn many_tiles_are_made_smaller_at_once() {
    for coded in plain() {
        let done = rendered(&coded.grid(101, 20, 6420, 1280).bytes());
        assert_eq!((done.width, done.height), (6420, 1280));
        let large = shown(&done.large);
        // A tile is almost sixteen pixels wide now: 1,600 / 6,420 of 64.
        let at =
            |x: f64, y: f64| large.get_pixel((x * 1600.0 / 6420.0) as u32, (y * 1600.0 / 6420.0) as u32).0;
        let corner = |tile_x: f64, tile_y: f64| (tile_x * 64.0 + 16.0, tile_y * 64.0 + 16.0);
        for (x, y) in [corner(0.0, 0.0), corner(49.0, 18.0), corner(99.0, 10.0)] {
            let seen = [at(x, y), at(x + 32.0, y), at(x, y + 32.0), at(x + 32.0, y + 32.0)];
            let alike =
                seen.iter().zip([RED, GREEN, BLUE, WHITE]).all(|(&seen, expected)| alike(seen, expected));
            assert!(alike, "{x} {y}: {seen:?}");
        }
    }
}

#[test]
fn code_points_of_a_wider_gamut_are_honoured() {
    let nclx = |primaries| boxed(b"colr", &[b"nclx".as_slice(), &[0, primaries, 0, 13, 0, 6, 0x80]].concat());
    for coded in plain() {
        let [srgb, p3] = [1, 12].map(|primaries| corners(&coded.file(64, 64, &[nclx(primaries)]).bytes()));
        assert!(alike(srgb[0], RED) && p3[0][0] > srgb[0][0] + 8, "{srgb:?} {p3:?}");
        assert!(alike(p3[3], WHITE), "{p3:?}");
    }
}

#[test]
fn sizes_beyond_the_limits_are_refused_in_words() {
    for coded in plain() {
        let said = |width, height| refused(&coded.file(width, height, &[]).bytes()).to_string();
        let long = "This picture is 40000 pixels long; the most is 32767. Upload a smaller version.";
        assert_eq!(said(40_000, 10), long);
        let vast = "This picture has 120 megapixels; the most is 100. Upload a smaller version.";
        assert_eq!(said(12_000, 10_000), vast);
        assert!(matches!(refused(&coded.file(64, 65, &[]).bytes()), Refusal::Damaged { .. }));
        assert!(matches!(refused(&coded.file(0, 64, &[]).bytes()), Refusal::Damaged { .. }));
    }
    assert_eq!(refused(include_bytes!("heif/vast.heic")), Refusal::OutOfMemory);
}

#[test]
fn what_would_be_decoded_over_and_over_is_refused() {
    let [heic, avif] = plain();
    for coded in [&heic, &avif] {
        assert!(
            matches!(refused(&coded.grid(3, 3, 64, 64).bytes()), Refusal::Damaged { .. }),
            "tiles outside"
        );
        let mut grid = coded.grid(2, 2, 128, 128);
        grid.references[0].2.pop();
        assert!(matches!(refused(&grid.bytes()), Refusal::Damaged { .. }), "a tile is missing");
        let mut itself = coded.grid(1, 1, 64, 64);
        itself.references[0].2 = vec![1];
        assert!(matches!(refused(&itself.bytes()), Refusal::UnsupportedVariant { .. }), "a grid of itself");
    }
    let again = Coded { data: avif.data.repeat(5), ..avif };
    assert!(matches!(refused(&again.file(64, 64, &[]).bytes()), Refusal::Damaged { .. }), "five frames");
    let mut aside = heic.grid(1, 1, 64, 64);
    // Long, but nothing that is decoded: an item may be in the file that nobody asks for.
    aside.items.push(file::Item { kind: *b"Exif", properties: Vec::new(), data: vec![0; 100_000] });
    assert_corners(&aside.bytes(), [RED, GREEN, BLUE, WHITE]);
}

#[test]
fn no_grid_has_tiles_without_end() {
    for coded in plain() {
        let refusal = refused(&coded.grid(65, 64, 4160, 4096).bytes());
        assert!(matches!(refusal, Refusal::UnsupportedVariant { .. }), "{refusal:?}");
    }
}

#[test]
fn a_sequence_without_a_still_is_a_rare_variant() {
    let bytes = [boxed(b"ftyp", b"hevc\0\0\0\0msf1hevc"), full(b"moov", 0, &[])].concat();
    let refusal = refused(&bytes);
    assert!(matches!(refusal, Refusal::UnsupportedVariant { format: "HEIC", .. }), "{refusal:?}");
    assert!(refusal.to_string().starts_with("This is a rare kind of HEIC that cannot be read."));
}

#[test]
fn a_missing_tail_is_damage() {
    for bytes in QUARTERS.iter().chain(&ALPHA) {
        for share in [5, 8, 9] {
            let refusal = refused(&bytes[..bytes.len() * share / 10]);
            assert!(matches!(refusal, Refusal::Damaged { .. }), "{share}0 %: {refusal:?}");
        }
    }
}

#[test]
fn real_ones_have_their_size() {
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
