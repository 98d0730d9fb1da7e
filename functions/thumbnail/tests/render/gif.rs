//! GIFs with a frame that does not match the canvas, is transparent or is interlaced.

use crate::pictures::{BLUE, GREEN, RED};
use crate::{decoded, rendered, similar};
use ::gif::{Encoder, Frame};

/// Returns a palette with the indices 0 for red, 1 for green and 2 for blue.
fn palette() -> Vec<u8> {
    [RED, GREEN, BLUE].iter().flat_map(|colour| colour[..3].to_vec()).collect()
}

fn gif(width: u16, height: u16, frame: &Frame) -> Vec<u8> {
    let mut bytes = Vec::new();
    Encoder::new(&mut bytes, width, height, &palette()).unwrap().write_frame(frame).unwrap();
    bytes
}

fn frame(left: u16, top: u16, width: u16, height: u16, indices: Vec<u8>) -> Frame<'static> {
    Frame { left, top, width, height, buffer: indices.into(), ..Frame::default() }
}

#[test]
fn a_frame_is_cut_to_the_canvas_and_the_rest_is_transparent() {
    for (left, top, large) in [(40, 20, 30), (40, 20, 100)] {
        let square = frame(left, top, large, large, vec![1; usize::from(large) * usize::from(large)]);
        let seen = decoded(&rendered(&gif(80, 60, &square)).large);
        assert_eq!((seen.width(), seen.height()), (80, 60));
        assert!(similar(seen.get_pixel(50, 30).0, GREEN));
        for (x, y) in [(20, 30), (50, 10)] {
            assert_eq!(seen.get_pixel(x, y).0[3], 0, "({x}, {y})");
        }
    }
    let outside = decoded(&rendered(&gif(80, 60, &frame(80, 0, 4, 4, vec![1; 16]))).large);
    assert!(outside.pixels().all(|pixel| pixel.0[3] == 0));
}

#[test]
fn a_palette_index_can_be_transparent() {
    let mut half = frame(0, 0, 2000, 40, (0..80_000).map(|at| u8::from(at % 2000 < 1000) * 2).collect());
    half.transparent = Some(0);
    let seen = decoded(&rendered(&gif(2000, 40, &half)).large);
    assert!(similar(seen.get_pixel(400, 16).0, BLUE));
    assert_eq!(seen.get_pixel(1200, 16).0[3], 0);
}

#[test]
fn an_interlaced_frame_is_reordered() {
    // The order of the rows (GIF89a, appendix E). The upper half is red and the lower half is blue.
    let order =
        [(0, 8), (4, 8), (2, 4), (1, 2)].into_iter().flat_map(|(first, step)| (first..61).step_by(step));
    let indices = order.flat_map(|row: u8| vec![if row < 30 { 0 } else { 2 }; 50]).collect();
    let mut interlaced = frame(0, 0, 50, 61, indices);
    interlaced.interlaced = true;
    let seen = decoded(&rendered(&gif(50, 61, &interlaced)).large);
    assert!((2..12).all(|y| similar(seen.get_pixel(25, y).0, RED)));
    assert!((50..60).all(|y| similar(seen.get_pixel(25, y).0, BLUE)));
}

#[test]
fn a_large_canvas_with_a_small_frame_is_rendered() {
    let dot = frame(4_000, 3_000, 1_000, 1_000, vec![1; 1_000_000]);
    let done = rendered(&gif(10_000, 10_000, &dot));
    assert_eq!((done.width, done.height), (10_000, 10_000));
    let seen = decoded(&done.large);
    assert!(similar(seen.get_pixel(720, 560).0, GREEN));
    assert_eq!(seen.get_pixel(100, 100).0[3], 0);
}

/// Builds a GIF of several frames, with red, green, blue, black and white as indices 0 to 4.
fn animation(frames: &[Frame]) -> Vec<u8> {
    let palette = [&palette()[..], &[0, 0, 0], &[255, 255, 255]].concat();
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, 80, 60, &palette).unwrap();
    frames.iter().for_each(|frame| encoder.write_frame(frame).unwrap());
    drop(encoder);
    bytes
}

const BLACK_INDEX: u8 = 3;
const WHITE_INDEX: u8 = 4;

fn whole(index: u8) -> Frame<'static> {
    frame(0, 0, 80, 60, vec![index; 80 * 60])
}

fn patch(index: u8) -> Frame<'static> {
    frame(40, 20, 20, 20, vec![index; 400])
}

fn transparent() -> Frame<'static> {
    Frame { transparent: Some(0), ..whole(0) }
}

#[track_caller]
fn assert_colours(frames: &[Frame], centre: [u8; 4], corner: [u8; 4]) {
    let seen = decoded(&rendered(&animation(frames)).large);
    let (seen_centre, seen_corner) = (seen.get_pixel(50, 30).0, seen.get_pixel(8, 8).0);
    let is_same =
        |seen: [u8; 4], expected: [u8; 4]| similar(seen, expected) || (seen[3] == 0 && expected[3] == 0);
    assert!(is_same(seen_centre, centre) && is_same(seen_corner, corner), "{seen_centre:?} {seen_corner:?}");
}

#[test]
fn the_first_frame_that_shows_something_is_rendered() {
    let (black, white) = ([0, 0, 0, 255], [255; 4]);
    let (empty, nothing) = (transparent(), [0; 4]);
    assert_colours(&[whole(BLACK_INDEX), whole(0)], RED, RED);
    assert_colours(&[whole(WHITE_INDEX), whole(1), whole(2)], GREEN, GREEN);
    assert_colours(&[empty.clone(), whole(BLACK_INDEX), whole(WHITE_INDEX), whole(2)], BLUE, BLUE);
    // The frames are drawn on the frames before them.
    assert_colours(&[whole(BLACK_INDEX), patch(BLACK_INDEX), patch(0)], RED, black);
    assert_colours(&[empty.clone(), patch(0)], RED, nothing);
    let removed = Frame { dispose: gif::DisposalMethod::Background, ..whole(BLACK_INDEX) };
    assert_colours(&[removed, patch(0)], RED, nothing);
    let restored = Frame { dispose: gif::DisposalMethod::Previous, ..whole(BLACK_INDEX) };
    assert_colours(&[whole(WHITE_INDEX), restored, patch(0)], RED, white);
    // Black on an empty canvas shows something.
    assert_colours(&[patch(BLACK_INDEX), whole(0)], black, nothing);
    assert_colours(&[whole(0), whole(1)], RED, RED);
    let half = Frame { buffer: (0..80 * 60).map(|at| 3 + u8::from(at % 80 < 40)).collect(), ..whole(0) };
    assert_colours(&[half, whole(0)], black, white);
}

#[test]
fn the_first_frame_is_rendered_if_none_shows_more() {
    let black = [0, 0, 0, 255];
    assert_colours(&[whole(BLACK_INDEX)], black, black);
    assert_colours(&[whole(BLACK_INDEX), whole(WHITE_INDEX), transparent()], black, black);
    let mut many = vec![whole(BLACK_INDEX); 100];
    many.push(whole(0));
    assert_colours(&many, black, black);
    // The second frame is truncated.
    let bytes = animation(&[whole(BLACK_INDEX), half_noise()]);
    let seen = decoded(&rendered(&bytes[..bytes.len() - 20]).large);
    assert!(similar(seen.get_pixel(50, 30).0, black));
}

fn half_noise() -> Frame<'static> {
    Frame { buffer: (0..80 * 60u32).map(|at| (at.wrapping_mul(at) % 5) as u8).collect(), ..whole(0) }
}

#[test]
fn a_gif_without_a_palette_is_black_and_white() {
    // Two frames of one pixel with index 0.
    let bytes = b"GIF87a\x01\0\x01\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x08\x04\0\x01\x04\x04\0,\0\0\0\0\x01\0\x01\0\0\x08\x04\0\x01\x04\x04\0;";
    assert_eq!(decoded(&rendered(bytes).large).get_pixel(0, 0).0, [0, 0, 0, 255]);
    let full = gif(40, 40, &frame(0, 0, 40, 40, (0..1600).map(|at| u8::from(at % 40 < 20)).collect()));
    // Removes the palette of four colours and the flags for it.
    let mut without = [&full[..13], &full[13 + 12..]].concat();
    without[10] = 0;
    let seen = decoded(&rendered(&without).large);
    assert!(similar(seen.get_pixel(8, 20).0, [255; 4]) && similar(seen.get_pixel(32, 20).0, [0, 0, 0, 255]));
}
