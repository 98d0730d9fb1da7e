//! The pipeline from a file to its renditions.

use crate::prepared::PreparedPicture;
use crate::refusal::Refusal;
use crate::rendition::{LARGE_EDGE, Renditions, SMALL_EDGE};
use crate::{check, decode, encode, guard, recognise};

/// Makes both renditions and the placeholder of the picture in `bytes`.
///
/// Takes CPU time, about 0.1 s for 12 megapixels. In async code, call this function on a thread for
/// blocking work.
///
/// # Errors
/// Returns a [`Refusal`] if the file is not a supported picture, exceeds the
/// [`limits`](crate::limits), is damaged, would take too much time to decode, or makes a decoder or
/// an encoder fail.
pub fn render(bytes: &[u8]) -> Result<Renditions, Refusal> {
    guard::catch_panic(|| render_unguarded(bytes))
}

fn render_unguarded(bytes: &[u8]) -> Result<Renditions, Refusal> {
    check::file_size(bytes.len())?;
    let format = recognise::format_of(bytes)?;
    let decoded = decode::decode(bytes, format)?;
    let original = decoded.size.oriented(decoded.orientation);

    let size = decoded.size.fit(LARGE_EDGE);
    let mut large = PreparedPicture::new(decoded.pixels, decoded.icc_profile.as_deref(), size)?;
    large.apply_orientation(decoded.orientation);
    let large_rendition = encode::large(&large)?;

    let small = large.shrink(original.fit(SMALL_EDGE))?;
    let small_rendition = encode::small(&small)?;
    Ok(Renditions {
        width: original.width,
        height: original.height,
        format,
        thumbhash: encode::thumbhash(small)?,
        small: small_rendition,
        large: large_rendition,
    })
}
