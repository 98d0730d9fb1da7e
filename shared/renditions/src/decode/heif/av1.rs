//! Decodes AV1 with `re_rav1d`, a translation of dav1d into Rust.

use super::av1_header::{self, SequenceHeader};
use super::types::{DecoderPlane, DecoderSamples, Header, PlaneSink, decoder_time, unsupported};
use crate::refusal::Refusal;
use crate::size::Size;
use re_rav1d::{Decoder, Error, Picture, PixelLayout, PlanarImageComponent, Settings};

/// The decoder for all tiles of a picture. It is created for the first tile. A new decoder per tile
/// would fragment the memory, by a gigabyte after 24,000 tiles.
#[derive(Default)]
pub(super) struct Av1Decoder(Option<Decoder>);

/// A coded AV1 picture.
pub(super) struct Av1Picture<'a> {
    pub(super) header: Header,
    data: &'a [u8],
}

impl<'a> Av1Picture<'a> {
    /// Reads the sequence header of an item.
    pub(super) fn open(data: &'a [u8]) -> Result<Self, Refusal> {
        let sequence = av1_header::read(data)?;
        Ok(Self { header: picture_header(&sequence, data.len()), data })
    }

    /// Decodes the picture and passes its planes to `sink`. All pictures of one decoder must have
    /// the same size.
    pub(super) fn decode(self, decoder: &mut Av1Decoder, sink: &mut PlaneSink) -> Result<(), Refusal> {
        let picture = self.decode_picture(decoder)?;
        let layout = match picture.pixel_layout() {
            PixelLayout::I400 => (1, (1, 1)),
            PixelLayout::I420 => (3, (2, 2)),
            PixelLayout::I422 => (3, (2, 1)),
            PixelLayout::I444 => (3, (1, 1)),
        };
        let matches_header = layout == (self.header.planes, self.header.subsampling)
            && picture.bit_depth() == usize::from(self.header.bits)
            && picture.width() == self.header.size.width
            && picture.height() == self.header.size.height;
        if !matches_header {
            return Err(Refusal::damaged("its AV1 picture does not match its header"));
        }
        for plane in 0..self.header.planes {
            let samples = picture.plane(PlanarImageComponent::from(plane));
            let (across, down) = self.header.subsampling_of(plane);
            let stride = picture.stride(PlanarImageComponent::from(plane)) as usize;
            let (stride, samples) = if self.header.bits == 8 {
                (stride, DecoderSamples::Eight(&samples))
            } else {
                (stride / 2, DecoderSamples::SixteenBytes(&samples))
            };
            let Size { width, height } = self.header.size;
            let (width, height) = (width.div_ceil(across), height.div_ceil(down));
            sink(plane, DecoderPlane { width, height, stride, samples })?;
        }
        Ok(())
    }

    fn decode_picture(&self, Av1Decoder(decoder): &mut Av1Decoder) -> Result<Picture, Refusal> {
        let decoder = match decoder {
            Some(decoder) => {
                decoder.flush();
                decoder
            }
            None => decoder.insert(Decoder::with_settings(&self.settings()).map_err(refusal)?),
        };
        let mut sent = decoder.send_data(self.data.to_vec(), None, None, None);
        // Each iteration consumes at least one frame.
        for _ in 0..=av1_header::MAX_FRAMES {
            match decoder.get_picture() {
                Err(error) if error.is_again() => {}
                other => return other.map_err(refusal),
            }
            match sent {
                Err(error) if error.is_again() => sent = decoder.send_pending_data(),
                Err(error) => return Err(refusal(error)),
                Ok(()) => {}
            }
        }
        Err(Refusal::damaged("it has no AV1 picture"))
    }

    fn settings(&self) -> Settings {
        let mut settings = Settings::new();
        settings.set_n_threads(1);
        settings.set_max_frame_delay(1);
        settings.set_all_layers(false);
        // Film grain disappears when the picture is shrunk, and it would need a second copy.
        settings.set_apply_grain(false);
        let pixels = u32::try_from(self.header.size.pixels()).unwrap_or(u32::MAX);
        settings.set_frame_size_limit(pixels);
        settings
    }
}

/// The memory of the decoder without the samples. The measured values are 0.8 to 1.1.
const DECODER_BYTES_PER_PIXEL: u64 = 2;
/// A measured rate, see [`decoder_time`].
const NANOSECONDS_PER_PIXEL: u64 = 35;
/// A measured rate, see [`decoder_time`].
const NANOSECONDS_PER_BYTE: u64 = 65;

fn picture_header(sequence: &SequenceHeader, length: usize) -> Header {
    let pixels = sequence.size.pixels() * sequence.frames;
    let (across, down) = sequence.subsampling;
    let chroma = if sequence.planes == 1 { 0 } else { 2 * pixels / u64::from(across * down) };
    let sample_bytes = if sequence.bits == 8 { 1 } else { 2 };
    Header {
        size: sequence.size,
        planes: sequence.planes,
        subsampling: sequence.subsampling,
        bits: sequence.bits,
        cicp: sequence.cicp,
        decoder_time: decoder_time(pixels, NANOSECONDS_PER_PIXEL, length, NANOSECONDS_PER_BYTE),
        decoder_bytes: (pixels + chroma) * sample_bytes + pixels * DECODER_BYTES_PER_PIXEL + length as u64,
    }
}

fn refusal(error: Error) -> Refusal {
    match error {
        Error::NotEnoughMemory => Refusal::OutOfMemory,
        Error::UnsupportedBitstream => unsupported(error),
        error => Refusal::damaged(error),
    }
}
