//! Decodes GIF row by row. Only an interlaced frame is completely in memory, one byte per pixel.

mod visible;

use super::decoded::{Decoded, Pixels};
use super::rows::shrink_rows;
use crate::check;
use crate::limits::MAX_PIXELS;
use crate::refusal::Refusal;
use crate::size::Size;
use ::gif::{DecodeOptions, Decoder, DecodingError, Frame, MemoryLimit};
use image::DynamicImage;
use image::metadata::Orientation;
use std::io::{Chain, Cursor, Read};
use std::num::NonZeroU64;
use visible::FrameChoice;

/// The maximum size of the colour profile, and of the XMP packet: 16 MiB.
const MAX_METADATA_BYTES: NonZeroU64 = NonZeroU64::MIN.saturating_add((16 << 20) - 1);

/// The position of the flags in the header (GIF89a, 18).
const FLAGS: usize = 10;
/// The flag of a file with a global palette.
const HAS_PALETTE: u8 = 0x80;
/// The size of a global palette of 256 colours.
const PALETTE_SIZE: u8 = 7;
/// The number of bytes up to the global palette.
const HEADER: usize = 13;

/// The header, a global palette if the file has none, and the rest of the file.
type Source<'a> = Chain<Chain<Cursor<[u8; HEADER]>, &'static [u8]>, &'a [u8]>;

type GifReader<'a> = Decoder<Source<'a>>;

/// RGBA colours by palette index. Indices beyond the palette are transparent.
type Palette = [[u8; 4]; 256];

/// The palette for files without any: black, white, and greys (GIF89a, 18.b and appendix F).
static DEFAULT_PALETTE: [u8; 3 * 256] = {
    let mut palette = [0; 3 * 256];
    let mut index = 1;
    while index < 256 {
        let grey = if index == 1 { 255 } else { index as u8 };
        (palette[3 * index], palette[3 * index + 1], palette[3 * index + 2]) = (grey, grey, grey);
        index += 1;
    }
    palette
};

/// The position and size of the frame on the canvas, in pixels. The frame can extend beyond the
/// canvas.
struct FrameArea {
    left: usize,
    top: usize,
    width: usize,
    height: usize,
}

impl FrameArea {
    fn of(frame: &Frame) -> Self {
        FrameArea {
            left: frame.left.into(),
            top: frame.top.into(),
            width: frame.width.into(),
            height: frame.height.into(),
        }
    }

    fn pixels(&self) -> u64 {
        self.width as u64 * self.height as u64
    }

    /// Returns `true` if the frame covers a canvas of this size.
    fn covers(&self, canvas: Size) -> bool {
        (self.left, self.top) == (0, 0)
            && self.width >= canvas.width as usize
            && self.height >= canvas.height as usize
    }
}

/// Decodes the canvas with the first frame that shows something. The rest of the canvas is
/// transparent, as in browsers.
pub(super) fn decode(bytes: &[u8]) -> Result<Decoded, Refusal> {
    let mut gif = open(bytes)?;
    let size = Size::new(u32::from(gif.width()), u32::from(gif.height()));
    check::picture_size(size)?;
    // A frame can be larger than its canvas, and its invisible pixels also take memory and time.
    let first = FrameArea::of(next_frame(&mut gif)?);
    if first.pixels() > MAX_PIXELS {
        return Err(Refusal::OutOfMemory);
    }
    match visible::first_visible_frame(bytes, size) {
        FrameChoice::FIRST => decode_frame(bytes, size, FrameChoice::FIRST),
        choice => {
            decode_frame(bytes, size, choice).or_else(|_| decode_frame(bytes, size, FrameChoice::FIRST))
        }
    }
}

/// Opens a file. Adds a global palette if there is none, because the decoder refuses frames
/// without a palette.
fn open(bytes: &[u8]) -> Result<GifReader<'_>, Refusal> {
    let mut options = DecodeOptions::new();
    options.set_memory_limit(MemoryLimit::Bytes(MAX_METADATA_BYTES));
    let (header, rest) = bytes.split_first_chunk().ok_or_else(|| Refusal::damaged("it has no header"))?;
    let mut header: [u8; HEADER] = *header;
    let palette = if header[FLAGS] & HAS_PALETTE == 0 { &DEFAULT_PALETTE[..] } else { &[] };
    if !palette.is_empty() {
        header[FLAGS] |= HAS_PALETTE | PALETTE_SIZE;
    }
    options.read_info(Cursor::new(header).chain(palette).chain(rest)).map_err(refusal)
}

fn next_frame<'g>(gif: &'g mut GifReader) -> Result<&'g Frame<'static>, Refusal> {
    gif.next_frame_info().map_err(refusal)?.ok_or_else(|| Refusal::damaged("it has no frame"))
}

/// Decodes the canvas with one frame.
fn decode_frame(bytes: &[u8], size: Size, choice: FrameChoice) -> Result<Decoded, Refusal> {
    let mut gif = open(bytes)?;
    for _ in 0..choice.index {
        next_frame(&mut gif)?;
    }
    let frame = next_frame(&mut gif)?;
    let (area, interlaced, transparent) = (FrameArea::of(frame), frame.interlaced, frame.transparent);
    let palette = palette_of(&gif, transparent);
    let canvas = Canvas { size, backdrop: choice.backdrop.colour() };
    Ok(Decoded {
        pixels: Pixels::Interleaved(if interlaced {
            let indices = read_interlaced(&mut gif, &area, bytes.len())?;
            let mut rows = indices.chunks_exact(area.width.max(1));
            draw_on_canvas(canvas, &area, &palette, |row| {
                row.copy_from_slice(rows.next().ok_or_else(|| Refusal::failed("a row is missing"))?);
                Ok(())
            })?
        } else {
            draw_on_canvas(canvas, &area, &palette, |row| read_row(&mut gif, row))?
        }),
        size,
        orientation: Orientation::NoTransforms,
        icc_profile: gif.icc_profile().map(<[u8]>::to_vec),
    })
}

/// Returns the palette of the current frame.
fn palette_of(gif: &GifReader, transparent: Option<u8>) -> Palette {
    let colours = gif.palette().unwrap_or(&DEFAULT_PALETTE);
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
fn read_interlaced(gif: &mut GifReader, area: &FrameArea, file_bytes: usize) -> Result<Vec<u8>, Refusal> {
    let count = area.width * area.height;
    check::decoder_memory(count as u64 + file_bytes as u64)?;
    let mut indices = vec![0; count];
    if count > 0 {
        gif.read_into_buffer(&mut indices).map_err(refusal)?;
    }
    Ok(indices)
}

fn read_row(gif: &mut GifReader, row: &mut [u8]) -> Result<(), Refusal> {
    match gif.fill_buffer(row) {
        Ok(true) => Ok(()),
        Ok(false) => Err(Refusal::damaged("pixels are missing")),
        Err(error) => Err(refusal(error)),
    }
}

/// An empty canvas.
#[derive(Debug, Clone, Copy)]
struct Canvas {
    size: Size,
    backdrop: [u8; 4],
}

/// Draws a frame on the canvas and shrinks the canvas to the size of the large rendition.
///
/// Each call of `next_row` writes the palette indices of one row of the frame, from top to bottom.
fn draw_on_canvas(
    Canvas { size, backdrop }: Canvas,
    area: &FrameArea,
    palette: &Palette,
    mut next_row: impl FnMut(&mut [u8]) -> Result<(), Refusal>,
) -> Result<DynamicImage, Refusal> {
    let palette = palette.map(|colour| if colour[3] == 0 { backdrop } else { colour });
    let (mut row, mut y) = (vec![0; area.width], 0);
    shrink_rows(size, 4, |to| {
        let canvas = to.as_chunks_mut::<4>().0;
        canvas.fill(backdrop);
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
