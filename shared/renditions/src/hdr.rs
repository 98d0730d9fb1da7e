//! Converts pictures for HDR displays, with the transfer function PQ or HLG (ITU-R BT.2100), to
//! sRGB.
//!
//! A profile gets other tone curves, so that a colour transform also maps the tones. The decision
//! docs/decisions/2026-11-28-hdr-tone-curve.md compares the result with browsers.

use moxcms::{
    CicpColorPrimaries, CicpProfile, ColorProfile, DataColorSpace, MatrixCoefficients, ToneReprCurve,
    TransferCharacteristics,
};

/// A transfer function for HDR displays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HdrTransfer {
    /// Perceptual quantisation (SMPTE ST 2084).
    Pq,
    /// Hybrid log-gamma.
    Hlg,
}

impl HdrTransfer {
    /// Returns the transfer function with a code point (ITU-T H.273, table 3).
    pub(crate) fn from_code_point(transfer: u8) -> Option<Self> {
        match transfer {
            16 => Some(HdrTransfer::Pq),
            18 => Some(HdrTransfer::Hlg),
            _ => None,
        }
    }

    /// Returns the transfer function of a profile, declared by code points or by its tone curve.
    fn of_profile(profile: &ColorProfile) -> Option<Self> {
        match profile.cicp.map(|cicp| cicp.transfer_characteristics) {
            Some(TransferCharacteristics::Smpte2084) => return Some(HdrTransfer::Pq),
            Some(TransferCharacteristics::Hlg) => return Some(HdrTransfer::Hlg),
            _ => {}
        }
        let curve = profile.red_trc.as_ref().or(profile.gray_trc.as_ref())?;
        let ToneReprCurve::Lut(table) = curve else { return None };
        let is_curve = |light: fn(f64) -> f64| is_curve(table, light);
        if is_curve(|sample| pq_luminance(sample) / 10_000.0) {
            Some(HdrTransfer::Pq)
        } else if is_curve(hlg_light) || is_curve(|sample| hlg_light(sample).powf(1.2)) {
            Some(HdrTransfer::Hlg)
        } else {
            None
        }
    }

    /// Returns the curve from samples to the light of sRGB.
    ///
    /// HLG is designed to look right on displays without HDR, so it has the curve of sRGB.
    fn tone_curve(self) -> Option<ToneReprCurve> {
        match self {
            HdrTransfer::Pq => Some(curve(|sample| tone_map(pq_luminance(sample)))),
            HdrTransfer::Hlg => ColorProfile::new_srgb().red_trc,
        }
    }
}

/// Makes a profile from code points (ITU-T H.273). Returns `None` for unsupported primaries.
pub(crate) fn profile_from_code_points(
    primaries: CicpColorPrimaries,
    transfer: HdrTransfer,
) -> Option<ColorProfile> {
    let mut profile = profile_with_primaries(primaries)?;
    set_curves(&mut profile, transfer.tone_curve()?);
    Some(profile)
}

/// Makes a profile with the curve of sRGB. Returns `None` for unsupported primaries.
pub(crate) fn profile_with_primaries(primaries: CicpColorPrimaries) -> Option<ColorProfile> {
    let mut profile = ColorProfile::new_from_cicp(CicpProfile {
        color_primaries: primaries,
        transfer_characteristics: TransferCharacteristics::Srgb,
        matrix_coefficients: MatrixCoefficients::Identity,
        full_range: true,
    });
    // Removes the code points, because readers of the profile would prefer them to the curves.
    profile.cicp = None;
    // The profile has no curve if the library does not support the primaries.
    profile.red_trc.is_some().then_some(profile)
}

/// Replaces the curves of all channels.
pub(crate) fn set_curves(profile: &mut ColorProfile, curve: ToneReprCurve) {
    profile.red_trc = Some(curve.clone());
    profile.green_trc = Some(curve.clone());
    profile.blue_trc = Some(curve);
}

/// Replaces the curves of a profile with PQ or HLG. Returns other profiles unchanged.
pub(crate) fn tone_map_profile(mut profile: ColorProfile) -> ColorProfile {
    let Some(transfer) = HdrTransfer::of_profile(&profile) else { return profile };
    let code_points = profile.cicp.take().map(|cicp| cicp.color_primaries);
    match profile.color_space {
        DataColorSpace::Rgb => {
            if let Some(made) =
                code_points.and_then(|primaries| profile_from_code_points(primaries, transfer))
            {
                return made;
            }
            if let Some(curve) = transfer.tone_curve() {
                set_curves(&mut profile, curve);
                // Readers of the profile would prefer these tables to the curves.
                profile.lut_a_to_b_perceptual = None;
                profile.lut_a_to_b_colorimetric = None;
                profile.lut_a_to_b_saturation = None;
            }
        }
        DataColorSpace::Gray => profile.gray_trc = transfer.tone_curve(),
        _ => {}
    }
    profile
}

/// Makes a curve of 1024 values, with 1.0 for white.
pub(crate) fn curve(light: impl Fn(f64) -> f64) -> ToneReprCurve {
    let value = |step: u32| (light(f64::from(step) / 1023.0) * 65_535.0).round() as u16;
    ToneReprCurve::Lut((0..1024).map(value).collect())
}

/// Returns `true` if a table has the shape of a function at five places.
fn is_curve(table: &[u16], light: impl Fn(f64) -> f64) -> bool {
    const PLACES: [f64; 5] = [0.3, 0.5, 0.65, 0.8, 0.95];
    let Some(last) = table.len().checked_sub(1).filter(|last| *last >= 15) else { return false };
    let white = light(1.0);
    PLACES.iter().all(|place| {
        let index = (place * last as f64).round() as usize;
        let expected = light(index as f64 / last as f64) / white;
        let seen = f64::from(table[index]) / f64::from(table[last].max(1));
        (seen - expected).abs() <= 0.06 * expected + 0.0003
    })
}

/// Converts a PQ sample to luminance in cd/m² (SMPTE ST 2084, equation 5.2).
fn pq_luminance(sample: f64) -> f64 {
    const M1: f64 = 2610.0 / 16_384.0;
    const M2: f64 = 2523.0 / 4096.0 * 128.0;
    const C1: f64 = 3424.0 / 4096.0;
    const C2: f64 = 2413.0 / 4096.0 * 32.0;
    const C3: f64 = 2392.0 / 4096.0 * 32.0;
    let power = sample.powf(1.0 / M2);
    10_000.0 * ((power - C1).max(0.0) / (C2 - C3 * power)).powf(1.0 / M1)
}

/// Converts an HLG sample to the light of the scene (ITU-R BT.2100, table 5).
fn hlg_light(sample: f64) -> f64 {
    const A: f64 = 0.178_832_77;
    const B: f64 = 1.0 - 4.0 * A;
    const C: f64 = 0.559_910_73;
    if sample <= 0.5 { sample * sample / 3.0 } else { (((sample - C) / A).exp() + B) / 12.0 }
}

/// Maps luminance in cd/m² to 0 to 1 (E. Reinhard and others, "Photographic Tone Reproduction for
/// Digital Images", 2002, equation 4). Diffuse white is at 203 cd/m² (ITU-R BT.2408), and the peak
/// is at 1,000 cd/m², as in most masters.
fn tone_map(luminance: f64) -> f64 {
    let (light, peak) = (luminance / 203.0, 1000.0 / 203.0);
    (light * (1.0 + light / (peak * peak)) / (1.0 + light)).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pq_is_tone_mapped_between_black_and_white() {
        // SMPTE ST 2084: 0.5081 of the range is 100 cd/m², 0.7518 is 1,000.
        assert!((pq_luminance(0.5081) - 100.0).abs() < 0.5 && (pq_luminance(0.7518) - 1000.0).abs() < 2.0);
        let Some(ToneReprCurve::Lut(curve)) = HdrTransfer::Pq.tone_curve() else { panic!("no table") };
        assert!(curve.is_sorted());
        assert_eq!((curve[0], curve[800], curve[1023]), (0, 65_535, 65_535));
        assert!((30_000..40_000).contains(&curve[594]), "paper white: {}", curve[594]);
    }

    #[test]
    fn hlg_has_its_values_of_the_standard() {
        assert!((hlg_light(0.5) - 1.0 / 12.0).abs() < 1e-6 && (hlg_light(1.0) - 1.0).abs() < 1e-6);
    }

    #[test]
    fn recognises_curves_by_their_shape() {
        let transfer = |light: fn(f64) -> f64| {
            let mut profile = ColorProfile::new_srgb();
            profile.cicp = None;
            set_curves(&mut profile, curve(light));
            HdrTransfer::of_profile(&profile)
        };
        assert_eq!(transfer(|sample| pq_luminance(sample) / 10_000.0), Some(HdrTransfer::Pq));
        assert_eq!(transfer(hlg_light), Some(HdrTransfer::Hlg));
        assert_eq!(transfer(|sample| hlg_light(sample).powf(1.2)), Some(HdrTransfer::Hlg));
        for gamma in [|x: f64| x, |x: f64| x.powf(1.8), |x: f64| x.powf(2.2), |x: f64| x.powf(3.0)] {
            assert_eq!(transfer(gamma), None);
        }
    }
}
