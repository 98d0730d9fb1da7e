//! Making a picture smaller.

use super::{Refusal, Size};
use image::DynamicImage;

/// Shrinks a picture, in the sample type it has; returns it untouched where it has that size already.
pub(super) fn shrink(picture: DynamicImage, to: Size) -> Result<DynamicImage, Refusal> {
    if (picture.width(), picture.height()) == (to.width, to.height) {
        return Ok(picture);
    }
    let alpha_weighted = true;
    resize::resample(picture, to.width, to.height, alpha_weighted).map_err(Refusal::failed)
}
