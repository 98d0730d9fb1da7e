//! One channel alone.

use crate::{ResizeError, convolve, failed};
use bytemuck::Pod;
use fast_image_resize::PixelTrait;
use fast_image_resize::pixels::{U8, U8x4, U16, U16x4};

/// How many rows are resampled together.
const ROWS: usize = 4;

/// A type of sample.
pub trait PlaneSample: Pod + Default {
    /// What the resampler calls one.
    type One: PixelTrait;
    /// What the resampler calls four, which it takes for the channels of a pixel.
    type Four: PixelTrait;
}

impl PlaneSample for u8 {
    type One = U8;
    type Four = U8x4;
}

impl PlaneSample for u16 {
    type One = U16;
    type Four = U16x4;
}

/// Resamples the first `covered` columns and rows of a channel of `size` to `to`, all in samples; `covered` need not be
/// whole.
///
/// Across, four rows are one of pixels of four channels: the resampler's inner loop is made for these, and takes three times
/// as long for rows of single samples. Takes the samples, so that no copy stays alive longer than it is looked at.
///
/// # Errors
/// [`ResizeError`] where there are fewer samples than `size` says, or it does not hold `covered`.
pub fn resample_plane<S: PlaneSample>(
    samples: Vec<S>,
    size: (u32, u32),
    covered: (f64, f64),
    to: (u32, u32),
) -> Result<Vec<S>, ResizeError> {
    let (width, height) = (size.0 as usize, size.1 as usize);
    if width * height == 0 || samples.len() < width * height {
        return Err(failed("a channel has fewer samples than it says"));
    }
    if f64::from(to.0) == covered.0 {
        return lanczos::<S, S::One>(&samples, size, covered, to);
    }
    let groups = size.1.div_ceil(ROWS as u32);
    let rows = grouped(&samples[..width * height], width);
    drop(samples);
    let across = (covered.0, f64::from(groups));
    let shrunk = lanczos::<S, S::Four>(rows.as_flattened(), (size.0, groups), across, (to.0, groups))?;
    drop(rows);
    let across = ungrouped(&shrunk, to.0 as usize, height);
    drop(shrunk);
    lanczos::<S, S::One>(&across, (to.0, size.1), (f64::from(to.0), covered.1), to)
}

fn lanczos<S: PlaneSample, P: PixelTrait>(
    samples: &[S],
    size: (u32, u32),
    covered: (f64, f64),
    to: (u32, u32),
) -> Result<Vec<S>, ResizeError> {
    let channels = P::size() / size_of::<S>();
    let mut resampled = vec![S::default(); to.0 as usize * to.1 as usize * channels];
    let (area, target) = ((0.0, covered.0, covered.1), bytemuck::cast_slice_mut(&mut resampled));
    convolve::<P>(bytemuck::cast_slice(samples), size, area, target, to)?;
    Ok(resampled)
}

/// Each four rows as one; the last row again where there is none.
fn grouped<S: PlaneSample>(samples: &[S], width: usize) -> Vec<[S; ROWS]> {
    let mut grouped = Vec::with_capacity(samples.len().div_ceil(ROWS) + width);
    for rows in samples.chunks(ROWS * width) {
        let last = rows.len() / width - 1;
        let [a, b, c, d] = [0, 1, 2, 3].map(|row: usize| &rows[row.min(last) * width..][..width]);
        grouped.extend(a.iter().zip(b).zip(c.iter().zip(d)).map(|((a, b), (c, d))| [*a, *b, *c, *d]));
    }
    grouped
}

fn ungrouped<S: PlaneSample>(grouped: &[S], width: usize, height: usize) -> Vec<S> {
    let mut samples = vec![S::default(); width * height];
    let groups = grouped.as_chunks::<ROWS>().0.chunks(width);
    for (rows, group) in samples.chunks_mut(ROWS * width).zip(groups) {
        for (at, row) in rows.chunks_mut(width).enumerate() {
            for (sample, four) in row.iter_mut().zip(group) {
                *sample = four[at];
            }
        }
    }
    samples
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A slope stays a slope, whatever the number of rows; what is not covered is not looked at.
    #[test]
    fn rows_stay_in_their_order() {
        for height in 1..11 {
            let samples: Vec<u8> = (0..height * 20).map(|at| (at / 20 * 20 + at % 20 * 3) as u8).collect();
            let done = resample_plane(samples, (20, height), (20.0, f64::from(height)), (10, height));
            let done = done.unwrap_or_else(|error| panic!("{error}"));
            for (at, sample) in done.iter().enumerate() {
                let (row, column) = (at as u32 / 10, at as u32 % 10);
                assert!(sample.abs_diff((row * 20 + column * 6 + 1) as u8) < 4, "{height}: {row}, {column}");
            }
        }
    }
}
