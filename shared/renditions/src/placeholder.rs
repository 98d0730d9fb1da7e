//! The blur to show until a rendition is there.

use super::{Refusal, Size, resize};
use image::DynamicImage;

/// The side that a thumbhash is made from, in pixels. It holds seven waves along a side at most
/// (<https://evanw.github.io/thumbhash/>); the 100 pixels that it may be made from cost four times as much.
const EDGE: u32 = 50;

/// The thumbhash of a picture.
pub(super) fn of(picture: DynamicImage) -> Result<Vec<u8>, Refusal> {
    let size = Size::new(picture.width(), picture.height()).fit(EDGE);
    let tiny = resize::shrink(picture, size)?.into_rgba8();
    Ok(thumbhash::rgba_to_thumb_hash(size.width as usize, size.height as usize, &tiny))
}
