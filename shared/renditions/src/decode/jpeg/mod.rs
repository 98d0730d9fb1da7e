//! JPEG, decoded straight to the resolution that is needed.
//!
//! The decoders there are have either less speed or less safety than a service needs that does little else
//! (docs/pictures.md compares them). This one does what they cannot: it stays with the planes of brightness and colour,
//! makes each only as large as the rendition takes it, and never holds what will not be seen. 100 megapixels take the
//! memory of a few, progressive or not.
//!
//! ```text
//! segments → scans: walk → bits → huffman → sequential ─────────────→ idct → canvas
//!                                         ↘ progressive: coefficients ↗
//! ```

mod bits;
mod canvas;
mod frame;
mod huffman;
mod idct;
mod picture;
mod progressive;
mod segments;
mod sequential;
mod skips;
mod standard;
mod walk;
mod weights;

use super::{Decoded, Pixels, orientation};
use crate::planes::{Colour, Planar, Ycc420};
use crate::{LARGE_EDGE, Refusal, limits};
use frame::Frame;
use picture::Picture;
use segments::{Segments, Stop};

/// Why a file cannot be decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// It breaks the standard's rules.
    Damaged(&'static str),
    /// It follows them, but in a way that hardly anybody does.
    Variant(&'static str),
}

const NO_TABLE: Fault = Fault::Damaged("a table is missing");

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Damaged(reason) => Refusal::damaged(reason),
            Fault::Variant(reason) => {
                Refusal::UnsupportedVariant { format: "JPEG", reason: reason.to_owned() }
            }
        }
    }
}

/// Decodes a baseline or progressive JPEG.
pub(super) fn decode(data: &[u8]) -> Result<Decoded, Refusal> {
    let mut segments = Segments::default();
    let mut picture: Option<Picture> = None;
    let mut at = 0;
    while !picture.as_ref().is_some_and(Picture::is_finished) {
        let (scan, bits_at) = match segments.read(data, at) {
            Ok(Stop::Scan(scan, bits_at)) => (scan, bits_at),
            Ok(Stop::End) => break,
            // What comes behind a picture need not be a part of it.
            Err(_) if picture.as_ref().is_some_and(Picture::is_whole) => break,
            Err(fault) => return Err(fault.into()),
        };
        let picture = match &mut picture {
            Some(picture) => picture,
            None => picture.insert(begin(&mut segments)?),
        };
        at = picture.scan(&scan, &segments, data, bits_at)?;
    }
    let planes = picture.ok_or(Fault::Damaged("no scan"))?.finish()?;
    let frame = segments.frame.as_ref().ok_or(NO_FRAME)?;
    Ok(Decoded {
        pixels: Pixels::Planar(Planar { planes, alpha: None, bits: 8, colour: colour(frame, &segments) }),
        size: frame.size,
        orientation: orientation(segments.exif),
        profile: segments.profile(),
    })
}

const NO_FRAME: Fault = Fault::Damaged("no frame");

/// Checks the size before anything is allocated for it.
fn begin(segments: &mut Segments) -> Result<Picture, Refusal> {
    let colour = colour(segments.frame.as_ref().ok_or(NO_FRAME)?, segments);
    let frame = segments.frame.as_mut().ok_or(NO_FRAME)?;
    limits::check_size(frame.size)?;
    let [full, half, _] = Ycc420::sizes(frame.size.fit(LARGE_EDGE));
    frame.scale_to(|channel| match colour {
        // Colours are stored at half the resolution in the rendition, too.
        Colour::Ycc { .. } | Colour::InkYcc if matches!(channel, 1 | 2) => half,
        _ => full,
    });
    limits::check_memory(Picture::bytes(frame))?;
    Ok(Picture::new(frame))
}

/// What the channels stand for: nothing in the standard says so, and libjpeg's rules are everybody's.
fn colour(frame: &Frame, segments: &Segments) -> Colour {
    let names: Vec<u8> = frame.components.iter().map(|component| component.id).collect();
    match (&names[..], segments.adobe_transform) {
        ([_], _) => Colour::Grey { full_range: true },
        ([_, _, _, _], Some(2)) => Colour::InkYcc,
        ([_, _, _, _], _) => Colour::Ink,
        (_, Some(0)) if !segments.is_jfif => Colour::Rgb,
        (b"RGB", None) if !segments.is_jfif => Colour::Rgb,
        _ => Colour::JPEG,
    }
}
