//! The levels of samples: their range, and how many bits they have.

use crate::planes::{Plane, Samples};

/// Stretches the range that video has, in which black is 16 and white 235 of 255, to all levels (ITU-T H.273, 8.3).
pub(super) fn widen(plane: &mut Plane, bits: u8) {
    let unit = 1u32 << (bits - 8);
    let most = (1u32 << bits) - 1;
    let wide = |sample: u32| (sample.saturating_sub(16 * unit) * most + 219 * unit / 2) / (219 * unit);
    match &mut plane.samples {
        Samples::Eight(bytes) => {
            bytes.iter_mut().for_each(|byte| *byte = wide(u32::from(*byte)).min(most) as u8);
        }
        Samples::Sixteen(words) => {
            words.iter_mut().for_each(|word| *word = wide(u32::from(*word)).min(most) as u16);
        }
    }
}

/// The same picture with another number of bits.
pub(super) fn convert(plane: Plane, from: u8, to: u8) -> Plane {
    if from == to {
        return plane;
    }
    let (most_before, most) = ((1u64 << from) - 1, (1u64 << to) - 1);
    let scaled = |sample: u64| (sample * most + most_before / 2) / most_before;
    let samples = match (plane.samples, to) {
        (Samples::Eight(bytes), _) => {
            Samples::Sixteen(bytes.iter().map(|byte| scaled(u64::from(*byte)) as u16).collect())
        }
        (Samples::Sixteen(words), 8) => {
            Samples::Eight(words.iter().map(|word| scaled(u64::from(*word)) as u8).collect())
        }
        (Samples::Sixteen(words), _) => {
            Samples::Sixteen(words.iter().map(|word| scaled(u64::from(*word)) as u16).collect())
        }
    };
    Plane { samples, ..plane }
}
