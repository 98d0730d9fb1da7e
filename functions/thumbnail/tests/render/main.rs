//! Renders valid and hostile pictures.
//!
//! The tests build their pictures, except the tests in `real`: they read the pictures in the folder
//! `ALBUMEN_PICTURES`.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod colours;
mod damage;
mod exif;
mod gif;
mod hdr;
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
mod work;

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
        "the rendition has the size of the encoded picture"
    );
    picture
}

/// Returns `true` if two colours differ by no more than the loss of encoding.
fn similar(actual: [u8; 4], expected: [u8; 4]) -> bool {
    actual.iter().zip(expected).all(|(&actual, expected)| actual.abs_diff(expected) < 24)
}
