//! GIF, row by row. Only an interlaced frame is in memory as a whole, one byte for each pixel.

use super::rows::shrunk;
use super::{Decoded, Pixels};
use crate::{Refusal, Size, limits};
use ::gif::{DecodeOptions, Decoder, DecodingError, MemoryLimit};
use image::DynamicImage;
use image::metadata::Orientation;
use std::io::Cursor;
use std::num::NonZeroU64;

/// Most bytes of a colour profile, and of XMP: 16 MiB.
const MAX_BESIDE: NonZeroU64 = NonZeroU64::MIN.saturating_add((16 << 20) - 1);

type Gif<'a> = Decoder<Cursor<&'a [u8]>>;

/// The colours that a frame's pixels are numbers of. Beyond the palette there is nothing to see.
type Palette = [[u8; 4]; 256];

/// Where the frame is on the canvas, in pixels. It may reach beyond.
struct Place {
    left: usize,
    top: usize,
    width: usize,
    height: usize,
}

/// Decodes the first frame, on its canvas. What the frame leaves free is transparent, as in browsers.
pub(super) fn decode(bytes: &[u8]) -> Result<Decoded, Refusal> {
    let mut options = DecodeOptions::new();
    options.set_memory_limit(MemoryLimit::Bytes(MAX_BESIDE));
    let mut gif = options.read_info(Cursor::new(bytes)).map_err(refusal)?;
    let size = Size::new(u32::from(gif.width()), u32::from(gif.height()));
    limits::check_size(size)?;
    let frame = gif.next_frame_info().map_err(refusal)?;
    let frame = frame.ok_or_else(|| Refusal::damaged("it has no frame"))?;
    let place = Place {
        left: frame.left.into(),
        top: frame.top.into(),
        width: frame.width.into(),
        height: frame.height.into(),
    };
    let (interlaced, transparent) = (frame.interlaced, frame.transparent);
    // A frame may be larger than its canvas; what is not seen costs memory and time, too.
    if place.width as u64 * place.height as u64 > limits::MAX_PIXELS {
        return Err(Refusal::OutOfMemory);
    }
    let palette = palette(gif.palette().map_err(refusal)?, transparent);
    Ok(Decoded {
        pixels: Pixels::Whole(if interlaced {
            let whole = deinterlaced(&mut gif, &place, bytes.len())?;
            let mut rows = whole.chunks_exact(place.width.max(1));
            on_canvas(size, &place, &palette, |row| {
                row.copy_from_slice(rows.next().ok_or_else(|| Refusal::failed("a row is missing"))?);
                Ok(())
            })?
        } else {
            on_canvas(size, &place, &palette, |row| read(&mut gif, row))?
        }),
        size,
        orientation: Orientation::NoTransforms,
        profile: gif.icc_profile().map(<[u8]>::to_vec),
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

/// All rows in the order in which they are seen.
fn deinterlaced(gif: &mut Gif, place: &Place, file: usize) -> Result<Vec<u8>, Refusal> {
    let pixels = place.width * place.height;
    limits::check_memory(pixels as u64 + file as u64)?;
    let mut whole = vec![0; pixels];
    if pixels > 0 {
        gif.read_into_buffer(&mut whole).map_err(refusal)?;
    }
    Ok(whole)
}

fn read(gif: &mut Gif, row: &mut [u8]) -> Result<(), Refusal> {
    match gif.fill_buffer(row) {
        Ok(true) => Ok(()),
        Ok(false) => Err(Refusal::damaged("pixels are missing")),
        Err(error) => Err(refusal(error)),
    }
}

/// Puts the rows of a frame, which `next` gives from top to bottom, on the canvas.
fn on_canvas(
    size: Size,
    place: &Place,
    palette: &Palette,
    mut next: impl FnMut(&mut [u8]) -> Result<(), Refusal>,
) -> Result<DynamicImage, Refusal> {
    let (mut row, mut y) = (vec![0; place.width], 0);
    shrunk(size, 4, |to| {
        let canvas = to.as_chunks_mut::<4>().0;
        canvas.fill([0; 4]);
        if (place.top..place.top + place.height).contains(&y) && place.width > 0 {
            next(&mut row)?;
            for (pixel, &number) in canvas.iter_mut().skip(place.left).zip(&row) {
                *pixel = palette[usize::from(number)];
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
