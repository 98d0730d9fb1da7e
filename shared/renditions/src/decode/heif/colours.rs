//! The colours of a picture (ITU-T H.273; ISO/IEC 23008-12, 6.5.5).

use super::container::Container;
use super::iso_box::BoxReader;
use super::types::{Cicp, Header, unsupported};
use crate::planes::ColourSpace;
use crate::refusal::Refusal;
use moxcms::{
    CicpColorPrimaries, CicpProfile, ColorProfile, MatrixCoefficients, ToneReprCurve, TransferCharacteristics,
};

/// The colour properties (`colr`) of an item.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct ColourInfo<'a> {
    icc: Option<&'a [u8]>,
    pub(super) nclx: Option<Cicp>,
}

impl<'a> ColourInfo<'a> {
    /// Reads the properties of an item or, if it has none, of its first tile.
    pub(super) fn read(container: &Container<'a>, id: u32) -> Result<Self, Refusal> {
        let own = Self::of_item(container, id)?;
        match container.referenced_items(id, b"dimg").first() {
            Some(&tile) if own.icc.is_none() && own.nclx.is_none() => Self::of_item(container, tile),
            _ => Ok(own),
        }
    }

    fn of_item(container: &Container<'a>, id: u32) -> Result<Self, Refusal> {
        let mut info = Self::default();
        for (_, mut colr) in container.properties(container.item(id)?).filter(|(kind, _)| kind == b"colr") {
            match colr.read_four_cc() {
                Some([b'p', b'r', b'o', b'f'] | [b'r', b'I', b'C', b'C']) => info.icc = Some(colr.0),
                Some([b'n', b'c', b'l', b'x']) => info.nclx = read_nclx(colr).or(info.nclx),
                _ => {}
            }
        }
        Ok(info)
    }

    /// Returns the ICC profile or, if there is none, a profile made from the code points. Returns
    /// `None` for code points that are shown as sRGB.
    pub(super) fn icc_profile(&self, cicp: Cicp) -> Option<Vec<u8>> {
        match self.icc {
            Some(icc) => Some(icc.to_vec()),
            None => profile_from_cicp(cicp),
        }
    }
}

fn read_nclx(mut colr: BoxReader) -> Option<Cicp> {
    // The fields have 16 bits, but values above 255 are undefined.
    let mut point = || colr.read_number(2).map(|point| u8::try_from(point).unwrap_or(UNSPECIFIED));
    let (primaries, transfer, matrix) = (point()?, point()?, point()?);
    Some(Cicp { primaries, transfer, matrix, full_range: colr.read_number(1)? & 0x80 != 0 })
}

/// The code point for unspecified colours.
const UNSPECIFIED: u8 = 2;

/// Returns the colour space of the planes. Treats an unspecified matrix as ITU-R BT.601, like other
/// decoders.
pub(super) fn colour_space(cicp: Cicp, header: &Header) -> Result<ColourSpace, Refusal> {
    let full_range = cicp.full_range;
    if header.planes == 1 {
        return Ok(ColourSpace::Grey { full_range });
    }
    // H.273, table 4.
    let (kr, kb) = match cicp.matrix {
        0 if header.subsampling == (1, 1) => return Ok(ColourSpace::Rgb),
        1 => (0.2126, 0.0722),
        4 => (0.30, 0.11),
        2 | 3 | 5 | 6 => (0.299, 0.114),
        7 => (0.212, 0.087),
        9 => (0.2627, 0.0593),
        // The matrix is derived from the primaries.
        12 => match cicp.primaries {
            9 => (0.2627, 0.0593),
            12 => (0.228_97, 0.079_29),
            _ => (0.2126, 0.0722),
        },
        other => return Err(unsupported(format!("colour matrix {other}"))),
    };
    Ok(ColourSpace::YCbCr { kr, kb, full_range })
}

/// Makes an ICC profile from code points.
///
/// Returns `None` for code points that are shown as sRGB, because they have BT.709 or unspecified
/// primaries, and a transfer function without a [`tone_curve`]. Also returns `None` for unsupported
/// primaries.
fn profile_from_cicp(cicp: Cicp) -> Option<Vec<u8>> {
    let is_srgb = matches!(cicp.primaries, 1 | UNSPECIFIED);
    let curve = tone_curve(cicp.transfer);
    if is_srgb && curve.is_none() {
        return None;
    }
    let primaries = if is_srgb { 1 } else { cicp.primaries };
    let mut profile = ColorProfile::new_from_cicp(CicpProfile {
        color_primaries: CicpColorPrimaries::try_from(primaries).ok()?,
        transfer_characteristics: TransferCharacteristics::Srgb,
        matrix_coefficients: MatrixCoefficients::Identity,
        full_range: true,
    });
    // The profile has no curve if the library does not support the primaries.
    profile.red_trc.as_ref()?;
    // Removes the code points, because readers of the profile would prefer them to the curves.
    profile.cicp = None;
    if let Some(curve) = curve {
        let curve = ToneReprCurve::Lut(curve);
        profile.red_trc = Some(curve.clone());
        profile.green_trc = Some(curve.clone());
        profile.blue_trc = Some(curve);
    }
    profile.encode().ok()
}

/// Returns the transfer function as a table of 1024 values, with 65,535 for white.
///
/// Returns `None` for transfer functions that are shown as sRGB: sRGB, the functions of video, and
/// HLG, which is designed for displays without HDR.
fn tone_curve(transfer: u8) -> Option<Vec<u16>> {
    let luminance: fn(f64) -> f64 = match transfer {
        4 => |sample| sample.powf(2.2),
        5 => |sample| sample.powf(2.8),
        8 => |sample| sample,
        16 => |sample| tone_map(pq_luminance(sample)),
        _ => return None,
    };
    let value = |step: u32| (luminance(f64::from(step) / 1023.0) * 65_535.0).round() as u16;
    Some((0..1024).map(value).collect())
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

    fn cicp(primaries: u8, transfer: u8) -> Cicp {
        Cicp { primaries, transfer, matrix: 9, full_range: true }
    }

    #[test]
    fn only_colours_other_than_srgb_have_a_profile() {
        for (primaries, transfer) in [(1, 13), (1, 1), (2, 2), (2, 6), (1, 18), (255, 13), (3, 13)] {
            assert_eq!(profile_from_cicp(cicp(primaries, transfer)), None, "{primaries}/{transfer}");
        }
        for (primaries, transfer) in [(12, 13), (9, 14), (9, 16), (9, 18), (1, 8), (1, 16)] {
            let icc = profile_from_cicp(cicp(primaries, transfer)).unwrap();
            let profile = ColorProfile::new_from_slice(&icc).unwrap();
            assert!(profile.red_trc.is_some() && profile.cicp.is_none(), "{primaries}/{transfer}");
        }
    }

    #[test]
    fn pq_is_tone_mapped_between_black_and_white() {
        // SMPTE ST 2084: 0.5081 of the range is 100 cd/m², 0.7518 is 1,000.
        assert!((pq_luminance(0.5081) - 100.0).abs() < 0.5 && (pq_luminance(0.7518) - 1000.0).abs() < 2.0);
        let curve = tone_curve(16).unwrap();
        assert!(curve.is_sorted());
        assert_eq!((curve[0], curve[800], curve[1023]), (0, 65_535, 65_535));
        assert!((30_000..40_000).contains(&curve[594]), "paper white: {}", curve[594]);
    }
}
