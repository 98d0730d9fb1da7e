//! Makes web renditions of uploaded pictures: a small WebP, a large JPEG or WebP and a ThumbHash
//! placeholder.
//!
//! The crate does no I/O: [`render`] takes the bytes of a file and returns the bytes of the
//! renditions, which are upright, in sRGB, never larger than the original and free of metadata.
//!
//! ```no_run
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let original = std::fs::read("photo.heic")?;
//! match renditions::render(&original) {
//!     Ok(renditions) => std::fs::write("large.jpeg", renditions.large.bytes)?,
//!     // `Display` is a message for the person who uploaded the file.
//!     Err(refusal) => eprintln!("{refusal}"),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Pipeline
//!
//! ```text
//! file size → format → decode → shrink → colour → orient → encode (large)
//!                                                        ↘ shrink → encode (small), thumbhash
//! ```
//!
//! JPEG, PNG and GIF files are decoded at a reduced scale or row by row, HEIC and AVIF files tile
//! by tile, so the full picture is rarely in memory. Colour conversion and orientation come after
//! the first shrink and work on at most [`LARGE_EDGE`] × [`LARGE_EDGE`] pixels.
//!
//! # Safety
//!
//! Files are untrusted. The [`limits`] on size and memory are checked before anything is allocated
//! for the pixels, and a panic inside a decoder becomes [`Refusal::Failed`]. The crate has no
//! `unsafe` code, but its dependencies do. A caller that needs more isolation runs [`render`] in a
//! process of its own.

mod check;
mod colour;
mod decode;
mod encode;
mod format;
mod guard;
mod hdr;
pub mod limits;
mod planes;
mod prepared;
mod recognise;
mod refusal;
mod render;
mod rendition;
mod shrink;
mod size;

pub use format::Format;
pub use refusal::Refusal;
pub use render::render;
pub use rendition::{LARGE_EDGE, Rendition, Renditions, SMALL_EDGE};

/// Tests the examples in the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
