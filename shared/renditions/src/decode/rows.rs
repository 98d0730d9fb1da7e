//! Shrinks pictures row by row while they are decoded.

use crate::refusal::Refusal;
use crate::rendition::LARGE_EDGE;
use crate::size::Size;
use image::{DynamicImage, ImageBuffer};
use resize::{RowResizer, Sample};

/// A sample type of interleaved pictures.
pub(super) trait PictureSample: Sample {
    /// Creates a picture from its samples. Returns `None` if the number of channels is not
    /// supported or the number of samples does not match `size`.
    fn into_picture(size: Size, channels: usize, samples: Vec<Self>) -> Option<DynamicImage>;
}

impl PictureSample for u8 {
    fn into_picture(Size { width, height }: Size, channels: usize, samples: Vec<u8>) -> Option<DynamicImage> {
        match channels {
            1 => ImageBuffer::from_raw(width, height, samples).map(DynamicImage::ImageLuma8),
            3 => ImageBuffer::from_raw(width, height, samples).map(DynamicImage::ImageRgb8),
            4 => ImageBuffer::from_raw(width, height, samples).map(DynamicImage::ImageRgba8),
            _ => None,
        }
    }
}

impl PictureSample for u16 {
    fn into_picture(
        Size { width, height }: Size,
        channels: usize,
        samples: Vec<u16>,
    ) -> Option<DynamicImage> {
        match channels {
            1 => ImageBuffer::from_raw(width, height, samples).map(DynamicImage::ImageLuma16),
            2 => ImageBuffer::from_raw(width, height, samples).map(DynamicImage::ImageLumaA16),
            3 => ImageBuffer::from_raw(width, height, samples).map(DynamicImage::ImageRgb16),
            4 => ImageBuffer::from_raw(width, height, samples).map(DynamicImage::ImageRgba16),
            _ => None,
        }
    }
}

/// Shrinks a picture to the size of the large rendition.
///
/// Calls `write_row` once per row, from top to bottom. Each call writes the samples of the row to
/// the slice.
pub(super) fn shrink_rows<T: PictureSample>(
    size: Size,
    channels: usize,
    mut write_row: impl FnMut(&mut [T]) -> Result<(), Refusal>,
) -> Result<DynamicImage, Refusal> {
    let to = size.fit(LARGE_EDGE);
    let mut rows = RowResizer::new((size.width, size.height), (to.width, to.height), channels);
    for _ in 0..size.height {
        write_row(rows.next_row().map_err(Refusal::failed)?)?;
    }
    let samples = rows.finish().map_err(Refusal::failed)?;
    T::into_picture(to, channels, samples).ok_or_else(|| Refusal::failed("the samples do not match the size"))
}
