//! The result of rendering a picture.

use crate::format::Format;

/// The longest side of the small rendition, in pixels.
pub const SMALL_EDGE: u32 = 320;
/// The longest side of the large rendition, in pixels.
pub const LARGE_EDGE: u32 = 1600;

/// The renditions and the placeholder of one picture.
#[derive(Debug, Clone)]
pub struct Renditions {
    /// Width of the upright original, in pixels.
    pub width: u32,
    /// Height of the upright original, in pixels.
    pub height: u32,
    /// The original's format, recognised from its bytes.
    pub format: Format,
    /// Placeholder to show while a rendition loads: <https://evanw.github.io/thumbhash/>, about
    /// 25 bytes.
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
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// `image/webp` or `image/jpeg`.
    pub content_type: &'static str,
}
