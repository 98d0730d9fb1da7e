//! A picture as most JPEG files store it: `YCbCr` with 4:2:0 chroma subsampling.

use crate::size::Size;
use image::metadata::Orientation;
use image::{DynamicImage, GrayImage};

/// A picture in [`ColourSpace::JPEG`](super::ColourSpace::JPEG). The chroma planes have half as
/// many columns and rows as the luma, rounded up.
#[derive(Debug)]
pub(crate) struct Ycc420 {
    planes: [GrayImage; 3],
}

impl Ycc420 {
    /// Returns the size of each plane of a picture.
    pub(crate) fn plane_sizes(picture: Size) -> [Size; 3] {
        let half = Size::new(picture.width.div_ceil(2), picture.height.div_ceil(2));
        [picture, half, half]
    }

    /// Creates a picture from its planes. Returns `None` if they are not three planes of
    /// [`Ycc420::plane_sizes`].
    pub(super) fn new(picture: Size, planes: Vec<Vec<u8>>) -> Option<Self> {
        let planes: [Vec<u8>; 3] = planes.try_into().ok()?;
        let [y, cb, cr] = planes;
        let [full, half, _] = Self::plane_sizes(picture);
        let plane = |size: Size, samples| GrayImage::from_raw(size.width, size.height, samples);
        Some(Ycc420 { planes: [plane(full, y)?, plane(half, cb)?, plane(half, cr)?] })
    }

    pub(crate) fn size(&self) -> Size {
        Size::new(self.planes[0].width(), self.planes[0].height())
    }

    /// Returns the samples of each plane, row by row.
    pub(crate) fn planes(&self) -> [&[u8]; 3] {
        self.planes.each_ref().map(|plane| plane.as_raw().as_slice())
    }

    pub(super) fn into_planes(self) -> [GrayImage; 3] {
        self.planes
    }

    pub(crate) fn apply_orientation(&mut self, orientation: Orientation) {
        if orientation != Orientation::NoTransforms {
            self.planes = std::mem::take(&mut self.planes).map(|plane| {
                let mut plane = DynamicImage::ImageLuma8(plane);
                plane.apply_orientation(orientation);
                plane.into_luma8()
            });
        }
    }
}
