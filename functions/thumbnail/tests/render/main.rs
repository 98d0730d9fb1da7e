//! Renders valid and hostile pictures. The tests make their pictures themselves, except `real`,
//! which reads those in the folder `ALBUMEN_PICTURES`.
#![allow(clippy::unwrap_used, reason = "tests; clippy does not see that their helpers are")]

mod colours;
mod damage;
mod gif;
mod heif;
mod jpeg;
mod limits;
mod output;
mod pictures;
mod png;
mod real;
mod seeds;
mod transparency;
mod upright;
mod webp;

use image::RgbaImage;
use renditions::{Rendition, Renditions, render};

/// Renders a valid picture.
fn rendered(bytes: &[u8]) -> Renditions {
    render(bytes).unwrap_or_else(|refusal| panic!("refused: {refusal:?}"))
}

/// Decodes a rendition.
fn decoded(rendition: &Rendition) -> RgbaImage {
    let picture = image::load_from_memory(&rendition.bytes).unwrap().into_rgba8();
    assert_eq!(
        (picture.width(), picture.height()),
        (rendition.width, rendition.height),
        "the size is that of the file"
    );
    picture
}

/// Whether two colours differ by no more than the loss of encoding.
fn similar(one: [u8; 4], other: [u8; 4]) -> bool {
    one.iter().zip(other).all(|(&one, other)| one.abs_diff(other) < 24)
}
