//! Collects the scans of a picture.

use super::bits::BitReader;
use super::blocks::decode_blocks;
use super::coefficient_map::CoefficientMap;
use super::error::{JpegError, MISSING_FRAME};
use super::frame::{Component, Frame};
use super::plane_builder::PlaneBuilder;
use super::progressive::{Coefficients, ProgressiveScan};
use super::segments::{Scan, Segments};
use super::sequential::SequentialScan;
use crate::limits::MAX_SCANS;
use crate::planes::Plane;
use crate::refusal::Refusal;

/// The state of a picture between its scans.
#[derive(Debug)]
pub(super) struct PictureDecoder {
    scans: usize,
    /// By component; `None` before its first scan.
    maps: Vec<Option<CoefficientMap>>,
    /// By component. Filled by the scans of a sequential picture, or at the end from the
    /// coefficients of a progressive picture.
    planes: Vec<PlaneBuilder>,
    /// By component of a progressive picture; else empty.
    coefficients: Vec<Coefficients>,
}

impl PictureDecoder {
    /// Memory of planes and coefficients, in bytes.
    pub(super) fn memory(frame: &Frame) -> u64 {
        let coefficients = |of: &Component| if frame.is_progressive { Coefficients::memory(of) } else { 0 };
        frame.components.iter().map(|of| PlaneBuilder::memory(of) + coefficients(of)).sum()
    }

    pub(super) fn new(frame: &Frame) -> Self {
        let progressive = if frame.is_progressive { &frame.components[..] } else { &[] };
        PictureDecoder {
            scans: 0,
            maps: frame.components.iter().map(|_| None).collect(),
            planes: frame.components.iter().map(PlaneBuilder::new).collect(),
            coefficients: progressive.iter().map(Coefficients::new).collect(),
        }
    }

    /// Whether each component had a scan.
    pub(super) fn has_all_components(&self) -> bool {
        self.maps.iter().all(Option::is_some)
    }

    /// Whether no further scan can add to the picture.
    pub(super) fn is_finished(&self) -> bool {
        self.coefficients.is_empty() && self.has_all_components()
    }

    /// Decodes the scan whose entropy-coded data starts at `start`, and returns the position from
    /// which to search the next marker.
    pub(super) fn decode_scan(
        &mut self,
        scan: &Scan,
        segments: &Segments,
        data: &[u8],
        start: usize,
    ) -> Result<usize, Refusal> {
        let frame = segments.frame.as_ref().ok_or(MISSING_FRAME)?;
        let max = if frame.is_progressive { MAX_SCANS } else { frame.components.len() };
        self.scans += 1;
        if self.scans > max {
            return Err(Refusal::TooManyScans { max });
        }
        for scanned in &scan.components {
            if self.maps[scanned.index].is_none() {
                let map = CoefficientMap::new(&frame.components[scanned.index], segments)?;
                self.maps[scanned.index] = Some(map);
            }
        }
        let mut bits = BitReader::new(data, start);
        let interval = segments.restart_interval;
        if frame.is_progressive {
            let decoder = ProgressiveScan::new(scan, &mut self.coefficients)?;
            decode_blocks(&mut bits, frame, scan, interval, decoder)?;
        } else {
            let decoder = SequentialScan::new(scan, &self.maps, &mut self.planes)?;
            decode_blocks(&mut bits, frame, scan, interval, decoder)?;
        }
        Ok(bits.position())
    }

    /// The planes, after the last scan.
    pub(super) fn finish(mut self) -> Result<Vec<Plane>, JpegError> {
        let maps: Option<Vec<_>> = self.maps.into_iter().collect();
        let maps = maps.ok_or(JpegError::Damaged("it ends before all components have a scan"))?;
        for ((coefficients, map), plane) in self.coefficients.drain(..).zip(&maps).zip(&mut self.planes) {
            coefficients.transform(map, plane);
        }
        Ok(self.planes.into_iter().map(PlaneBuilder::finish).collect())
    }
}
