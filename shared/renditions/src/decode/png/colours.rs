//! What a file says of its colours, as an ICC profile.

use moxcms::{
    Chromaticity, CicpColorPrimaries, CicpProfile, ColorPrimaries, ColorProfile, MatrixCoefficients,
    ToneReprCurve, TransferCharacteristics, XyY,
};
use png::{CodingIndependentCodePoints, Info, SourceChromaticities};

/// The gamma that stands for sRGB, and how far another may be from it (both as libpng has it: `PNG_GAMMA_sRGB_INVERSE`,
/// `PNG_GAMMA_THRESHOLD_FIXED`).
const SRGB_GAMMA: f32 = 0.454_55;
const GAMMA_TOLERANCE: f32 = 0.05;

/// How far a coordinate may be from sRGB's: writers round them.
const CHROMATICITY_TOLERANCE: f32 = 0.01;

/// The profile of a picture's colours; none for sRGB, and for what makes no sense.
///
/// The first that is there counts: code points, ICC profile, sRGB, gamma and primaries (PNG, third edition, 4.3).
pub(super) fn profile(info: &Info) -> Option<Vec<u8>> {
    if let Some(profile) = info.coding_independent_code_points.as_ref().and_then(by_code_points) {
        return profile.encode().ok();
    }
    if let Some(profile) = &info.icc_profile {
        return Some(profile.to_vec());
    }
    if info.srgb.is_some() {
        return None;
    }
    // Primaries without a gamma say too little; browsers pass over them, too.
    by_gamma(info.gama_chunk?.into_value(), info.chrm_chunk.as_ref())?.encode().ok()
}

/// By ITU-T H.273. Light far brighter than paper (PQ, HLG) would need tone mapping: such pictures are shown as they are.
fn by_code_points(points: &CodingIndependentCodePoints) -> Option<ColorProfile> {
    let transfer_characteristics = TransferCharacteristics::try_from(points.transfer_function).ok()?;
    let bright =
        matches!(transfer_characteristics, TransferCharacteristics::Smpte2084 | TransferCharacteristics::Hlg);
    if bright || points.matrix_coefficients != 0 || !points.is_video_full_range_image {
        return None;
    }
    let profile = ColorProfile::new_from_cicp(CicpProfile {
        color_primaries: CicpColorPrimaries::try_from(points.color_primaries).ok()?,
        transfer_characteristics,
        matrix_coefficients: MatrixCoefficients::Identity,
        full_range: true,
    });
    // Without a curve for what it does not know.
    profile.red_trc.is_some().then_some(profile)
}

fn by_gamma(gamma: f32, primaries: Option<&SourceChromaticities>) -> Option<ColorProfile> {
    let primaries = primaries.filter(|primaries| !is_srgb(primaries));
    let like_srgb = (gamma / SRGB_GAMMA - 1.0).abs() <= GAMMA_TOLERANCE;
    if !(0.1..=10.0).contains(&gamma) || (like_srgb && primaries.is_none()) {
        return None;
    }
    let mut profile = ColorProfile::new_srgb();
    profile.cicp = None;
    if let Some(primaries) = primaries {
        let (white, primaries) = colorimetry(primaries)?;
        profile.update_rgb_colorimetry(white, primaries);
    }
    if !like_srgb {
        let curve = Some(ToneReprCurve::Parametric(vec![1.0 / gamma]));
        (profile.red_trc, profile.green_trc, profile.blue_trc) = (curve.clone(), curve.clone(), curve);
    }
    Some(profile)
}

/// White, red, green and blue.
fn coordinates(from: &SourceChromaticities) -> [(f32, f32); 4] {
    [from.white, from.red, from.green, from.blue].map(|(x, y)| (x.into_value(), y.into_value()))
}

fn is_srgb(primaries: &SourceChromaticities) -> bool {
    const SRGB: [(f32, f32); 4] = [(0.3127, 0.3290), (0.64, 0.33), (0.30, 0.60), (0.15, 0.06)];
    let near = |one: f32, other: f32| (one - other).abs() <= CHROMATICITY_TOLERANCE;
    coordinates(primaries).iter().zip(SRGB).all(|(one, other)| near(one.0, other.0) && near(one.1, other.1))
}

/// White and primaries; none where they span no colours.
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
