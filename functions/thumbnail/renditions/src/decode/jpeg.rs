//! JPEG, decoded at the smallest of 1/8, 1/4, 1/2 and 1 of its size that is enough for the large rendition.
//!
//! Leaving out the high frequencies of each 8 × 8 block costs no quality that the rendition would have shown,
//! and most of the time and memory of a full decode are never spent.

use super::{Channels, Decoded, orientation};
use crate::{LARGE_EDGE, Refusal, Size, limits};
use image::{DynamicImage, GrayImage, RgbImage, RgbaImage};
use jpeg_decoder::{CodingProcess, Decoder, Error, ImageInfo, PixelFormat};

/// Bytes of one coefficient, all of which a progressive picture keeps until its last scan.
const COEFFICIENT_BYTES: u64 = 2;
/// A sample exists twice for a moment: in its component's plane and in the output.
const SAMPLE_BYTES: u64 = 2;

/// Decodes a baseline or progressive JPEG.
pub(super) fn decode(bytes: &[u8]) -> Result<Decoded, Refusal> {
    let mut decoder = Decoder::new(bytes);
    decoder.read_info().map_err(refusal)?;
    let info = decoder.info().ok_or_else(|| Refusal::damaged("no frame header"))?;
    let size = Size::new(u32::from(info.width), u32::from(info.height));
    limits::check_size(size)?;
    check_coding(bytes, &info, size)?;

    let (width, height) = decoder
        .scale(side(size.fit(LARGE_EDGE).width), side(size.fit(LARGE_EDGE).height))
        .map_err(refusal)?;
    let scaled = Size::new(u32::from(width), u32::from(height));
    limits::check_memory(samples(&info, scaled) * SAMPLE_BYTES)?;
    let pixels = decoder.decode().map_err(refusal)?;
    Ok(Decoded {
        pixels: picture(info.pixel_format, scaled, pixels)?,
        channels: if info.pixel_format == PixelFormat::CMYK32 { Channels::Ink } else { Channels::Light },
        size,
        orientation: orientation(decoder.exif_data()),
        profile: decoder.icc_profile(),
    })
}

/// Refuses what cannot be scaled while decoding, or would cost too much before it is.
fn check_coding(bytes: &[u8], info: &ImageInfo, size: Size) -> Result<(), Refusal> {
    match info.coding_process {
        CodingProcess::DctSequential => check_scans(bytes, limits::MAX_SEQUENTIAL_SCANS),
        CodingProcess::Lossless => Err(variant("lossless")),
        CodingProcess::DctProgressive => {
            check_scans(bytes, limits::MAX_SCANS)?;
            limits::check_memory(samples(info, size) * COEFFICIENT_BYTES)
        }
    }
}

/// The decoder goes over the whole picture once for each scan, however short that is in the file.
fn check_scans(bytes: &[u8], most: usize) -> Result<(), Refusal> {
    let scans = scans(bytes);
    if scans > most { Err(Refusal::TooManyScans { scans }) } else { Ok(()) }
}

/// How many scans there are up to the end of the picture; what cameras append behind it does not count, nor do thumbnails inside
/// segments (ITU-T T.81, B.1.1: markers, segments with a length, entropy-coded data without markers but RSTn).
fn scans(bytes: &[u8]) -> usize {
    const START_OF_SCAN: u8 = 0xDA;
    const END_OF_IMAGE: u8 = 0xD9;
    let (mut scans, mut at) = (0, 2);
    while let Some(rest) = bytes.get(at..) {
        let Some(next) = rest.windows(2).position(|pair| pair[0] == 0xFF && !matches!(pair[1], 0x00 | 0xFF))
        else {
            break;
        };
        let marker = rest[next + 1];
        at += next + 2;
        match marker {
            END_OF_IMAGE => break,
            0x01 | 0xD0..=0xD8 => {}
            _ => {
                scans += usize::from(marker == START_OF_SCAN);
                let length =
                    bytes.get(at..at + 2).map_or(2, |two| usize::from(u16::from_be_bytes([two[0], two[1]])));
                at += length.max(2);
            }
        }
    }
    scans
}

/// Samples of all components, as if none were subsampled: the decoder does not tell.
fn samples(info: &ImageInfo, size: Size) -> u64 {
    size.pixels() * info.pixel_format.pixel_bytes() as u64
}

fn side(pixels: u32) -> u16 {
    u16::try_from(pixels).unwrap_or(u16::MAX)
}

fn picture(format: PixelFormat, size: Size, pixels: Vec<u8>) -> Result<DynamicImage, Refusal> {
    let Size { width, height } = size;
    let picture = match format {
        PixelFormat::L8 => GrayImage::from_raw(width, height, pixels).map(DynamicImage::ImageLuma8),
        PixelFormat::RGB24 => RgbImage::from_raw(width, height, pixels).map(DynamicImage::ImageRgb8),
        PixelFormat::CMYK32 => RgbaImage::from_raw(width, height, pixels).map(DynamicImage::ImageRgba8),
        PixelFormat::L16 => return Err(variant("sixteen bits")),
    };
    picture.ok_or_else(|| Refusal::failed("the JPEG decoder's output has another size"))
}

fn variant(reason: impl ToString) -> Refusal {
    Refusal::UnsupportedVariant { format: "JPEG", reason: reason.to_string() }
}

fn refusal(error: Error) -> Refusal {
    match error {
        Error::Unsupported(feature) => variant(format!("{feature:?}")),
        error => Refusal::damaged(error),
    }
}
