//! A picture in sRGB at the size of the large rendition, before it is encoded.

use crate::colour::{self, ColourModel, SourceProfile};
use crate::decode::Pixels;
use crate::planes::{Planar, Ycc420};
use crate::refusal::Refusal;
use crate::shrink;
use crate::size::Size;
use image::DynamicImage;
use image::metadata::Orientation;

/// A picture in sRGB at the size of the large rendition.
#[derive(Debug)]
pub(crate) enum PreparedPicture {
    /// [`DynamicImage::ImageRgba8`] if any pixel is transparent, else [`DynamicImage::ImageRgb8`].
    Interleaved(DynamicImage),
    /// The fast path for most camera JPEGs: the planes are encoded without conversion to RGB. This
    /// saves a third of the work after decoding.
    Ycc420(Ycc420),
}

impl PreparedPicture {
    /// Shrinks decoded pixels and converts them to sRGB.
    pub(crate) fn new(pixels: Pixels, icc_profile: Option<&[u8]>, to: Size) -> Result<Self, Refusal> {
        let profile = SourceProfile::parse(icc_profile);
        let (picture, model) = match (pixels, &profile) {
            (Pixels::Planar(planar), None) if planar.is_plain_jpeg() => {
                return Ok(PreparedPicture::Ycc420(planar.shrink_planes(to)?));
            }
            (Pixels::Planar(planar), _) => planar.shrink(to)?,
            (Pixels::Interleaved(picture), _) => (shrink::shrink(picture, to)?, ColourModel::GreyOrRgb),
        };
        Ok(PreparedPicture::Interleaved(colour::to_srgb(picture, model, profile.as_ref())))
    }

    pub(crate) fn apply_orientation(&mut self, orientation: Orientation) {
        match self {
            PreparedPicture::Interleaved(picture) => picture.apply_orientation(orientation),
            PreparedPicture::Ycc420(picture) => picture.apply_orientation(orientation),
        }
    }

    /// Shrinks the picture to the size of the small rendition.
    pub(crate) fn shrink(self, to: Size) -> Result<DynamicImage, Refusal> {
        match self {
            PreparedPicture::Interleaved(picture) => shrink::shrink(picture, to),
            PreparedPicture::Ycc420(picture) => Ok(Planar::from(picture).shrink(to)?.0),
        }
    }
}
