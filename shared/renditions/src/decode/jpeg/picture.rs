//! Combines the scans of a picture.

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
    /// The number of scans so far.
    scans: usize,
    /// One per component, `None` before its first scan.
    maps: Vec<Option<CoefficientMap>>,
    /// One per component. The scans of a sequential picture fill the planes directly. The planes of
    /// a progressive picture are filled from its coefficients after the last scan.
    planes: Vec<PlaneBuilder>,
    /// One per component of a progressive picture. Empty for a sequential picture.
    coefficients: Vec<Coefficients>,
}

impl PictureDecoder {
    /// Returns the memory of planes and coefficients, in bytes.
    pub(super) fn memory(frame: &Frame) -> u64 {
        let memory = |component: &Component| {
            let coefficients = if frame.is_progressive { Coefficients::memory(component) } else { 0 };
            PlaneBuilder::memory(component) + coefficients
        };
        frame.components.iter().map(memory).sum()
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

    /// Returns `true` if each component had a scan.
    pub(super) fn has_all_components(&self) -> bool {
        self.maps.iter().all(Option::is_some)
    }

    /// Returns `true` if the picture is complete. Always `false` for a progressive picture, because
    /// a further scan can refine it.
    pub(super) fn is_finished(&self) -> bool {
        self.coefficients.is_empty() && self.has_all_components()
    }

    /// Decodes a scan with entropy-coded data from position `start` of `data`. Returns the position
    /// from which to search for the next marker.
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
        // Later scans of a component use the quantisation table of its first scan.
        for index in scan.components.iter().map(|component| component.index) {
            if self.maps[index].is_none() {
                self.maps[index] = Some(CoefficientMap::new(&frame.components[index], segments)?);
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

    /// Returns the planes, after the last scan. Returns an error if a component had no scan.
    pub(super) fn finish(mut self) -> Result<Vec<Plane>, JpegError> {
        let maps: Option<Vec<_>> = self.maps.into_iter().collect();
        let maps = maps.ok_or(JpegError::Damaged("it ends before all components have a scan"))?;
        for ((coefficients, map), plane) in self.coefficients.drain(..).zip(&maps).zip(&mut self.planes) {
            coefficients.transform(map, plane);
        }
        Ok(self.planes.into_iter().map(PlaneBuilder::finish).collect())
    }
}
