//! From pixels to files. Encoders are given pixels alone, so a rendition can carry no metadata.

use super::{Refusal, Rendition};
use image::DynamicImage;
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

/// Quality of both encoders: what sharp takes by default, and the peer in our comparison.
const QUALITY: u8 = 80;

/// The small rendition: always WebP, which at this size is about a third smaller than JPEG.
pub(super) fn small(picture: &DynamicImage) -> Result<Rendition, Refusal> {
    webp(picture)
}

/// The large rendition: JPEG, which every program opens and which encodes several times faster; WebP where
/// something can be seen through, so that it still can on any background.
pub(super) fn large(picture: &DynamicImage) -> Result<Rendition, Refusal> {
    if picture.color().has_alpha() { webp(picture) } else { jpeg(picture) }
}

fn webp(picture: &DynamicImage) -> Result<Rendition, Refusal> {
    let (width, height) = (picture.width(), picture.height());
    let encoder = match picture {
        DynamicImage::ImageRgb8(rgb) => webp::Encoder::from_rgb(rgb, width, height),
        DynamicImage::ImageRgba8(rgba) => webp::Encoder::from_rgba(rgba, width, height),
        other => return Err(Refusal::failed(format!("{:?} is not sRGB of eight bits", other.color()))),
    };
    let bytes = encoder
        .encode_simple(false, f32::from(QUALITY))
        .map_err(|error| Refusal::failed(format!("WebP encoder: {error:?}")))?
        .to_vec();
    Ok(Rendition { bytes, width, height, content_type: "image/webp" })
}

fn jpeg(picture: &DynamicImage) -> Result<Rendition, Refusal> {
    let DynamicImage::ImageRgb8(rgb) = picture else {
        return Err(Refusal::failed(format!("{:?} is not sRGB of eight bits", picture.color())));
    };
    let side = |side: u32| u16::try_from(side).map_err(Refusal::failed);
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, QUALITY);
    // Not with optimised Huffman tables, which would save a few percent: this encoder then writes one scan for each
    // component, and some decoders (zune-jpeg 0.5) show such files wrongly.
    encoder.set_sampling_factor(SamplingFactor::R_4_2_0);
    encoder
        .encode(rgb, side(rgb.width())?, side(rgb.height())?, ColorType::Rgb)
        .map_err(|error| Refusal::failed(format!("JPEG encoder: {error}")))?;
    Ok(Rendition { bytes, width: rgb.width(), height: rgb.height(), content_type: "image/jpeg" })
}
