//! What a camera wrote, made fit to be shown: pure functions from a raw value to a clean one or none.

pub(super) mod camera;
pub(super) mod date;
pub(super) mod number;
pub(super) mod place;
pub(super) mod text;
pub(super) mod words;

/// `value` rounded to so many decimals.
fn round(value: f64, decimals: i32) -> f64 {
    let scale = 10f64.powi(decimals);
    (value * scale).round() / scale
}
