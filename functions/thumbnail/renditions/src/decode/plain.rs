//! PNG and GIF, through the decoders of the `image` crate.

use super::{Channels, Decoded, orientation};
use crate::limits::{self, MAX_DECODER_BYTES};
use crate::{Refusal, Size};
use image::{DynamicImage, ImageDecoder, ImageError, Limits};

/// What one decoder may hold.
pub(super) fn limits() -> Limits {
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MAX_DECODER_BYTES);
    limits
}

/// Decodes the first frame.
pub(super) fn decode(mut decoder: impl ImageDecoder) -> Result<Decoded, Refusal> {
    let (width, height) = decoder.dimensions();
    let size = Size::new(width, height);
    limits::check_size(size)?;
    let mut rest = limits();
    rest.reserve(decoder.total_bytes()).map_err(refusal)?;
    decoder.set_limits(rest).map_err(refusal)?;
    // What is wrong with a profile or with EXIF need not cost the person the picture.
    let profile = decoder.icc_profile().ok().flatten();
    let exif = decoder.exif_metadata().ok().flatten();
    Ok(Decoded {
        pixels: DynamicImage::from_decoder(decoder).map_err(refusal)?,
        channels: Channels::Light,
        size,
        orientation: orientation(exif.as_deref()),
        profile,
    })
}

/// What a decoder's error means to the person who uploaded the file.
pub(super) fn refusal(error: ImageError) -> Refusal {
    match error {
        ImageError::Limits(_) => Refusal::OutOfMemory,
        error => Refusal::damaged(error),
    }
}
