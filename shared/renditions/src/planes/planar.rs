//! A picture in planes.

use super::interleave::interleave;
use super::types::{ColourSpace, Plane, Samples};
use super::ycc420::Ycc420;
use crate::colour::ColourModel;
use crate::refusal::Refusal;
use crate::shrink;
use crate::size::Size;
use image::{DynamicImage, GrayImage};

/// A picture in planes.
#[derive(Debug, Clone)]
pub(crate) struct Planar {
    /// The planes of `colour_space`, in order.
    pub(crate) planes: Vec<Plane>,
    /// Opacity, full range.
    pub(crate) alpha: Option<Plane>,
    /// Bits per sample: 8 to 16.
    pub(crate) bits: u8,
    pub(crate) colour_space: ColourSpace,
}

impl Planar {
    /// Returns `true` if the picture is `YCbCr` as in JPEG files, without alpha.
    pub(crate) fn is_plain_jpeg(&self) -> bool {
        self.colour_space == ColourSpace::JPEG && self.alpha.is_none()
    }

    /// Shrinks each plane of a picture for which [`Planar::is_plain_jpeg`] returns `true`.
    pub(crate) fn shrink_planes(self, to: Size) -> Result<Ycc420, Refusal> {
        let scale = self.scale();
        let shrunk =
            self.planes.into_iter().zip(Ycc420::plane_sizes(to)).map(|(plane, to)| plane.shrink(to, scale));
        let planes = shrunk.collect::<Result<Vec<_>, _>>()?;
        Ycc420::new(to, planes).ok_or_else(wrong_planes)
    }

    /// Returns the factor that converts samples to the range of a byte (H.273, 8.3). In video
    /// range, black and white are 16 and 235 times a power of two.
    fn scale(&self) -> f32 {
        match self.colour_space {
            ColourSpace::Grey { full_range: false } | ColourSpace::YCbCr { full_range: false, .. } => {
                1.0 / (1u32 << (self.bits - 8)) as f32
            }
            _ => self.full_range_scale(),
        }
    }

    fn full_range_scale(&self) -> f32 {
        255.0 / ((1u32 << self.bits) - 1) as f32
    }

    /// Shrinks the picture and interleaves its planes, eight bits a channel.
    pub(crate) fn shrink(self, to: Size) -> Result<(DynamicImage, ColourModel), Refusal> {
        match (&self.alpha, self.planes.first()) {
            // Interleaves the planes before shrinking, so that colours are weighted by alpha.
            // Otherwise the colours of invisible pixels would bleed into visible ones.
            (Some(_), Some(first)) => {
                let full = Size::new(first.width, first.height);
                let (picture, model) = self.resample_and_interleave(full)?;
                Ok((shrink::shrink(picture, to)?, model))
            }
            _ => self.resample_and_interleave(to),
        }
    }

    fn resample_and_interleave(self, to: Size) -> Result<(DynamicImage, ColourModel), Refusal> {
        let (scale, full_range_scale) = (self.scale(), self.full_range_scale());
        let planes = self.planes.into_iter().map(|plane| plane.shrink(to, scale));
        let planes = planes.collect::<Result<Vec<_>, _>>()?;
        let alpha = self.alpha.map(|plane| plane.shrink(to, full_range_scale)).transpose()?;
        interleave(to, &planes, alpha.as_deref(), self.colour_space).ok_or_else(wrong_planes)
    }
}

impl From<Ycc420> for Planar {
    fn from(picture: Ycc420) -> Self {
        let plane = |plane: GrayImage| {
            let (width, height) = plane.dimensions();
            let covered = (f64::from(width), f64::from(height));
            Plane { width, height, covered, samples: Samples::Eight(plane.into_raw()) }
        };
        let planes = picture.into_planes().map(plane).into();
        Planar { planes, alpha: None, bits: 8, colour_space: ColourSpace::JPEG }
    }
}

fn wrong_planes() -> Refusal {
    Refusal::failed("the planes do not match the colour space or the size")
}
