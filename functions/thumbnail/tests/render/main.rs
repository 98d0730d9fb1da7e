//! What `render` makes of pictures, good and hostile. Every picture here is made by the test that needs it, but for
//! `real`, which looks for a folder of pictures in `ALBUMEN_PICTURES`.
#![allow(clippy::unwrap_used, reason = "tests; clippy does not see that their helpers are")]

mod colours;
mod damage;
mod gif;
mod heif;
mod jpeg;
mod limits;
mod made;
mod output;
mod png;
mod png_made;
mod real;
mod seeds;
mod transparency;
mod upright;
mod webp;

use image::RgbaImage;
use renditions::{Rendition, Renditions, render};

/// Renders a picture that must be taken.
fn rendered(bytes: &[u8]) -> Renditions {
    render(bytes).unwrap_or_else(|refusal| panic!("refused: {refusal:?}"))
}

/// What a browser would show of a rendition.
fn shown(rendition: &Rendition) -> RgbaImage {
    let picture = image::load_from_memory(&rendition.bytes).unwrap().into_rgba8();
    assert_eq!(
        (picture.width(), picture.height()),
        (rendition.width, rendition.height),
        "says its true size"
    );
    picture
}

/// Whether two colours are the same but for what lossy encoding changes.
fn alike(one: [u8; 4], other: [u8; 4]) -> bool {
    one.iter().zip(other).all(|(&one, other)| one.abs_diff(other) < 24)
}
