//! Decodes PNG row by row, so that only a strip of the picture is in memory. An interlaced picture
//! is completely in memory with eight bits a channel, because each of its seven passes covers the
//! whole picture.

mod colours;
mod metadata;
mod samples;

use super::decoded::{Decoded, Pixels};
use super::exif;
use super::rows::shrink_rows;
use crate::check;
use crate::refusal::Refusal;
use crate::size::Size;
use ::png::{
    BitDepth, ColorType, Decoder, DecodingError, InterlaceInfo, Limits, Reader, Transformations,
    expand_interlaced_row,
};
use image::DynamicImage;
use std::io::Cursor;

/// The maximum memory of the decoder without the pixels, in bytes: colour profile, EXIF and one
/// row. Profiles have up to three million bytes.
const MAX_METADATA_BYTES: usize = 16 << 20;

type Png<'a> = Reader<Cursor<&'a [u8]>>;

/// Decodes the picture or the default image of an animation.
pub(super) fn decode(bytes: &[u8]) -> Result<Decoded, Refusal> {
    let mut decoder = Decoder::new_with_limits(Cursor::new(bytes), Limits { bytes: MAX_METADATA_BYTES });
    decoder.set_ignore_text_chunk(true);
    let header = decoder.read_header_info().map_err(refusal)?;
    let size = Size::new(header.width, header.height);
    check::picture_size(size)?;
    decoder.set_transformations(Transformations::EXPAND);
    let mut png = decoder.read_info().map_err(refusal)?;
    let row_bytes = png.output_line_size(size.width).ok_or(Refusal::OutOfMemory)?;
    check::png_bytes(row_bytes as u64 * u64::from(size.height))?;
    let exif = metadata::exif(bytes);
    let icc_profile = if colours::declares_colours(png.info()) {
        colours::icc_profile(png.info())
    } else {
        exif::adobe_rgb_profile(exif.as_deref())
    };
    let orientation = exif::orientation(exif.as_deref());
    Ok(Decoded {
        pixels: Pixels::Interleaved(decode_pixels(&mut png, size, bytes.len(), icc_profile.is_some())?),
        size,
        orientation,
        icc_profile,
    })
}

/// Decodes the pixels and shrinks them to the size of the large rendition.
///
/// Reduces 16-bit samples to eight bits, except for a non-interlaced picture with a profile. A
/// profile can spread the colours less evenly than sRGB. For example, a linear profile has only a
/// few 8-bit values for the darkest colours.
fn decode_pixels(
    png: &mut Png,
    size: Size,
    file_bytes: usize,
    has_profile: bool,
) -> Result<DynamicImage, Refusal> {
    let (colour, depth) = png.output_color_type();
    if png.info().interlaced {
        let pixels = read_interlaced(png, size, file_bytes)?;
        let mut rows = pixels.chunks_exact(size.width as usize * colour.samples());
        return shrink_rows(size, samples::channels_8(colour), |to| {
            let row = rows.next().ok_or_else(|| Refusal::failed("a row is missing"))?;
            samples::copy_8(row, colour, to);
            Ok(())
        });
    }
    let length = png.output_line_size(size.width).ok_or(Refusal::OutOfMemory)?;
    let (mut row, mut row_8) = (vec![0; length], vec![0; length / 2]);
    let mut next_row = |row: &mut [u8]| match png.read_row(row) {
        Ok(Some(_)) => Ok(()),
        Ok(None) => Err(Refusal::damaged("rows are missing")),
        Err(error) => Err(refusal(error)),
    };
    match depth {
        BitDepth::Sixteen if has_profile => shrink_rows(size, colour.samples(), |to: &mut [u16]| {
            next_row(&mut row)?;
            samples::to_native_16(&row, to);
            Ok(())
        }),
        BitDepth::Sixteen => shrink_rows(size, samples::channels_8(colour), |to| {
            next_row(&mut row)?;
            samples::round_to_8(&row, &mut row_8);
            samples::copy_8(&row_8, colour, to);
            Ok(())
        }),
        _ if colour == ColorType::GrayscaleAlpha => shrink_rows(size, 4, |to| {
            next_row(&mut row)?;
            samples::copy_8(&row, colour, to);
            Ok(())
        }),
        _ => shrink_rows(size, colour.samples(), next_row),
    }
}

/// Reads all pixels of an interlaced picture (ISO 15948, 8.2) with eight bits a channel. Returns
/// [`Refusal::OutOfMemory`] if the pixels and the file exceed the memory of a decoder.
fn read_interlaced(png: &mut Png, size: Size, file_bytes: usize) -> Result<Vec<u8>, Refusal> {
    let (colour, depth) = png.output_color_type();
    let bytes = size.pixels() * colour.samples() as u64;
    check::decoder_memory(bytes + file_bytes as u64)?;
    let length = png.output_line_size(size.width).ok_or(Refusal::OutOfMemory)?;
    let bits = 8 * colour.samples() as u8;
    let stride = size.width as usize * colour.samples();
    let mut pixels = vec![0; stride * size.height as usize];
    let (mut row, mut row_8) = (vec![0; length], vec![0; length / 2]);
    while let Some(interlace) = png.read_row(&mut row).map_err(refusal)? {
        let InterlaceInfo::Adam7(pass) = interlace else {
            return Err(Refusal::damaged("unknown interlace method"));
        };
        // Rows of the first passes are shorter. The rest of `row` is ignored.
        if depth == BitDepth::Sixteen {
            samples::round_to_8(&row, &mut row_8);
            expand_interlaced_row(&mut pixels, stride, &row_8, &pass, bits);
        } else {
            expand_interlaced_row(&mut pixels, stride, &row, &pass, bits);
        }
    }
    Ok(pixels)
}

fn refusal(error: DecodingError) -> Refusal {
    match error {
        DecodingError::LimitsExceeded => Refusal::OutOfMemory,
        error => Refusal::damaged(error),
    }
}
