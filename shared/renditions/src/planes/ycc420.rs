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

    /// The samples of each channel, row by row.
    pub(crate) fn planes(&self) -> [&[u8]; 3] {
        self.channels.each_ref().map(|channel| channel.as_raw().as_slice())
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
