//! Resizes a single channel.

use crate::convolve::{ResizeError, convolve};
use crate::sample::Sample;
use fast_image_resize::PixelTrait;

/// The number of rows that are resampled together.
const ROWS: usize = 4;

/// Resamples the first `covered` columns and rows of a channel of `size` to the size `to`.
///
/// All sizes are (width, height) in samples. `covered` can have fractions.
///
/// Horizontally, four rows are resampled as one row of four-channel pixels, because single-channel
/// rows would take three times as long. Takes the samples by value to free them as early as
/// possible.
///
/// # Errors
/// Returns an error if `size` is empty, if there are fewer samples than `size`, or if `covered`
/// exceeds `size`.
pub fn resample_plane<S: Sample>(
    samples: Vec<S>,
    size: (u32, u32),
    covered: (f64, f64),
    to: (u32, u32),
) -> Result<Vec<S>, ResizeError> {
    let (width, height) = (size.0 as usize, size.1 as usize);
    if width * height == 0 || samples.len() < width * height {
        return Err(ResizeError::new("a channel is empty or has fewer samples than its size"));
    }
    if f64::from(to.0) == covered.0 {
        return lanczos::<S, S::One>(&samples, size, covered, to);
    }
    let groups = size.1.div_ceil(ROWS as u32);
    let rows = group_rows(&samples[..width * height], width);
    drop(samples);
    let area = (covered.0, f64::from(groups));
    let shrunk = lanczos::<S, S::Four>(rows.as_flattened(), (size.0, groups), area, (to.0, groups))?;
    drop(rows);
    let narrowed = ungroup_rows(&shrunk, to.0 as usize, height);
    drop(shrunk);
    lanczos::<S, S::One>(&narrowed, (to.0, size.1), (f64::from(to.0), covered.1), to)
}

fn lanczos<S: Sample, P: PixelTrait>(
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

/// Joins groups of four rows into rows of four-channel pixels. Repeats the last row to fill a
/// group.
fn group_rows<S: Sample>(samples: &[S], width: usize) -> Vec<[S; ROWS]> {
    let mut grouped = Vec::with_capacity(samples.len().div_ceil(ROWS) + width);
    for rows in samples.chunks(ROWS * width) {
        let last = rows.len() / width - 1;
        let [a, b, c, d] = [0, 1, 2, 3].map(|row: usize| &rows[row.min(last) * width..][..width]);
        grouped.extend(a.iter().zip(b).zip(c.iter().zip(d)).map(|((a, b), (c, d))| [*a, *b, *c, *d]));
    }
    grouped
}

/// Splits rows of four-channel pixels into four rows each.
fn ungroup_rows<S: Sample>(grouped: &[S], width: usize, height: usize) -> Vec<S> {
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

    #[test]
    fn a_gradient_remains_a_gradient_for_any_number_of_rows() {
        for height in 1..11 {
            let samples: Vec<u8> = (0..height * 20).map(|at| (at / 20 * 20 + at % 20 * 3) as u8).collect();
            let resampled = resample_plane(samples, (20, height), (20.0, f64::from(height)), (10, height));
            let resampled = resampled.unwrap_or_else(|error| panic!("{error}"));
            for (at, sample) in resampled.iter().enumerate() {
                let (row, column) = (at as u32 / 10, at as u32 % 10);
                assert!(sample.abs_diff((row * 20 + column * 6 + 1) as u8) < 4, "{height}: {row}, {column}");
            }
        }
    }
}
