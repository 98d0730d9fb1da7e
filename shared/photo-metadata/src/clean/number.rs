//! Exposure, aperture, sensitivity, focal length.

use super::round;

/// The longest exposure believed (seconds): a day.
const LONGEST: f64 = 86_400.0;
/// The highest sensitivity believed; cameras reach 4,560,000.
const MOST_SENSITIVE: f64 = 10_000_000.0;
/// What a 16-bit ISO field says when the value does not fit (EXIF 3.0, 4.6.6.7).
const ISO_OVERFLOW: f64 = 65_535.0;

/// A number as XMP writes it: `28/10`, `2.8`.
pub(crate) fn parse(text: &str) -> Option<f64> {
    let number = |text: &str| text.trim().parse::<f64>().ok();
    match text.split_once('/') {
        Some((numerator, denominator)) => Some(number(numerator)? / number(denominator)?),
        None => number(text),
    }
}

/// EXIF's orientation: 1 to 8.
pub(crate) fn orientation(number: f64) -> Option<u8> {
    (1..=8).find(|&orientation| f64::from(orientation) == number)
}

/// Seconds as photographers write them: a fraction up to a quarter, else with one decimal, as ExifTool does.
pub(crate) fn exposure(seconds: f64) -> Option<String> {
    let seconds = within(seconds, LONGEST)?;
    Some(if seconds < 0.250_01 { format!("1/{:.0}", 1.0 / seconds) } else { round(seconds, 1).to_string() })
}

/// Seconds from a shutter speed in APEX units (EXIF 3.0, annex C).
pub(crate) fn seconds_from_apex(shutter_speed: f64) -> f64 {
    (-shutter_speed).exp2()
}

/// The f-number, with one decimal (two below 1).
pub(crate) fn aperture(f_number: f64) -> Option<f64> {
    let f_number = within(f_number, 1000.0)?;
    Some(round(f_number, if f_number < 1.0 { 2 } else { 1 })).filter(|&rounded| rounded > 0.0)
}

/// The f-number from an aperture in APEX units (EXIF 3.0, annex C).
pub(crate) fn f_number_from_apex(aperture: f64) -> f64 {
    (aperture / 2.0).exp2()
}

/// The first of these sensitivities that is one. The 16-bit field says 65,535 where the true one is in a wider field.
pub(crate) fn iso(candidates: &[f64]) -> Option<u32> {
    let plausible = |value: f64| within(value, MOST_SENSITIVE).filter(|&value| value >= 1.0);
    let value = candidates.iter().copied().filter(|&value| value != ISO_OVERFLOW).find_map(plausible)?;
    // In range, checked just above.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    Some(value.round() as u32)
}

/// Millimetres, with two decimals.
pub(crate) fn focal_length(millimetres: f64) -> Option<f64> {
    within(millimetres, 100_000.0).map(|value| round(value, 2)).filter(|&value| value > 0.0)
}

/// A lens by its range: shortest and longest focal length (millimetres), lowest f-number at each, zero or not finite where
/// unknown (EXIF 3.0, LensSpecification).
pub(crate) fn lens(specification: &[f64]) -> Option<String> {
    let [shortest, longest, widest, narrowest] = *specification else { return None };
    let (shortest, longest) = (focal_length(shortest)?, focal_length(longest)?);
    let range = |from: f64, to: f64| if from == to { from.to_string() } else { format!("{from}-{to}") };
    let lengths = format!("{}mm", range(shortest, longest));
    Some(match (aperture(widest), aperture(narrowest)) {
        (Some(widest), Some(narrowest)) => format!("{lengths} f/{}", range(widest, narrowest)),
        _ => lengths,
    })
}

/// Above zero and not above `most`; not a number is neither.
fn within(value: f64, most: f64) -> Option<f64> {
    (value > 0.0 && value <= most).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    const JUNK: [f64; 5] = [0.0, -1.0, f64::NAN, f64::INFINITY, 1e300];

    #[test]
    fn exposures_read_as_photographers_write_them() {
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
    fn numbers_are_rounded() {
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
    fn junk_is_no_value() {
        for junk in JUNK {
            assert_eq!(exposure(junk), None);
            assert_eq!(aperture(junk), None);
            assert_eq!(focal_length(junk), None);
            assert_eq!(iso(&[junk]), None);
        }
    }
}
