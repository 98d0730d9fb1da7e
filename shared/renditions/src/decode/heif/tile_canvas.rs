//! The planes of a picture, filled tile by tile, so that only one tile is decoded at a time.

use super::types::{DecoderPlane, Header};
use crate::planes::{Plane, Samples};
use crate::refusal::Refusal;
use crate::size::Size;

/// The planes of a picture, reduced by averaging if the picture is large.
pub(super) struct TileCanvas {
    header: Header,
    size: Size,
    /// The width and height of the blocks of samples that are averaged to one sample.
    factor: u32,
    planes: Vec<Samples>,
    /// A buffer for one row of a tile.
    row: Vec<u16>,
    /// A buffer for the sums of one row of blocks.
    sums: Vec<u32>,
}

impl TileCanvas {
    /// Creates a canvas without planes. All tiles of the picture must have the same header.
    ///
    /// Averages samples if the longer side of the averages is at least `min_edge`. With twice the
    /// size of the large rendition, resampling the averages gives nearly the same picture as
    /// resampling all samples (<https://pillow.readthedocs.io/>, `Image.thumbnail`,
    /// `reducing_gap`).
    pub(super) fn new(size: Size, tile: Size, header: Header, min_edge: u32) -> Self {
        let fits = |factor: &u32| {
            let tile_fits = tile.width.is_multiple_of(factor * header.subsampling.0)
                && tile.height.is_multiple_of(factor * header.subsampling.1);
            size.long_edge() / factor >= min_edge && (tile == size || tile_fits)
        };
        let factor = [8, 4, 2].into_iter().find(fits).unwrap_or(1);
        Self { header, size, factor, planes: Vec::new(), row: Vec::new(), sums: Vec::new() }
    }

    /// Returns the memory of the planes, in bytes.
    pub(super) fn bytes(&self) -> u64 {
        let samples: u64 = (0..self.header.planes).map(|plane| self.reduced_size(plane).pixels()).sum();
        if self.header.bits == 8 { samples } else { 2 * samples }
    }

    /// Allocates the planes.
    pub(super) fn allocate(mut self) -> Self {
        let samples = |plane| self.reduced_size(plane).pixels() as usize;
        let planes = (0..self.header.planes).map(|plane| match self.header.bits {
            8 => Samples::Eight(vec![0; samples(plane)]),
            _ => Samples::Sixteen(vec![0; samples(plane)]),
        });
        self.planes = planes.collect();
        self
    }

    /// Sets all samples to their maximum.
    pub(super) fn fill_with_maximum(&mut self) {
        let maximum = (1u32 << self.header.bits) - 1;
        for plane in &mut self.planes {
            match plane {
                Samples::Eight(bytes) => bytes.fill(u8::MAX),
                Samples::Sixteen(words) => words.fill(maximum as u16),
            }
        }
    }

    /// Returns the size of a plane in the file, in samples.
    fn full_size(&self, plane: usize) -> Size {
        let (across, down) = self.header.subsampling_of(plane);
        Size::new(self.size.width.div_ceil(across), self.size.height.div_ceil(down))
    }

    /// Returns the size of a plane on the canvas, in samples.
    fn reduced_size(&self, plane: usize) -> Size {
        let full = self.full_size(plane);
        Size::new(full.width.div_ceil(self.factor), full.height.div_ceil(self.factor))
    }

    /// Copies a plane of a tile to the canvas, and cuts off the part outside the picture. `left`
    /// and `top` are the position of the tile in the picture, in pixels.
    pub(super) fn draw_plane(
        &mut self,
        plane: usize,
        (left, top): (u32, u32),
        tile: DecoderPlane,
    ) -> Result<(), Refusal> {
        let (across, down) = self.header.subsampling_of(plane);
        let (left, top) = (left / across, top / down);
        let (full, reduced) = (self.full_size(plane), self.reduced_size(plane));
        let width = tile.width.min(full.width.saturating_sub(left)) as usize;
        let height = tile.height.min(full.height.saturating_sub(top));
        let factor = self.factor as usize;
        self.row.resize(width, 0);
        for first in (0..height).step_by(factor) {
            let rows = first..height.min(first + self.factor);
            let count = rows.len();
            self.sums.clear();
            self.sums.resize(width.div_ceil(factor), 0);
            for row in rows {
                tile.read_row(row, &mut self.row)
                    .ok_or_else(|| Refusal::failed("a decoded plane is too short"))?;
                add_row(&mut self.sums, &self.row, factor);
            }
            average(&mut self.sums, width, factor, count);
            let start = ((top + first) / self.factor) as usize * reduced.width as usize
                + (left / self.factor) as usize;
            store(&mut self.planes[plane], start, &self.sums);
        }
        Ok(())
    }

    /// Returns the planes, after all tiles have been drawn.
    pub(super) fn finish(mut self) -> Vec<Plane> {
        let planes = std::mem::take(&mut self.planes).into_iter().enumerate();
        planes.map(|(plane, samples)| self.finish_plane(plane, samples)).collect()
    }

    fn finish_plane(&self, plane: usize, samples: Samples) -> Plane {
        let (across, down) = self.header.subsampling_of(plane);
        let covered = |side: u32, over: u32| f64::from(side) / f64::from(over * self.factor);
        let Size { width, height } = self.reduced_size(plane);
        Plane {
            width,
            height,
            covered: (covered(self.size.width, across), covered(self.size.height, down)),
            samples,
        }
    }
}

/// Adds the samples of a row to the sums of its blocks.
fn add_row(sums: &mut [u32], row: &[u16], factor: usize) {
    if factor == 1 {
        sums.iter_mut().zip(row).for_each(|(sum, sample)| *sum = u32::from(*sample));
        return;
    }
    for (sum, samples) in sums.iter_mut().zip(row.chunks(factor)) {
        *sum += samples.iter().map(|sample| u32::from(*sample)).sum::<u32>();
    }
}

/// Divides the sum of each block by its number of samples: `rows` times `factor`. The last block
/// can have fewer columns.
fn average(sums: &mut [u32], width: usize, factor: usize, rows: usize) {
    if factor == 1 {
        return;
    }
    let complete_blocks = sums.len() - usize::from(!width.is_multiple_of(factor));
    let (complete, last) = sums.split_at_mut(complete_blocks);
    let divide = |sums: &mut [u32], columns: usize| {
        let count = (columns * rows) as u32;
        sums.iter_mut().for_each(|sum| *sum = (*sum + count / 2) / count);
    };
    divide(complete, factor);
    divide(last, width % factor);
}

fn store(samples: &mut Samples, start: usize, row: &[u32]) {
    match samples {
        Samples::Eight(bytes) => {
            bytes[start..].iter_mut().zip(row).for_each(|(to, from)| *to = *from as u8);
        }
        Samples::Sixteen(words) => {
            words[start..].iter_mut().zip(row).for_each(|(to, from)| *to = *from as u16);
        }
    }
}
