//! A coded picture of either codec. Its header is read before its samples are decoded.

use super::av1::{Av1Decoder, Av1Picture};
use super::hevc::HevcPicture;
use super::iso_box::BoxReader;
use super::types::{Codec, Header, PlaneSink};
use crate::refusal::Refusal;
use std::borrow::Cow;

/// A coded picture of which only the header has been read.
pub(super) enum CodedPicture<'a> {
    Hevc(Box<HevcPicture<'a>>),
    Av1(Av1Picture<'a>),
}

impl<'a> CodedPicture<'a> {
    /// Reads the header. `config` is the item's `hvcC` or `av1C` property.
    pub(super) fn open(
        codec: Codec,
        config: BoxReader<'a>,
        data: &'a Cow<'a, [u8]>,
    ) -> Result<Self, Refusal> {
        match codec {
            Codec::Hevc => HevcPicture::open(config, data).map(Box::new).map(Self::Hevc),
            Codec::Av1 => Av1Picture::open(data).map(Self::Av1),
        }
    }

    pub(super) fn header(&self) -> Header {
        match self {
            Self::Hevc(picture) => picture.header,
            Self::Av1(picture) => picture.header,
        }
    }

    /// Decodes the picture and passes its planes to `sink`. All tiles of one item use the same
    /// `av1_decoder`.
    pub(super) fn decode(self, av1_decoder: &mut Av1Decoder, sink: &mut PlaneSink) -> Result<(), Refusal> {
        match self {
            Self::Hevc(picture) => picture.decode(sink),
            Self::Av1(picture) => picture.decode(av1_decoder, sink),
        }
    }
}
