//! Inverse cosine transforms of a block of 8 × 8 coefficients to 8, 4, 3, 2 or 1 samples per side.
//!
//! A transform to n samples per side uses only the n × n lowest frequencies. It is an ideal
//! low-pass filter and cheaper than a full transform. The result is scaled by n / 8 (R. Dugad and
//! N. Ahuja, "A fast scheme for image size change in the compressed domain", 2001).
//!
//! The arithmetic uses `f32`, because every target has vectors of four `f32` values. The error is
//! well below half a step of an 8-bit sample.

use crate::planes::round_to_byte;
use std::f32::consts::SQRT_2;

/// Supported numbers of samples per side of a block.
pub(super) const SIDES: [usize; 5] = [1, 2, 3, 4, 8];

/// The input factors of the eight-point transform: 1 for k = 0, and cos(k π / 16) √2 for k in 1..8
/// (Y. Arai, T. Agui and M. Nakajima, "A fast DCT-SQ scheme for images", 1988).
const EIGHT: [f32; 8] =
    [1.0, 1.387_039_8, 1.306_562_9, 1.175_875_6, 1.0, 0.785_694_96, 0.541_196_1, 0.275_899_38];
/// The input factors of the four-point transform: 1 for even k, and cos(π / 8) √2 for odd k.
/// [`four_points`] derives cos(3 π / 8) √2 from the latter with [`TAN`].
const FOUR: [f32; 4] = [1.0, 1.306_562_9, 1.0, 1.306_562_9];
/// The input factors of the three-point transform: 1 for k = 0, and cos(k π / 6) √2 for k in 1..3.
const THREE: [f32; 3] = [1.0, 1.224_744_9, 0.707_106_77];
/// tan(π / 8).
const TAN: f32 = 0.414_213_57;

/// Returns the factor of the coefficient at `row` and `column` before a transform to `side` samples
/// per side.
pub(super) fn factor(side: usize, row: usize, column: usize) -> f32 {
    let factor_of_axis = |at: usize| match side {
        8 => EIGHT[at],
        4 => FOUR[at],
        3 => THREE[at],
        _ => 1.0,
    };
    // 1 / 8 is the product of n / 8 for the lower resolution and 1 / n for the inverse transform.
    factor_of_axis(row) * factor_of_axis(column) / 8.0
}

/// Returns the distance between the columns of a block, and between the rows of its samples. Three
/// values are padded to a vector of four.
pub(super) const fn stride(side: usize) -> usize {
    if side == 3 { 4 } else { side }
}

/// Transforms `N` × `N` coefficients to as many samples.
///
/// The coefficients are in columns and the samples in rows, which saves a transposition. The
/// distance between columns or rows is [`stride`]. `factors` are the quantisation steps times
/// [`factor`].
#[inline(always)]
pub(super) fn transform_block<const N: usize>(coefficients: &[i16], factors: &[f32; 64]) -> [u8; 64] {
    let mut block = [0.0; 64];
    for ((value, coefficient), factor) in block[..N * stride(N)].iter_mut().zip(coefficients).zip(factors) {
        *value = f32::from(*coefficient) * factor;
    }
    transform::<N>(&mut block);
    let mut bytes = [0; 64];
    for (byte, sample) in bytes[..N * stride(N)].iter_mut().zip(block) {
        *byte = level_shift(sample);
    }
    bytes
}

/// Undoes the level shift (T.81, A.3.1) and rounds to a byte.
#[inline(always)]
fn level_shift(sample: f32) -> u8 {
    round_to_byte(sample + 128.0)
}

#[inline(always)]
fn transform<const N: usize>(block: &mut [f32; 64]) {
    match N {
        8 => transform_8(block),
        4 => transform_4(block),
        3 => transform_3(block),
        2 => transform_2(block),
        _ => {}
    }
}

#[inline(always)]
fn transform_2(block: &mut [f32; 64]) {
    let [a, b, c, d] = [block[0], block[1], block[2], block[3]];
    let (left, right) = ((a + c, b + d), (a - c, b - d));
    block[..4].copy_from_slice(&[left.0 + left.1, right.0 + right.1, left.0 - left.1, right.0 - right.1]);
}

type Lanes = [f32; 4];

#[inline(always)]
fn add(a: Lanes, b: Lanes) -> Lanes {
    [a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3]]
}

#[inline(always)]
fn sub(a: Lanes, b: Lanes) -> Lanes {
    [a[0] - b[0], a[1] - b[1], a[2] - b[2], a[3] - b[3]]
}

#[inline(always)]
fn mul(a: Lanes, by: f32) -> Lanes {
    [a[0] * by, a[1] * by, a[2] * by, a[3] * by]
}

#[inline(always)]
fn transpose(m: [Lanes; 4]) -> [Lanes; 4] {
    let column = |at: usize| [m[0][at], m[1][at], m[2][at], m[3][at]];
    [column(0), column(1), column(2), column(3)]
}

#[inline(always)]
fn load_lanes(block: &[f32; 64], at: usize) -> Lanes {
    [block[at], block[at + 1], block[at + 2], block[at + 3]]
}

/// Computes four four-point transforms, one per lane.
#[inline(always)]
fn four_points([a, b, c, d]: [Lanes; 4]) -> [Lanes; 4] {
    let (even, odd) = ((add(a, c), sub(a, c)), (add(b, mul(d, TAN)), sub(mul(b, TAN), d)));
    [add(even.0, odd.0), add(even.1, odd.1), sub(even.1, odd.1), sub(even.0, odd.0)]
}

#[inline(always)]
fn transform_4(block: &mut [f32; 64]) {
    let columns = four_points([
        load_lanes(block, 0),
        load_lanes(block, 4),
        load_lanes(block, 8),
        load_lanes(block, 12),
    ]);
    let rows = four_points(transpose(columns));
    for (at, row) in rows.iter().enumerate() {
        block[4 * at..4 * at + 4].copy_from_slice(row);
    }
}

/// Computes four three-point transforms, one per lane.
#[inline(always)]
fn three_points([a, b, c]: [Lanes; 3]) -> [Lanes; 3] {
    let (even, middle) = (add(a, c), sub(a, add(c, c)));
    [add(even, b), middle, sub(even, b)]
}

/// Transforms a block of 3 × 3 values. The fourth lane is unused.
#[inline(always)]
fn transform_3(block: &mut [f32; 64]) {
    let [a, b, c] = three_points([load_lanes(block, 0), load_lanes(block, 4), load_lanes(block, 8)]);
    let [a, b, c, _] = transpose([a, b, c, [0.0; 4]]);
    for (at, row) in three_points([a, b, c]).iter().enumerate() {
        block[4 * at..4 * at + 4].copy_from_slice(row);
    }
}

/// Computes four eight-point transforms, one per lane (Arai, Agui and Nakajima, see [`EIGHT`]).
#[inline(always)]
fn eight_points(x: [Lanes; 8]) -> [Lanes; 8] {
    let (a, b) = (add(x[0], x[4]), sub(x[0], x[4]));
    let c = add(x[2], x[6]);
    let d = sub(mul(sub(x[2], x[6]), SQRT_2), c);
    let even = [add(a, c), add(b, d), sub(b, d), sub(a, c)];

    let (e, f) = (add(x[5], x[3]), sub(x[5], x[3]));
    let (g, h) = (add(x[1], x[7]), sub(x[1], x[7]));
    let seven = add(g, e);
    let middle = mul(sub(g, e), SQRT_2);
    let turn = mul(add(f, h), 1.847_759_1);
    let six = sub(sub(turn, mul(f, 2.613_126)), seven);
    let five = sub(middle, six);
    let four = sub(sub(turn, mul(h, 1.082_392_2)), five);
    [
        add(even[0], seven),
        add(even[1], six),
        add(even[2], five),
        add(even[3], four),
        sub(even[3], four),
        sub(even[2], five),
        sub(even[1], six),
        sub(even[0], seven),
    ]
}

fn transform_8(block: &mut [f32; 64]) {
    for half in [0, 4] {
        let columns = eight_points(std::array::from_fn(|column| load_lanes(block, 8 * column + half)));
        for (column, lanes) in columns.iter().enumerate() {
            block[8 * column + half..8 * column + half + 4].copy_from_slice(lanes);
        }
    }
    let quarter = |column: usize, row: usize| {
        transpose(std::array::from_fn(|at| load_lanes(block, 8 * (column + at) + row)))
    };
    let halves = [0, 4].map(|column| {
        let ([a, b, c, d], [e, f, g, h]) = (quarter(column, 0), quarter(column, 4));
        eight_points([a, b, c, d, e, f, g, h])
    });
    for (half, rows) in halves.iter().enumerate() {
        for (row, lanes) in rows.iter().enumerate() {
            block[8 * row + 4 * half..8 * row + 4 * half + 4].copy_from_slice(lanes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::{FRAC_1_SQRT_2, PI};

    /// Computes the `side`-point inverse transform by its definition (T.81, A.3.3).
    fn by_definition(side: usize, coefficients: &[f64; 64]) -> Vec<f64> {
        let c = |k: usize| if k == 0 { FRAC_1_SQRT_2 } else { 1.0 };
        let angle = |x: usize, k: usize| ((2 * x + 1) as f64 * k as f64 * PI / (2 * side) as f64).cos();
        let sample = |x: usize, y: usize| {
            let terms = (0..side).flat_map(|v| (0..side).map(move |u| (u, v)));
            let sum: f64 =
                terms.map(|(u, v)| c(u) * c(v) * coefficients[8 * v + u] * angle(x, u) * angle(y, v)).sum();
            sum * 2.0 / side as f64 * side as f64 / 8.0
        };
        (0..side * side).map(|at| sample(at % side, at / side)).collect()
    }

    fn check<const N: usize>() {
        let mut state = 1u32;
        let coefficients: [f64; 64] = std::array::from_fn(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f64::from(state >> 22) - 512.0
        });
        let mut block = [0.0; 64];
        for (column, values) in block.chunks_mut(stride(N)).take(N).enumerate() {
            for (row, value) in values.iter_mut().take(N).enumerate() {
                *value = coefficients[8 * row + column] as f32 * factor(N, row, column);
            }
        }
        transform::<N>(&mut block);
        let block = block.chunks(stride(N)).flat_map(|row| &row[..N]);
        for (at, (sample, expected)) in block.zip(by_definition(N, &coefficients)).enumerate() {
            assert!((f64::from(*sample) - expected).abs() < 0.01, "{N}: {at}: {sample} {expected}");
        }
    }

    #[test]
    fn transforms_match_the_definition() {
        check::<8>();
        check::<4>();
        check::<3>();
        check::<2>();
        check::<1>();
    }

    #[test]
    fn samples_are_rounded_and_clamped_to_a_byte() {
        let bytes = [-200.0, -128.0, -0.6, 0.4, 126.7, 900.0].map(level_shift);
        assert_eq!(bytes, [0, 0, 127, 128, 255, 255]);
    }
}
