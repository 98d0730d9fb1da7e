//! The pure core: an uploaded file's bytes in, two renditions and a placeholder out. Knows no AWS.
//!
//! ```text
//! limits → format → decode → shrink → colour → orient → encode (large)
//!                                                     ↘ shrink → encode (small) → placeholder
//! ```
//!
//! One full-size buffer is alive at most, and for a JPEG none: it is decoded at a reduced scale. Everything after
//! the first shrink works on at most [`LARGE_EDGE`] × [`LARGE_EDGE`] pixels, so colours and orientation cost little.

mod colour;
mod decode;
mod encode;
mod format;
mod guard;
pub mod limits;
mod placeholder;
mod planes;
mod prepared;
mod refusal;
mod resize;
mod size;

pub use format::Format;
use prepared::Prepared;
pub use refusal::Refusal;
use size::Size;

/// The longest side of the small rendition, in pixels.
pub const SMALL_EDGE: u32 = 320;
/// The longest side of the large rendition, in pixels.
pub const LARGE_EDGE: u32 = 1600;

/// What one uploaded picture becomes.
#[derive(Debug, Clone)]
pub struct Renditions {
    /// Width of the upright original, in pixels.
    pub width: u32,
    /// Height of the upright original, in pixels.
    pub height: u32,
    /// What the original is, recognised from its bytes.
    pub format: Format,
    /// The placeholder to show until a rendition is there: <https://evanw.github.io/thumbhash/>, about 25 bytes.
    pub thumbhash: Vec<u8>,
    /// At most [`SMALL_EDGE`] pixels on its longer side. Always WebP.
    pub small: Rendition,
    /// At most [`LARGE_EDGE`] pixels on its longer side. JPEG, or WebP where something can be seen through.
    pub large: Rendition,
}

/// A picture ready to be shown: upright, sRGB, never larger than the original and without any metadata.
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

/// Makes both renditions and the placeholder of the picture in `bytes`.
///
/// Takes CPU time (about 0.1 s for 12 megapixels), so call it off the async threads.
///
/// # Errors
/// A [`Refusal`] for a file that is no picture, goes beyond the [`limits`], is damaged, or makes a decoder panic.
pub fn render(bytes: &[u8]) -> Result<Renditions, Refusal> {
    guard::catch(|| render_unguarded(bytes))
}

fn render_unguarded(bytes: &[u8]) -> Result<Renditions, Refusal> {
    limits::check_bytes(bytes.len())?;
    let format = format::recognise(bytes)?;
    let decoded = decode::decode(bytes, format)?;
    let original = decoded.size.turned_by(decoded.orientation);

    let size = decoded.size.fit(LARGE_EDGE);
    let mut large = Prepared::new(decoded.pixels, decoded.profile.as_deref(), size)?;
    large.turn(decoded.orientation);
    let large_rendition = encode::large(&large)?;

    let small = large.shrink(original.fit(SMALL_EDGE))?;
    let small_rendition = encode::small(&small)?;
    Ok(Renditions {
        width: original.width,
        height: original.height,
        format,
        thumbhash: placeholder::of(small)?,
        small: small_rendition,
        large: large_rendition,
    })
}
