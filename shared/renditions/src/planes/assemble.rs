//! From channels to pixels.

use super::Colour;
use crate::Size;
use crate::colour::Channels;
use image::{DynamicImage, GrayAlphaImage, GrayImage, RgbImage, RgbaImage};

/// How many pixels are converted at a time: enough to fill vector registers, few enough to stay in them.
const AT_ONCE: usize = 16;

/// Puts channels together; none where there are not as many as `colour` takes, of `size`.
pub(super) fn assemble(
    size: Size,
    planes: &[Vec<u8>],
    alpha: Option<&[u8]>,
    colour: Colour,
) -> Option<(DynamicImage, Channels)> {
    let Size { width, height } = size;
    let pixels = width as usize * height as usize;
    if planes.iter().map(Vec::len).chain(alpha.map(<[u8]>::len)).any(|length| length != pixels) {
        return None;
    }
    let picture = match (colour, planes) {
        (Colour::Grey { full_range }, [grey]) => {
            let grey: Vec<u8> =
                if full_range { grey.clone() } else { grey.iter().map(|v| stretched(*v)).collect() };
            match alpha {
                None => DynamicImage::ImageLuma8(GrayImage::from_raw(width, height, grey)?),
                Some(alpha) => {
                    let both = grey.iter().zip(alpha).flat_map(|(grey, alpha)| [*grey, *alpha]).collect();
                    DynamicImage::ImageLumaA8(GrayAlphaImage::from_raw(width, height, both)?)
                }
            }
        }
        (Colour::Ycc { .. } | Colour::Rgb, [a, b, c]) => light(size, [a, b, c], alpha, colour)?,
        (Colour::Ink | Colour::InkYcc, [a, b, c, black]) => {
            let stored = rgb([a, b, c], if colour == Colour::Ink { Colour::Rgb } else { Colour::JPEG });
            // Transformed inks come out the right way round (libjpeg's ycck_cmyk_convert and Adobe's inversion together).
            let turn = if colour == Colour::Ink { 255 } else { 0 };
            let inks = stored.chunks_exact(3).zip(black);
            let inks =
                inks.flat_map(|(p, black)| [p[0] ^ turn, p[1] ^ turn, p[2] ^ turn, 255 - black]).collect();
            let picture = DynamicImage::ImageRgba8(RgbaImage::from_raw(width, height, inks)?);
            return Some((picture, Channels::Ink));
        }
        _ => return None,
    };
    Some((picture, Channels::Light))
}

fn light(size: Size, planes: [&[u8]; 3], alpha: Option<&[u8]>, colour: Colour) -> Option<DynamicImage> {
    let rgb = rgb(planes, colour);
    match alpha {
        None => RgbImage::from_raw(size.width, size.height, rgb).map(DynamicImage::ImageRgb8),
        Some(alpha) => {
            let pixels = rgb.chunks_exact(3).zip(alpha);
            let pixels = pixels.flat_map(|(p, alpha)| [p[0], p[1], p[2], *alpha]).collect();
            RgbaImage::from_raw(size.width, size.height, pixels).map(DynamicImage::ImageRgba8)
        }
    }
}

/// Brightness of video range, 16 to 235, as 0 to 255.
fn stretched(value: u8) -> u8 {
    ((f32::from(value) - 16.0) * (255.0 / 219.0) + 0.5) as u8
}

/// Red, green and blue of each pixel in turn.
fn rgb(planes: [&[u8]; 3], colour: Colour) -> Vec<u8> {
    let matrix = match colour {
        Colour::Ycc { kr, kb, full_range } => Some(Matrix::new(kr, kb, full_range)),
        _ => None,
    };
    let mut pixels = vec![0; planes[0].len() * 3];
    let groups = pixels.chunks_mut(3 * AT_ONCE).enumerate();
    for (at, group) in groups {
        let count = group.len() / 3;
        let channel = |plane: &[u8]| {
            let mut values = [0; AT_ONCE];
            values[..count].copy_from_slice(&plane[at * AT_ONCE..][..count]);
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

/// From brightness and colour differences to red, green and blue (ITU-T H.273, equations 38 to 43).
struct Matrix {
    /// What black is, and what a step of brightness is worth.
    brightness: (f32, f32),
    red_of_cr: f32,
    green_of_cb: f32,
    green_of_cr: f32,
    blue_of_cb: f32,
}

impl Matrix {
    fn new(kr: f32, kb: f32, full_range: bool) -> Self {
        let kg = 1.0 - kr - kb;
        let (brightness, step) =
            if full_range { ((0.0, 1.0), 1.0) } else { ((16.0, 255.0 / 219.0), 255.0 / 224.0) };
        Matrix {
            brightness,
            red_of_cr: 2.0 * (1.0 - kr) * step,
            green_of_cb: -2.0 * (1.0 - kb) * kb / kg * step,
            green_of_cr: -2.0 * (1.0 - kr) * kr / kg * step,
            blue_of_cb: 2.0 * (1.0 - kb) * step,
        }
    }

    #[inline(always)]
    fn rgb(&self, [y, cb, cr]: [[u8; AT_ONCE]; 3]) -> [[u8; AT_ONCE]; 3] {
        let [mut red, mut green, mut blue] = [[0; AT_ONCE]; 3];
        for at in 0..AT_ONCE {
            let y = (f32::from(y[at]) - self.brightness.0) * self.brightness.1;
            let (cb, cr) = (f32::from(cb[at]) - 128.0, f32::from(cr[at]) - 128.0);
            red[at] = nearest_byte(y + self.red_of_cr * cr);
            green[at] = nearest_byte(y + self.green_of_cb * cb + self.green_of_cr * cr);
            blue[at] = nearest_byte(y + self.blue_of_cb * cb);
        }
        [red, green, blue]
    }
}

/// The nearest byte, the way that vector units do it in the fewest steps: comparisons that are theirs (`clamp` looks for NaN,
/// too), and an addition that leaves the whole number in the lowest bits.
#[inline(always)]
pub(crate) fn nearest_byte(value: f32) -> u8 {
    let value = if value > 0.0 { value } else { 0.0 };
    let value = if value < 255.0 { value } else { 255.0 };
    (value + 8_388_608.0).to_bits() as u8
}
