//! Converts decoded pixels to sRGB with eight bits a channel.

use crate::hdr;
use image::{DynamicImage, RgbImage, RgbaImage};
use moxcms::{ColorProfile, DataColorSpace, Layout, TransformOptions};

/// The meaning of the channels of interleaved pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ColourModel {
    /// Grey or RGB. The last of two or four channels is alpha.
    GreyOrRgb,
    /// Cyan, magenta, yellow and black in the four channels of an `Rgba8`. 255 is full ink.
    Cmyk,
}

/// The ICC profile of a picture that is not in sRGB.
#[derive(Debug)]
pub(crate) struct SourceProfile(ColorProfile);

impl SourceProfile {
    /// Parses an ICC profile. Tones of PQ and HLG are mapped to those of sRGB.
    ///
    /// Returns `None` for a profile that is equivalent to sRGB, as most are, and for an invalid
    /// profile, which browsers ignore too.
    pub(crate) fn parse(icc: Option<&[u8]>) -> Option<Self> {
        let profile = hdr::tone_map_profile(ColorProfile::new_from_slice(icc?).ok()?);
        let is_srgb =
            profile.color_space == DataColorSpace::Rgb && converts_to_same_colours(&profile).unwrap_or(false);
        if is_srgb { None } else { Some(SourceProfile(profile)) }
    }
}

/// Returns `true` if conversion to sRGB changes no sample of a grid over the colour space by more
/// than one. Returns `None` if the profile cannot convert RGB.
fn converts_to_same_colours(profile: &ColorProfile) -> Option<bool> {
    const LEVELS: [u8; 6] = [0, 20, 70, 128, 200, 255];
    let samples: Vec<u8> = LEVELS
        .iter()
        .flat_map(|r| LEVELS.iter().flat_map(move |g| LEVELS.iter().flat_map(move |b| [*r, *g, *b])))
        .collect();
    let (srgb, options) = (ColorProfile::new_srgb(), TransformOptions::default());
    let transform = profile.create_transform_8bit(Layout::Rgb, &srgb, Layout::Rgb, options).ok()?;
    let mut converted = vec![0; samples.len()];
    transform.transform(&samples, &mut converted).ok()?;
    Some(samples.iter().zip(&converted).all(|(before, after)| before.abs_diff(*after) <= 1))
}

/// Converts a picture to sRGB: [`DynamicImage::ImageRgba8`] if any pixel is transparent, else
/// [`DynamicImage::ImageRgb8`]. Ignores a profile for another colour model.
pub(crate) fn to_srgb(
    picture: DynamicImage,
    model: ColourModel,
    profile: Option<&SourceProfile>,
) -> DynamicImage {
    let converted = profile.and_then(|profile| convert_with_profile(&picture, model, &profile.0));
    drop_opaque_alpha(converted.unwrap_or_else(|| convert_without_profile(picture, model)))
}

fn convert_with_profile(
    picture: &DynamicImage,
    model: ColourModel,
    profile: &ColorProfile,
) -> Option<DynamicImage> {
    let alpha = model == ColourModel::GreyOrRgb && picture.color().has_alpha();
    let grey = !picture.color().has_color();
    let layout = match (model, profile.color_space) {
        (ColourModel::Cmyk, DataColorSpace::Cmyk) => Layout::Rgba,
        (ColourModel::GreyOrRgb, DataColorSpace::Rgb) if alpha => Layout::Rgba,
        (ColourModel::GreyOrRgb, DataColorSpace::Rgb) => Layout::Rgb,
        (ColourModel::GreyOrRgb, DataColorSpace::Gray) if grey && alpha => Layout::GrayAlpha,
        (ColourModel::GreyOrRgb, DataColorSpace::Gray) if grey => Layout::Gray,
        _ => return None,
    };
    let target = if alpha { Layout::Rgba } else { Layout::Rgb };
    let (width, height) = (picture.width(), picture.height());
    let mut pixels = vec![0; width as usize * height as usize * target.channels()];
    let (srgb, options) = (ColorProfile::new_srgb(), TransformOptions::default());
    if has_sixteen_bits(picture) {
        let transform = profile.create_transform_16bit(layout, &srgb, target, options).ok()?;
        let mut wide = vec![0; pixels.len()];
        transform.transform(&samples_16(picture, layout), &mut wide).ok()?;
        for (pixel, wide) in pixels.iter_mut().zip(wide) {
            *pixel = ((u32::from(wide) + 128) / 257) as u8;
        }
    } else {
        let transform = profile.create_transform_8bit(layout, &srgb, target, options).ok()?;
        transform.transform(&samples_8(picture, model, layout), &mut pixels).ok()?;
    }
    if alpha {
        RgbaImage::from_raw(width, height, pixels).map(DynamicImage::ImageRgba8)
    } else {
        RgbImage::from_raw(width, height, pixels).map(DynamicImage::ImageRgb8)
    }
}

fn has_sixteen_bits(picture: &DynamicImage) -> bool {
    let color = picture.color();
    color.bytes_per_pixel() > color.channel_count()
}

fn samples_16(picture: &DynamicImage, layout: Layout) -> Vec<u16> {
    match layout {
        Layout::Gray => picture.to_luma16().into_raw(),
        Layout::GrayAlpha => picture.to_luma_alpha16().into_raw(),
        Layout::Rgb => picture.to_rgb16().into_raw(),
        _ => picture.to_rgba16().into_raw(),
    }
}

fn samples_8(picture: &DynamicImage, model: ColourModel, layout: Layout) -> Vec<u8> {
    match layout {
        _ if model == ColourModel::Cmyk => picture.as_bytes().to_vec(),
        Layout::Gray => picture.to_luma8().into_raw(),
        Layout::GrayAlpha => picture.to_luma_alpha8().into_raw(),
        Layout::Rgb => picture.to_rgb8().into_raw(),
        _ => picture.to_rgba8().into_raw(),
    }
}

fn convert_without_profile(picture: DynamicImage, model: ColourModel) -> DynamicImage {
    match model {
        ColourModel::Cmyk => DynamicImage::ImageRgb8(cmyk_to_rgb(&picture.into_rgba8())),
        ColourModel::GreyOrRgb if picture.color().has_alpha() => {
            DynamicImage::ImageRgba8(picture.into_rgba8())
        }
        ColourModel::GreyOrRgb => DynamicImage::ImageRgb8(picture.into_rgb8()),
    }
}

/// Converts inverted ink to light, and multiplies the light of each ink by the light of black.
fn cmyk_to_rgb(cmyk: &RgbaImage) -> RgbImage {
    RgbImage::from_fn(cmyk.width(), cmyk.height(), |x, y| {
        let [cyan, magenta, yellow, black] = cmyk.get_pixel(x, y).0.map(|ink| 255 - u32::from(ink));
        image::Rgb([cyan, magenta, yellow].map(|light| (light * black / 255) as u8))
    })
}

/// Drops an alpha channel that is opaque everywhere, as in many PNGs, so that the rendition can be
/// a JPEG.
fn drop_opaque_alpha(picture: DynamicImage) -> DynamicImage {
    match picture {
        DynamicImage::ImageRgba8(rgba) if rgba.pixels().all(|pixel| pixel.0[3] == 255) => {
            DynamicImage::ImageRgb8(DynamicImage::ImageRgba8(rgba).into_rgb8())
        }
        other => other,
    }
}
