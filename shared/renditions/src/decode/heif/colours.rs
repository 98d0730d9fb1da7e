//! The colours of a picture (ITU-T H.273; ISO/IEC 23008-12, 6.5.5).

use super::container::Container;
use super::iso_box::BoxReader;
use super::types::{Cicp, Header, unsupported};
use crate::hdr::{self, HdrTransfer};
use crate::planes::ColourSpace;
use crate::refusal::Refusal;
use moxcms::{CicpColorPrimaries, ToneReprCurve};

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

    /// Reads the properties of the first of these items that has any.
    pub(super) fn read_first(container: &Container<'a>, ids: &[u32]) -> Result<Self, Refusal> {
        for &id in ids {
            let info = Self::read(container, id)?;
            if info.icc.is_some() || info.nclx.is_some() {
                return Ok(info);
            }
        }
        Ok(Self::default())
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
    let hdr = HdrTransfer::from_code_point(cicp.transfer);
    if is_srgb && curve.is_none() && hdr != Some(HdrTransfer::Pq) {
        return None;
    }
    let primaries = CicpColorPrimaries::try_from(if is_srgb { 1 } else { cicp.primaries }).ok()?;
    let profile = match hdr {
        Some(transfer) => hdr::profile_from_code_points(primaries, transfer)?,
        None => {
            let mut profile = hdr::profile_with_primaries(primaries)?;
            if let Some(curve) = curve {
                hdr::set_curves(&mut profile, curve);
            }
            profile
        }
    };
    profile.encode().ok()
}

/// Returns the curve of a transfer function.
///
/// Returns `None` for transfer functions that are shown as sRGB: sRGB and the functions of video.
/// The functions of HDR are in the module `hdr`.
fn tone_curve(transfer: u8) -> Option<ToneReprCurve> {
    let light: fn(f64) -> f64 = match transfer {
        4 => |sample| sample.powf(2.2),
        5 => |sample| sample.powf(2.8),
        8 => |sample| sample,
        _ => return None,
    };
    Some(hdr::curve(light))
}

#[cfg(test)]
mod tests {
    use super::*;
    use moxcms::ColorProfile;

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
}
