//! Converts the range and the bit depth of samples.

use crate::planes::{Plane, Samples};

/// Expands samples of `bits` bits from video range, in which black is 16 and white 235 of 255, to
/// full range (ITU-T H.273, 8.3).
pub(super) fn expand_video_range(plane: &mut Plane, bits: u8) {
    let unit = 1u32 << (bits - 8);
    let max = (1u32 << bits) - 1;
    let expand = |sample: u32| (sample.saturating_sub(16 * unit) * max + 219 * unit / 2) / (219 * unit);
    match &mut plane.samples {
        Samples::Eight(bytes) => {
            bytes.iter_mut().for_each(|byte| *byte = expand(u32::from(*byte)).min(max) as u8);
        }
        Samples::Sixteen(words) => {
            words.iter_mut().for_each(|word| *word = expand(u32::from(*word)).min(max) as u16);
        }
    }
}

/// Converts samples of `from` bits to `to` bits.
pub(super) fn convert_bit_depth(plane: Plane, from: u8, to: u8) -> Plane {
    if from == to {
        return plane;
    }
    let (from_max, to_max) = ((1u64 << from) - 1, (1u64 << to) - 1);
    let scale = |sample: u64| (sample * to_max + from_max / 2) / from_max;
    let samples = match (plane.samples, to) {
        (Samples::Eight(bytes), _) => {
            Samples::Sixteen(bytes.iter().map(|byte| scale(u64::from(*byte)) as u16).collect())
        }
        (Samples::Sixteen(words), 8) => {
            Samples::Eight(words.iter().map(|word| scale(u64::from(*word)) as u8).collect())
        }
        (Samples::Sixteen(words), _) => {
            Samples::Sixteen(words.iter().map(|word| scale(u64::from(*word)) as u16).collect())
        }
    };
    Plane { samples, ..plane }
}
