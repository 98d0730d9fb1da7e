//! One channel alone.

use crate::{ResizeError, failed};
use bytemuck::Pod;
use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::{U8, U16};
use fast_image_resize::{FilterType, PixelTrait, ResizeAlg, ResizeOptions, Resizer};

/// A type of sample.
pub trait PlaneSample: Pod + Default {
    /// What the resampler calls it.
    type Pixel: PixelTrait;
}

impl PlaneSample for u8 {
    type Pixel = U8;
}

impl PlaneSample for u16 {
    type Pixel = U16;
}

/// Resamples the first `covered` columns and rows of a channel of `size` to `to`, all in samples; `covered` need not be
/// whole.
///
/// # Errors
/// [`ResizeError`] where there are fewer samples than `size` says, or it does not hold `covered`.
pub fn resample_plane<S: PlaneSample>(
    samples: &[S],
    size: (u32, u32),
    covered: (f64, f64),
    to: (u32, u32),
) -> Result<Vec<S>, ResizeError> {
    let mut resampled = vec![S::default(); to.0 as usize * to.1 as usize];
    let source = bytemuck::cast_slice(samples);
    let source = TypedImageRef::<S::Pixel>::from_buffer(size.0, size.1, source).map_err(failed)?;
    let target = bytemuck::cast_slice_mut(&mut resampled);
    let mut target = TypedImage::<S::Pixel>::from_buffer(to.0, to.1, target).map_err(failed)?;
    let options = ResizeOptions::new()
        .resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3))
        .crop(0.0, 0.0, covered.0, covered.1)
        .use_alpha(false);
    Resizer::new().resize_typed(&source, &mut target, &options).map_err(failed)?;
    Ok(resampled)
}
