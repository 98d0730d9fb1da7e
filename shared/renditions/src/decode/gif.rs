//! Decodes GIF row by row. Only an interlaced frame is completely in memory, one byte per pixel.

use super::decoded::{Decoded, Pixels};
use super::rows::shrink_rows;
use crate::check;
use crate::limits::MAX_PIXELS;
use crate::refusal::Refusal;
use crate::size::Size;
use ::gif::{DecodeOptions, Decoder, DecodingError, MemoryLimit};
use image::DynamicImage;
use image::metadata::Orientation;
use std::io::Cursor;
use std::num::NonZeroU64;

/// The maximum size of the colour profile, and of the XMP packet: 16 MiB.
const MAX_METADATA_BYTES: NonZeroU64 = NonZeroU64::MIN.saturating_add((16 << 20) - 1);

type Gif<'a> = Decoder<Cursor<&'a [u8]>>;

/// RGBA colours by palette index. Indices beyond the palette are transparent.
type Palette = [[u8; 4]; 256];

/// The position and size of the frame on the canvas, in pixels. The frame can extend beyond the
/// canvas.
struct FrameArea {
    left: usize,
    top: usize,
    width: usize,
    height: usize,
}

/// Decodes the canvas with the first frame. The rest of the canvas is transparent, as in browsers.
pub(super) fn decode(bytes: &[u8]) -> Result<Decoded, Refusal> {
    let mut options = DecodeOptions::new();
    options.set_memory_limit(MemoryLimit::Bytes(MAX_METADATA_BYTES));
    let mut gif = options.read_info(Cursor::new(bytes)).map_err(refusal)?;
    let size = Size::new(u32::from(gif.width()), u32::from(gif.height()));
    check::picture_size(size)?;
    let frame = gif.next_frame_info().map_err(refusal)?;
    let frame = frame.ok_or_else(|| Refusal::damaged("it has no frame"))?;
    let area = FrameArea {
        left: frame.left.into(),
        top: frame.top.into(),
        width: frame.width.into(),
        height: frame.height.into(),
    };
    let (interlaced, transparent) = (frame.interlaced, frame.transparent);
    // A frame can be larger than its canvas, and its invisible pixels also take memory and time.
    if area.width as u64 * area.height as u64 > MAX_PIXELS {
        return Err(Refusal::OutOfMemory);
    }
    let palette = palette(gif.palette().map_err(refusal)?, transparent);
    Ok(Decoded {
        pixels: Pixels::Interleaved(if interlaced {
            let indices = read_interlaced(&mut gif, &area, bytes.len())?;
            let mut rows = indices.chunks_exact(area.width.max(1));
            draw_on_canvas(size, &area, &palette, |row| {
                row.copy_from_slice(rows.next().ok_or_else(|| Refusal::failed("a row is missing"))?);
                Ok(())
            })?
        } else {
            draw_on_canvas(size, &area, &palette, |row| read_row(&mut gif, row))?
        }),
        size,
        orientation: Orientation::NoTransforms,
        icc_profile: gif.icc_profile().map(<[u8]>::to_vec),
    })
}

fn palette(colours: &[u8], transparent: Option<u8>) -> Palette {
    let mut palette = [[0; 4]; 256];
    for (entry, &[red, green, blue]) in palette.iter_mut().zip(colours.as_chunks::<3>().0) {
        *entry = [red, green, blue, 255];
    }
    if let Some(transparent) = transparent {
        palette[usize::from(transparent)] = [0; 4];
    }
    palette
}

/// Reads the palette indices of an interlaced frame, from top to bottom.
fn read_interlaced(gif: &mut Gif, area: &FrameArea, file_bytes: usize) -> Result<Vec<u8>, Refusal> {
    let count = area.width * area.height;
    check::decoder_memory(count as u64 + file_bytes as u64)?;
    let mut indices = vec![0; count];
    if count > 0 {
        gif.read_into_buffer(&mut indices).map_err(refusal)?;
    }
    Ok(indices)
}

fn read_row(gif: &mut Gif, row: &mut [u8]) -> Result<(), Refusal> {
    match gif.fill_buffer(row) {
        Ok(true) => Ok(()),
        Ok(false) => Err(Refusal::damaged("pixels are missing")),
        Err(error) => Err(refusal(error)),
    }
}

/// Draws a frame on the canvas and shrinks the canvas to the size of the large rendition.
///
/// Each call of `next_row` writes the palette indices of one row of the frame, from top to bottom.
fn draw_on_canvas(
    size: Size,
    area: &FrameArea,
    palette: &Palette,
    mut next_row: impl FnMut(&mut [u8]) -> Result<(), Refusal>,
) -> Result<DynamicImage, Refusal> {
    let (mut row, mut y) = (vec![0; area.width], 0);
    shrink_rows(size, 4, |to| {
        let canvas = to.as_chunks_mut::<4>().0;
        canvas.fill([0; 4]);
        if (area.top..area.top + area.height).contains(&y) && area.width > 0 {
            next_row(&mut row)?;
            for (pixel, &index) in canvas.iter_mut().skip(area.left).zip(&row) {
                *pixel = palette[usize::from(index)];
            }
        }
        y += 1;
        Ok(())
    })
}

fn refusal(error: DecodingError) -> Refusal {
    match error {
        DecodingError::OutOfMemory | DecodingError::MemoryLimit => Refusal::OutOfMemory,
        error => Refusal::damaged(error),
    }
}
