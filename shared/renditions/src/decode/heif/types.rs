//! Types for both codecs and the container.

use super::iso_box::FourCc;
use crate::refusal::Refusal;
use crate::size::Size;
use std::time::Duration;

/// The codec of the pictures in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Codec {
    /// HEVC (ISO/IEC 23008-12, annex B).
    Hevc,
    /// AV1 (<https://aomediacodec.github.io/av1-avif/>).
    Av1,
}

impl Codec {
    /// Returns the codec of a coded item, or `None` for derived items and metadata.
    pub(super) fn of_item_type(item_type: &FourCc) -> Option<Self> {
        match item_type {
            b"hvc1" | b"hev1" => Some(Codec::Hevc),
            b"av01" => Some(Codec::Av1),
            _ => None,
        }
    }
}

/// The header of a coded picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Header {
    /// The size in pixels.
    pub(super) size: Size,
    /// The number of planes: 1 or 3.
    pub(super) planes: usize,
    /// The number of pixels that one chroma sample covers, horizontally and vertically.
    pub(super) subsampling: (u32, u32),
    /// The number of bits per sample.
    pub(super) bits: u8,
    /// The colours. Code points in the container take precedence.
    pub(super) cicp: Cicp,
    /// The estimated time to decode the picture.
    pub(super) decoder_time: Duration,
    /// The maximum memory of the decoder, in bytes.
    pub(super) decoder_bytes: u64,
}

impl Header {
    /// Returns the number of pixels that one sample of a plane covers, horizontally and vertically.
    pub(super) fn subsampling_of(&self, plane: usize) -> (u32, u32) {
        if plane == 0 { (1, 1) } else { self.subsampling }
    }
}

/// The code points of the colours (ITU-T H.273). 2 means unspecified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cicp {
    pub(super) primaries: u8,
    pub(super) transfer: u8,
    pub(super) matrix: u8,
    pub(super) full_range: bool,
}

/// Estimates the time to decode a picture, from rates measured on one core of a processor of 2020.
pub(super) fn decoder_time(
    pixels: u64,
    nanoseconds_per_pixel: u64,
    bytes: usize,
    nanoseconds_per_byte: u64,
) -> Duration {
    Duration::from_nanos(pixels * nanoseconds_per_pixel + bytes as u64 * nanoseconds_per_byte)
}

/// One plane in the memory of a decoder.
#[derive(Debug, Clone, Copy)]
pub(super) struct DecoderPlane<'a> {
    /// The width in samples.
    pub(super) width: u32,
    /// The height in samples.
    pub(super) height: u32,
    /// The distance between the starts of two rows, in samples.
    pub(super) stride: usize,
    pub(super) samples: DecoderSamples<'a>,
}

/// Samples in the memory of a decoder.
#[derive(Debug, Clone, Copy)]
pub(super) enum DecoderSamples<'a> {
    Eight(&'a [u8]),
    Sixteen(&'a [u16]),
    /// Pairs of bytes in native byte order.
    SixteenBytes(&'a [u8]),
}

impl DecoderPlane<'_> {
    /// Cuts the plane to a picture of `size`, because a codec can code a larger picture.
    pub(super) fn cut(self, plane: usize, header: &Header, size: Size) -> Self {
        let (across, down) = header.subsampling_of(plane);
        let (width, height) = (size.width.div_ceil(across), size.height.div_ceil(down));
        Self { width: self.width.min(width), height: self.height.min(height), ..self }
    }

    /// Fills `into` from the start of a row. Returns `None` if the plane is too short.
    pub(super) fn read_row(&self, row: u32, into: &mut [u16]) -> Option<()> {
        let start = row as usize * self.stride;
        let end = start + into.len();
        match self.samples {
            DecoderSamples::Sixteen(words) => into.copy_from_slice(words.get(start..end)?),
            DecoderSamples::Eight(bytes) => {
                into.iter_mut().zip(bytes.get(start..end)?).for_each(|(to, from)| *to = u16::from(*from));
            }
            DecoderSamples::SixteenBytes(bytes) => {
                let (pairs, _) = bytes.get(2 * start..2 * end)?.as_chunks();
                into.iter_mut().zip(pairs).for_each(|(to, from)| *to = u16::from_ne_bytes(*from));
            }
        }
        Some(())
    }
}

/// A function that receives each plane of a decoded picture with its index.
pub(super) type PlaneSink<'a> = dyn FnMut(usize, DecoderPlane) -> Result<(), Refusal> + 'a;

/// Refuses an unsupported variant. [`decode`](super::decode) fills in the name of the format.
pub(super) fn unsupported(reason: impl ToString) -> Refusal {
    Refusal::UnsupportedVariant { format: "HEIC or AVIF", reason: reason.to_string() }
}
