//! Fills the plane of a component, block by block.

use super::coefficient_map::CoefficientMap;
use super::frame::Component;
use super::idct;
use crate::planes::{Plane, Samples};

/// A plane of a component, filled block by block.
#[derive(Debug)]
pub(super) struct PlaneBuilder {
    samples: Vec<u8>,
    /// The distance between two rows, in samples.
    stride: usize,
    /// See [`Component::covered`].
    covered: (f64, f64),
}

impl PlaneBuilder {
    /// Returns the memory of a plane, in bytes.
    pub(super) fn memory(component: &Component) -> u64 {
        let (across, down) = component.padded_blocks;
        (across * down * component.side * component.side) as u64
    }

    pub(super) fn new(component: &Component) -> Self {
        let Component { side, padded_blocks: (across, down), covered, .. } = *component;
        PlaneBuilder { samples: vec![0; across * down * side * side], stride: across * side, covered }
    }

    /// Transforms `N` × `N` coefficients and stores the samples as the block at a column and row.
    #[inline(always)]
    pub(super) fn put_block<const N: usize>(
        &mut self,
        (column, row): (usize, usize),
        coefficients: &[i16],
        map: &CoefficientMap,
    ) {
        let samples = idct::transform_block::<N>(coefficients, &map.factors);
        let first = row * N * self.stride + column * N;
        let rows = self.samples.get_mut(first..).unwrap_or_default();
        for (at, line) in samples.chunks_exact(idct::stride(N)).take(N).enumerate() {
            if let Some(samples) = rows.get_mut(at * self.stride..at * self.stride + N) {
                samples.copy_from_slice(&line[..N]);
            }
        }
    }

    /// Cuts off the samples outside the picture and returns the plane.
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
