//! The planes of a picture, filled tile by tile, so that never more than one tile is decoded at a time.

use super::still::{Channel, Header};
use crate::planes::{Plane, Samples};
use crate::{LARGE_EDGE, Refusal, Size};

/// The planes of a picture, perhaps already smaller than it.
pub(super) struct Raster {
    header: Header,
    size: Size,
    /// Of how many samples across and down one is made.
    factor: u32,
    planes: Vec<Samples>,
    row: Vec<u16>,
    sums: Vec<u32>,
}

impl Raster {
    /// The planes of a picture that consists of tiles like the one with this header.
    ///
    /// Samples are averaged two by two as often as at least twice the large rendition is left: what is then resampled is
    /// very close to what is resampled at once (<https://pillow.readthedocs.io/>, `Image.thumbnail`, `reducing_gap`).
    pub(super) fn new(size: Size, tile: Size, header: Header) -> Self {
        let fits = |factor: &u32| {
            let tile_fits = tile.width.is_multiple_of(factor * header.subsampling.0)
                && tile.height.is_multiple_of(factor * header.subsampling.1);
            size.long_edge() / factor >= 2 * LARGE_EDGE && (tile == size || tile_fits)
        };
        let factor = [8, 4, 2].into_iter().find(fits).unwrap_or(1);
        Self { header, size, factor, planes: Vec::new(), row: Vec::new(), sums: Vec::new() }
    }

    /// How many bytes the planes take.
    pub(super) fn bytes(&self) -> u64 {
        let samples: u64 = (0..self.header.planes).map(|plane| self.kept(plane).pixels()).sum();
        if self.header.bits == 8 { samples } else { 2 * samples }
    }

    /// With memory for the planes.
    pub(super) fn allocated(mut self) -> Self {
        let samples = |plane| self.kept(plane).pixels() as usize;
        let planes = (0..self.header.planes).map(|plane| match self.header.bits {
            8 => Samples::Eight(vec![0; samples(plane)]),
            _ => Samples::Sixteen(vec![0; samples(plane)]),
        });
        self.planes = planes.collect();
        self
    }

    /// The size of a plane, in samples as the file has them.
    fn full(&self, plane: usize) -> Size {
        let (across, down) = self.header.subsampling_of(plane);
        Size::new(self.size.width.div_ceil(across), self.size.height.div_ceil(down))
    }

    /// The size of a plane, in samples as we keep them.
    fn kept(&self, plane: usize) -> Size {
        let full = self.full(plane);
        Size::new(full.width.div_ceil(self.factor), full.height.div_ceil(self.factor))
    }

    /// Puts a channel of a tile whose left top corner is at this pixel into its plane. What lies outside is left out.
    pub(super) fn place(
        &mut self,
        plane: usize,
        (left, top): (u32, u32),
        channel: Channel,
    ) -> Result<(), Refusal> {
        let (across, down) = self.header.subsampling_of(plane);
        let (left, top) = (left / across, top / down);
        let (full, kept) = (self.full(plane), self.kept(plane));
        let width = channel.width.min(full.width.saturating_sub(left)) as usize;
        let height = channel.height.min(full.height.saturating_sub(top));
        let factor = self.factor as usize;
        self.row.resize(width, 0);
        for first in (0..height).step_by(factor) {
            let rows = first..height.min(first + self.factor);
            let count = rows.len();
            self.sums.clear();
            self.sums.resize(width.div_ceil(factor), 0);
            for row in rows {
                channel.read_row(row, &mut self.row).ok_or_else(|| Refusal::failed("a short plane"))?;
                add(&mut self.sums, &self.row, factor);
            }
            average(&mut self.sums, width, factor, count);
            let start =
                ((top + first) / self.factor) as usize * kept.width as usize + (left / self.factor) as usize;
            store(&mut self.planes[plane], start, &self.sums);
        }
        Ok(())
    }

    /// The planes, when all tiles are in their places.
    pub(super) fn finish(mut self) -> Vec<Plane> {
        let planes = std::mem::take(&mut self.planes).into_iter().enumerate();
        planes.map(|(plane, samples)| self.plane(plane, samples)).collect()
    }

    fn plane(&self, plane: usize, samples: Samples) -> Plane {
        let (across, down) = self.header.subsampling_of(plane);
        let covered = |side: u32, over: u32| f64::from(side) / f64::from(over * self.factor);
        let Size { width, height } = self.kept(plane);
        Plane {
            width,
            height,
            covered: (covered(self.size.width, across), covered(self.size.height, down)),
            samples,
        }
    }
}

fn add(sums: &mut [u32], row: &[u16], factor: usize) {
    if factor == 1 {
        sums.iter_mut().zip(row).for_each(|(sum, sample)| *sum = u32::from(*sample));
        return;
    }
    for (sum, samples) in sums.iter_mut().zip(row.chunks(factor)) {
        *sum += samples.iter().map(|sample| u32::from(*sample)).sum::<u32>();
    }
}

/// Sums of `factor` columns, but the last perhaps of fewer, and of `rows` rows.
fn average(sums: &mut [u32], width: usize, factor: usize, rows: usize) {
    if factor == 1 {
        return;
    }
    let whole = sums.len() - usize::from(!width.is_multiple_of(factor));
    let (whole, last) = sums.split_at_mut(whole);
    let divide = |sums: &mut [u32], columns: usize| {
        let count = (columns * rows) as u32;
        sums.iter_mut().for_each(|sum| *sum = (*sum + count / 2) / count);
    };
    divide(whole, factor);
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
