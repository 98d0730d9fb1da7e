//! A picture that arrives row by row and is never there as a whole.
//!
//! A few rows at a time are resampled, and the last of them kept for those that follow: every pixel that comes out is the one that
//! resampling the whole picture would give, for a few megabytes.

use crate::{ResizeError, convolve, failed};
use bytemuck::Pod;
use fast_image_resize::images::TypedImage;
use fast_image_resize::pixels::{U8, U8x3, U8x4, U16, U16x2, U16x3, U16x4};
use fast_image_resize::{MulDiv, PixelTrait};

/// How far a Lanczos filter of three lobes reaches to either side, in pixels of the smaller picture.
const REACH: f64 = 3.0;

/// How much is kept of the larger picture, in bytes, unless the filter needs more: enough for the rows that are filtered twice
/// to be few.
const STRIP_BYTES: usize = 8 << 20;

/// One channel of one pixel: `u8` or `u16`.
///
/// Its functions are not generic, so that all SIMD code is compiled in this crate.
pub trait Sample: Pod {
    #[doc(hidden)]
    fn resample(channels: usize, part: Part) -> Result<(), ResizeError>;
    #[doc(hidden)]
    fn weigh(channels: usize, alpha: Alpha) -> Result<(), ResizeError>;
}

impl Sample for u8 {
    fn resample(channels: usize, part: Part) -> Result<(), ResizeError> {
        match channels {
            1 => part.resample::<U8>(),
            3 => part.resample::<U8x3>(),
            4 => part.resample::<U8x4>(),
            _ => Err(failed(format!("{channels} channels of a byte cannot be resized"))),
        }
    }

    fn weigh(channels: usize, alpha: Alpha) -> Result<(), ResizeError> {
        if channels == 4 { alpha.weigh::<U8x4>() } else { Ok(()) }
    }
}

impl Sample for u16 {
    fn resample(channels: usize, part: Part) -> Result<(), ResizeError> {
        match channels {
            1 => part.resample::<U16>(),
            2 => part.resample::<U16x2>(),
            3 => part.resample::<U16x3>(),
            4 => part.resample::<U16x4>(),
            _ => Err(failed(format!("{channels} channels of two bytes cannot be resized"))),
        }
    }

    fn weigh(channels: usize, alpha: Alpha) -> Result<(), ResizeError> {
        match channels {
            2 => alpha.weigh::<U16x2>(),
            4 => alpha.weigh::<U16x4>(),
            _ => Ok(()),
        }
    }
}

/// Makes a picture smaller with a Lanczos filter while its rows arrive, from top to bottom.
///
/// The last of two or four channels is alpha: it is multiplied in before and divided out after, or colours of invisible pixels
/// would bleed into visible ones.
#[derive(Debug)]
pub struct RowResizer<T> {
    from: (u32, u32),
    to: (u32, u32),
    channels: usize,
    /// The rows of the larger picture that are still needed; room for a fixed number.
    strip: Vec<T>,
    /// Which row of the larger picture is the first in the strip.
    first: u32,
    /// How many rows are in the strip.
    rows: u32,
    /// How many of them have had their alpha multiplied in.
    weighted: u32,
    /// The smaller picture.
    done: Vec<T>,
    /// How many of its rows are done.
    done_rows: u32,
}

impl<T: Sample> RowResizer<T> {
    /// For a picture of `from` = (width, height) pixels with this many channels: 1, 3 or 4 of `u8`, 1 to 4 of `u16`. `to` must not
    /// be larger.
    pub fn new(from: (u32, u32), to: (u32, u32), channels: usize) -> Self {
        let room = |(width, height): (u32, u32)| width as usize * height as usize * channels;
        let (strip, done) = if from == to { (0, 0) } else { (strip_rows::<T>(from, to, channels), room(to)) };
        RowResizer {
            from,
            to,
            channels,
            strip: vec![T::zeroed(); if from == to { room(from) } else { room((from.0, strip)) }],
            first: 0,
            rows: 0,
            weighted: 0,
            done: vec![T::zeroed(); done],
            done_rows: 0,
        }
    }

    /// Where to write the next row.
    ///
    /// # Errors
    /// [`ResizeError`] where there are more rows than said, or of a kind that cannot be resized: a fault of the caller.
    pub fn next_row(&mut self) -> Result<&mut [T], ResizeError> {
        if self.first + self.rows >= self.from.1 {
            return Err(failed("more rows than the picture has"));
        }
        let length = self.from.0 as usize * self.channels;
        if (self.rows as usize + 1) * length > self.strip.len() {
            self.flush()?;
        }
        let start = self.rows as usize * length;
        self.rows += 1;
        self.strip.get_mut(start..start + length).ok_or_else(|| failed("no room for a row"))
    }

    /// The smaller picture, once all rows are written.
    ///
    /// # Errors
    /// [`ResizeError`] where rows are missing: a fault of the caller.
    pub fn finish(mut self) -> Result<Vec<T>, ResizeError> {
        if self.first + self.rows != self.from.1 {
            return Err(failed("fewer rows than the picture has"));
        }
        if self.from == self.to {
            return Ok(self.strip);
        }
        self.flush()?;
        T::weigh(self.channels, Alpha::Divide(bytemuck::cast_slice_mut(&mut self.done), self.to))?;
        Ok(self.done)
    }

    /// How many rows of the larger picture there are to one of the smaller.
    fn scale(&self) -> f64 {
        f64::from(self.from.1) / f64::from(self.to.1)
    }

    /// Makes all rows whose filter does not reach beyond the strip, and makes room.
    fn flush(&mut self) -> Result<(), ResizeError> {
        self.weigh()?;
        let (scale, end) = (self.scale(), self.first + self.rows);
        let mut until = self.done_rows;
        while until < self.to.1
            && (end == self.from.1 || (f64::from(until) + 0.5 + REACH) * scale < f64::from(end))
        {
            until += 1;
        }
        if until > self.done_rows {
            self.resample(until)?;
        }
        let needed = ((f64::from(self.done_rows) + 0.5 - REACH) * scale).floor().max(0.0) as u32;
        self.forget(needed.saturating_sub(self.first).min(self.rows));
        Ok(())
    }

    fn weigh(&mut self) -> Result<(), ResizeError> {
        let length = self.from.0 as usize * self.channels;
        let new = &mut self.strip[self.weighted as usize * length..self.rows as usize * length];
        let size = (self.from.0, self.rows - self.weighted);
        self.weighted = self.rows;
        T::weigh(self.channels, Alpha::Multiply(bytemuck::cast_slice_mut(new), size))
    }

    fn resample(&mut self, until: u32) -> Result<(), ResizeError> {
        let scale = self.scale();
        let top = f64::from(self.done_rows) * scale - f64::from(self.first);
        let height = f64::from(until - self.done_rows) * scale;
        let row = self.to.0 as usize * self.channels;
        let source = self.from.0 as usize * self.channels * self.rows as usize;
        T::resample(
            self.channels,
            Part {
                from: bytemuck::cast_slice(&self.strip[..source]),
                from_size: (self.from.0, self.rows),
                top,
                // Rounding must not carry it beyond the last row.
                height: height.min(f64::from(self.rows) - top),
                to: bytemuck::cast_slice_mut(
                    &mut self.done[self.done_rows as usize * row..until as usize * row],
                ),
                to_size: (self.to.0, until - self.done_rows),
            },
        )?;
        self.done_rows = until;
        Ok(())
    }

    fn forget(&mut self, rows: u32) {
        let length = self.from.0 as usize * self.channels;
        self.strip.copy_within(rows as usize * length..self.rows as usize * length, 0);
        self.first += rows;
        self.rows -= rows;
        self.weighted = self.rows;
    }
}

/// How many rows a strip has: at least twice what the filter of one row reaches over, so that each time some can be made.
fn strip_rows<T>(from: (u32, u32), to: (u32, u32), channels: usize) -> u32 {
    let reach = ((2.0 * REACH + 2.0) * f64::from(from.1) / f64::from(to.1)).ceil() as u32 + 2;
    let affordable = STRIP_BYTES / (from.0 as usize * channels * size_of::<T>()).max(1);
    (2 * reach).max(u32::try_from(affordable).unwrap_or(u32::MAX)).min(from.1)
}

/// `height` rows of a strip from `top` on, and the rows to make of them.
#[doc(hidden)]
#[derive(Debug)]
pub struct Part<'a> {
    from: &'a [u8],
    from_size: (u32, u32),
    top: f64,
    height: f64,
    to: &'a mut [u8],
    to_size: (u32, u32),
}

impl Part<'_> {
    fn resample<P: PixelTrait>(self) -> Result<(), ResizeError> {
        let area = (self.top, f64::from(self.from_size.0), self.height);
        convolve::<P>(self.from, self.from_size, area, self.to, self.to_size)
    }
}

/// Samples, their size in pixels, and what to do with the alpha among them.
#[doc(hidden)]
#[derive(Debug)]
pub enum Alpha<'a> {
    Multiply(&'a mut [u8], (u32, u32)),
    Divide(&'a mut [u8], (u32, u32)),
}

impl Alpha<'_> {
    fn weigh<P: PixelTrait>(self) -> Result<(), ResizeError> {
        let image =
            |samples, (width, height)| TypedImage::<P>::from_buffer(width, height, samples).map_err(failed);
        match self {
            Alpha::Multiply(samples, size) => {
                MulDiv::new().multiply_alpha_inplace_typed(&mut image(samples, size)?).map_err(failed)
            }
            Alpha::Divide(samples, size) => {
                MulDiv::new().divide_alpha_inplace_typed(&mut image(samples, size)?).map_err(failed)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resample;
    use image::{DynamicImage, RgbaImage};

    /// Every pixel differs from its neighbours, alpha too.
    fn noise(width: u32, height: u32) -> RgbaImage {
        let mut state = 1u32;
        RgbaImage::from_fn(width, height, |_, _| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            image::Rgba((state | 0x0101_0101).to_be_bytes())
        })
    }

    fn in_rows<T: Sample>(samples: &[T], from: (u32, u32), to: (u32, u32)) -> Vec<T> {
        let row = samples.len() / from.1 as usize;
        let mut rows = RowResizer::new(from, to, row / from.0 as usize);
        for samples in samples.chunks(row) {
            rows.next_row().unwrap_or_else(|error| panic!("{error}")).copy_from_slice(samples);
        }
        assert!(rows.next_row().is_err(), "no more rows than the picture has");
        rows.finish().unwrap_or_else(|error| panic!("{error}"))
    }

    /// The filter's weights are rounded by the largest among them, which the first and last rows have.
    fn the_same<T: Into<u32> + Copy>(one: &[T], other: &[T]) -> bool {
        one.len() == other.len()
            && one.iter().zip(other).all(|(&one, &other)| one.into().abs_diff(other.into()) <= 2)
    }

    #[test]
    fn row_by_row_is_the_same_as_whole() {
        // Ten strips; one; one with more rows in its filter than fit into eight megabytes.
        for (from, to) in [((4000, 5000), (160, 200)), ((700, 500), (699, 499)), ((20_000, 150), (200, 2))] {
            let picture = DynamicImage::ImageRgba8(noise(from.0, from.1));
            let shrunk = |picture: &DynamicImage| {
                resample(picture.clone(), to.0, to.1, true).unwrap_or_else(|error| panic!("{error}"))
            };
            assert!(
                the_same(&in_rows(picture.as_bytes(), from, to), shrunk(&picture).as_bytes()),
                "{from:?}"
            );
            let rgb = DynamicImage::ImageRgb8(picture.to_rgb8());
            assert!(the_same(&in_rows(rgb.as_bytes(), from, to), shrunk(&rgb).as_bytes()), "RGB {from:?}");
            let deep = picture.to_luma_alpha16();
            let DynamicImage::ImageLumaA16(whole) = shrunk(&DynamicImage::ImageLumaA16(deep.clone())) else {
                panic!("another type")
            };
            assert!(
                the_same(&in_rows(deep.as_raw(), from, to), whole.as_raw()),
                "deep grey with alpha {from:?}"
            );
        }
    }

    #[test]
    fn what_fits_already_stays_as_it_is() {
        let picture = noise(9, 9).into_raw();
        assert_eq!(in_rows(&picture, (9, 9), (9, 9)), picture);
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
