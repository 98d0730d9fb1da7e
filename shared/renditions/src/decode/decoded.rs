//! The result of all decoders.

use crate::planes::Planar;
use crate::size::Size;
use image::DynamicImage;
use image::metadata::Orientation;

/// The pixels of a picture.
#[derive(Debug)]
pub(crate) enum Pixels {
    /// Grey or RGB, with or without alpha.
    Interleaved(DynamicImage),
    Planar(Planar),
}

/// A decoded picture, before orientation and colour conversion.
#[derive(Debug)]
pub(crate) struct Decoded {
    /// Can be smaller than `size`, but is not smaller than the large rendition.
    pub(crate) pixels: Pixels,
    /// The size in the header of the file, after cropping.
    pub(crate) size: Size,
    pub(crate) orientation: Orientation,
    /// `None` if the picture is in sRGB or has no profile.
    pub(crate) icc_profile: Option<Vec<u8>>,
}
