//! Maps the coefficients in the file to the input of the inverse transform.

use super::error::{JpegError, MISSING_TABLE};
use super::frame::Component;
use super::idct;
use super::segments::Segments;

/// The position of each coefficient in the order of the file (ITU-T T.81, figure 5), as
/// row × 8 + column.
#[rustfmt::skip]
const ZIGZAG: [u8; 64] = [
     0,  1,  8, 16,  9,  2,  3, 10, 17, 24, 32, 25, 18, 11,  4,  5,
    12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13,  6,  7, 14, 21, 28,
    35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51,
    58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
];

/// The position for coefficients that the transform does not use. Only the transform to 8 × 8
/// samples reads this position.
pub(super) const UNUSED: u8 = 63;

/// Dequantises and reorders the coefficients of a component.
#[derive(Debug)]
pub(super) struct CoefficientMap {
    /// The number of samples per side of a transformed block.
    pub(super) side: usize,
    /// The factors of the `side` × `side` coefficients, column by column.
    pub(super) factors: [f32; 64],
    /// See [`coefficient_positions`].
    pub(super) positions: [u8; 64],
    /// The number of coefficients, in the order of the file, up to and including the last
    /// coefficient that the transform uses.
    pub(super) used: usize,
}

impl CoefficientMap {
    pub(super) fn new(component: &Component, segments: &Segments) -> Result<Self, JpegError> {
        let quantisation = segments.quantisation[component.quantisation_table].ok_or(MISSING_TABLE)?;
        let side = component.side;
        let (mut factors, stride) = ([0.0; 64], idct::stride(side));
        for (position, step) in ZIGZAG.iter().zip(quantisation) {
            let (row, column) = (usize::from(position / 8), usize::from(position % 8));
            if row < side && column < side {
                factors[column * stride + row] = f32::from(step) * idct::factor(side, row, column);
            }
        }
        let positions = coefficient_positions(side);
        let last = positions.iter().rposition(|position| side == 8 || *position != UNUSED);
        Ok(CoefficientMap { side, factors, positions, used: last.map_or(0, |last| last + 1) })
    }
}

/// Returns the position of each coefficient, in the order of the file, in the input of the
/// transform to `side` × `side` samples, or [`UNUSED`].
pub(super) fn coefficient_positions(side: usize) -> [u8; 64] {
    std::array::from_fn(|index| {
        let (row, column) = (usize::from(ZIGZAG[index] / 8), usize::from(ZIGZAG[index] % 8));
        if row < side && column < side { (column * idct::stride(side) + row) as u8 } else { UNUSED }
    })
}
