//! Numbers: exposure, aperture, ISO speed, focal length, orientation, size.

/// Width and height in pixels.
pub(crate) type Size = (u32, u32);

/// The maximum plausible exposure time in seconds: a day.
const MAX_EXPOSURE: f64 = 86_400.0;
/// The maximum plausible ISO speed. Cameras reach 4,560,000.
const MAX_ISO: f64 = 10_000_000.0;
/// The value of the 16-bit ISO field if the ISO speed does not fit (EXIF 3.0, 4.6.6.7).
const ISO_OVERFLOW: f64 = 65_535.0;

/// Parses a number in XMP notation: `28/10`, `2.8`.
pub(crate) fn parse(text: &str) -> Option<f64> {
    let number = |text: &str| text.trim().parse::<f64>().ok();
    match text.split_once('/') {
        Some((numerator, denominator)) => Some(number(numerator)? / number(denominator)?),
        None => number(text),
    }
}

/// Converts an EXIF orientation. Returns `None` if it is not 1 to 8.
pub(crate) fn orientation(number: f64) -> Option<u8> {
    (1..=8).find(|&orientation| f64::from(orientation) == number)
}

/// Formats an exposure time in seconds as ExifTool does: a fraction up to 1/4, else one decimal.
pub(crate) fn exposure(seconds: f64) -> Option<String> {
    let seconds = positive_up_to(seconds, MAX_EXPOSURE)?;
    Some(if seconds < 0.250_01 { format!("1/{:.0}", 1.0 / seconds) } else { round(seconds, 1).to_string() })
}

/// Converts a shutter speed in APEX units to seconds (EXIF 3.0, annex C).
pub(crate) fn seconds_from_apex(shutter_speed: f64) -> f64 {
    (-shutter_speed).exp2()
}

/// Rounds an f-number to one decimal, or two below 1.
pub(crate) fn aperture(f_number: f64) -> Option<f64> {
    let f_number = positive_up_to(f_number, 1000.0)?;
    Some(round(f_number, if f_number < 1.0 { 2 } else { 1 })).filter(|&rounded| rounded > 0.0)
}

/// Converts an aperture in APEX units to an f-number (EXIF 3.0, annex C).
pub(crate) fn f_number_from_apex(aperture: f64) -> f64 {
    (aperture / 2.0).exp2()
}

/// Returns the first plausible ISO speed, rounded.
pub(crate) fn iso(candidates: &[f64]) -> Option<u32> {
    let clean = |value: f64| positive_up_to(value, MAX_ISO).filter(|&value| value >= 1.0);
    let value = candidates.iter().copied().filter(|&value| value != ISO_OVERFLOW).find_map(clean)?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked above")]
    Some(value.round() as u32)
}

/// Rounds a focal length in millimetres to two decimals.
pub(crate) fn focal_length(millimetres: f64) -> Option<f64> {
    positive_up_to(millimetres, 100_000.0).map(|value| round(value, 2)).filter(|&value| value > 0.0)
}

/// Formats the specification of a lens: minimum and maximum focal length in millimetres, and the
/// minimum f-number at each. An unknown f-number is zero or not finite (EXIF 3.0,
/// LensSpecification).
pub(crate) fn lens(specification: &[f64]) -> Option<String> {
    let [min_length, max_length, f_at_min, f_at_max] = *specification else { return None };
    let (min_length, max_length) = (focal_length(min_length)?, focal_length(max_length)?);
    let range = |from: f64, to: f64| if from == to { from.to_string() } else { format!("{from}-{to}") };
    let lengths = format!("{}mm", range(min_length, max_length));
    Some(match (aperture(f_at_min), aperture(f_at_max)) {
        (Some(f_at_min), Some(f_at_max)) => format!("{lengths} f/{}", range(f_at_min, f_at_max)),
        _ => lengths,
    })
}

/// Returns the size, or `None` if a side is zero.
pub(crate) fn size(width: u32, height: u32) -> Option<Size> {
    (width > 0 && height > 0).then_some((width, height))
}

/// Rounds a value to a number of decimals.
pub(super) fn round(value: f64, decimals: i32) -> f64 {
    let scale = 10f64.powi(decimals);
    (value * scale).round() / scale
}

/// Returns the value if it is above zero and at most `max`.
fn positive_up_to(value: f64, max: f64) -> Option<f64> {
    (value > 0.0 && value <= max).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    const IMPLAUSIBLE: [f64; 5] = [0.0, -1.0, f64::NAN, f64::INFINITY, 1e300];

    #[test]
    fn formats_exposures_like_photographers() {
        for (seconds, expected) in [
            (0.004, "1/250"),
            (10.0 / 12790.0, "1/1279"),
            (0.25, "1/4"),
            (0.3, "0.3"),
            (1.0, "1"),
            (2.5, "2.5"),
            (30.0, "30"),
        ] {
            assert_eq!(exposure(seconds).as_deref(), Some(expected));
        }
        assert_eq!(exposure(seconds_from_apex(8.0)).as_deref(), Some("1/256"));
    }

    #[test]
    fn rounds_numbers() {
        assert_eq!(aperture(2.800_000_1), Some(2.8));
        assert_eq!(aperture(0.95), Some(0.95));
        assert_eq!(aperture(f_number_from_apex(6.0)), Some(8.0));
        assert_eq!(focal_length(3.990_000_1), Some(3.99));
        assert_eq!(iso(&[250.0]), Some(250));
        assert_eq!(iso(&[65_535.0, 102_400.0]), Some(102_400));
        assert_eq!(iso(&[65_535.0, 0.0]), None);
        assert_eq!(lens(&[18.0, 250.0, 3.5, 6.3]).as_deref(), Some("18-250mm f/3.5-6.3"));
        assert_eq!(lens(&[50.0, 50.0, f64::NAN, f64::NAN]).as_deref(), Some("50mm"));
        assert_eq!(lens(&[0.0, 0.0, 0.0, 0.0]), None);
    }

    #[test]
    fn rejects_implausible_numbers() {
        for number in IMPLAUSIBLE {
            assert_eq!(exposure(number), None);
            assert_eq!(aperture(number), None);
            assert_eq!(focal_length(number), None);
            assert_eq!(iso(&[number]), None);
        }
    }
}
