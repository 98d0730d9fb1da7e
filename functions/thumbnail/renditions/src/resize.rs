//! Making a picture smaller.

use super::colour::Channels;
use super::decode::Pixels;
use super::{Refusal, Size};
use image::DynamicImage;

/// Shrinks what a decoder gave, and puts its channels together.
pub(super) fn shrink_decoded(pixels: Pixels, to: Size) -> Result<(DynamicImage, Channels), Refusal> {
    match pixels {
        Pixels::Whole(picture) => Ok((shrink(picture, to)?, Channels::Light)),
        Pixels::Planar(planar) => planar.shrink(to),
    }
}

/// Shrinks a picture, in the sample type it has; returns it untouched where it has that size already.
pub(super) fn shrink(picture: DynamicImage, to: Size) -> Result<DynamicImage, Refusal> {
    if (picture.width(), picture.height()) == (to.width, to.height) {
        return Ok(picture);
    }
    let alpha_weighted = true;
    resize::resample(picture, to.width, to.height, alpha_weighted).map_err(Refusal::failed)
}
