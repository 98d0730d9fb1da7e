#![doc = include_str!("../README.md")]

mod ciff;
mod clean;
mod container;
mod exif;
mod extractor;
mod iptc;
mod metadata;
mod partial_file;
mod tiff;
mod xmp;

pub use extractor::{Extractor, MAX_BYTES_READ, MAX_READS, Step};
pub use metadata::{CameraFacts, Description, Gps, Metadata};
