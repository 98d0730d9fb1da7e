//! Encodes renditions. Encoders get pixels only, so a rendition cannot contain metadata.

use crate::planes::Ycc420;
use crate::prepared::PreparedPicture;
use crate::refusal::Refusal;
use crate::rendition::Rendition;
use crate::shrink;
use crate::size::Size;
use image::DynamicImage;
use libjpeg_turbo_rs::{JpegError, PixelFormat, Subsampling, compress, compress_raw};

/// The quality of both encoders. It is the default of sharp, the reference of the benchmark.
const QUALITY: u8 = 80;

/// The longer side of the input of a ThumbHash, in pixels. A ThumbHash contains at most seven waves
/// along a side (<https://evanw.github.io/thumbhash/>). Its maximum input of 100 pixels would take
/// four times as long.
const THUMBHASH_EDGE: u32 = 50;

/// Encodes the small rendition as WebP. At this size, WebP is about a third smaller than JPEG.
pub(crate) fn small(picture: &DynamicImage) -> Result<Rendition, Refusal> {
    webp(picture)
}

/// Encodes the large rendition as WebP if the picture has transparent pixels, else as JPEG. Every
/// program opens JPEG, and the encoder is several times faster.
pub(crate) fn large(picture: &PreparedPicture) -> Result<Rendition, Refusal> {
    match picture {
        PreparedPicture::Ycc420(picture) => jpeg(picture.size(), |size| {
            let [full, half, _] = Ycc420::plane_sizes(picture.size());
            let sides = |side: fn(Size) -> u32| [full, half, half].map(|size| side(size) as usize);
            let (widths, heights) = (sides(|size| size.width), sides(|size| size.height));
            compress_raw(&picture.planes(), &widths, &heights, size.0, size.1, QUALITY, Subsampling::S420)
        }),
        PreparedPicture::Interleaved(DynamicImage::ImageRgb8(picture)) => {
            jpeg(Size::new(picture.width(), picture.height()), |size| {
                compress(picture, size.0, size.1, PixelFormat::Rgb, QUALITY, Subsampling::S420)
            })
        }
        PreparedPicture::Interleaved(picture) => webp(picture),
    }
}

/// Computes the ThumbHash of a picture.
pub(crate) fn thumbhash(picture: DynamicImage) -> Result<Vec<u8>, Refusal> {
    let size = Size::new(picture.width(), picture.height()).fit(THUMBHASH_EDGE);
    let tiny = shrink::shrink(picture, size)?.into_rgba8();
    Ok(thumbhash::rgba_to_thumb_hash(size.width as usize, size.height as usize, &tiny))
}

fn webp(picture: &DynamicImage) -> Result<Rendition, Refusal> {
    let (width, height) = (picture.width(), picture.height());
    let encoder = match picture {
        DynamicImage::ImageRgb8(rgb) => webp::Encoder::from_rgb(rgb, width, height),
        DynamicImage::ImageRgba8(rgba) => webp::Encoder::from_rgba(rgba, width, height),
        other => return Err(Refusal::failed(format!("{:?} is not 8-bit sRGB", other.color()))),
    };
    let bytes = encoder
        .encode_simple(false, f32::from(QUALITY))
        .map_err(|error| Refusal::failed(format!("WebP encoder: {error:?}")))?
        .to_vec();
    Ok(Rendition { bytes, width, height, content_type: "image/webp" })
}

/// Encodes with 4:2:0 chroma subsampling, as cameras and browsers do.
fn jpeg(
    Size { width, height }: Size,
    encode: impl FnOnce((usize, usize)) -> Result<Vec<u8>, JpegError>,
) -> Result<Rendition, Refusal> {
    let bytes = encode((width as usize, height as usize))
        .map_err(|error| Refusal::failed(format!("JPEG encoder: {error}")))?;
    Ok(Rendition { bytes, width, height, content_type: "image/jpeg" })
}
