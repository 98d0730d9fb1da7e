//! What a WebP would take to decode.

use crate::made::{self, RED};
use renditions::{Refusal, render};

fn chunk(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let padding = vec![0; content.len() % 2];
    [name.as_slice(), &(content.len() as u32).to_le_bytes(), content, &padding].concat()
}

fn riff(chunks: &[Vec<u8>]) -> Vec<u8> {
    chunk(b"RIFF", &[b"WEBP".to_vec(), chunks.concat()].concat())
}

/// Three bytes, the smallest first, as sizes are stored in extended files.
fn three(number: u32) -> Vec<u8> {
    number.to_le_bytes()[..3].to_vec()
}

/// An animation of one frame of 16 × 16 pixels on a larger canvas.
fn animation(width: u32, height: u32) -> Vec<u8> {
    const ANIMATED: u8 = 2;
    let still = made::webp(&made::plain(16, 16, RED));
    let header = [vec![ANIMATED, 0, 0, 0], three(width - 1), three(height - 1)].concat();
    let frame =
        [three(0), three(0), three(15), three(15), three(100), vec![0], still[12..].to_vec()].concat();
    riff(&[chunk(b"VP8X", &header), chunk(b"ANIM", &[0; 6]), chunk(b"ANMF", &frame)])
}

#[test]
fn a_small_frame_on_a_canvas_that_does_not_fit_into_memory_is_refused() {
    assert!(render(&animation(100, 100)).is_ok());
    assert_eq!(render(&animation(9_000, 9_000)).map(|_| ()).unwrap_err(), Refusal::OutOfMemory);
}
