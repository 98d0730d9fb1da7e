//! Converts the colour information of a file to an ICC profile.

use crate::hdr::{self, HdrTransfer};
use moxcms::{
    Chromaticity, CicpColorPrimaries, CicpProfile, ColorPrimaries, ColorProfile, MatrixCoefficients,
    ToneReprCurve, TransferCharacteristics, XyY,
};
use png::{CodingIndependentCodePoints, Info, SourceChromaticities};

/// The `gAMA` value that stands for sRGB (libpng's `PNG_GAMMA_sRGB_INVERSE`).
const SRGB_GAMMA: f32 = 0.454_55;
/// The maximum relative difference from [`SRGB_GAMMA`] that counts as sRGB (libpng's
/// `PNG_GAMMA_THRESHOLD_FIXED`).
const GAMMA_TOLERANCE: f32 = 0.05;

/// The maximum difference from a coordinate of sRGB that counts as sRGB, because encoders round.
const CHROMATICITY_TOLERANCE: f32 = 0.01;

/// Returns `true` if a picture declares its colours, validly or not.
pub(super) fn declares_colours(info: &Info) -> bool {
    info.coding_independent_code_points.is_some()
        || info.icc_profile.is_some()
        || info.srgb.is_some()
        || info.gama_chunk.is_some()
        || info.chrm_chunk.is_some()
}

/// Returns the profile of a picture, or `None` for sRGB and for invalid colour information.
///
/// Uses the first of these that is present: supported code points (`cICP`), ICC profile, `sRGB`,
/// gamma and primaries (PNG, third edition, 4.3).
pub(super) fn icc_profile(info: &Info) -> Option<Vec<u8>> {
    if let Some(profile) = info.coding_independent_code_points.as_ref().and_then(profile_from_code_points) {
        return profile.encode().ok();
    }
    if let Some(profile) = &info.icc_profile {
        return Some(profile.to_vec());
    }
    if info.srgb.is_some() {
        return None;
    }
    // Primaries without a gamma do not define the colours. Browsers ignore them too.
    profile_from_gamma(info.gama_chunk?.into_value(), info.chrm_chunk.as_ref())?.encode().ok()
}

/// Converts code points (ITU-T H.273) to a profile.
///
/// Returns `None` for unsupported code points.
fn profile_from_code_points(points: &CodingIndependentCodePoints) -> Option<ColorProfile> {
    if points.matrix_coefficients != 0 || !points.is_video_full_range_image {
        return None;
    }
    let color_primaries = CicpColorPrimaries::try_from(points.color_primaries).ok()?;
    if let Some(transfer) = HdrTransfer::from_code_point(points.transfer_function) {
        return hdr::profile_from_code_points(color_primaries, transfer);
    }
    let profile = ColorProfile::new_from_cicp(CicpProfile {
        color_primaries,
        transfer_characteristics: TransferCharacteristics::try_from(points.transfer_function).ok()?,
        matrix_coefficients: MatrixCoefficients::Identity,
        full_range: true,
    });
    // The profile has no curve if the library does not support the transfer function.
    profile.red_trc.is_some().then_some(profile)
}

fn profile_from_gamma(gamma: f32, primaries: Option<&SourceChromaticities>) -> Option<ColorProfile> {
    let primaries = primaries.filter(|primaries| !has_srgb_primaries(primaries));
    let is_srgb_gamma = (gamma / SRGB_GAMMA - 1.0).abs() <= GAMMA_TOLERANCE;
    if !(0.1..=10.0).contains(&gamma) || (is_srgb_gamma && primaries.is_none()) {
        return None;
    }
    let mut profile = ColorProfile::new_srgb();
    profile.cicp = None;
    if let Some(primaries) = primaries {
        let (white, primaries) = colorimetry(primaries)?;
        profile.update_rgb_colorimetry(white, primaries);
    }
    if !is_srgb_gamma {
        let curve = Some(ToneReprCurve::Parametric(vec![1.0 / gamma]));
        (profile.red_trc, profile.green_trc, profile.blue_trc) = (curve.clone(), curve.clone(), curve);
    }
    Some(profile)
}

/// Returns the coordinates of white, red, green and blue.
fn coordinates(from: &SourceChromaticities) -> [(f32, f32); 4] {
    [from.white, from.red, from.green, from.blue].map(|(x, y)| (x.into_value(), y.into_value()))
}

fn has_srgb_primaries(primaries: &SourceChromaticities) -> bool {
    const SRGB: [(f32, f32); 4] = [(0.3127, 0.3290), (0.64, 0.33), (0.30, 0.60), (0.15, 0.06)];
    let is_near = |a: f32, b: f32| (a - b).abs() <= CHROMATICITY_TOLERANCE;
    coordinates(primaries)
        .iter()
        .zip(SRGB)
        .all(|(point, srgb)| is_near(point.0, srgb.0) && is_near(point.1, srgb.1))
}

/// Returns the white point and the primaries, or `None` if they do not span a colour space.
fn colorimetry(from: &SourceChromaticities) -> Option<(XyY, ColorPrimaries)> {
    let [white, red, green, blue] = coordinates(from);
    let area = (red.0 - blue.0) * (green.1 - blue.1) - (green.0 - blue.0) * (red.1 - blue.1);
    if area.abs() < 0.01 || white.1 < 0.01 || [white, red, green, blue].iter().any(|(x, y)| x + y > 1.1) {
        return None;
    }
    let point = |(x, y)| Chromaticity::new(x, y);
    let white = XyY { x: f64::from(white.0), y: f64::from(white.1), yb: 1.0 };
    Some((white, ColorPrimaries { red: point(red), green: point(green), blue: point(blue) }))
}
