//! The result of rendering a picture.

use crate::format::Format;

/// The longest side of the small rendition, in pixels.
pub const SMALL_EDGE: u32 = 320;
/// The longest side of the large rendition, in pixels.
pub const LARGE_EDGE: u32 = 1600;

/// The renditions and the placeholder of one picture.
#[derive(Debug, Clone)]
pub struct Renditions {
    /// The width of the upright original, in pixels.
    pub width: u32,
    /// The height of the upright original, in pixels.
    pub height: u32,
    /// The format of the original, recognised from its bytes.
    pub format: Format,
    /// A placeholder of about 25 bytes to show while a rendition loads
    /// (<https://evanw.github.io/thumbhash/>).
    pub thumbhash: Vec<u8>,
    /// At most [`SMALL_EDGE`] pixels on its longer side. Always WebP.
    pub small: Rendition,
    /// At most [`LARGE_EDGE`] pixels on its longer side. JPEG, or WebP if the picture has
    /// transparent pixels.
    pub large: Rendition,
}

/// One encoded rendition: upright, in sRGB, never larger than the original, without metadata.
#[derive(Debug, Clone)]
pub struct Rendition {
    /// The encoded file.
    pub bytes: Vec<u8>,
    /// The width in pixels.
    pub width: u32,
    /// The height in pixels.
    pub height: u32,
    /// `image/webp` or `image/jpeg`.
    pub content_type: &'static str,
}
