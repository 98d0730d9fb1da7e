//! The samples of one channel, block by block.

use super::frame::Component;
use super::idct;
use super::weights::Weights;
use crate::planes::{Plane, Samples};

/// A channel that is being filled.
#[derive(Debug)]
pub(super) struct Canvas {
    samples: Vec<u8>,
    /// In samples.
    stride: usize,
    covered: (f64, f64),
}

impl Canvas {
    /// What one takes of memory (bytes).
    pub(super) fn bytes(component: &Component) -> u64 {
        let (across, down) = component.stored;
        (across * down * component.side * component.side) as u64
    }

    pub(super) fn new(component: &Component) -> Self {
        let Component { side, stored: (across, down), covered, .. } = *component;
        Canvas { samples: vec![0; across * down * side * side], stride: across * side, covered }
    }

    /// Transforms the first `N` × `N` coefficients and puts the samples in their place.
    #[inline(always)]
    pub(super) fn put<const N: usize>(
        &mut self,
        (column, row): (usize, usize),
        coefficients: &[i16],
        weights: &Weights,
    ) {
        let samples = idct::samples::<N>(coefficients, &weights.values);
        let first = row * N * self.stride + column * N;
        let rows = self.samples.get_mut(first..).unwrap_or_default();
        for (at, line) in samples.chunks_exact(idct::stride(N)).take(N).enumerate() {
            if let Some(samples) = rows.get_mut(at * self.stride..at * self.stride + N) {
                samples.copy_from_slice(&line[..N]);
            }
        }
    }

    /// The channel without the blocks' rests that lie outside the picture.
    pub(super) fn finish(mut self) -> Plane {
        let (width, height) = (self.covered.0.ceil() as usize, self.covered.1.ceil() as usize);
        if width < self.stride {
            for row in 1..height {
                self.samples.copy_within(row * self.stride..row * self.stride + width, row * width);
            }
        }
        self.samples.truncate(width * height);
        Plane {
            width: width as u32,
            height: height as u32,
            covered: self.covered,
            samples: Samples::Eight(self.samples),
        }
    }
}
