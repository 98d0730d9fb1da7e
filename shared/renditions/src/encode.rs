//! From pixels to files. Encoders are given pixels alone, so a rendition can carry no metadata.

use super::planes::Ycc420;
use super::prepared::Prepared;
use super::{Refusal, Rendition, Size};
use image::DynamicImage;
use libjpeg_turbo_rs::{JpegError, PixelFormat, Subsampling, compress, compress_raw};

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
        Prepared::Ycc420(picture) => jpeg(picture.size(), |size| {
            let [full, half, _] = Ycc420::sizes(picture.size());
            let side = |of: fn(Size) -> u32| [full, half, half].map(|size| of(size) as usize);
            let (widths, heights) = (side(|size| size.width), side(|size| size.height));
            compress_raw(&picture.planes(), &widths, &heights, size.0, size.1, QUALITY, Subsampling::S420)
        }),
        Prepared::Whole(DynamicImage::ImageRgb8(picture)) => {
            jpeg(Size::new(picture.width(), picture.height()), |size| {
                compress(picture, size.0, size.1, PixelFormat::Rgb, QUALITY, Subsampling::S420)
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
    Size { width, height }: Size,
    encode: impl FnOnce((usize, usize)) -> Result<Vec<u8>, JpegError>,
) -> Result<Rendition, Refusal> {
    let bytes = encode((width as usize, height as usize))
        .map_err(|error| Refusal::failed(format!("JPEG encoder: {error}")))?;
    Ok(Rendition { bytes, width, height, content_type: "image/jpeg" })
}
