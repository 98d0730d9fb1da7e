//! Converts rows of samples between the decoder's and the resizer's types.

use png::ColorType;

/// Returns the number of channels of a picture that is resized with eight bits a channel. Grey with
/// alpha becomes RGBA, because it is too rare for compiled code of its own.
pub(super) fn channels_8(colour: ColorType) -> usize {
    if colour == ColorType::GrayscaleAlpha { 4 } else { colour.samples() }
}

/// Copies 8-bit samples to a row with [`channels_8`] channels.
pub(super) fn copy_8(from: &[u8], colour: ColorType, to: &mut [u8]) {
    if colour == ColorType::GrayscaleAlpha {
        for (&[grey, alpha], to) in from.as_chunks::<2>().0.iter().zip(to.as_chunks_mut::<4>().0) {
            *to = [grey, grey, grey, alpha];
        }
    } else {
        to.copy_from_slice(from);
    }
}

/// Rounds big-endian 16-bit samples to eight bits.
pub(super) fn round_to_8(from: &[u8], to: &mut [u8]) {
    for (&sample, to) in from.as_chunks::<2>().0.iter().zip(to) {
        // Divides by 257 and rounds, as libpng's png_set_scale_16 does.
        *to = ((u32::from(u16::from_be_bytes(sample)) * 255 + 32_895) >> 16) as u8;
    }
}

/// Converts big-endian 16-bit samples to native byte order.
pub(super) fn to_native_16(from: &[u8], to: &mut [u16]) {
    for (&sample, to) in from.as_chunks::<2>().0.iter().zip(to) {
        *to = u16::from_be_bytes(sample);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_sixteen_bits_to_the_nearest_of_eight() {
        for sample in 0..=u16::MAX {
            let mut rounded = [0];
            round_to_8(&sample.to_be_bytes(), &mut rounded);
            assert_eq!(f64::from(rounded[0]), (f64::from(sample) / 257.0).round(), "{sample}");
        }
    }
}
