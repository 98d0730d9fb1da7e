//! From pixels to files. Encoders are given pixels alone, so a rendition can carry no metadata.

use super::planes::Ycc420;
use super::prepared::Prepared;
use super::{Refusal, Rendition, Size};
use image::DynamicImage;
use jpeg_encoder::{ColorType, Encoder, EncodingError, ImageBuffer, JpegColorType, SamplingFactor};

/// Quality of both encoders: what sharp takes by default, and the peer in our comparison.
const QUALITY: u8 = 80;

/// The small rendition: always WebP, which at this size is about a third smaller than JPEG.
pub(super) fn small(picture: &DynamicImage) -> Result<Rendition, Refusal> {
    webp(picture)
}

/// The large rendition: JPEG, which every program opens and which encodes several times faster; WebP where
/// something can be seen through, so that it still can on any background.
pub(super) fn large(picture: &Prepared) -> Result<Rendition, Refusal> {
    match picture {
        Prepared::Ycc420(picture) => jpeg(picture.size(), |encoder| encoder.encode_image(Rows(picture))),
        Prepared::Whole(DynamicImage::ImageRgb8(picture)) => {
            let size = Size::new(picture.width(), picture.height());
            jpeg(size, |encoder| {
                encoder.encode(picture, picture.width() as u16, picture.height() as u16, ColorType::Rgb)
            })
        }
        Prepared::Whole(picture) => webp(picture),
    }
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

/// With the colours at half the resolution, as cameras and browsers' own encoders do.
fn jpeg(
    size: Size,
    encode: impl FnOnce(Encoder<&mut Vec<u8>>) -> Result<(), EncodingError>,
) -> Result<Rendition, Refusal> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, QUALITY);
    // Not with optimised Huffman tables, which would save a few percent: this encoder then writes one scan for each
    // component, and some decoders (zune-jpeg 0.5) show such files wrongly.
    encoder.set_sampling_factor(SamplingFactor::R_4_2_0);
    encode(encoder).map_err(|error| Refusal::failed(format!("JPEG encoder: {error}")))?;
    Ok(Rendition { bytes, width: size.width, height: size.height, content_type: "image/jpeg" })
}

/// The encoder takes all channels at full resolution and halves the colours by averages: of pairs of the same value.
struct Rows<'a>(&'a Ycc420);

impl ImageBuffer for Rows<'_> {
    fn get_jpeg_color_type(&self) -> JpegColorType {
        JpegColorType::Ycbcr
    }

    fn width(&self) -> u16 {
        self.0.size().width as u16
    }

    fn height(&self) -> u16 {
        self.0.size().height as u16
    }

    fn fill_buffers(&self, row: u16, [brightness, blue, red, _]: &mut [Vec<u8>; 4]) {
        let [y, cb, cr] = self.0.row(row.into());
        brightness.extend_from_slice(y);
        for (buffer, colour) in [(blue, cb), (red, cr)] {
            let start = buffer.len();
            buffer.resize(start + 2 * colour.len(), 0);
            for (pair, value) in buffer[start..].as_chunks_mut::<2>().0.iter_mut().zip(colour) {
                *pair = [*value; 2];
            }
            buffer.truncate(start + y.len());
        }
    }
}
