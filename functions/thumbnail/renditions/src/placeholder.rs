//! The blur to show until a rendition is there.

use super::{Refusal, Size, resize};
use image::DynamicImage;

/// The largest side that a thumbhash is made from, in pixels: <https://evanw.github.io/thumbhash/>.
const EDGE: u32 = 100;

/// The thumbhash of a picture.
pub(super) fn of(picture: DynamicImage) -> Result<Vec<u8>, Refusal> {
    let size = Size::new(picture.width(), picture.height()).fit(EDGE);
    let tiny = resize::shrink(picture, size)?.into_rgba8();
    Ok(thumbhash::rgba_to_thumb_hash(size.width as usize, size.height as usize, &tiny))
}
