//! AV1, by `re_rav1d`, a translation of dav1d into Rust.

use super::av1_header::{self, SequenceHeader};
use super::fields::Fields;
use super::still::{Channel, Header, Source, time};
use super::unsupported;
use crate::{Refusal, Size};
use re_rav1d::{Decoder, Error, Picture, PixelLayout, PlanarImageComponent, Settings};

/// A decoder for all tiles of a picture, once there is a first: a new one for each would leave gaps in the memory, a
/// gigabyte of them after 24,000 tiles.
#[derive(Default)]
pub(super) struct Shared(Option<Decoder>);

/// A coded picture.
pub(super) struct Stream<'a> {
    pub(super) header: Header,
    data: &'a [u8],
}

impl<'a> Stream<'a> {
    /// Reads the sequence header of an item.
    pub(super) fn open(_config: Fields<'a>, data: &'a [u8]) -> Result<Self, Refusal> {
        let header = av1_header::check(data)?;
        Ok(Self { header: header_of(&header, data.len()), data })
    }

    /// Decodes the first picture, which has the size of those that were decoded by the same decoder.
    pub(super) fn decode(
        self,
        shared: &mut Shared,
        take: &mut dyn FnMut(usize, Channel) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        let picture = self.picture(shared)?;
        let layout = match picture.pixel_layout() {
            PixelLayout::I400 => (1, (1, 1)),
            PixelLayout::I420 => (3, (2, 2)),
            PixelLayout::I422 => (3, (2, 1)),
            PixelLayout::I444 => (3, (1, 1)),
        };
        let is_as_said = layout == (self.header.planes, self.header.subsampling)
            && picture.bit_depth() == usize::from(self.header.bits)
            && picture.width() == self.header.size.width
            && picture.height() == self.header.size.height;
        if !is_as_said {
            return Err(Refusal::damaged("its AV1 picture is not what its header says"));
        }
        for plane in 0..self.header.planes {
            let samples = picture.plane(PlanarImageComponent::from(plane));
            let (across, down) = self.header.subsampling_of(plane);
            let stride = picture.stride(PlanarImageComponent::from(plane)) as usize;
            let (stride, samples) = if self.header.bits == 8 {
                (stride, Source::Bytes(&samples))
            } else {
                (stride / 2, Source::Pairs(&samples))
            };
            let Size { width, height } = self.header.size;
            take(
                plane,
                Channel { width: width.div_ceil(across), height: height.div_ceil(down), stride, samples },
            )?;
        }
        Ok(())
    }

    fn picture(&self, Shared(shared): &mut Shared) -> Result<Picture, Refusal> {
        let decoder = match shared {
            Some(decoder) => {
                decoder.flush();
                decoder
            }
            None => shared.insert(Decoder::with_settings(&self.settings()).map_err(refusal)?),
        };
        let mut sent = decoder.send_data(self.data.to_vec(), None, None, None);
        // Each turn takes at least one frame, of which there are not many.
        for _ in 0..=av1_header::MOST_FRAMES {
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
        Err(Refusal::damaged("no AV1 picture in it"))
    }

    fn settings(&self) -> Settings {
        let mut settings = Settings::new();
        settings.set_n_threads(1);
        settings.set_max_frame_delay(1);
        settings.set_all_layers(false);
        // Noise that is added for show: gone where a picture is shrunk, and it would take a second copy.
        settings.set_apply_grain(false);
        let pixels = u32::try_from(self.header.size.pixels()).unwrap_or(u32::MAX);
        settings.set_frame_size_limit(pixels);
        settings
    }
}

/// What the decoder holds beside the samples: 0.8 to 1.1 were measured, with some room.
const DECODER_BYTES_PER_PIXEL: u64 = 2;
/// Measured, see [`time`].
const NANOSECONDS_PER_PIXEL: u64 = 35;
/// Measured, see [`time`].
const NANOSECONDS_PER_BYTE: u64 = 65;

fn header_of(sequence: &SequenceHeader, length: usize) -> Header {
    let pixels = sequence.size.pixels() * sequence.frames;
    let (across, down) = sequence.subsampling;
    let colours = if sequence.planes == 1 { 0 } else { 2 * pixels / u64::from(across * down) };
    let sample = if sequence.bits == 8 { 1 } else { 2 };
    Header {
        size: sequence.size,
        planes: sequence.planes,
        subsampling: sequence.subsampling,
        bits: sequence.bits,
        cicp: sequence.cicp,
        decoder_time: time(pixels, NANOSECONDS_PER_PIXEL, length, NANOSECONDS_PER_BYTE),
        decoder_bytes: (pixels + colours) * sample + pixels * DECODER_BYTES_PER_PIXEL + length as u64,
    }
}

fn refusal(error: Error) -> Refusal {
    match error {
        Error::NotEnoughMemory => Refusal::OutOfMemory,
        Error::UnsupportedBitstream => unsupported(error),
        error => Refusal::damaged(error),
    }
}
