//! Interleaves planes into pixels.

use super::types::ColourSpace;
use crate::colour::ColourModel;
use crate::size::Size;
use image::{DynamicImage, GrayAlphaImage, GrayImage, RgbImage, RgbaImage};

/// The number of pixels that are converted at a time. Their values fill the vector registers.
const BATCH: usize = 16;

/// Interleaves planes into pixels. Returns `None` if the number of planes does not match
/// `colour_space`, or if the length of a plane does not match `size`.
pub(super) fn interleave(
    size: Size,
    planes: &[Vec<u8>],
    alpha: Option<&[u8]>,
    colour_space: ColourSpace,
) -> Option<(DynamicImage, ColourModel)> {
    let Size { width, height } = size;
    let pixels = width as usize * height as usize;
    if planes.iter().map(Vec::len).chain(alpha.map(<[u8]>::len)).any(|length| length != pixels) {
        return None;
    }
    let picture = match (colour_space, planes) {
        (ColourSpace::Grey { full_range }, [grey]) => {
            let grey: Vec<u8> =
                if full_range { grey.clone() } else { grey.iter().map(|v| expand_video_range(*v)).collect() };
            match alpha {
                None => DynamicImage::ImageLuma8(GrayImage::from_raw(width, height, grey)?),
                Some(alpha) => {
                    let pixels = grey.iter().zip(alpha).flat_map(|(grey, alpha)| [*grey, *alpha]).collect();
                    DynamicImage::ImageLumaA8(GrayAlphaImage::from_raw(width, height, pixels)?)
                }
            }
        }
        (ColourSpace::YCbCr { .. } | ColourSpace::Rgb, [a, b, c]) => {
            rgb_picture(size, [a, b, c], alpha, colour_space)?
        }
        (ColourSpace::Cmyk | ColourSpace::Ycck, [a, b, c, black]) => {
            let stored = interleave_rgb(
                [a, b, c],
                if colour_space == ColourSpace::Cmyk { ColourSpace::Rgb } else { ColourSpace::JPEG },
            );
            // YCCK needs no inversion, because the inversion in libjpeg's `ycck_cmyk_convert`
            // cancels the inversion by Adobe.
            let invert = if colour_space == ColourSpace::Cmyk { 255 } else { 0 };
            let cmyk = stored.chunks_exact(3).zip(black);
            let cmyk = cmyk
                .flat_map(|(p, black)| [p[0] ^ invert, p[1] ^ invert, p[2] ^ invert, 255 - black])
                .collect();
            let picture = DynamicImage::ImageRgba8(RgbaImage::from_raw(width, height, cmyk)?);
            return Some((picture, ColourModel::Cmyk));
        }
        _ => return None,
    };
    Some((picture, ColourModel::GreyOrRgb))
}

fn rgb_picture(
    size: Size,
    planes: [&[u8]; 3],
    alpha: Option<&[u8]>,
    colour_space: ColourSpace,
) -> Option<DynamicImage> {
    let rgb = interleave_rgb(planes, colour_space);
    match alpha {
        None => RgbImage::from_raw(size.width, size.height, rgb).map(DynamicImage::ImageRgb8),
        Some(alpha) => {
            let pixels = rgb.chunks_exact(3).zip(alpha);
            let pixels = pixels.flat_map(|(p, alpha)| [p[0], p[1], p[2], *alpha]).collect();
            RgbaImage::from_raw(size.width, size.height, pixels).map(DynamicImage::ImageRgba8)
        }
    }
}

/// Maps video range (16 to 235) to full range (0 to 255).
fn expand_video_range(value: u8) -> u8 {
    ((f32::from(value) - 16.0) * (255.0 / 219.0) + 0.5) as u8
}

/// Converts three planes to RGB and interleaves them.
fn interleave_rgb(planes: [&[u8]; 3], colour_space: ColourSpace) -> Vec<u8> {
    let matrix = match colour_space {
        ColourSpace::YCbCr { kr, kb, full_range } => Some(Matrix::new(kr, kb, full_range)),
        _ => None,
    };
    let mut pixels = vec![0; planes[0].len() * 3];
    let groups = pixels.chunks_mut(3 * BATCH).enumerate();
    for (at, group) in groups {
        let count = group.len() / 3;
        let channel = |plane: &[u8]| {
            let mut values = [0; BATCH];
            values[..count].copy_from_slice(&plane[at * BATCH..][..count]);
            values
        };
        let channels = planes.map(channel);
        let [red, green, blue] = matrix.as_ref().map_or(channels, |matrix| matrix.rgb(channels));
        for (pixel, at) in group.chunks_exact_mut(3).zip(0..) {
            pixel.copy_from_slice(&[red[at], green[at], blue[at]]);
        }
    }
    pixels
}

/// A conversion of `YCbCr` to RGB (ITU-T H.273, equations 38 to 43).
struct Matrix {
    /// The luma of black, and the factor that scales luma to 0 to 255.
    luma: (f32, f32),
    red_of_cr: f32,
    green_of_cb: f32,
    green_of_cr: f32,
    blue_of_cb: f32,
}

impl Matrix {
    fn new(kr: f32, kb: f32, full_range: bool) -> Self {
        let kg = 1.0 - kr - kb;
        let (luma, step) =
            if full_range { ((0.0, 1.0), 1.0) } else { ((16.0, 255.0 / 219.0), 255.0 / 224.0) };
        Matrix {
            luma,
            red_of_cr: 2.0 * (1.0 - kr) * step,
            green_of_cb: -2.0 * (1.0 - kb) * kb / kg * step,
            green_of_cr: -2.0 * (1.0 - kr) * kr / kg * step,
            blue_of_cb: 2.0 * (1.0 - kb) * step,
        }
    }

    #[inline(always)]
    fn rgb(&self, [y, cb, cr]: [[u8; BATCH]; 3]) -> [[u8; BATCH]; 3] {
        let [mut red, mut green, mut blue] = [[0; BATCH]; 3];
        for at in 0..BATCH {
            let y = (f32::from(y[at]) - self.luma.0) * self.luma.1;
            let (cb, cr) = (f32::from(cb[at]) - 128.0, f32::from(cr[at]) - 128.0);
            red[at] = round_to_byte(y + self.red_of_cr * cr);
            green[at] = round_to_byte(y + self.green_of_cb * cb + self.green_of_cr * cr);
            blue[at] = round_to_byte(y + self.blue_of_cb * cb);
        }
        [red, green, blue]
    }
}

/// Clamps a value to 0 to 255 and rounds it to the nearest integer, in few vector instructions.
///
/// Each comparison is one instruction, whereas `clamp` also checks for NaN. The addition of 2^23
/// moves the integer to the lowest bits.
#[inline(always)]
pub(crate) fn round_to_byte(value: f32) -> u8 {
    let value = if value > 0.0 { value } else { 0.0 };
    let value = if value < 255.0 { value } else { 255.0 };
    (value + 8_388_608.0).to_bits() as u8
}
