//! One coded picture, of whichever codec: first what its header says, then its samples.

use super::brands::Codec;
use super::fields::Fields;
use super::{av1, hevc};
use crate::{Refusal, Size};
use std::borrow::Cow;
use std::time::Duration;

/// What the header of a coded picture says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Header {
    /// In pixels.
    pub(super) size: Size,
    /// One channel, or three.
    pub(super) planes: usize,
    /// How many pixels one sample of the second and third channel covers across and down.
    pub(super) subsampling: (u32, u32),
    /// Bits of a sample.
    pub(super) bits: u8,
    /// What the colours are, where the file does not say otherwise.
    pub(super) cicp: Cicp,
    /// About how long the decoder takes.
    pub(super) decoder_time: Duration,
    /// Most bytes that the decoder holds at once.
    pub(super) decoder_bytes: u64,
}

impl Header {
    /// How many pixels one sample of a channel covers across and down.
    pub(super) fn subsampling_of(&self, plane: usize) -> (u32, u32) {
        if plane == 0 { (1, 1) } else { self.subsampling }
    }
}

/// Code points of colours (ITU-T H.273); 2 is unspecified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cicp {
    pub(super) primaries: u8,
    pub(super) transfer: u8,
    pub(super) matrix: u8,
    pub(super) full_range: bool,
}

/// How long a decoder takes, by what was measured on one core of 2020: for each pixel and for each byte.
pub(super) fn time(
    pixels: u64,
    nanoseconds_per_pixel: u64,
    bytes: usize,
    nanoseconds_per_byte: u64,
) -> Duration {
    Duration::from_nanos(pixels * nanoseconds_per_pixel + bytes as u64 * nanoseconds_per_byte)
}

/// The samples of one channel as a decoder hands them out.
#[derive(Debug, Clone, Copy)]
pub(super) struct Channel<'a> {
    /// In samples.
    pub(super) width: u32,
    /// In samples.
    pub(super) height: u32,
    /// From one row to the next, in samples.
    pub(super) stride: usize,
    pub(super) samples: Source<'a>,
}

/// How a decoder holds samples.
#[derive(Debug, Clone, Copy)]
pub(super) enum Source<'a> {
    Bytes(&'a [u8]),
    Words(&'a [u16]),
    /// Words of this machine's byte order.
    Pairs(&'a [u8]),
}

impl Channel<'_> {
    /// Only what belongs to a picture of this size: codecs may code more.
    pub(super) fn cut(self, plane: usize, header: &Header, size: Size) -> Self {
        let (across, down) = header.subsampling_of(plane);
        let (width, height) = (size.width.div_ceil(across), size.height.div_ceil(down));
        Self { width: self.width.min(width), height: self.height.min(height), ..self }
    }

    /// Copies the beginning of a row, as long as `into`; nothing where it is not there.
    pub(super) fn read_row(&self, row: u32, into: &mut [u16]) -> Option<()> {
        let start = row as usize * self.stride;
        let end = start + into.len();
        match self.samples {
            Source::Words(words) => into.copy_from_slice(words.get(start..end)?),
            Source::Bytes(bytes) => {
                into.iter_mut().zip(bytes.get(start..end)?).for_each(|(to, from)| *to = u16::from(*from));
            }
            Source::Pairs(bytes) => {
                let (pairs, _) = bytes.get(2 * start..2 * end)?.as_chunks();
                into.iter_mut().zip(pairs).for_each(|(to, from)| *to = u16::from_ne_bytes(*from));
            }
        }
        Some(())
    }
}

/// A coded picture that is not decoded yet.
pub(super) enum Still<'a> {
    Hevc(Box<hevc::Stream<'a>>),
    Av1(av1::Stream<'a>),
}

impl<'a> Still<'a> {
    /// Reads the header. `config` is the item's `hvcC` or `av1C`.
    pub(super) fn open(codec: Codec, config: Fields<'a>, data: &'a Cow<'a, [u8]>) -> Result<Self, Refusal> {
        match codec {
            Codec::Hevc => hevc::Stream::open(config, data).map(Box::new).map(Self::Hevc),
            Codec::Av1 => av1::Stream::open(config, data).map(Self::Av1),
        }
    }

    /// What it says.
    pub(super) fn header(&self) -> Header {
        match self {
            Self::Hevc(stream) => stream.header,
            Self::Av1(stream) => stream.header,
        }
    }

    /// Decodes it and hands out its channels, one by one with their numbers.
    pub(super) fn decode(
        self,
        shared: &mut av1::Shared,
        take: &mut dyn FnMut(usize, Channel) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        match self {
            Self::Hevc(stream) => stream.decode(take),
            Self::Av1(stream) => stream.decode(shared, take),
        }
    }
}
