//! A plane, its samples and its meaning.

use crate::refusal::Refusal;
use crate::size::Size;
use resize::resample_plane;

/// One channel of a picture. Rows have no padding.
#[derive(Debug, Clone)]
pub(crate) struct Plane {
    /// The width in samples.
    pub(crate) width: u32,
    /// The height in samples.
    pub(crate) height: u32,
    /// The number of columns and rows that the picture covers. Less than `width` and `height` if a
    /// part of the last samples of a subsampled plane is outside the picture.
    pub(crate) covered: (f64, f64),
    /// Row by row.
    pub(crate) samples: Samples,
}

/// The samples of a plane.
#[derive(Debug, Clone)]
pub(crate) enum Samples {
    /// 0 to 255.
    Eight(Vec<u8>),
    /// 0 to 2^[`Planar::bits`](super::Planar::bits) - 1.
    Sixteen(Vec<u16>),
}

/// The meaning of the planes of a picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum ColourSpace {
    /// Luma only.
    Grey {
        /// Whether black is 0 (full range) or 16 of 255 (video range).
        full_range: bool,
    },
    /// Luma and two chroma planes (ITU-T H.273, equations 38 to 43).
    YCbCr {
        /// The share of red in the luma.
        kr: f32,
        /// The share of blue in the luma.
        kb: f32,
        /// Whether black is 0 (full range) or 16 of 255 (video range).
        full_range: bool,
    },
    /// Red, green, blue.
    Rgb,
    /// Cyan, magenta, yellow, black, inverted as Adobe stores them: 0 is full ink.
    Cmyk,
    /// Like [`ColourSpace::Cmyk`], but with cyan, magenta and yellow transformed as in
    /// [`ColourSpace::JPEG`].
    Ycck,
}

impl ColourSpace {
    /// The colour space of most JPEG files (ITU-T T.871, 7).
    pub(crate) const JPEG: Self = Self::YCbCr { kr: 0.299, kb: 0.114, full_range: true };
}

impl Plane {
    /// Resamples the covered area to eight bits. Multiplies 16-bit samples by `scale`.
    pub(super) fn shrink(self, to: Size, scale: f32) -> Result<Vec<u8>, Refusal> {
        let Plane { width, height, covered, samples } = self;
        let is_target_size =
            (width, height) == (to.width, to.height) && covered == (width.into(), height.into());
        match samples {
            Samples::Eight(samples) if is_target_size => Ok(samples),
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
