//! A picture as most files have it: channels apart, the colours often at half the resolution of the brightness.
//!
//! Each channel is shrunk at the resolution it has; channels are put together into pixels only then.

mod assemble;
mod ycc420;

use crate::colour::Channels;
use crate::{Refusal, Size, resize};
use ::resize::resample_plane;
use image::DynamicImage;

pub(crate) use assemble::nearest_byte;
pub(crate) use ycc420::Ycc420;

/// One channel. Rows have no padding.
#[derive(Debug, Clone)]
pub(crate) struct Plane {
    /// In samples.
    pub(crate) width: u32,
    /// In samples.
    pub(crate) height: u32,
    /// How many columns and rows the picture covers: all, but that half of the last of a channel of half the
    /// resolution may lie outside.
    pub(crate) covered: (f64, f64),
    /// Row by row.
    pub(crate) samples: Samples,
}

/// The samples of a channel.
#[derive(Debug, Clone)]
pub(crate) enum Samples {
    /// 0 to 255.
    Eight(Vec<u8>),
    /// 0 to 2^[`Planar::bits`] - 1.
    Sixteen(Vec<u16>),
}

/// What the channels of a picture stand for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Colour {
    /// One channel of brightness.
    Grey {
        /// Whether black is 0, or 16 of 255.
        full_range: bool,
    },
    /// Brightness, blueness and redness, as ITU-T H.273 defines them by the shares of red and blue in the brightness.
    Ycc {
        /// The share of red.
        kr: f32,
        /// The share of blue.
        kb: f32,
        /// Whether black is 0, or 16 of 255.
        full_range: bool,
    },
    /// Red, green, blue.
    Rgb,
    /// Cyan, magenta, yellow, black as Adobe stores them: 0 is the most ink.
    Ink,
    /// The same, with cyan, magenta and yellow transformed as red, green and blue are in [`Colour::JPEG`].
    InkYcc,
}

impl Colour {
    /// What JPEG files have (ITU-T T.871, 7).
    pub(crate) const JPEG: Self = Self::Ycc { kr: 0.299, kb: 0.114, full_range: true };
}

/// A picture, channels apart.
#[derive(Debug, Clone)]
pub(crate) struct Planar {
    /// As many as `colour` takes.
    pub(crate) planes: Vec<Plane>,
    /// How opaque each pixel is; full range.
    pub(crate) alpha: Option<Plane>,
    /// How many bits each sample has: 8 to 16.
    pub(crate) bits: u8,
    /// What the planes stand for.
    pub(crate) colour: Colour,
}

impl Planar {
    /// Whether it has what a JPEG has, and nothing else.
    pub(crate) fn is_plain(&self) -> bool {
        self.colour == Colour::JPEG && self.alpha.is_none()
    }

    /// Shrinks each channel, and leaves them apart. For those that are plain.
    pub(crate) fn shrink_apart(self, to: Size) -> Result<Ycc420, Refusal> {
        let scale = self.scale();
        let shrunk =
            self.planes.into_iter().zip(Ycc420::sizes(to)).map(|(plane, to)| plane.shrink(to, scale));
        let channels = shrunk.collect::<Result<Vec<_>, _>>()?;
        Ycc420::new(to, channels).ok_or_else(wrong_channels)
    }

    /// From the samples' range to that of a byte (H.273, 8.3): of video range, black and white are 16 and 235 times a power
    /// of two.
    fn scale(&self) -> f32 {
        match self.colour {
            Colour::Grey { full_range: false } | Colour::Ycc { full_range: false, .. } => {
                1.0 / (1u32 << (self.bits - 8)) as f32
            }
            _ => self.full_scale(),
        }
    }

    /// The same for samples of full range.
    fn full_scale(&self) -> f32 {
        255.0 / ((1u32 << self.bits) - 1) as f32
    }

    /// Shrinks it and puts its channels together, eight bits each.
    pub(crate) fn shrink(self, to: Size) -> Result<(DynamicImage, Channels), Refusal> {
        match (&self.alpha, self.planes.first()) {
            // Alone, the colours of pixels that cannot be seen would bleed into those that can.
            (Some(_), Some(first)) => {
                let full = Size::new(first.width, first.height);
                let (picture, channels) = self.put_together(full)?;
                Ok((resize::shrink(picture, to)?, channels))
            }
            _ => self.put_together(to),
        }
    }

    /// Brings each channel to this size, and puts them together.
    fn put_together(self, to: Size) -> Result<(DynamicImage, Channels), Refusal> {
        let (scale, full_scale) = (self.scale(), self.full_scale());
        let planes = self.planes.into_iter().map(|plane| plane.shrink(to, scale));
        let planes = planes.collect::<Result<Vec<_>, _>>()?;
        let alpha = self.alpha.map(|plane| plane.shrink(to, full_scale)).transpose()?;
        assemble::assemble(to, &planes, alpha.as_deref(), self.colour).ok_or_else(wrong_channels)
    }
}

fn wrong_channels() -> Refusal {
    Refusal::failed("a picture has other channels than it says")
}

impl Plane {
    /// Resamples what the picture covers. Values are multiplied by `scale` where they are not bytes already.
    fn shrink(self, to: Size, scale: f32) -> Result<Vec<u8>, Refusal> {
        let Plane { width, height, covered, samples } = self;
        let same = (width, height) == (to.width, to.height) && covered == (width.into(), height.into());
        match samples {
            Samples::Eight(samples) if same => Ok(samples),
            Samples::Eight(samples) => {
                resample_plane(samples, (width, height), covered, (to.width, to.height))
                    .map_err(Refusal::failed)
            }
            Samples::Sixteen(samples) => {
                let samples = resample_plane(samples, (width, height), covered, (to.width, to.height));
                let byte = |sample: u16| (f32::from(sample) * scale + 0.5) as u8;
                Ok(samples.map_err(Refusal::failed)?.into_iter().map(byte).collect())
            }
        }
    }
}
