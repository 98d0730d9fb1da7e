//! Pictures in planes, as most files store them: one plane per channel, and chroma often at half
//! the resolution of the luma.
//!
//! Each plane is shrunk at its own resolution before the planes are interleaved into pixels.

mod interleave;
mod planar;
mod types;
mod ycc420;

pub(crate) use interleave::round_to_byte;
pub(crate) use planar::Planar;
pub(crate) use types::{ColourSpace, Plane, Samples};
pub(crate) use ycc420::Ycc420;
