//! From stored coefficients to those that are transformed.

use super::frame::Component;
use super::idct;
use super::segments::Segments;
use super::{Fault, NO_TABLE};

/// The row and column of each coefficient in the order of the file (ITU-T T.81, figure 5), as row × 8 + column.
#[rustfmt::skip]
const ZIGZAG: [u8; 64] = [
     0,  1,  8, 16,  9,  2,  3, 10, 17, 24, 32, 25, 18, 11,  4,  5,
    12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13,  6,  7, 14, 21, 28,
    35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51,
    58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
];

/// Where a coefficient goes that is not needed: a place that no smaller transform looks at.
pub(super) const NOWHERE: u8 = 63;

/// What becomes of a channel's coefficients.
#[derive(Debug)]
pub(super) struct Weights {
    /// How many samples a side are made of a block.
    pub(super) side: usize,
    /// What each of the `side` × `side` that are transformed is multiplied by, column by column.
    pub(super) values: [f32; 64],
    /// Where each of the 64 goes, in the order of the file: to one of these, or [`NOWHERE`].
    pub(super) places: [u8; 64],
    /// How many of them come, in the order of the file, up to the last that is transformed.
    pub(super) needed: usize,
}

impl Weights {
    pub(super) fn new(component: &Component, segments: &Segments) -> Result<Self, Fault> {
        let steps = segments.steps[component.table].ok_or(NO_TABLE)?;
        let side = component.side;
        let (mut values, stride) = ([0.0; 64], idct::stride(side));
        for (position, step) in ZIGZAG.iter().zip(steps) {
            let (row, column) = (usize::from(position / 8), usize::from(position % 8));
            if row < side && column < side {
                values[column * stride + row] = f32::from(step) * idct::factor(side, row, column);
            }
        }
        let places = places(side);
        let last = places.iter().rposition(|place| side == 8 || *place != NOWHERE);
        Ok(Weights { side, values, places, needed: last.map_or(0, |last| last + 1) })
    }
}

/// Where each coefficient goes among `side` × `side`.
pub(super) fn places(side: usize) -> [u8; 64] {
    std::array::from_fn(|at| {
        let (row, column) = (usize::from(ZIGZAG[at] / 8), usize::from(ZIGZAG[at] % 8));
        if row < side && column < side { (column * idct::stride(side) + row) as u8 } else { NOWHERE }
    })
}
