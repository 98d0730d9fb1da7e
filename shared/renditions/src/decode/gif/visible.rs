//! Finds the first frame of a GIF that shows something.

use super::super::blank::Tone;
use super::{FrameArea, GifReader, Palette, open, palette_of};
use crate::limits::MAX_PIXELS;
use crate::size::Size;
use gif::DisposalMethod;

/// The maximum number of frames to examine.
const MAX_FRAMES: usize = 64;

/// A frame and the colour of the canvas below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FrameChoice {
    /// The number of frames before it.
    pub(super) index: usize,
    /// The colour that the frames before it left on the whole canvas.
    pub(super) backdrop: Tone,
}

impl FrameChoice {
    /// The first frame on an empty canvas.
    pub(super) const FIRST: Self = FrameChoice { index: 0, backdrop: Tone::Transparent };
}

/// Returns the first frame that shows more than black or white on the whole canvas. Returns
/// [`FrameChoice::FIRST`] if there is none within the limits.
pub(super) fn first_visible_frame(bytes: &[u8], size: Size) -> FrameChoice {
    find(bytes, size).unwrap_or(FrameChoice::FIRST)
}

fn find(bytes: &[u8], size: Size) -> Option<FrameChoice> {
    let mut gif = open(bytes).ok()?;
    let (mut backdrop, mut pixels) = (Tone::Transparent, 0);
    for index in 0..MAX_FRAMES {
        let frame = gif.next_frame_info().ok()??;
        let (area, disposal, transparent) = (FrameArea::of(frame), frame.dispose, frame.transparent);
        pixels += area.pixels();
        if pixels > MAX_PIXELS {
            return None;
        }
        let palette = palette_of(&gif, transparent);
        let covers = area.covers(size);
        match tones(&mut gif, &area, &palette, size)? {
            Tones::One(Tone::Transparent) => {}
            Tones::One(tone) if covers || tone == backdrop => {
                backdrop = match disposal {
                    DisposalMethod::Background if covers => Tone::Transparent,
                    DisposalMethod::Background | DisposalMethod::Previous => backdrop,
                    DisposalMethod::Any | DisposalMethod::Keep => tone,
                };
            }
            Tones::TransparentAnd(tone) if tone == backdrop => {}
            _ => return Some(FrameChoice { index, backdrop }),
        }
    }
    None
}

/// The colours of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tones {
    One(Tone),
    /// Some pixels are transparent, and all others have the same tone.
    TransparentAnd(Tone),
    Varied,
}

/// Returns the tones of a frame. Stops reading at the first pixel of another tone. Returns `None`
/// if the frame is damaged.
fn tones(gif: &mut GifReader, area: &FrameArea, palette: &Palette, size: Size) -> Option<Tones> {
    let tones = palette.map(|[red, green, blue, alpha]| Tone::of([red, green, blue], alpha));
    let visible_columns = (size.width as usize).saturating_sub(area.left).min(area.width);
    let (mut row, mut has_transparent, mut opaque) = (vec![0; area.width], false, None);
    for _ in 0..if area.width == 0 { 0 } else { area.height } {
        if !gif.fill_buffer(&mut row).ok()? {
            return None;
        }
        for &index in &row[..visible_columns] {
            match tones[usize::from(index)] {
                Some(Tone::Transparent) => has_transparent = true,
                Some(tone) if opaque.is_none_or(|opaque| opaque == tone) => opaque = Some(tone),
                _ => return Some(Tones::Varied),
            }
        }
    }
    Some(match opaque {
        None => Tones::One(Tone::Transparent),
        Some(tone) if has_transparent => Tones::TransparentAnd(tone),
        Some(tone) => Tones::One(tone),
    })
}
