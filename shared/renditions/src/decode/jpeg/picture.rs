//! A picture while its scans come.

use super::bits::Bits;
use super::canvas::Canvas;
use super::frame::{Component, Frame};
use super::progressive::{Coefficients, Progressive};
use super::segments::{Scan, Segments};
use super::sequential::Sequential;
use super::walk::walk;
use super::weights::Weights;
use super::{Fault, NO_FRAME};
use crate::planes::Plane;
use crate::{Refusal, limits};

/// What there is of each channel by now.
#[derive(Debug)]
pub(super) struct Picture {
    scans: usize,
    /// Of the channels that a scan has come for.
    weights: Vec<Option<Weights>>,
    /// What scans of a sequential picture fill, and the coefficients of a progressive one in the end.
    canvases: Vec<Canvas>,
    /// Of a progressive picture.
    coefficients: Vec<Coefficients>,
}

impl Picture {
    /// What they take of memory (bytes).
    pub(super) fn bytes(frame: &Frame) -> u64 {
        let coefficients = |of: &Component| if frame.is_progressive { Coefficients::bytes(of) } else { 0 };
        frame.components.iter().map(|of| Canvas::bytes(of) + coefficients(of)).sum()
    }

    pub(super) fn new(frame: &Frame) -> Self {
        let progressive = if frame.is_progressive { &frame.components[..] } else { &[] };
        Picture {
            scans: 0,
            weights: frame.components.iter().map(|_| None).collect(),
            canvases: frame.components.iter().map(Canvas::new).collect(),
            coefficients: progressive.iter().map(Coefficients::new).collect(),
        }
    }

    /// Whether a scan has come for each channel.
    pub(super) fn is_whole(&self) -> bool {
        self.weights.iter().all(Option::is_some)
    }

    /// Whether no scan can add to it.
    pub(super) fn is_finished(&self) -> bool {
        self.coefficients.is_empty() && self.is_whole()
    }

    /// Decodes a scan whose bits begin at `at`, and says where to look for what comes next.
    pub(super) fn scan(
        &mut self,
        scan: &Scan,
        segments: &Segments,
        data: &[u8],
        at: usize,
    ) -> Result<usize, Refusal> {
        let frame = segments.frame.as_ref().ok_or(NO_FRAME)?;
        let most = if frame.is_progressive { limits::MAX_SCANS } else { frame.components.len() };
        self.scans += 1;
        if self.scans > most {
            return Err(Refusal::TooManyScans { most });
        }
        for scanned in &scan.components {
            if self.weights[scanned.at].is_none() {
                self.weights[scanned.at] = Some(Weights::new(&frame.components[scanned.at], segments)?);
            }
        }
        let mut bits = Bits::new(data, at);
        let interval = segments.restart_interval;
        if frame.is_progressive {
            walk(&mut bits, frame, scan, interval, Progressive::new(scan, &mut self.coefficients)?)?;
        } else {
            walk(
                &mut bits,
                frame,
                scan,
                interval,
                Sequential::new(scan, &self.weights, &mut self.canvases)?,
            )?;
        }
        Ok(bits.position())
    }

    /// The planes, once all scans have come.
    pub(super) fn finish(mut self) -> Result<Vec<Plane>, Fault> {
        let weights: Option<Vec<_>> = self.weights.into_iter().collect();
        let weights = weights.ok_or(Fault::Damaged("it ends before all channels have come"))?;
        for ((coefficients, weights), canvas) in
            self.coefficients.drain(..).zip(&weights).zip(&mut self.canvases)
        {
            coefficients.put(weights, canvas);
        }
        Ok(self.canvases.into_iter().map(Canvas::finish).collect())
    }
}
