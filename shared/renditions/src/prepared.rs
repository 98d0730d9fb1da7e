//! A picture on its way to be a rendition: sRGB, of the rendition's size.

use crate::colour::{self, Telling};
use crate::decode::Pixels;
use crate::planes::{Planar, Ycc420};
use crate::{Refusal, Size, resize};
use image::DynamicImage;
use image::metadata::Orientation;

/// A picture of the large rendition's size.
#[derive(Debug)]
pub(crate) enum Prepared {
    /// [`DynamicImage::ImageRgba8`] where something can be seen through, else [`DynamicImage::ImageRgb8`].
    Whole(DynamicImage),
    /// Most of what cameras make: colours are right as they are, and go from one JPEG to the other as they lie, which
    /// spares a third of the work after decoding.
    Ycc420(Ycc420),
}

impl Prepared {
    /// Shrinks and converts what a decoder gave.
    pub(crate) fn new(pixels: Pixels, profile: Option<&[u8]>, to: Size) -> Result<Self, Refusal> {
        let profile = Telling::new(profile);
        let (picture, channels) = match (pixels, &profile) {
            (Pixels::Planar(planar), None) if planar.is_plain() => {
                return Ok(Prepared::Ycc420(planar.shrink_apart(to)?));
            }
            (Pixels::Planar(planar), _) => planar.shrink(to)?,
            (Pixels::Whole(picture), _) => (resize::shrink(picture, to)?, colour::Channels::Light),
        };
        Ok(Prepared::Whole(colour::to_srgb(picture, channels, profile.as_ref())))
    }

    /// Turns it upright.
    pub(crate) fn turn(&mut self, orientation: Orientation) {
        match self {
            Prepared::Whole(picture) => picture.apply_orientation(orientation),
            Prepared::Ycc420(picture) => picture.turn(orientation),
        }
    }

    /// Shrinks it further.
    pub(crate) fn shrink(self, to: Size) -> Result<DynamicImage, Refusal> {
        match self {
            Prepared::Whole(picture) => resize::shrink(picture, to),
            Prepared::Ycc420(picture) => Ok(Planar::from(picture).shrink(to)?.0),
        }
    }
}
