//! Measures quality and size of the renditions.
//!
//! Compares each rendition with two references of the same size, shrunk from all pixels of the
//! original with a three-lobed Lanczos filter, upright, in sRGB and without lossy encoding: one by
//! the `image` crate, whose decoder and resizer neither side uses, and one by libvips, which
//! averages blocks before it filters.

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

/// Names and file extensions of the renditions.
pub const RENDITIONS: [(&str, &str); 2] = [("small", "webp"), ("large", "jpeg")];
/// Names of the references.
pub const REFERENCES: [&str; 2] = ["image crate", "libvips"];

/// Size and quality of one rendition of one picture, of both sides.
pub struct Quality {
    /// Index in [`RENDITIONS`].
    pub rendition: usize,
    /// Size in bytes: (ours, sharp's).
    pub bytes: (f64, f64),
    /// Similarity to each of the [`REFERENCES`].
    pub similarities: [Similarity; 2],
}

/// Structural similarity (SSIM) to a reference: (ours, sharp's).
#[derive(Clone, Copy)]
pub struct Similarity {
    pub luma: (f64, f64),
    /// The mean of red, green and blue.
    pub rgb: (f64, f64),
}

/// Compares all renditions in the folders `ours`, `sharp` and `reference` of `scratch`.
///
/// # Errors
/// A file is missing or cannot be read.
pub fn compare(pictures: &BTreeMap<String, PathBuf>, scratch: &Path) -> Result<Vec<Quality>, Error> {
    let mut qualities = Vec::new();
    for (name, path) in pictures {
        let original = Original::read(path)?;
        for (rendition, (size, extension)) in RENDITIONS.iter().enumerate() {
            let file =
                |side: &str, extension: &str| scratch.join(side).join(format!("{name}.{size}.{extension}"));
            let (ours, sharp) = (file("ours", extension), file("sharp", extension));
            let bytes = (fs::metadata(&ours)?.len() as f64, fs::metadata(&sharp)?.len() as f64);
            let (ours, sharp) = (open(&ours)?, open(&sharp)?);
            let vips = open(&file("reference", "png"))?;
            if ours.dimensions() != sharp.dimensions() || ours.dimensions() != vips.dimensions() {
                let (ours, sharp) = (ours.dimensions(), sharp.dimensions());
                return Err(format!("{name}, {size}: ours has {ours:?} pixels, sharp's {sharp:?}").into());
            }
            let image = original.shrink(ours.dimensions());
            let similarities = [&image, &vips].map(|reference| Similarity::of(&ours, &sharp, reference));
            qualities.push(Quality { rendition, bytes, similarities });
        }
    }
    Ok(qualities)
}

/// An original at full size, upright.
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

    /// Shrinks it in its own colour space, as both sides do, and then converts it to sRGB.
    fn shrink(&self, (width, height): (u32, u32)) -> RgbImage {
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

impl Similarity {
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
