//! Shrinks pictures whose channels are interleaved.

use crate::refusal::Refusal;
use crate::size::Size;
use image::DynamicImage;

/// Resamples a picture to a size. Returns a picture that already has this size unchanged.
pub(crate) fn shrink(picture: DynamicImage, to: Size) -> Result<DynamicImage, Refusal> {
    if (picture.width(), picture.height()) == (to.width, to.height) {
        return Ok(picture);
    }
    resize::resample(picture, to.width, to.height).map_err(Refusal::failed)
}
