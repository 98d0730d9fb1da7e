//! The convolution of one sample type.

use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::{FilterType, PixelTrait, ResizeAlg, ResizeOptions, Resizer};

/// An error because the arguments do not match the samples, or because the sample type is not
/// supported.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct ResizeError(String);

impl ResizeError {
    pub(crate) fn new(reason: impl ToString) -> Self {
        ResizeError(reason.to_string())
    }
}

/// Resamples an area at the left edge, given by its top, width and height in pixels. Treats alpha
/// like the other channels.
pub(crate) fn convolve<P: PixelTrait>(
    from: &[u8],
    from_size: (u32, u32),
    (top, width, height): (f64, f64, f64),
    to: &mut [u8],
    to_size: (u32, u32),
) -> Result<(), ResizeError> {
    let from = TypedImageRef::<P>::from_buffer(from_size.0, from_size.1, from).map_err(ResizeError::new)?;
    let mut to = TypedImage::<P>::from_buffer(to_size.0, to_size.1, to).map_err(ResizeError::new)?;
    let options = ResizeOptions::new()
        .resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3))
        .crop(0.0, top, width, height)
        .use_alpha(false);
    Resizer::new().resize_typed(&from, &mut to, &options).map_err(ResizeError::new)
}
