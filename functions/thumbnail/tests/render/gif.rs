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
