//! Pictures that are made smaller while they are decoded.

use crate::{LARGE_EDGE, Refusal, Size};
use image::{DynamicImage, ImageBuffer};
use resize::{RowResizer, Sample};

/// A sample that pixels of 1 to 4 channels are made of.
pub(super) trait PictureSample: Sample {
    /// The picture with these samples; none where that many channels or samples make no picture.
    fn picture(size: Size, channels: usize, samples: Vec<Self>) -> Option<DynamicImage>;
}

impl PictureSample for u8 {
    fn picture(Size { width, height }: Size, channels: usize, samples: Vec<u8>) -> Option<DynamicImage> {
        match channels {
            1 => ImageBuffer::from_raw(width, height, samples).map(DynamicImage::ImageLuma8),
            3 => ImageBuffer::from_raw(width, height, samples).map(DynamicImage::ImageRgb8),
            4 => ImageBuffer::from_raw(width, height, samples).map(DynamicImage::ImageRgba8),
            _ => None,
        }
    }
}

impl PictureSample for u16 {
    fn picture(Size { width, height }: Size, channels: usize, samples: Vec<u16>) -> Option<DynamicImage> {
        match channels {
            1 => ImageBuffer::from_raw(width, height, samples).map(DynamicImage::ImageLuma16),
            2 => ImageBuffer::from_raw(width, height, samples).map(DynamicImage::ImageLumaA16),
            3 => ImageBuffer::from_raw(width, height, samples).map(DynamicImage::ImageRgb16),
            4 => ImageBuffer::from_raw(width, height, samples).map(DynamicImage::ImageRgba16),
            _ => None,
        }
    }
}

/// Makes the pixels of the large rendition from a picture whose rows `write` writes, each where it is told to, from top to
/// bottom.
pub(super) fn shrunk<T: PictureSample>(
    size: Size,
    channels: usize,
    mut write: impl FnMut(&mut [T]) -> Result<(), Refusal>,
) -> Result<DynamicImage, Refusal> {
    let to = size.fit(LARGE_EDGE);
    let mut rows = RowResizer::new((size.width, size.height), (to.width, to.height), channels);
    for _ in 0..size.height {
        write(rows.next_row().map_err(Refusal::failed)?)?;
    }
    let samples = rows.finish().map_err(Refusal::failed)?;
    T::picture(to, channels, samples).ok_or_else(|| Refusal::failed("a picture of another size"))
}
