//! Items that are derived from other items, alpha of tiles, and items without a size.

use super::file_builder::{CodedPicture, File, Item, full_box, ispe, make_box};
use super::{ALPHA, assert_quarters, plain, refusal_of};
use crate::pictures::{BLUE, GREEN, RED, WHITE};
use crate::{decoded, rendered, similar};
use renditions::Refusal;

const HEVC_ALPHA: &[u8] = b"urn:mpeg:hevc:2015:auxid:1\0";
const AV1_ALPHA: &[u8] = b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0";

/// Creates an item of the type identity.
fn identity(properties: &[Vec<u8>]) -> Item {
    Item { kind: *b"iden", properties: properties.to_vec(), data: Vec::new() }
}

/// Creates an overlay of these layers, each with its left and top edge.
fn overlay(size: (u16, u16), fill: [u8; 4], offsets: &[(i16, i16)]) -> Item {
    let mut data = vec![0, 0];
    fill.iter().for_each(|channel| data.extend([*channel, *channel]));
    data.extend([size.0.to_be_bytes(), size.1.to_be_bytes()].concat());
    offsets.iter().for_each(|(left, top)| data.extend([left.to_be_bytes(), top.to_be_bytes()].concat()));
    Item { kind: *b"iovl", properties: vec![ispe(size.0.into(), size.1.into())], data }
}

/// Creates a file whose first item is the primary item.
fn file(coded: &CodedPicture, items: Vec<Item>, references: Vec<([u8; 4], u16, Vec<u16>)>) -> Vec<u8> {
    File { items, references, ..coded.file(64, 64, &[]) }.bytes()
}

/// Extracts the alpha of a picture of 64 × 64 pixels. Its right quarter is transparent.
fn alpha_pictures() -> [(CodedPicture, &'static [u8]); 2] {
    let [heic, avif] = ALPHA.map(CodedPicture::second_of);
    [(heic, HEVC_ALPHA), (avif, AV1_ALPHA)]
}

/// Returns the coded pictures of both codecs, each with an alpha item with these properties.
fn with_alpha(properties: &[Vec<u8>]) -> Vec<(CodedPicture, Item)> {
    let alphas = alpha_pictures().map(|(alpha, aux_type)| {
        let aux = full_box(b"auxC", 0, aux_type);
        alpha.item_without_size(&[&[aux], properties].concat())
    });
    plain().into_iter().zip(alphas).collect()
}

fn alphas_at(bytes: &[u8], places: &[(u32, u32)]) -> Vec<u8> {
    let large = decoded(&rendered(bytes).large);
    places.iter().map(|&(x, y)| large.get_pixel(x, y).0[3]).collect()
}

#[test]
fn an_identity_shows_its_source_with_both_transformations() {
    for coded in plain() {
        let turn = |quarters: u8| make_box(b"irot", &[quarters]);
        let source = || coded.item(64, 64, &[]);
        let one = vec![(*b"dimg", 1, vec![2])];
        let shown = file(&coded, vec![identity(&[]), source()], one.clone());
        assert_quarters(&shown, [RED, GREEN, BLUE, WHITE]);
        // A quarter turn anticlockwise.
        let turned = file(&coded, vec![identity(&[turn(1)]), source()], one.clone());
        assert_quarters(&turned, [GREEN, WHITE, RED, BLUE]);
        let both = vec![identity(&[turn(1)]), coded.item(64, 64, &[turn(1)])];
        assert_quarters(&file(&coded, both, one), [WHITE, BLUE, GREEN, RED]);
        let two = vec![(*b"dimg", 1, vec![2]), (*b"dimg", 2, vec![3])];
        let chain = file(&coded, vec![identity(&[turn(1)]), identity(&[turn(3)]), source()], two);
        assert_quarters(&chain, [RED, GREEN, BLUE, WHITE]);
        let of_grid = {
            let mut grid = coded.grid(2, 1, 128, 64);
            grid.items.insert(0, identity(&[turn(2)]));
            grid.references = vec![(*b"dimg", 1, vec![2]), (*b"dimg", 2, vec![3, 3])];
            grid.bytes()
        };
        let done = rendered(&of_grid);
        assert_eq!((done.width, done.height), (128, 64));
        assert!(similar(decoded(&done.large).get_pixel(16, 16).0, WHITE));
    }
}

#[test]
fn the_codec_of_a_derived_item_is_that_of_its_source() {
    let types = plain().map(|coded| {
        let items = vec![identity(&[]), identity(&[]), coded.item(64, 64, &[])];
        let references = vec![(*b"dimg", 1, vec![2]), (*b"dimg", 2, vec![3])];
        let file = File { brand: *b"mif1", items, references };
        rendered(&file.bytes()).format.content_type()
    });
    assert_eq!(types, ["image/heic", "image/avif"]);
}

#[test]
fn an_overlay_draws_its_layers_in_order() {
    for coded in plain() {
        let references = vec![(*b"dimg", 1, vec![2, 2])];
        let items = |offsets: &[(i16, i16)]| {
            vec![overlay((128, 96), [30, 160, 30, 255], offsets), coded.item(64, 64, &[])]
        };
        let bytes = file(&coded, items(&[(0, 0), (32, 32)]), references.clone());
        let done = rendered(&bytes);
        assert_eq!((done.width, done.height), (128, 96));
        let seen = decoded(&done.large);
        // The second layer covers the white quarter of the first.
        for (place, expected) in
            [((16, 16), RED), ((48, 48), RED), ((80, 80), WHITE), ((16, 48), BLUE), ((112, 16), GREEN)]
        {
            let colour = seen.get_pixel(place.0, place.1).0;
            assert!(similar(colour, expected), "{place:?}: {colour:?} is not {expected:?}");
        }
        // Parts outside the canvas are cut off.
        let cut = decoded(&rendered(&file(&coded, items(&[(-32, -32), (112, 80)]), references)).large);
        assert!(similar(cut.get_pixel(16, 16).0, WHITE) && similar(cut.get_pixel(120, 88).0, RED));
    }
}

#[test]
fn an_overlay_can_be_transparent_cropped_and_rotated() {
    // The left upper quarter of the canvas, then a quarter turn anticlockwise.
    let crop: Vec<u8> =
        [64, 1, 48, 1, -32i32, 1, -24, 1].iter().flat_map(|part: &i32| part.to_be_bytes()).collect();
    for coded in plain() {
        let mut canvas = overlay((128, 96), [0; 4], &[(0, 16)]);
        canvas.properties.extend([make_box(b"clap", &crop), make_box(b"irot", &[1])]);
        let bytes = file(&coded, vec![canvas, coded.item(64, 64, &[])], vec![(*b"dimg", 1, vec![2])]);
        let done = rendered(&bytes);
        assert_eq!((done.width, done.height), (48, 64));
        let seen = decoded(&done.large);
        // The top 16 rows of the canvas are empty. After the turn, they are the left columns.
        assert_eq!(seen.get_pixel(4, 32).0[3], 0);
        let (top, bottom) = (seen.get_pixel(32, 16).0, seen.get_pixel(32, 48).0);
        assert!(similar(top, GREEN) && similar(bottom, RED), "{top:?} {bottom:?}");
    }
}

#[test]
fn a_layer_of_an_overlay_can_have_alpha_without_a_size() {
    for (coded, alpha) in with_alpha(&[]) {
        let below = coded.item(64, 64, &[make_box(b"irot", &[2])]);
        let items = vec![overlay((64, 64), [0; 4], &[(0, 0), (0, 0)]), below, coded.item(64, 64, &[]), alpha];
        let bytes = file(&coded, items, vec![(*b"dimg", 1, vec![2, 3]), (*b"auxl", 4, vec![3])]);
        let seen = decoded(&rendered(&bytes).large);
        // The right quarter of the upper layer is transparent.
        let (left, right) = (seen.get_pixel(16, 16).0, seen.get_pixel(58, 16).0);
        assert!(similar(left, RED) && similar(right, BLUE), "{left:?} {right:?}");
    }
}

#[test]
fn a_large_overlay_is_scaled() {
    for coded in plain() {
        let items = vec![overlay((6_400, 3_200), [30, 30, 200, 255], &[(0, 0)]), coded.grid_item(50, 25)];
        let items = [items, vec![coded.item(64, 64, &[])]].concat();
        let tiles = vec![3; 50 * 25];
        let bytes = file(&coded, items, vec![(*b"dimg", 1, vec![2]), (*b"dimg", 2, tiles)]);
        let done = rendered(&bytes);
        assert_eq!((done.width, done.large.width), (6_400, 1_600));
        // The grid has 3,200 × 1,600 pixels.
        let seen = decoded(&done.large);
        assert!(similar(seen.get_pixel(1_200, 600).0, BLUE));
        assert!(similar(seen.get_pixel(4, 4).0, RED) && similar(seen.get_pixel(12, 4).0, GREEN));
    }
}

#[test]
fn alpha_without_a_size_counts() {
    for (coded, alpha) in with_alpha(&[]) {
        let bytes = file(&coded, vec![coded.item(64, 64, &[]), alpha], vec![(*b"auxl", 2, vec![1])]);
        assert_eq!(alphas_at(&bytes, &[(8, 32), (40, 32), (58, 32)]), [255, 255, 0]);
    }
}

#[test]
fn a_picture_without_a_size_has_that_of_its_header() {
    for coded in plain() {
        let bytes = file(&coded, vec![coded.item_without_size(&[])], Vec::new());
        assert_quarters(&bytes, [RED, GREEN, BLUE, WHITE]);
        let mut grid = coded.grid(2, 1, 128, 64);
        grid.items[0].properties.clear();
        let done = rendered(&grid.bytes());
        assert_eq!((done.width, done.height), (128, 64));
    }
}

#[test]
fn alpha_belongs_to_each_tile() {
    for (coded, alpha) in with_alpha(&[]) {
        let mut grid = coded.grid(2, 1, 128, 64);
        grid.items = [grid.items, vec![coded.item(64, 64, &[]), alpha]].concat();
        let tiles = (*b"dimg", 1, vec![2, 3]);
        let places = [(8, 32), (58, 32), (72, 32), (122, 32)];
        for (owners, expected) in [
            (vec![2, 3], [255, 0, 255, 0]),
            // A tile without alpha is opaque.
            (vec![3], [255, 255, 255, 0]),
        ] {
            grid.references = vec![tiles.clone(), (*b"auxl", 4, owners)];
            assert_eq!(alphas_at(&grid.bytes(), &places), expected);
        }
    }
}

#[test]
fn alpha_of_tiles_of_another_encoder_counts() {
    let bytes = include_bytes!("alpha-per-tile.avif");
    let done = rendered(bytes);
    assert_eq!((done.width, done.height), (80, 80));
    let large = decoded(&done.large);
    assert_eq!(large.get_pixel(2, 2).0[3], 0);
    assert_eq!(large.get_pixel(40, 40).0[3], 255);
}

#[test]
fn items_that_contain_themselves_are_refused() {
    for coded in plain() {
        let loops = [
            (identity(&[]), vec![1]),
            (identity(&[]), vec![]),
            (overlay((64, 64), [0; 4], &[(0, 0)]), vec![1]),
        ];
        for (item, sources) in loops {
            let references = vec![(*b"dimg", 1, sources)];
            let refusal = refusal_of(&file(&coded, vec![item, coded.item(64, 64, &[])], references));
            let is_refused = matches!(
                refusal,
                Refusal::UnsupportedVariant { .. } | Refusal::Damaged { .. } | Refusal::Unsupported { .. }
            );
            assert!(is_refused, "{refusal:?}");
        }
        // Each overlay contains the next one many times.
        let offsets = [(0, 0); 60];
        let nested = vec![overlay((64, 64), [0; 4], &offsets), overlay((64, 64), [0; 4], &offsets)];
        let items = [nested, vec![coded.item(64, 64, &[])]].concat();
        let references = vec![(*b"dimg", 1, vec![2; 60]), (*b"dimg", 2, vec![3; 60])];
        let start = std::time::Instant::now();
        let refusal = refusal_of(&file(&coded, items, references));
        assert!(matches!(refusal, Refusal::TooSlow { .. }), "{refusal:?}");
        assert!(start.elapsed() < std::time::Duration::from_secs(5), "{:?}", start.elapsed());
    }
}

#[test]
fn large_pictures_without_tiles_are_rendered() {
    // Ten bits and full chroma.
    let done = rendered(include_bytes!("twenty-megapixels.avif"));
    assert_eq!((done.width, done.height), (5594, 3681));
    let done = rendered(include_bytes!("untiled.heic"));
    assert_eq!((done.width, done.height), (8064, 6048));
    assert!(similar(decoded(&done.large).get_pixel(800, 600).0, [90, 90, 90, 255]));
}
