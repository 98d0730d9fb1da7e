//! PNG, row by row: what is alive of the large picture is a strip of it, but for an interlaced one, whose rows come in no order.

mod colours;
mod interlaced;
mod samples;

use super::rows::shrunk;
use super::{Decoded, Pixels, orientation};
use crate::{Refusal, Size, limits};
use ::png::{BitDepth, ColorType, Decoder, DecodingError, Limits, Reader, Transformations};
use image::DynamicImage;
use std::io::Cursor;

/// What a file may make the decoder hold beside the pixels, in bytes: its colour profile, EXIF and one row. Profiles have up
/// to three million bytes.
const MAX_BESIDE: usize = 16 << 20;

type Png<'a> = Reader<Cursor<&'a [u8]>>;

/// Decodes the picture; of an animation, the one that is shown where it does not move.
pub(super) fn decode(bytes: &[u8]) -> Result<Decoded, Refusal> {
    let mut decoder = Decoder::new_with_limits(Cursor::new(bytes), Limits { bytes: MAX_BESIDE });
    decoder.set_ignore_text_chunk(true);
    let header = decoder.read_header_info().map_err(refusal)?;
    let size = Size::new(header.width, header.height);
    limits::check_size(size)?;
    decoder.set_transformations(Transformations::EXPAND);
    let mut png = decoder.read_info().map_err(refusal)?;
    let profile = colours::profile(png.info());
    let orientation = orientation(png.info().exif_metadata.as_deref());
    Ok(Decoded {
        pixels: Pixels::Whole(pixels(&mut png, size, bytes.len(), profile.is_some())?),
        size,
        orientation,
        profile,
    })
}

/// The pixels, already as small as the large rendition.
///
/// Eight bits are enough for a picture whose colours become no others. Colours of a `profile` may be spread less evenly than
/// in sRGB, the darkest of a linear one over a few values of eight bits, so all sixteen are kept for them.
fn pixels(png: &mut Png, size: Size, file: usize, profile: bool) -> Result<DynamicImage, Refusal> {
    let (colour, depth) = png.output_color_type();
    if png.info().interlaced {
        let whole = interlaced::eight_bits(png, size, file)?;
        let mut rows = whole.chunks_exact(size.width as usize * colour.samples());
        return shrunk(size, samples::eight_channels(colour), |to| {
            let row = rows.next().ok_or_else(|| Refusal::failed("a row is missing"))?;
            samples::copy(row, colour, to);
            Ok(())
        });
    }
    let length = png.output_line_size(size.width).ok_or(Refusal::OutOfMemory)?;
    let (mut row, mut narrow) = (vec![0; length], vec![0; length / 2]);
    let mut next = |row: &mut [u8]| match png.read_row(row) {
        Ok(Some(_)) => Ok(()),
        Ok(None) => Err(Refusal::damaged("rows are missing")),
        Err(error) => Err(refusal(error)),
    };
    match depth {
        BitDepth::Sixteen if profile => shrunk(size, colour.samples(), |to: &mut [u16]| {
            next(&mut row)?;
            samples::native(&row, to);
            Ok(())
        }),
        BitDepth::Sixteen => shrunk(size, samples::eight_channels(colour), |to| {
            next(&mut row)?;
            samples::narrow(&row, &mut narrow);
            samples::copy(&narrow, colour, to);
            Ok(())
        }),
        _ if colour == ColorType::GrayscaleAlpha => shrunk(size, 4, |to| {
            next(&mut row)?;
            samples::copy(&row, colour, to);
            Ok(())
        }),
        _ => shrunk(size, colour.samples(), next),
    }
}

/// What a decoder's error means to the person who uploaded the file.
fn refusal(error: DecodingError) -> Refusal {
    match error {
        DecodingError::LimitsExceeded => Refusal::OutOfMemory,
        error => Refusal::damaged(error),
    }
}
