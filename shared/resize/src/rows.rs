//! Shrinks a picture row by row.
//!
//! Resamples a strip of rows at a time, and reuses the last rows of the strip for the next step.
//! The result is the same as for the whole picture, except for rounding, but takes only a few
//! megabytes of memory.

use crate::convolve::ResizeError;
use crate::sample::{AlphaWeighting, Part, Sample};

/// The reach of a three-lobed Lanczos filter to either side, in pixels of the smaller picture.
const FILTER_REACH: f64 = 3.0;

/// The size of the strip of the larger picture in bytes, unless the filter needs more. It is large
/// enough that few rows are filtered twice.
const STRIP_BYTES: usize = 8 << 20;

/// A resizer that shrinks a picture row by row, from top to bottom, with a three-lobed Lanczos
/// filter.
///
/// The last of two or four channels is alpha. Colours are weighted by alpha, so that the colours of
/// invisible pixels do not bleed into visible ones.
///
/// ```
/// let mut resizer = resize::RowResizer::<u8>::new((400, 300), (200, 150), 3);
/// for _ in 0..300 {
///     resizer.next_row()?.fill(255);
/// }
/// assert_eq!(resizer.finish()?.len(), 200 * 150 * 3);
/// # Ok::<(), resize::ResizeError>(())
/// ```
#[derive(Debug)]
pub struct RowResizer<T> {
    from: (u32, u32),
    to: (u32, u32),
    channels: usize,
    /// The rows of the larger picture that are still needed. The length of the vector is fixed.
    strip: Vec<T>,
    /// The index in the larger picture of the first row of the strip.
    first: u32,
    /// The number of rows in the strip.
    rows: u32,
    /// The number of rows in the strip that are weighted by alpha.
    weighted: u32,
    /// The smaller picture.
    output: Vec<T>,
    /// The number of complete rows of the smaller picture.
    output_rows: u32,
}

impl<T: Sample> RowResizer<T> {
    /// Creates a resizer from size `from` to size `to`, which must not be larger. Sizes are (width,
    /// height) in pixels. `channels` is 1, 3 or 4 for `u8` and 1 to 4 for `u16`.
    pub fn new(from: (u32, u32), to: (u32, u32), channels: usize) -> Self {
        let samples = |(width, height): (u32, u32)| width as usize * height as usize * channels;
        let (strip, output) =
            if from == to { (0, 0) } else { (strip_rows::<T>(from, to, channels), samples(to)) };
        RowResizer {
            from,
            to,
            channels,
            strip: vec![T::zeroed(); if from == to { samples(from) } else { samples((from.0, strip)) }],
            first: 0,
            rows: 0,
            weighted: 0,
            output: vec![T::zeroed(); output],
            output_rows: 0,
        }
    }

    /// Returns the slice to write the next row to.
    ///
    /// # Errors
    /// Returns an error if the picture has no more rows or an unsupported number of channels.
    pub fn next_row(&mut self) -> Result<&mut [T], ResizeError> {
        if self.first + self.rows >= self.from.1 {
            return Err(ResizeError::new("more rows than the picture has"));
        }
        let length = self.from.0 as usize * self.channels;
        if (self.rows as usize + 1) * length > self.strip.len() {
            self.flush()?;
        }
        let start = self.rows as usize * length;
        self.rows += 1;
        self.strip.get_mut(start..start + length).ok_or_else(|| ResizeError::new("no room for a row"))
    }

    /// Returns the samples of the smaller picture, after all rows have been written.
    ///
    /// # Errors
    /// Returns an error if rows are missing, or if the number of channels is not supported.
    pub fn finish(mut self) -> Result<Vec<T>, ResizeError> {
        if self.first + self.rows != self.from.1 {
            return Err(ResizeError::new("fewer rows than the picture has"));
        }
        if self.from == self.to {
            return Ok(self.strip);
        }
        self.flush()?;
        T::weight_by_alpha(
            self.channels,
            AlphaWeighting::Divide(bytemuck::cast_slice_mut(&mut self.output), self.to),
        )?;
        Ok(self.output)
    }

    /// Returns the number of rows of the larger picture per row of the smaller picture.
    fn scale(&self) -> f64 {
        f64::from(self.from.1) / f64::from(self.to.1)
    }

    /// Computes all rows for which the strip contains all input rows of the filter. Then drops the
    /// rows of the strip that later rows do not need.
    fn flush(&mut self) -> Result<(), ResizeError> {
        self.weight_new_rows()?;
        let (scale, end) = (self.scale(), self.first + self.rows);
        let mut end_row = self.output_rows;
        while end_row < self.to.1
            && (end == self.from.1 || (f64::from(end_row) + 0.5 + FILTER_REACH) * scale < f64::from(end))
        {
            end_row += 1;
        }
        if end_row > self.output_rows {
            self.resample_until(end_row)?;
        }
        let needed = ((f64::from(self.output_rows) + 0.5 - FILTER_REACH) * scale).floor().max(0.0) as u32;
        self.drop_rows(needed.saturating_sub(self.first).min(self.rows));
        Ok(())
    }

    fn weight_new_rows(&mut self) -> Result<(), ResizeError> {
        let length = self.from.0 as usize * self.channels;
        let new = &mut self.strip[self.weighted as usize * length..self.rows as usize * length];
        let size = (self.from.0, self.rows - self.weighted);
        self.weighted = self.rows;
        T::weight_by_alpha(self.channels, AlphaWeighting::Multiply(bytemuck::cast_slice_mut(new), size))
    }

    fn resample_until(&mut self, end_row: u32) -> Result<(), ResizeError> {
        let scale = self.scale();
        let top = f64::from(self.output_rows) * scale - f64::from(self.first);
        let height = f64::from(end_row - self.output_rows) * scale;
        let row = self.to.0 as usize * self.channels;
        let source = self.from.0 as usize * self.channels * self.rows as usize;
        T::resample(
            self.channels,
            Part {
                from: bytemuck::cast_slice(&self.strip[..source]),
                from_size: (self.from.0, self.rows),
                top,
                // Rounding can extend the height beyond the last row.
                height: height.min(f64::from(self.rows) - top),
                to: bytemuck::cast_slice_mut(
                    &mut self.output[self.output_rows as usize * row..end_row as usize * row],
                ),
                to_size: (self.to.0, end_row - self.output_rows),
            },
        )?;
        self.output_rows = end_row;
        Ok(())
    }

    fn drop_rows(&mut self, rows: u32) {
        let length = self.from.0 as usize * self.channels;
        self.strip.copy_within(rows as usize * length..self.rows as usize * length, 0);
        self.first += rows;
        self.rows -= rows;
        self.weighted = self.rows;
    }
}

/// Returns the number of rows of a strip. It is at least twice the height of the filter, so that
/// each flush completes a row.
fn strip_rows<T>(from: (u32, u32), to: (u32, u32), channels: usize) -> u32 {
    let reach = ((2.0 * FILTER_REACH + 2.0) * f64::from(from.1) / f64::from(to.1)).ceil() as u32 + 2;
    let affordable = STRIP_BYTES / (from.0 as usize * channels * size_of::<T>()).max(1);
    (2 * reach).max(u32::try_from(affordable).unwrap_or(u32::MAX)).min(from.1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resample;
    use image::{DynamicImage, RgbaImage};

    /// Creates a picture of random colours and alpha.
    fn noise(width: u32, height: u32) -> RgbaImage {
        let mut state = 1u32;
        RgbaImage::from_fn(width, height, |_, _| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            image::Rgba((state | 0x0101_0101).to_be_bytes())
        })
    }

    fn resize_rows<T: Sample>(samples: &[T], from: (u32, u32), to: (u32, u32)) -> Vec<T> {
        let row = samples.len() / from.1 as usize;
        let mut rows = RowResizer::new(from, to, row / from.0 as usize);
        for samples in samples.chunks(row) {
            rows.next_row().unwrap_or_else(|error| panic!("{error}")).copy_from_slice(samples);
        }
        assert!(rows.next_row().is_err(), "no more rows than the picture has");
        rows.finish().unwrap_or_else(|error| panic!("{error}"))
    }

    /// Compares samples with a tolerance of two. The filter rounds its weights by the largest
    /// weight of the picture, which is in the first and last rows.
    fn nearly_equal<T: Into<u32> + Copy>(samples: &[T], expected: &[T]) -> bool {
        samples.len() == expected.len()
            && samples.iter().zip(expected).all(|(&a, &b)| a.into().abs_diff(b.into()) <= 2)
    }

    #[test]
    fn resizing_by_rows_gives_the_same_as_resizing_at_once() {
        // The pictures take ten strips, one strip, and one strip of more than eight megabytes.
        for (from, to) in [((4000, 5000), (160, 200)), ((700, 500), (699, 499)), ((20_000, 150), (200, 2))] {
            let picture = DynamicImage::ImageRgba8(noise(from.0, from.1));
            let shrunk = |picture: &DynamicImage| {
                resample(picture.clone(), to.0, to.1).unwrap_or_else(|error| panic!("{error}"))
            };
            assert!(
                nearly_equal(&resize_rows(picture.as_bytes(), from, to), shrunk(&picture).as_bytes()),
                "{from:?}"
            );
            let rgb = DynamicImage::ImageRgb8(picture.to_rgb8());
            assert!(
                nearly_equal(&resize_rows(rgb.as_bytes(), from, to), shrunk(&rgb).as_bytes()),
                "RGB {from:?}"
            );
            let deep = picture.to_luma_alpha16();
            let DynamicImage::ImageLumaA16(whole) = shrunk(&DynamicImage::ImageLumaA16(deep.clone())) else {
                panic!("unexpected sample type")
            };
            assert!(
                nearly_equal(&resize_rows(deep.as_raw(), from, to), whole.as_raw()),
                "deep grey with alpha {from:?}"
            );
        }
    }

    #[test]
    fn a_picture_of_the_target_size_is_unchanged() {
        let picture = noise(9, 9).into_raw();
        assert_eq!(resize_rows(&picture, (9, 9), (9, 9)), picture);
    }

    #[test]
    fn missing_rows_are_an_error() {
        let mut rows = RowResizer::<u8>::new((10, 10), (5, 5), 1);
        for _ in 0..9 {
            assert!(rows.next_row().is_ok());
        }
        assert!(rows.finish().is_err());
    }
}
