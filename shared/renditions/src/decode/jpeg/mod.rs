//! JPEG, decoded directly at the resolution of the rendition.
//!
//! Other decoders are either slower or less safe (docs/pictures.md compares them). This decoder
//! stores luma and chroma in separate planes, decodes each plane at the lowest resolution that the
//! rendition needs, and stores no coefficients that the output does not need. A picture of 100
//! megapixels takes the memory of a few megapixels, progressive or not.
//!
//! ```text
//! segments → scans: blocks → bits → huffman → sequential ─────────────→ idct → plane_builder
//!                                           ↘ progressive: coefficients ↗
//! ```

mod bits;
mod blocks;
mod coefficient_map;
mod error;
mod frame;
mod huffman;
mod idct;
mod markers;
mod picture;
mod plane_builder;
mod progressive;
mod scan_work;
mod segments;
mod sequential;
mod skip_table;
mod standard_tables;

use super::decoded::{Decoded, Pixels};
use super::exif::Exif;
use crate::check;
use crate::planes::{ColourSpace, Planar, Ycc420};
use crate::refusal::Refusal;
use crate::rendition::LARGE_EDGE;
use error::{JpegError, MISSING_FRAME};
use frame::Frame;
use image::metadata::Orientation;
use picture::PictureDecoder;
use segments::Segments;

/// The number of bytes of the first marker.
const START_OF_IMAGE: usize = 2;

/// Decodes a baseline or progressive JPEG.
pub(super) fn decode(data: &[u8]) -> Result<Decoded, Refusal> {
    let mut segments = Segments::default();
    let mut picture: Option<PictureDecoder> = None;
    let mut position = 0;
    while !picture.as_ref().is_some_and(PictureDecoder::is_finished) {
        let (scan, scan_data) = match segments.read_until_scan(data, position) {
            Ok(Some(next)) => next,
            Ok(None) => break,
            // Invalid data after a complete picture does not matter.
            Err(_) if picture.as_ref().is_some_and(PictureDecoder::has_all_components) => break,
            Err(error) => return Err(error.into()),
        };
        let picture = match &mut picture {
            Some(picture) => picture,
            None => picture.insert(start_picture(&mut segments, data)?),
        };
        position = picture.decode_scan(&scan, &segments, data, scan_data)?;
    }
    let planes = picture.ok_or(JpegError::Damaged("it has no scan"))?.finish()?;
    let frame = segments.frame.as_ref().ok_or(MISSING_FRAME)?;
    let colour_space = colour_space(frame, &segments);
    Ok(Decoded {
        pixels: Pixels::Planar(Planar { planes, alpha: None, bits: 8, colour_space }),
        size: frame.size,
        orientation: segments.exif.map_or(Orientation::NoTransforms, Exif::orientation),
        icc_profile: segments.icc_profile().or_else(|| segments.exif?.adobe_rgb_profile()),
    })
}

/// Checks the size and the work, chooses the resolution of each plane and allocates them.
fn start_picture(segments: &mut Segments, data: &[u8]) -> Result<PictureDecoder, Refusal> {
    let colour_space = colour_space(segments.frame.as_ref().ok_or(MISSING_FRAME)?, segments);
    let frame = segments.frame.as_mut().ok_or(MISSING_FRAME)?;
    check::picture_size(frame.size)?;
    let [full, half, _] = Ycc420::plane_sizes(frame.size.fit(LARGE_EDGE));
    frame.scale_to(|component| match colour_space {
        // The rendition stores chroma at half the resolution too.
        ColourSpace::YCbCr { .. } | ColourSpace::Ycck if matches!(component, 1 | 2) => half,
        _ => full,
    });
    check::decoder_memory(PictureDecoder::memory(frame))?;
    scan_work::check(frame, data, START_OF_IMAGE)?;
    Ok(PictureDecoder::new(frame))
}

/// Returns the colour space by the rules of libjpeg, because the standard defines none.
fn colour_space(frame: &Frame, segments: &Segments) -> ColourSpace {
    let ids: Vec<u8> = frame.components.iter().map(|component| component.id).collect();
    match (&ids[..], segments.adobe_transform) {
        ([_], _) => ColourSpace::Grey { full_range: true },
        ([_, _, _, _], Some(2)) => ColourSpace::Ycck,
        ([_, _, _, _], _) => ColourSpace::Cmyk,
        (_, Some(0)) if !segments.is_jfif => ColourSpace::Rgb,
        (b"RGB", None) if !segments.is_jfif => ColourSpace::Rgb,
        _ => ColourSpace::JPEG,
    }
}
