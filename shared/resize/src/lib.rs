//! Resampling with a Lanczos filter: the inner loop of `thumbnail`.
//!
//! A crate of its own, because `fast_image_resize` compiles its SIMD code anew in the crate that calls it, for each sample type
//! and precision: a minute and a half, which a change elsewhere in `thumbnail` must not cost.

use bytemuck::Pod;
use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::{U8, U8x3, U8x4, U16, U16x2, U16x3, U16x4};
use fast_image_resize::{FilterType, MulDiv, PixelTrait, ResizeAlg, ResizeOptions, Resizer};
use image::{DynamicImage, ImageBuffer, Pixel};

mod plane;
mod rows;

pub use plane::{PlaneSample, resample_plane};
pub use rows::{RowResizer, Sample};

/// Why a picture could not be resampled: a fault of ours.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct ResizeError(String);

fn failed(error: impl ToString) -> ResizeError {
    ResizeError(error.to_string())
}

/// Resamples a picture to `width` × `height` pixels, in the sample type it has (grey with alpha becomes RGBA).
///
/// Takes the picture, so that no second copy stays alive. With `alpha_weighted`, its alpha is multiplied in where it lies, and
/// divided out of the result: otherwise colours of invisible pixels would bleed into visible ones.
///
/// # Errors
/// [`ResizeError`] for sample types that no decoder makes.
pub fn resample(
    picture: DynamicImage,
    width: u32,
    height: u32,
    alpha_weighted: bool,
) -> Result<DynamicImage, ResizeError> {
    let mut picture = match picture {
        // Rare enough not to be worth its share of compiled code.
        grey @ DynamicImage::ImageLumaA8(_) => DynamicImage::ImageRgba8(grey.into_rgba8()),
        other => other,
    };
    let alpha = alpha_weighted && picture.color().has_alpha();
    if alpha {
        MulDiv::new().multiply_alpha_inplace(&mut picture).map_err(failed)?;
    }
    let mut smaller = DynamicImage::new(width, height, picture.color());
    by_type(&picture, &mut smaller)?;
    drop(picture);
    if alpha {
        MulDiv::new().divide_alpha_inplace(&mut smaller).map_err(failed)?;
    }
    Ok(smaller)
}

/// One arm per sample type that decoders make; the crate's own dispatch has twice as many.
fn by_type(from: &DynamicImage, to: &mut DynamicImage) -> Result<(), ResizeError> {
    use DynamicImage as D;
    match (from, to) {
        (D::ImageLuma8(from), D::ImageLuma8(to)) => lanczos::<_, U8>(from, to),
        (D::ImageRgb8(from), D::ImageRgb8(to)) => lanczos::<_, U8x3>(from, to),
        (D::ImageRgba8(from), D::ImageRgba8(to)) => lanczos::<_, U8x4>(from, to),
        (D::ImageLuma16(from), D::ImageLuma16(to)) => lanczos::<_, U16>(from, to),
        (D::ImageLumaA16(from), D::ImageLumaA16(to)) => lanczos::<_, U16x2>(from, to),
        (D::ImageRgb16(from), D::ImageRgb16(to)) => lanczos::<_, U16x3>(from, to),
        (D::ImageRgba16(from), D::ImageRgba16(to)) => lanczos::<_, U16x4>(from, to),
        (from, _) => Err(failed(format!("{:?} cannot be resized", from.color()))),
    }
}

fn lanczos<C, P>(
    from: &ImageBuffer<C, Vec<C::Subpixel>>,
    to: &mut ImageBuffer<C, Vec<C::Subpixel>>,
) -> Result<(), ResizeError>
where
    C: Pixel<Subpixel: Pod>,
    P: PixelTrait,
{
    let (from_size, to_size) = (from.dimensions(), to.dimensions());
    let area = (0.0, f64::from(from_size.0), f64::from(from_size.1));
    let to: &mut [C::Subpixel] = to;
    convolve::<P>(bytemuck::cast_slice(from.as_raw()), from_size, area, bytemuck::cast_slice_mut(to), to_size)
}

/// Resamples an area, given by its top, width and height in pixels, from the left edge on. Alpha is a channel like the others.
fn convolve<P: PixelTrait>(
    from: &[u8],
    from_size: (u32, u32),
    (top, width, height): (f64, f64, f64),
    to: &mut [u8],
    to_size: (u32, u32),
) -> Result<(), ResizeError> {
    let from = TypedImageRef::<P>::from_buffer(from_size.0, from_size.1, from).map_err(failed)?;
    let mut to = TypedImage::<P>::from_buffer(to_size.0, to_size.1, to).map_err(failed)?;
    let options = ResizeOptions::new()
        .resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3))
        .crop(0.0, top, width, height)
        .use_alpha(false);
    Resizer::new().resize_typed(&from, &mut to, &options).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::ColorType;

    #[test]
    fn a_flat_picture_stays_as_it_is_in_every_sample_type() {
        for color in [
            ColorType::L8,
            ColorType::La8,
            ColorType::Rgb8,
            ColorType::Rgba8,
            ColorType::L16,
            ColorType::La16,
            ColorType::Rgb16,
            ColorType::Rgba16,
        ] {
            let grey = image::RgbaImage::from_pixel(40, 30, image::Rgba([100, 100, 100, 255]));
            let mut picture = DynamicImage::new(40, 30, color);
            image::GenericImage::copy_from(&mut picture, &DynamicImage::ImageRgba8(grey), 0, 0)
                .unwrap_or_else(|error| panic!("{error}"));
            let small = resample(picture, 10, 7, true).unwrap_or_else(|error| panic!("{color:?}: {error}"));
            assert_eq!((small.width(), small.height()), (10, 7));
            assert!(small.into_rgba8().pixels().all(|p| p.0 == [100, 100, 100, 255]), "{color:?}");
        }
    }
}
