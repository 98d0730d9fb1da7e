//! A picture as most JPEGs store it: brightness, and two channels of colour at half its resolution.

use super::{Colour, Planar, Plane, Samples};
use crate::Size;
use image::metadata::Orientation;
use image::{DynamicImage, GrayImage};

/// Brightness and two colours, the latter with half as many columns and rows, rounded up; as [`Colour::JPEG`].
#[derive(Debug)]
pub(crate) struct Ycc420 {
    channels: [GrayImage; 3],
}

impl Ycc420 {
    /// The size of each of the channels of a picture.
    pub(crate) fn sizes(picture: Size) -> [Size; 3] {
        let half = Size::new(picture.width.div_ceil(2), picture.height.div_ceil(2));
        [picture, half, half]
    }

    /// None unless there are three channels of [`Ycc420::sizes`].
    pub(super) fn new(picture: Size, channels: Vec<Vec<u8>>) -> Option<Self> {
        let channels: [Vec<u8>; 3] = channels.try_into().ok()?;
        let [y, cb, cr] = channels;
        let [full, half, _] = Self::sizes(picture);
        let channel = |size: Size, samples| GrayImage::from_raw(size.width, size.height, samples);
        Some(Ycc420 { channels: [channel(full, y)?, channel(half, cb)?, channel(half, cr)?] })
    }

    pub(crate) fn size(&self) -> Size {
        Size::new(self.channels[0].width(), self.channels[0].height())
    }

    /// The samples of one row of the picture in each channel: of the colours, every second row has the one before's, and
    /// half as many.
    pub(crate) fn row(&self, row: u32) -> [&[u8]; 3] {
        let line = |channel: &'_ GrayImage, row: u32| {
            let width = channel.width() as usize;
            row as usize * width..(row as usize + 1) * width
        };
        let [y, cb, cr] = &self.channels;
        [&y.as_raw()[line(y, row)], &cb.as_raw()[line(cb, row / 2)], &cr.as_raw()[line(cr, row / 2)]]
    }

    /// Turns it upright.
    pub(crate) fn turn(&mut self, orientation: Orientation) {
        if orientation != Orientation::NoTransforms {
            self.channels = std::mem::take(&mut self.channels).map(|channel| {
                let mut channel = DynamicImage::ImageLuma8(channel);
                channel.apply_orientation(orientation);
                channel.into_luma8()
            });
        }
    }
}

impl From<Ycc420> for Planar {
    fn from(picture: Ycc420) -> Self {
        let plane = |channel: GrayImage| {
            let (width, height) = channel.dimensions();
            let covered = (f64::from(width), f64::from(height));
            Plane { width, height, covered, samples: Samples::Eight(channel.into_raw()) }
        };
        Planar { planes: picture.channels.map(plane).into(), alpha: None, bits: 8, colour: Colour::JPEG }
    }
}
