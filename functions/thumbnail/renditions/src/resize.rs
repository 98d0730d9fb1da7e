//! Making a picture smaller.

use super::decode::Channels;
use super::{Refusal, Size};
use image::DynamicImage;

/// Shrinks a picture, in the sample type it has; returns it untouched where it fits already.
pub(super) fn shrink(picture: DynamicImage, to: Size, channels: Channels) -> Result<DynamicImage, Refusal> {
    if (picture.width(), picture.height()) == (to.width, to.height) {
        return Ok(picture);
    }
    resize::resample(picture, to.width, to.height, channels == Channels::Light).map_err(Refusal::failed)
}
