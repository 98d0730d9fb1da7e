//! The formats that can be rendered.

/// A supported picture format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Baseline or progressive, in grey, `YCbCr`, RGB, CMYK or YCCK.
    Jpeg,
    /// For an animation, the default image is rendered.
    Png,
    /// Lossy, lossless or animated. For an animation, the first visible frame is rendered.
    WebP,
    /// The first visible frame is rendered.
    Gif,
    /// The primary item is rendered.
    Avif,
    /// The primary item is rendered.
    Heic,
}

impl Format {
    /// Returns the MIME type.
    #[must_use]
    pub fn content_type(self) -> &'static str {
        match self {
            Format::Jpeg => "image/jpeg",
            Format::Png => "image/png",
            Format::WebP => "image/webp",
            Format::Gif => "image/gif",
            Format::Avif => "image/avif",
            Format::Heic => "image/heic",
        }
    }
}
