//! GPS positions.

use super::number::round;
use crate::metadata::Gps;

/// The maximum plausible altitude in metres: the edge of space.
const MAX_ALTITUDE: f64 = 100_000.0;

/// A latitude or longitude as stored in EXIF.
pub(crate) struct Coordinate<'a> {
    /// Degrees, minutes and seconds. Each can be missing or not finite.
    pub(crate) parts: &'a [f64],
    /// `N`, `S`, `E`, `W`, or empty.
    pub(crate) hemisphere: &'a str,
}

/// Creates a position, or returns `None` if it is implausible.
///
/// Rejects the position 0°, 0°, because cameras write it for an unknown position.
///
/// If neither coordinate has a hemisphere, the signs of the degrees count, and positive degrees are
/// north and east, as in most readers (docs/decisions/2026-11-28-incomplete-metadata.md). Rejects a
/// position with only one hemisphere, because it is damaged.
pub(crate) fn gps(latitude: &Coordinate, longitude: &Coordinate, altitude: Option<f64>) -> Option<Gps> {
    let (latitude, longitude) = if latitude.hemisphere.is_empty() && longitude.hemisphere.is_empty() {
        (latitude.signed_degrees()?, longitude.signed_degrees()?)
    } else {
        (latitude.degrees('N', 'S')?, longitude.degrees('E', 'W')?)
    };
    if latitude.abs() > 90.0 || longitude.abs() > 180.0 {
        return None;
    }
    // The seventh decimal is about a centimetre.
    let (latitude, longitude) = (round(latitude, 7), round(longitude, 7));
    (latitude != 0.0 || longitude != 0.0).then_some(Gps { latitude, longitude, altitude })
}

/// Returns the altitude in metres above sea level, rounded to centimetres. Reference 1 means below
/// sea level, 3 below the ellipsoid (EXIF 3.0, 4.6.7).
pub(crate) fn altitude(metres: f64, reference: f64) -> Option<f64> {
    let is_below = reference == 1.0 || reference == 3.0;
    let metres = round(if is_below { -metres.abs() } else { metres }, 2);
    // Adding zero turns -0.0 into 0.0.
    (metres.abs() <= MAX_ALTITUDE).then_some(metres + 0.0)
}

/// Parses a coordinate in XMP notation, `39,6.9N` or `39,6,54N`. Returns its parts and its
/// hemisphere.
///
/// Some programs write signed degrees instead. Then the hemisphere is the second of `hemispheres`
/// if the degrees are negative, else the first.
pub(crate) fn parse<'t>(text: &'t str, hemispheres: [&'t str; 2]) -> Option<(Vec<f64>, &'t str)> {
    let text = text.trim();
    if let Ok(degrees) = text.parse::<f64>() {
        return Some((vec![degrees.abs()], hemispheres[usize::from(degrees < 0.0)]));
    }
    let (parts, hemisphere) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let parts: Option<Vec<f64>> = parts.split(',').take(4).map(|part| part.trim().parse().ok()).collect();
    Some((parts?, hemisphere))
}

impl Coordinate<'_> {
    fn degrees(&self, positive: char, negative: char) -> Option<f64> {
        let hemisphere = self.hemisphere.trim().chars().next()?.to_ascii_uppercase();
        let sign = match hemisphere {
            _ if hemisphere == positive => 1.0,
            _ if hemisphere == negative => -1.0,
            _ => return None,
        };
        Some(sign * self.absolute_degrees()?)
    }

    /// Returns the degrees with the sign of the first part.
    fn signed_degrees(&self) -> Option<f64> {
        Some(self.absolute_degrees()?.copysign(*self.parts.first()?))
    }

    /// Returns the degrees without their sign, which is redundant if there is a hemisphere.
    fn absolute_degrees(&self) -> Option<f64> {
        // Unknown minutes and seconds (0/0) count as zero.
        let part =
            |index: usize| self.parts.get(index).copied().filter(|part| part.is_finite()).map(f64::abs);
        Some(part(0)? + part(1).unwrap_or(0.0) / 60.0 + part(2).unwrap_or(0.0) / 3600.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(latitude: &[f64], south: &str, longitude: &[f64], west: &str) -> Option<(f64, f64)> {
        let latitude = Coordinate { parts: latitude, hemisphere: south };
        let longitude = Coordinate { parts: longitude, hemisphere: west };
        gps(&latitude, &longitude, None).map(|gps| (gps.latitude, gps.longitude))
    }

    #[test]
    fn converts_hemispheres_to_signs() {
        let (a, b) = (&[39.0, 6.0, 54.0][..], &[108.0, 24.0, 3.486][..]);
        assert_eq!(place(a, "N", b, "W"), Some((39.115, -108.400_968_3)));
        assert_eq!(place(a, "S", b, "E"), Some((-39.115, 108.400_968_3)));
        assert_eq!(place(a, "s", b, " w"), Some((-39.115, -108.400_968_3)));
        assert_eq!(place(&[39.1], "N", &[-78.0, 30.0], "W"), Some((39.1, -78.5)));
        assert_eq!(place(a, "", b, "W"), None);
        assert_eq!(place(a, "E", b, "W"), None);
    }

    #[test]
    fn signs_count_without_hemispheres() {
        let (a, b) = (&[52.0, 22.0, 12.0][..], &[4.0, 53.0, 42.0][..]);
        assert_eq!(place(a, "", b, ""), Some((52.37, 4.895)));
        assert_eq!(place(&[-33.0, 51.0, 36.0], "", &[151.2], ""), Some((-33.86, 151.2)));
        assert_eq!(place(a, "", b, "E"), None);
        assert_eq!(place(a, "N", b, ""), None);
        assert_eq!(place(&[91.0], "", b, ""), None);
        assert_eq!(place(&[f64::NAN], "", b, ""), None);
        assert_eq!(place(&[0.0], "", &[0.0], ""), None);
    }

    #[test]
    fn rejects_implausible_positions() {
        assert_eq!(place(&[0.0, 0.0, 0.0], "N", &[0.0, 0.0, 0.0], "E"), None);
        assert_eq!(place(&[f64::NAN, 0.0, 0.0], "N", &[1.0], "E"), None);
        assert_eq!(place(&[91.0], "N", &[1.0], "E"), None);
        assert_eq!(place(&[9.0], "N", &[181.0], "E"), None);
        assert_eq!(place(&[], "N", &[], "E"), None);
    }

    #[test]
    fn ignores_unknown_seconds() {
        assert_eq!(place(&[10.0, 30.0, f64::NAN], "N", &[20.0], "E"), Some((10.5, 20.0)));
    }

    #[test]
    fn parses_xmp_coordinates() {
        let parse = |text| parse(text, ["N", "S"]);
        assert_eq!(parse("39,6.9N"), Some((vec![39.0, 6.9], "N")));
        assert_eq!(parse(" 108,24,3W "), Some((vec![108.0, 24.0, 3.0], "W")));
        assert_eq!(parse("-33.86"), Some((vec![33.86], "S")));
        for text in ["", "N", "39;6N", "39,é"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn converts_altitudes() {
        assert_eq!(altitude(1483.9, 0.0), Some(1483.9));
        assert_eq!(altitude(430.5, 1.0), Some(-430.5));
        assert_eq!(altitude(0.0, 1.0), Some(0.0));
        assert_eq!(altitude(f64::NAN, 0.0), None);
        assert_eq!(altitude(4e9, 0.0), None);
    }
}
