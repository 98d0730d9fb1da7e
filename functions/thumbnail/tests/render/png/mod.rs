//! PNGs of every kind.

pub mod encoder;

use crate::pictures::{BLUE, GREEN, RED, WHITE};
use crate::{decoded, rendered, similar};
use encoder::{Kind, chunk, every_kind, header, png};
use renditions::{Refusal, render};

const RGB8: Kind = Kind { colour: 2, depth: 8, interlaced: false };
const RGB16: Kind = Kind { depth: 16, ..RGB8 };

/// Returns the number of the quarter that contains a pixel: 0 for top left, 1 for top right, 2 for
/// bottom left and 3 for bottom right.
fn quarter((width, height): (u32, u32), x: u32, y: u32) -> usize {
    usize::from(x >= width / 2) + 2 * usize::from(y >= height / 2)
}

/// Returns the expected colour of a quarter in a picture of this kind.
fn expected_colour(kind: Kind, quarter: usize) -> [u8; 4] {
    let grey = grey(kind, quarter);
    let grey = (u32::from(grey) * 255 / u32::from(kind.max_sample())) as u8;
    match kind.colour {
        0 => [grey, grey, grey, 255],
        4 => [grey, grey, grey, ALPHAS[quarter]],
        3 => COLOURS[usize::from(palette_index(kind, quarter))],
        2 => COLOURS[quarter],
        _ => [COLOURS[quarter][0], COLOURS[quarter][1], COLOURS[quarter][2], ALPHAS[quarter]],
    }
}

const COLOURS: [[u8; 4]; 4] = [RED, GREEN, BLUE, WHITE];
const ALPHAS: [u8; 4] = [255, 255, 128, 255];

fn grey(kind: Kind, quarter: usize) -> u16 {
    (u32::from(kind.max_sample()) * quarter as u32 / 3) as u16
}

/// Returns the palette index of a quarter.
fn palette_index(kind: Kind, quarter: usize) -> u16 {
    quarter as u16 & kind.max_sample().min(3)
}

/// Returns the samples of a pixel in a quarter.
fn samples(kind: Kind, quarter: usize) -> Vec<u16> {
    let wide = |sample: u8| u16::from(sample) * (kind.max_sample() / 255).max(1);
    let alpha = wide(ALPHAS[quarter]);
    match kind.colour {
        0 => vec![grey(kind, quarter)],
        3 => vec![palette_index(kind, quarter)],
        4 => vec![grey(kind, quarter), alpha],
        2 => COLOURS[quarter][..3].iter().map(|&sample| wide(sample)).collect(),
        _ => COLOURS[quarter][..3].iter().map(|&sample| wide(sample)).chain([alpha]).collect(),
    }
}

fn palette(kind: Kind) -> Vec<(&'static [u8; 4], Vec<u8>)> {
    let colours = COLOURS.iter().flat_map(|colour| colour[..3].to_vec()).collect();
    if kind.colour == 3 { vec![(b"PLTE", colours)] } else { vec![] }
}

/// Returns the colours in the centres of the four quarters of the large rendition.
fn quarter_colours(bytes: &[u8]) -> [[u8; 4]; 4] {
    let picture = decoded(&rendered(bytes).large);
    let (right, bottom) = (picture.width() * 3 / 4, picture.height() * 3 / 4);
    let (left, top) = (picture.width() / 4, picture.height() / 4);
    [(left, top), (right, top), (left, bottom), (right, bottom)].map(|(x, y)| picture.get_pixel(x, y).0)
}

/// Returns the colour of a picture of a single colour.
fn single_colour(bytes: &[u8]) -> [u8; 4] {
    quarter_colours(bytes)[0]
}

#[test]
fn every_kind_has_its_colours_at_every_size() {
    for size in [(64, 64), (1728, 64)] {
        for kind in every_kind() {
            let bytes = png(kind, size, &palette(kind), |x, y| samples(kind, quarter(size, x, y)));
            for (number, seen) in quarter_colours(&bytes).into_iter().enumerate() {
                let expected = expected_colour(kind, number);
                assert!(similar(seen, expected), "{kind:?}, {size:?}: {seen:?} is not {expected:?}");
            }
        }
    }
}

#[test]
fn edges_of_transparent_areas_do_not_darken() {
    let black = |kind: Kind| vec![0; kind.channels()];
    let white = |kind: Kind| vec![kind.max_sample(); kind.channels()];
    for depth in [8, 16] {
        for (colour, interlaced) in [(4, false), (6, false), (4, true), (6, true)] {
            let kind = Kind { colour, depth, interlaced };
            // Stripes of three pixels make every pixel of the rendition a mix of both colours.
            let bytes = png(kind, (4001, 40), &[], |x, _| if x % 6 < 3 { white(kind) } else { black(kind) });
            let seen = decoded(&rendered(&bytes).large);
            let dark = seen.pixels().filter(|pixel| pixel.0[3] > 64 && pixel.0[1] < 200).count();
            assert_eq!(dark, 0, "{kind:?}");
        }
    }
}

#[test]
fn a_colour_can_be_transparent() {
    let transparent = [(b"tRNS", [0u8, 30, 0, 160, 0, 30].to_vec())];
    let bytes = png(RGB8, (64, 64), &transparent, |x, y| samples(RGB8, quarter((64, 64), x, y)));
    let seen = quarter_colours(&bytes);
    assert!(similar(seen[0], RED) && seen[1][3] == 0, "{seen:?}: the green quarter must be transparent");

    let kind = Kind { colour: 3, depth: 8, interlaced: false };
    let chunks = [palette(kind), vec![(b"tRNS", vec![255, 0])]].concat();
    let bytes = png(kind, (2000, 64), &chunks, |x, y| samples(kind, quarter((2000, 64), x, y)));
    let seen = quarter_colours(&bytes);
    assert!(similar(seen[0], RED) && seen[1][3] == 0 && similar(seen[2], BLUE), "{seen:?}");
}

fn plain(kind: Kind, chunks: &[(&[u8; 4], Vec<u8>)], colour: [u16; 3]) -> Vec<u8> {
    png(kind, (64, 64), chunks, |_, _| colour.to_vec())
}

fn gamma(thousandths: u32) -> (&'static [u8; 4], Vec<u8>) {
    (b"gAMA", (thousandths * 100).to_be_bytes().to_vec())
}

fn near(seen: [u8; 4], expected: [u8; 3]) -> bool {
    seen.iter().zip(expected).all(|(seen, expected)| seen.abs_diff(expected) < 6)
}

#[test]
fn gamma_applies_unless_the_file_declares_srgb() {
    // Half the linear intensity is 188 of 255 in sRGB.
    let linear = plain(RGB16, &[gamma(1000)], [32_768; 3]);
    assert!(near(single_colour(&linear), [188; 3]), "{:?}", single_colour(&linear));
    let srgb = plain(RGB16, &[(b"sRGB", vec![0]), gamma(1000)], [32_768; 3]);
    assert!(near(single_colour(&srgb), [128; 3]));
    let srgb_gamma = plain(RGB8, &[gamma(454)], [128; 3]);
    assert!(near(single_colour(&srgb_gamma), [128; 3]));
    let invalid_gamma = plain(RGB8, &[gamma(0)], [128; 3]);
    assert!(near(single_colour(&invalid_gamma), [128; 3]));
}

#[test]
fn dark_tones_of_a_linear_picture_are_kept() {
    // 0.2 % of the linear intensity is 6.4 of 255 in sRGB. With 8 linear bits it would be 0 or
    // 12.9.
    let dark = plain(RGB16, &[gamma(1000)], [131; 3]);
    let seen = single_colour(&dark);
    assert!(seen[..3].iter().all(|sample| (5..=8).contains(sample)), "{seen:?}");
}

#[test]
fn display_p3_is_recognised_by_code_points_and_by_primaries() {
    // Display P3 (180, 100, 60) is sRGB (191, 96, 49): see the module `colours`.
    let p3 = [180, 100, 60];
    let by_points = plain(RGB8, &[(b"cICP", vec![12, 13, 0, 1])], p3);
    assert!(near(single_colour(&by_points), [191, 96, 49]), "{:?}", single_colour(&by_points));
    let primaries: Vec<u8> = [31_270u32, 32_900, 68_000, 32_000, 26_500, 69_000, 15_000, 6_000]
        .into_iter()
        .flat_map(u32::to_be_bytes)
        .collect();
    let by_primaries = plain(RGB8, &[gamma(454), (b"cHRM", primaries)], p3);
    assert!(near(single_colour(&by_primaries), [191, 96, 49]), "{:?}", single_colour(&by_primaries));
    // The decoder ignores primaries that are all the same point, and reserved code points.
    let equal_primaries: Vec<u8> = 31_270u32.to_be_bytes().repeat(8);
    for chunks in [vec![gamma(454), (b"cHRM", equal_primaries)], vec![(b"cICP", vec![9, 99, 0, 1])]] {
        assert!(near(single_colour(&plain(RGB8, &chunks, p3)), [180, 100, 60]));
    }
}

#[test]
fn chunks_that_inflate_to_many_megabytes_are_ignored() {
    let zeros = miniz_oxide::deflate::compress_to_vec_zlib(&vec![0; 64 << 20], 6);
    let bomb = [b"name\0\0".as_slice(), &zeros].concat();
    for name in [b"iCCP", b"zTXt"] {
        let bytes = plain(RGB8, &[(name, bomb.clone())], [200, 30, 30]);
        assert!(near(single_colour(&bytes), [200, 30, 30]));
    }
}

#[test]
fn an_animation_is_rendered_as_its_default_image() {
    let frame = |number: u32| {
        let size = [number, 64, 64, 0, 0].map(u32::to_be_bytes).concat();
        [size, vec![0, 1, 0, 10, 0, 0]].concat()
    };
    let chunks = [(b"acTL", [2u32, 0].map(u32::to_be_bytes).concat()), (b"fcTL", frame(0))];
    let red = plain(RGB8, &chunks, [200, 30, 30]);
    let mut bytes = red[..red.len() - 12].to_vec();
    chunk(&mut bytes, b"fcTL", &frame(1));
    chunk(&mut bytes, b"fdAT", &[0, 0, 0, 2, 1, 2, 3]);
    chunk(&mut bytes, b"IEND", &[]);
    assert!(near(single_colour(&bytes), [200, 30, 30]));
}

#[test]
fn an_interlaced_picture_above_the_memory_limit_is_refused_by_its_header() {
    for (colour, fits_in_memory) in [(6, false), (2, true)] {
        let mut bytes = header(Kind { colour, depth: 8, interlaced: true }, (9_500, 9_500));
        chunk(&mut bytes, b"IDAT", b"\x78\x9c");
        let refusal = render(&bytes).map(|_| ()).unwrap_err();
        assert_eq!(matches!(refusal, Refusal::Damaged { .. }), fits_in_memory, "{refusal:?}");
        assert_eq!(refusal == Refusal::OutOfMemory, !fits_in_memory, "{refusal:?}");
    }
}
