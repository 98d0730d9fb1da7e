//! The supported sample types.

use crate::convolve::{ResizeError, convolve};
use bytemuck::Pod;
use fast_image_resize::images::TypedImage;
use fast_image_resize::pixels::{U8, U8x3, U8x4, U16, U16x2, U16x3, U16x4};
use fast_image_resize::{MulDiv, PixelTrait};

/// The type of one channel of one pixel: `u8` or `u16`. The trait is sealed.
pub trait Sample: Operations {}

impl Sample for u8 {}

impl Sample for u16 {}

/// The operations of a sample type. They are not generic over the pixel type, so that their SIMD
/// code is compiled in this crate.
pub trait Operations: Pod + Default {
    /// The pixel type of one channel.
    type One: PixelTrait;
    /// The pixel type of four channels.
    type Four: PixelTrait;

    /// Resamples a part of a picture with this number of channels.
    fn resample(channels: usize, part: Part) -> Result<(), ResizeError>;

    /// Multiplies or divides the colours by alpha if the pixels have alpha.
    fn weight_by_alpha(channels: usize, weighting: AlphaWeighting) -> Result<(), ResizeError>;
}

impl Operations for u8 {
    type One = U8;
    type Four = U8x4;

    fn resample(channels: usize, part: Part) -> Result<(), ResizeError> {
        match channels {
            1 => part.resample::<U8>(),
            3 => part.resample::<U8x3>(),
            4 => part.resample::<U8x4>(),
            _ => Err(ResizeError::new(format!("{channels} channels of 8 bits are not supported"))),
        }
    }

    fn weight_by_alpha(channels: usize, weighting: AlphaWeighting) -> Result<(), ResizeError> {
        if channels == 4 { weighting.apply::<U8x4>() } else { Ok(()) }
    }
}

impl Operations for u16 {
    type One = U16;
    type Four = U16x4;

    fn resample(channels: usize, part: Part) -> Result<(), ResizeError> {
        match channels {
            1 => part.resample::<U16>(),
            2 => part.resample::<U16x2>(),
            3 => part.resample::<U16x3>(),
            4 => part.resample::<U16x4>(),
            _ => Err(ResizeError::new(format!("{channels} channels of 16 bits are not supported"))),
        }
    }

    fn weight_by_alpha(channels: usize, weighting: AlphaWeighting) -> Result<(), ResizeError> {
        match channels {
            2 => weighting.apply::<U16x2>(),
            4 => weighting.apply::<U16x4>(),
            _ => Ok(()),
        }
    }
}

/// The input and the output of one resampling step: `height` rows of a strip from row `top` on, and
/// the slice for the resampled rows.
#[derive(Debug)]
pub struct Part<'a> {
    pub(crate) from: &'a [u8],
    pub(crate) from_size: (u32, u32),
    pub(crate) top: f64,
    pub(crate) height: f64,
    pub(crate) to: &'a mut [u8],
    pub(crate) to_size: (u32, u32),
}

impl Part<'_> {
    fn resample<P: PixelTrait>(self) -> Result<(), ResizeError> {
        let area = (self.top, f64::from(self.from_size.0), self.height);
        convolve::<P>(self.from, self.from_size, area, self.to, self.to_size)
    }
}

/// Samples with their size in pixels, and the operation to apply to their colours.
#[derive(Debug)]
pub enum AlphaWeighting<'a> {
    /// Multiply by alpha, before resampling.
    Multiply(&'a mut [u8], (u32, u32)),
    /// Divide by alpha, after resampling.
    Divide(&'a mut [u8], (u32, u32)),
}

impl AlphaWeighting<'_> {
    fn apply<P: PixelTrait>(self) -> Result<(), ResizeError> {
        let image = |samples, (width, height)| {
            TypedImage::<P>::from_buffer(width, height, samples).map_err(ResizeError::new)
        };
        match self {
            AlphaWeighting::Multiply(samples, size) => MulDiv::new()
                .multiply_alpha_inplace_typed(&mut image(samples, size)?)
                .map_err(ResizeError::new),
            AlphaWeighting::Divide(samples, size) => {
                MulDiv::new().divide_alpha_inplace_typed(&mut image(samples, size)?).map_err(ResizeError::new)
            }
        }
    }
}
