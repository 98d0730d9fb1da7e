//! From a picture's own colours to sRGB, eight bits a channel.

use image::{DynamicImage, RgbImage, RgbaImage};
use moxcms::{ColorProfile, DataColorSpace, Layout, TransformOptions};

/// What the channels of pixels stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Channels {
    /// Grey or red, green, blue; the last of two or four is alpha.
    Light,
    /// Cyan, magenta, yellow, black, 255 the most ink, in the four channels of an `Rgba8`.
    Ink,
}

/// A colour profile that makes a difference.
#[derive(Debug)]
pub(super) struct Telling(ColorProfile);

impl Telling {
    /// None for a profile that cannot be read, which is passed over as browsers do, and for sRGB under any of its names:
    /// most pictures have either no profile or that one.
    pub(super) fn new(icc: Option<&[u8]>) -> Option<Self> {
        let profile = ColorProfile::new_from_slice(icc?).ok()?;
        let is_srgb = profile.color_space == DataColorSpace::Rgb && keeps_colours(&profile).unwrap_or(false);
        if is_srgb { None } else { Some(Telling(profile)) }
    }
}

/// Whether samples of all parts of the colour space stay as they are, but for rounding.
fn keeps_colours(profile: &ColorProfile) -> Option<bool> {
    const LEVELS: [u8; 6] = [0, 20, 70, 128, 200, 255];
    let samples: Vec<u8> = LEVELS
        .iter()
        .flat_map(|r| LEVELS.iter().flat_map(move |g| LEVELS.iter().flat_map(move |b| [*r, *g, *b])))
        .collect();
    let (srgb, options) = (ColorProfile::new_srgb(), TransformOptions::default());
    let transform = profile.create_transform_8bit(Layout::Rgb, &srgb, Layout::Rgb, options).ok()?;
    let mut converted = vec![0; samples.len()];
    transform.transform(&samples, &mut converted).ok()?;
    Some(samples.iter().zip(&converted).all(|(one, other)| one.abs_diff(*other) <= 1))
}

/// Converts to sRGB. What comes out is [`DynamicImage::ImageRgba8`] where something can be seen through, else
/// [`DynamicImage::ImageRgb8`]. A profile for other channels than the picture has is passed over.
pub(super) fn to_srgb(picture: DynamicImage, channels: Channels, profile: Option<&Telling>) -> DynamicImage {
    let converted = profile.and_then(|profile| by_profile(&picture, channels, &profile.0));
    without_idle_alpha(converted.unwrap_or_else(|| unprofiled(picture, channels)))
}

fn by_profile(picture: &DynamicImage, channels: Channels, profile: &ColorProfile) -> Option<DynamicImage> {
    let alpha = channels == Channels::Light && picture.color().has_alpha();
    let grey = !picture.color().has_color();
    let layout = match (channels, profile.color_space) {
        (Channels::Ink, DataColorSpace::Cmyk) => Layout::Rgba,
        (Channels::Light, DataColorSpace::Rgb) if alpha => Layout::Rgba,
        (Channels::Light, DataColorSpace::Rgb) => Layout::Rgb,
        (Channels::Light, DataColorSpace::Gray) if grey && alpha => Layout::GrayAlpha,
        (Channels::Light, DataColorSpace::Gray) if grey => Layout::Gray,
        _ => return None,
    };
    let target = if alpha { Layout::Rgba } else { Layout::Rgb };
    let (width, height) = (picture.width(), picture.height());
    let mut pixels = vec![0; width as usize * height as usize * target.channels()];
    let (srgb, options) = (ColorProfile::new_srgb(), TransformOptions::default());
    if is_deep(picture) {
        let transform = profile.create_transform_16bit(layout, &srgb, target, options).ok()?;
        let mut deep = vec![0; pixels.len()];
        transform.transform(&sixteen_bits(picture, layout), &mut deep).ok()?;
        for (pixel, deep) in pixels.iter_mut().zip(deep) {
            *pixel = ((u32::from(deep) + 128) / 257) as u8;
        }
    } else {
        let transform = profile.create_transform_8bit(layout, &srgb, target, options).ok()?;
        transform.transform(&eight_bits(picture, channels, layout), &mut pixels).ok()?;
    }
    if alpha {
        RgbaImage::from_raw(width, height, pixels).map(DynamicImage::ImageRgba8)
    } else {
        RgbImage::from_raw(width, height, pixels).map(DynamicImage::ImageRgb8)
    }
}

fn is_deep(picture: &DynamicImage) -> bool {
    let color = picture.color();
    color.bytes_per_pixel() > color.channel_count()
}

fn sixteen_bits(picture: &DynamicImage, layout: Layout) -> Vec<u16> {
    match layout {
        Layout::Gray => picture.to_luma16().into_raw(),
        Layout::GrayAlpha => picture.to_luma_alpha16().into_raw(),
        Layout::Rgb => picture.to_rgb16().into_raw(),
        _ => picture.to_rgba16().into_raw(),
    }
}

fn eight_bits(picture: &DynamicImage, channels: Channels, layout: Layout) -> Vec<u8> {
    match layout {
        _ if channels == Channels::Ink => picture.as_bytes().to_vec(),
        Layout::Gray => picture.to_luma8().into_raw(),
        Layout::GrayAlpha => picture.to_luma_alpha8().into_raw(),
        Layout::Rgb => picture.to_rgb8().into_raw(),
        _ => picture.to_rgba8().into_raw(),
    }
}

fn unprofiled(picture: DynamicImage, channels: Channels) -> DynamicImage {
    match channels {
        Channels::Ink => DynamicImage::ImageRgb8(ink_to_light(&picture.into_rgba8())),
        Channels::Light if picture.color().has_alpha() => DynamicImage::ImageRgba8(picture.into_rgba8()),
        Channels::Light => DynamicImage::ImageRgb8(picture.into_rgb8()),
    }
}

/// Cyan, magenta, yellow and black as light: each ink and the black take away their share.
fn ink_to_light(inks: &RgbaImage) -> RgbImage {
    RgbImage::from_fn(inks.width(), inks.height(), |x, y| {
        let [cyan, magenta, yellow, black] = inks.get_pixel(x, y).0.map(|ink| 255 - u32::from(ink));
        image::Rgb([cyan, magenta, yellow].map(|left| (left * black / 255) as u8))
    })
}

/// Many PNGs have an alpha channel that says "opaque" everywhere; without it they can become JPEGs.
fn without_idle_alpha(picture: DynamicImage) -> DynamicImage {
    match picture {
        DynamicImage::ImageRgba8(rgba) if rgba.pixels().all(|pixel| pixel.0[3] == 255) => {
            DynamicImage::ImageRgb8(DynamicImage::ImageRgba8(rgba).into_rgb8())
        }
        other => other,
    }
}
