//! Resizes pictures that are in memory.

use crate::convolve::{ResizeError, convolve};
use bytemuck::Pod;
use fast_image_resize::pixels::{U8, U8x3, U8x4, U16, U16x2, U16x3, U16x4};
use fast_image_resize::{MulDiv, PixelTrait};
use image::{DynamicImage, ImageBuffer, Pixel};

/// Resamples a picture to `width` × `height` pixels of the same sample type. 8-bit grey with alpha
/// becomes RGBA.
///
/// Colours are weighted by alpha, so that the colours of invisible pixels do not bleed into visible
/// ones. Takes the picture by value and weights it in place, so that no second copy is in memory.
///
/// # Errors
/// Returns an error if the picture has 32-bit samples.
pub fn resample(picture: DynamicImage, width: u32, height: u32) -> Result<DynamicImage, ResizeError> {
    let mut picture = match picture {
        // This sample type is too rare for compiled code of its own.
        grey @ DynamicImage::ImageLumaA8(_) => DynamicImage::ImageRgba8(grey.into_rgba8()),
        other => other,
    };
    let has_alpha = picture.color().has_alpha();
    if has_alpha {
        MulDiv::new().multiply_alpha_inplace(&mut picture).map_err(ResizeError::new)?;
    }
    let mut resampled = DynamicImage::new(width, height, picture.color());
    resample_by_type(&picture, &mut resampled)?;
    drop(picture);
    if has_alpha {
        MulDiv::new().divide_alpha_inplace(&mut resampled).map_err(ResizeError::new)?;
    }
    Ok(resampled)
}

/// Resamples a picture by its sample type. Supports only the sample types that decoders produce,
/// because the dispatch of `fast_image_resize` compiles code for twice as many.
fn resample_by_type(from: &DynamicImage, to: &mut DynamicImage) -> Result<(), ResizeError> {
    use DynamicImage as D;
    match (from, to) {
        (D::ImageLuma8(from), D::ImageLuma8(to)) => lanczos::<_, U8>(from, to),
        (D::ImageRgb8(from), D::ImageRgb8(to)) => lanczos::<_, U8x3>(from, to),
        (D::ImageRgba8(from), D::ImageRgba8(to)) => lanczos::<_, U8x4>(from, to),
        (D::ImageLuma16(from), D::ImageLuma16(to)) => lanczos::<_, U16>(from, to),
        (D::ImageLumaA16(from), D::ImageLumaA16(to)) => lanczos::<_, U16x2>(from, to),
        (D::ImageRgb16(from), D::ImageRgb16(to)) => lanczos::<_, U16x3>(from, to),
        (D::ImageRgba16(from), D::ImageRgba16(to)) => lanczos::<_, U16x4>(from, to),
        (from, _) => Err(ResizeError::new(format!("{:?} is not supported", from.color()))),
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

#[cfg(test)]
mod tests {
    use super::*;
    use image::ColorType;

    #[test]
    fn the_colour_of_a_uniform_picture_is_unchanged_in_every_sample_type() {
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
            let small = resample(picture, 10, 7).unwrap_or_else(|error| panic!("{color:?}: {error}"));
            assert_eq!((small.width(), small.height()), (10, 7));
            assert!(small.into_rgba8().pixels().all(|p| p.0 == [100, 100, 100, 255]), "{color:?}");
        }
    }
}
