//! What the decoder gives for one row, and what the resizer takes.

use png::ColorType;

/// How many channels a picture has that is resized in eight bits: grey with alpha, rare as it is, has become RGBA.
pub(super) fn eight_channels(colour: ColorType) -> usize {
    if colour == ColorType::GrayscaleAlpha { 4 } else { colour.samples() }
}

/// Copies samples of eight bits into a row of [`eight_channels`].
pub(super) fn copy(from: &[u8], colour: ColorType, to: &mut [u8]) {
    if colour == ColorType::GrayscaleAlpha {
        for (&[grey, alpha], to) in from.as_chunks::<2>().0.iter().zip(to.as_chunks_mut::<4>().0) {
            *to = [grey, grey, grey, alpha];
        }
    } else {
        to.copy_from_slice(from);
    }
}

/// Rounds samples of sixteen bits, as a file has them, to eight.
pub(super) fn narrow(from: &[u8], to: &mut [u8]) {
    for (&sample, to) in from.as_chunks::<2>().0.iter().zip(to) {
        // Divides by 257 and rounds, as libpng's png_set_scale_16 does.
        *to = ((u32::from(u16::from_be_bytes(sample)) * 255 + 32_895) >> 16) as u8;
    }
}

/// Turns samples of sixteen bits, as a file has them, into this machine's.
pub(super) fn native(from: &[u8], to: &mut [u16]) {
    for (&sample, to) in from.as_chunks::<2>().0.iter().zip(to) {
        *to = u16::from_be_bytes(sample);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sixteen_bits_are_rounded_to_the_nearest_of_eight() {
        for sample in 0..=u16::MAX {
            let mut narrowed = [0];
            narrow(&sample.to_be_bytes(), &mut narrowed);
            assert_eq!(f64::from(narrowed[0]), (f64::from(sample) / 257.0).round(), "{sample}");
        }
    }
}
