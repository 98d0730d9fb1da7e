//! Making a picture smaller.

use super::decode::Channels;
use super::{Refusal, Size};
use fast_image_resize::{FilterType, MulDiv, ResizeAlg, ResizeOptions, Resizer};
use image::DynamicImage;

/// Shrinks a picture with a Lanczos filter, in the sample type it has; returns it untouched where it fits already.
///
/// Takes the picture, so that no second copy stays alive; its alpha is multiplied in where it lies, for the same
/// reason. Without that, colours of invisible pixels would bleed into visible ones.
pub(super) fn shrink(
    mut picture: DynamicImage,
    to: Size,
    channels: Channels,
) -> Result<DynamicImage, Refusal> {
    if (picture.width(), picture.height()) == (to.width, to.height) {
        return Ok(picture);
    }
    let alpha = channels == Channels::Light && picture.color().has_alpha();
    let by_alpha = MulDiv::new();
    if alpha {
        by_alpha.multiply_alpha_inplace(&mut picture).map_err(Refusal::failed)?;
    }
    let mut smaller = DynamicImage::new(to.width, to.height, picture.color());
    let lanczos =
        ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3)).use_alpha(false);
    Resizer::new().resize(&picture, &mut smaller, &lanczos).map_err(Refusal::failed)?;
    drop(picture);
    if alpha {
        by_alpha.divide_alpha_inplace(&mut smaller).map_err(Refusal::failed)?;
    }
    Ok(smaller)
}
