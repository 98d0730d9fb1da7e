//! How good the renditions are, and how big.
//!
//! Each side's rendition is compared with two references of the same size, both shrunk by a Lanczos filter of three lobes
//! from all pixels of the original, upright and in sRGB, and not encoded: one by the `image` crate (its own decoder and resizer,
//! which neither side uses), one by libvips (which averages whole blocks before it filters).

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::BufReader;
use std::path::{Path, PathBuf};

use end_to_end::ssim::ssim;
use image::codecs::jpeg::JpegDecoder;
use image::imageops::FilterType;
use image::{DynamicImage, ImageDecoder, RgbImage};
use moxcms::{ColorProfile, DataColorSpace, Layout, TransformOptions};
use store::Error;

/// The renditions, and the endings of their files.
pub const RENDITIONS: [(&str, &str); 2] = [("small", "webp"), ("large", "jpeg")];
/// The references.
pub const REFERENCES: [&str; 2] = ["image crate", "libvips"];

/// One rendition of one picture, by both sides.
pub struct Quality {
    /// Index in [`RENDITIONS`].
    pub rendition: usize,
    /// Bytes of our file and of sharp's.
    pub bytes: (f64, f64),
    /// By reference, as [`REFERENCES`].
    pub similar: [Similar; 2],
}

/// Structural similarity to a reference: (ours, sharp's).
#[derive(Clone, Copy)]
pub struct Similar {
    /// Of the lightness alone.
    pub luma: (f64, f64),
    /// The mean of red, green and blue.
    pub rgb: (f64, f64),
}

/// Compares all renditions below `scratch` (folders `ours`, `sharp` and `reference`).
///
/// # Errors
/// A file is missing or cannot be read.
pub fn compare(pictures: &BTreeMap<String, PathBuf>, scratch: &Path) -> Result<Vec<Quality>, Error> {
    let mut qualities = Vec::new();
    for (name, path) in pictures {
        let original = Original::read(path)?;
        for (rendition, (size, ending)) in RENDITIONS.iter().enumerate() {
            let file = |side: &str, ending: &str| scratch.join(side).join(format!("{name}.{size}.{ending}"));
            let (ours, sharp) = (file("ours", ending), file("sharp", ending));
            let bytes = (fs::metadata(&ours)?.len() as f64, fs::metadata(&sharp)?.len() as f64);
            let (ours, sharp) = (open(&ours)?, open(&sharp)?);
            let vips = open(&file("reference", "png"))?;
            if ours.dimensions() != sharp.dimensions() || ours.dimensions() != vips.dimensions() {
                let (ours, sharp) = (ours.dimensions(), sharp.dimensions());
                return Err(format!("{name}, {size}: ours has {ours:?} pixels, sharp's {sharp:?}").into());
            }
            let image = original.shrunk(ours.dimensions());
            let similar = [&image, &vips].map(|reference| Similar::of(&ours, &sharp, reference));
            qualities.push(Quality { rendition, bytes, similar });
        }
    }
    Ok(qualities)
}

/// A picture with all its pixels, upright.
struct Original {
    pixels: DynamicImage,
    profile: Option<ColorProfile>,
}

impl Original {
    fn read(path: &Path) -> Result<Self, Error> {
        let mut decoder = JpegDecoder::new(BufReader::new(File::open(path)?))?;
        let orientation = decoder.orientation()?;
        let profile = decoder.icc_profile()?.and_then(|icc| ColorProfile::new_from_slice(&icc).ok());
        let mut pixels = DynamicImage::ImageRgb8(DynamicImage::from_decoder(decoder)?.into_rgb8());
        pixels.apply_orientation(orientation);
        Ok(Self { pixels, profile: profile.filter(|profile| profile.color_space == DataColorSpace::Rgb) })
    }

    /// Shrunk in its own colours, as both sides do it, and then in sRGB.
    fn shrunk(&self, (width, height): (u32, u32)) -> RgbImage {
        let mut shrunk = self.pixels.resize_exact(width, height, FilterType::Lanczos3).into_rgb8();
        let srgb = ColorProfile::new_srgb();
        let transform = self.profile.as_ref().and_then(|profile| {
            profile.create_transform_8bit(Layout::Rgb, &srgb, Layout::Rgb, TransformOptions::default()).ok()
        });
        let source = shrunk.clone();
        if let Some(transform) = transform {
            // Fails only for buffers of different lengths.
            let _ = transform.transform(&source, &mut shrunk);
        }
        shrunk
    }
}

impl Similar {
    fn of(ours: &RgbImage, sharp: &RgbImage, reference: &RgbImage) -> Self {
        let compared = |channel: &dyn Fn(&RgbImage) -> Vec<u8>| {
            let width = reference.width() as usize;
            let reference = channel(reference);
            (ssim(&channel(ours), &reference, width), ssim(&channel(sharp), &reference, width))
        };
        let channels = [0, 1, 2]
            .map(|index| compared(&|picture| picture.pixels().map(|pixel| pixel.0[index]).collect()));
        let (ours_rgb, sharp_rgb) =
            channels.iter().fold((0.0, 0.0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
        let luma = compared(&|picture| DynamicImage::ImageRgb8(picture.clone()).into_luma8().into_raw());
        Self { luma, rgb: (ours_rgb / 3.0, sharp_rgb / 3.0) }
    }
}

fn open(path: &Path) -> Result<RgbImage, Error> {
    let picture = image::open(path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(picture.into_rgb8())
}
