//! Where a picture was taken.

use super::round;
use crate::facts::Gps;

/// The furthest from the sea believed (metres): where space begins.
const FURTHEST: f64 = 100_000.0;

/// What EXIF says about one coordinate: degrees, minutes, seconds, and the letter of its half of the world.
pub(crate) struct Coordinate<'a> {
    /// Up to three numbers, some perhaps not finite.
    pub(crate) parts: &'a [f64],
    /// `N`, `S`, `E`, `W`, or nothing.
    pub(crate) half: &'a str,
}

/// A place on earth. 0°, 0° is no place: cameras write it when they do not know. A coordinate whose half of the world is not
/// told is none either: guessing would put half of the pictures on the wrong side.
pub(crate) fn gps(latitude: &Coordinate, longitude: &Coordinate, altitude: Option<f64>) -> Option<Gps> {
    let latitude = latitude.degrees('N', 'S').filter(|degrees| degrees.abs() <= 90.0)?;
    let longitude = longitude.degrees('E', 'W').filter(|degrees| degrees.abs() <= 180.0)?;
    // Seven decimals are a centimetre.
    let (latitude, longitude) = (round(latitude, 7), round(longitude, 7));
    (latitude != 0.0 || longitude != 0.0).then_some(Gps { latitude, longitude, altitude })
}

/// Metres above the sea, to the centimetre. The reference is 1 below the sea, 3 below the ellipsoid (EXIF 3.0, 4.6.7).
pub(crate) fn altitude(metres: f64, reference: f64) -> Option<f64> {
    let below = reference == 1.0 || reference == 3.0;
    let metres = round(if below { -metres.abs() } else { metres }, 2);
    // Plus zero: minus zero looks odd in JSON.
    (metres.abs() <= FURTHEST).then_some(metres + 0.0)
}

/// Reads a coordinate as XMP writes it, `39,6.9N` or `39,6,54N`: its parts, and the letter of its half of the world.
/// Some programs write degrees with a sign instead: then the letter is one of `halves`, the positive one first.
pub(crate) fn parse<'t>(text: &'t str, halves: [&'t str; 2]) -> Option<(Vec<f64>, &'t str)> {
    let text = text.trim();
    if let Ok(degrees) = text.parse::<f64>() {
        return Some((vec![degrees.abs()], halves[usize::from(degrees < 0.0)]));
    }
    let (parts, half) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let parts: Option<Vec<f64>> = parts.split(',').take(4).map(|part| part.trim().parse().ok()).collect();
    Some((parts?, half))
}

impl Coordinate<'_> {
    fn degrees(&self, positive: char, negative: char) -> Option<f64> {
        let half = self.half.trim().chars().next()?.to_ascii_uppercase();
        let sign = match half {
            _ if half == positive => 1.0,
            _ if half == negative => -1.0,
            _ => return None,
        };
        // Minutes and seconds that are unknown (0/0) are left out; degrees are not.
        // The letter tells the half; some drones write a sign, too.
        let part =
            |index: usize| self.parts.get(index).copied().filter(|part| part.is_finite()).map(f64::abs);
        let degrees = part(0)? + part(1).unwrap_or(0.0) / 60.0 + part(2).unwrap_or(0.0) / 3600.0;
        Some(sign * degrees)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(latitude: &[f64], south: &str, longitude: &[f64], west: &str) -> Option<(f64, f64)> {
        let latitude = Coordinate { parts: latitude, half: south };
        let longitude = Coordinate { parts: longitude, half: west };
        gps(&latitude, &longitude, None).map(|gps| (gps.latitude, gps.longitude))
    }

    #[test]
    fn halves_of_the_world() {
        let (a, b) = (&[39.0, 6.0, 54.0][..], &[108.0, 24.0, 3.486][..]);
        assert_eq!(place(a, "N", b, "W"), Some((39.115, -108.400_968_3)));
        assert_eq!(place(a, "S", b, "E"), Some((-39.115, 108.400_968_3)));
        assert_eq!(place(a, "s", b, " w"), Some((-39.115, -108.400_968_3)));
        assert_eq!(place(&[39.1], "N", &[-78.0, 30.0], "W"), Some((39.1, -78.5)));
        assert_eq!(place(a, "", b, "W"), None);
        assert_eq!(place(a, "E", b, "W"), None);
    }

    #[test]
    fn no_place() {
        assert_eq!(place(&[0.0, 0.0, 0.0], "N", &[0.0, 0.0, 0.0], "E"), None);
        assert_eq!(place(&[f64::NAN, 0.0, 0.0], "N", &[1.0], "E"), None);
        assert_eq!(place(&[91.0], "N", &[1.0], "E"), None);
        assert_eq!(place(&[9.0], "N", &[181.0], "E"), None);
        assert_eq!(place(&[], "N", &[], "E"), None);
    }

    #[test]
    fn unknown_seconds_are_left_out() {
        assert_eq!(place(&[10.0, 30.0, f64::NAN], "N", &[20.0], "E"), Some((10.5, 20.0)));
    }

    #[test]
    fn coordinates_as_xmp_writes_them() {
        let parse = |text| parse(text, ["N", "S"]);
        assert_eq!(parse("39,6.9N"), Some((vec![39.0, 6.9], "N")));
        assert_eq!(parse(" 108,24,3W "), Some((vec![108.0, 24.0, 3.0], "W")));
        assert_eq!(parse("-33.86"), Some((vec![33.86], "S")));
        for junk in ["", "N", "39;6N", "39,é"] {
            assert_eq!(parse(junk), None, "{junk}");
        }
    }

    #[test]
    fn altitudes() {
        assert_eq!(altitude(1483.9, 0.0), Some(1483.9));
        assert_eq!(altitude(430.5, 1.0), Some(-430.5));
        assert_eq!(altitude(0.0, 1.0), Some(0.0));
        assert_eq!(altitude(f64::NAN, 0.0), None);
        assert_eq!(altitude(4e9, 0.0), None);
    }
}
