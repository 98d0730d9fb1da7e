//! Shrinks pictures with a three-lobed Lanczos filter, on top of [`fast_image_resize`].
//!
//! - [`resample`] resizes a picture that is in memory.
//! - [`RowResizer`] shrinks a picture row by row and stores only a strip of it.
//! - [`resample_plane`] resizes a single channel, or the part of it that the picture covers.
//!
//! ```
//! use image::{DynamicImage, RgbImage};
//!
//! let picture = DynamicImage::ImageRgb8(RgbImage::new(400, 300));
//! let small = resize::resample(picture, 200, 150)?;
//! assert_eq!((small.width(), small.height()), (200, 150));
//! # Ok::<(), resize::ResizeError>(())
//! ```
//!
//! This is a crate of its own, because `fast_image_resize` compiles its SIMD code in the crate that
//! calls it, once for each sample type. This takes a minute and a half, but only after a change in
//! this crate.

mod convolve;
mod picture;
mod plane;
mod rows;
mod sample;

pub use convolve::ResizeError;
pub use picture::resample;
pub use plane::resample_plane;
pub use rows::RowResizer;
pub use sample::Sample;

/// Tests the examples in the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
