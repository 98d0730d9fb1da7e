//! What the samples of a picture stand for (ITU-T H.273; ISO/IEC 23008-12, 6.5.5).

use super::container::Container;
use super::fields::Fields;
use super::still::{Cicp, Header};
use super::unsupported;
use crate::Refusal;
use crate::planes::Colour;
use moxcms::{
    CicpColorPrimaries, CicpProfile, ColorProfile, MatrixCoefficients, ToneReprCurve, TransferCharacteristics,
};

/// A file's profile and code points.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Said<'a> {
    pub(super) icc: Option<&'a [u8]>,
    pub(super) nclx: Option<Cicp>,
}

/// What an item says of its colours, or where it says nothing, the first item that it is made of.
pub(super) fn said<'a>(container: &Container<'a>, id: u32) -> Result<Said<'a>, Refusal> {
    let own = of_item(container, id)?;
    match container.referenced(id, b"dimg").first() {
        Some(&tile) if own.icc.is_none() && own.nclx.is_none() => of_item(container, tile),
        _ => Ok(own),
    }
}

fn of_item<'a>(container: &Container<'a>, id: u32) -> Result<Said<'a>, Refusal> {
    let mut said = Said::default();
    for (_, mut colr) in container.properties(container.item(id)?).filter(|(kind, _)| kind == b"colr") {
        match colr.kind() {
            Some([b'p', b'r', b'o', b'f'] | [b'r', b'I', b'C', b'C']) => said.icc = Some(colr.0),
            Some([b'n', b'c', b'l', b'x']) => said.nclx = nclx(colr).or(said.nclx),
            _ => {}
        }
    }
    Ok(said)
}

fn nclx(mut colr: Fields) -> Option<Cicp> {
    // Sixteen bits each; what is beyond eight means nothing.
    let mut point = || colr.number(2).map(|point| u8::try_from(point).unwrap_or(UNSPECIFIED));
    let (primaries, transfer, matrix) = (point()?, point()?, point()?);
    Some(Cicp { primaries, transfer, matrix, full_range: colr.number(1)? & 0x80 != 0 })
}

const UNSPECIFIED: u8 = 2;

/// What the planes of a picture are, and which range they have. Where nothing is said of the matrix it is that of
/// ITU-R BT.601, as in other readers.
pub(super) fn colour(cicp: Cicp, header: &Header) -> Result<Colour, Refusal> {
    let full_range = cicp.full_range;
    if header.planes == 1 {
        return Ok(Colour::Grey { full_range });
    }
    // H.273, table 4.
    let (kr, kb) = match cicp.matrix {
        0 if header.subsampling == (1, 1) => return Ok(Colour::Rgb),
        1 => (0.2126, 0.0722),
        4 => (0.30, 0.11),
        2 | 3 | 5 | 6 => (0.299, 0.114),
        7 => (0.212, 0.087),
        9 => (0.2627, 0.0593),
        // Derived from the primaries.
        12 => match cicp.primaries {
            9 => (0.2627, 0.0593),
            12 => (0.228_97, 0.079_29),
            _ => (0.2126, 0.0722),
        },
        other => return Err(unsupported(format!("colour matrix {other}"))),
    };
    Ok(Colour::Ycc { kr, kb, full_range })
}

/// The profile of a picture's colours: its own, or one made of its code points where they say other than sRGB.
pub(super) fn profile(said: &Said, cicp: Cicp) -> Option<Vec<u8>> {
    match said.icc {
        Some(icc) => Some(icc.to_vec()),
        None => made(cicp),
    }
}

/// Nothing for what is shown as sRGB: the primaries of ITU-R BT.709 with any transfer that is meant for them, and what is
/// unspecified.
fn made(cicp: Cicp) -> Option<Vec<u8>> {
    let is_srgb = matches!(cicp.primaries, 1 | UNSPECIFIED);
    let curve = curve(cicp.transfer);
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
    // It has none where it does not know the primaries.
    profile.red_trc.as_ref()?;
    // Otherwise readers of the profile would go by these instead.
    profile.cicp = None;
    if let Some(curve) = curve {
        let curve = ToneReprCurve::Lut(curve);
        profile.red_trc = Some(curve.clone());
        profile.green_trc = Some(curve.clone());
        profile.blue_trc = Some(curve);
    }
    profile.encode().ok()
}

/// The brightness of each of the values that a sample can have, 65,535 the brightest that is shown; nothing where the
/// curve is that of sRGB or is meant to be shown as if: those for video, and HLG, which is made so.
fn curve(transfer: u8) -> Option<Vec<u16>> {
    let brightness: fn(f64) -> f64 = match transfer {
        4 => |sample| sample.powf(2.2),
        5 => |sample| sample.powf(2.8),
        8 => |sample| sample,
        16 => |sample| shown(pq(sample)),
        _ => return None,
    };
    let value = |step: u32| (brightness(f64::from(step) / 1023.0) * 65_535.0).round() as u16;
    Some((0..1024).map(value).collect())
}

/// Candelas per square metre (SMPTE ST 2084, equation 5.2).
fn pq(sample: f64) -> f64 {
    const M1: f64 = 2610.0 / 16_384.0;
    const M2: f64 = 2523.0 / 4096.0 * 128.0;
    const C1: f64 = 3424.0 / 4096.0;
    const C2: f64 = 2413.0 / 4096.0 * 32.0;
    const C3: f64 = 2392.0 / 4096.0 * 32.0;
    let power = sample.powf(1.0 / M2);
    10_000.0 * ((power - C1).max(0.0) / (C2 - C3 * power)).powf(1.0 / M1)
}

/// What of a brightness up to that of the usual master (1,000 cd/m²) is shown, where paper is white at 203 cd/m²
/// (ITU-R BT.2408): E. Reinhard and others, Photographic Tone Reproduction for Digital Images, 2002, equation 4.
fn shown(brightness: f64) -> f64 {
    let (light, brightest) = (brightness / 203.0, 1000.0 / 203.0);
    (light * (1.0 + light / (brightest * brightest)) / (1.0 + light)).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cicp(primaries: u8, transfer: u8) -> Cicp {
        Cicp { primaries, transfer, matrix: 9, full_range: true }
    }

    #[test]
    fn only_what_is_not_srgb_has_a_profile() {
        for (primaries, transfer) in [(1, 13), (1, 1), (2, 2), (2, 6), (1, 18), (255, 13), (3, 13)] {
            assert_eq!(made(cicp(primaries, transfer)), None, "{primaries}/{transfer}");
        }
        for (primaries, transfer) in [(12, 13), (9, 14), (9, 16), (9, 18), (1, 8), (1, 16)] {
            let icc = made(cicp(primaries, transfer)).unwrap();
            let profile = ColorProfile::new_from_slice(&icc).unwrap();
            assert!(profile.red_trc.is_some() && profile.cicp.is_none(), "{primaries}/{transfer}");
        }
    }

    #[test]
    fn pq_is_shown_between_black_and_white() {
        // SMPTE ST 2084: 0.5081 of the range is 100 cd/m², 0.7518 is 1,000.
        assert!((pq(0.5081) - 100.0).abs() < 0.5 && (pq(0.7518) - 1000.0).abs() < 2.0);
        let curve = curve(16).unwrap();
        assert!(curve.is_sorted());
        assert_eq!((curve[0], curve[800], curve[1023]), (0, 65_535, 65_535));
        assert!((30_000..40_000).contains(&curve[594]), "paper white: {}", curve[594]);
    }
}
