//! Interlaced pictures: seven passes over all of the picture (ISO 15948, 8.2), so all of it is in memory, in eight bits.

use super::{Png, refusal, samples};
use crate::{Refusal, Size, limits};
use png::{BitDepth, InterlaceInfo, expand_interlaced_row};

/// The whole picture, eight bits a channel, where that fits into memory beside the `file`'s bytes.
pub(super) fn eight_bits(png: &mut Png, size: Size, file: usize) -> Result<Vec<u8>, Refusal> {
    let (colour, depth) = png.output_color_type();
    let bytes = size.pixels() * colour.samples() as u64;
    limits::check_memory(bytes + file as u64)?;
    let length = png.output_line_size(size.width).ok_or(Refusal::OutOfMemory)?;
    let bits = 8 * colour.samples() as u8;
    let stride = size.width as usize * colour.samples();
    let mut whole = vec![0; stride * size.height as usize];
    let (mut row, mut narrow) = (vec![0; length], vec![0; length / 2]);
    while let Some(place) = png.read_row(&mut row).map_err(refusal)? {
        let InterlaceInfo::Adam7(place) = place else {
            return Err(Refusal::damaged("interlaced in no known way"));
        };
        // Rows of the first passes are shorter; what is behind them in `row` is not looked at.
        if depth == BitDepth::Sixteen {
            samples::narrow(&row, &mut narrow);
            expand_interlaced_row(&mut whole, stride, &narrow, &place, bits);
        } else {
            expand_interlaced_row(&mut whole, stride, &row, &place, bits);
        }
    }
    Ok(whole)
}
