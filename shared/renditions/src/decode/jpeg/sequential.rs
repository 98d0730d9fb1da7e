//! Scans that have everything of a block in one place (ITU-T T.81, F.2): baseline pictures.

use super::bits::Bits;
use super::canvas::Canvas;
use super::huffman::{Huffman, ONE_BLOCK};
use super::segments::{Scan, Scanned};
use super::skips::Skips;
use super::walk::Coding;
use super::weights::Weights;
use super::{Fault, NO_TABLE};
use std::sync::Arc;

/// Decodes straight to samples.
pub(super) struct Sequential<'a> {
    channels: Vec<Channel<'a>>,
    canvases: &'a mut [Canvas],
}

struct Channel<'a> {
    canvas: usize,
    dc: Arc<Huffman>,
    ac: Arc<Huffman>,
    skips: Skips,
    weights: &'a Weights,
    /// The DC coefficient of the block before.
    before: i32,
}

impl<'a> Sequential<'a> {
    pub(super) fn new(
        scan: &Scan,
        weights: &'a [Option<Weights>],
        canvases: &'a mut [Canvas],
    ) -> Result<Self, Fault> {
        let channel = |scanned: &Scanned| {
            let (dc, ac, weights) = (scanned.dc.clone()?, scanned.ac.clone()?, weights[scanned.at].as_ref()?);
            let skips = Skips::new(&ac);
            Some(Channel { canvas: scanned.at, dc, ac, skips, weights, before: 0 })
        };
        let channels = scan.components.iter().map(channel).collect::<Option<_>>();
        Ok(Sequential { channels: channels.ok_or(NO_TABLE)?, canvases })
    }
}

impl Coding for Sequential<'_> {
    #[inline(always)]
    fn block(&mut self, bits: &mut Bits, at: usize, place: (usize, usize)) -> Result<(), Fault> {
        let channel = &mut self.channels[at];
        let canvas = &mut self.canvases[channel.canvas];
        match channel.weights.side {
            8 => channel.block::<8>(bits, canvas, place),
            4 => channel.block::<4>(bits, canvas, place),
            3 => channel.block::<3>(bits, canvas, place),
            2 => channel.block::<2>(bits, canvas, place),
            _ => channel.block::<1>(bits, canvas, place),
        }
    }

    fn restart(&mut self) {
        for channel in &mut self.channels {
            channel.before = 0;
        }
    }
}

impl Channel<'_> {
    #[inline(always)]
    fn block<const N: usize>(
        &mut self,
        bits: &mut Bits,
        canvas: &mut Canvas,
        place: (usize, usize),
    ) -> Result<(), Fault> {
        // A copy that lives in registers: this is the innermost loop of all.
        let mut ours = *bits;
        ours.refill();
        let size = u32::from(self.dc.symbol(&mut ours)?).min(16);
        self.before = self.before.wrapping_add(ours.extended(size));
        let (ac, places) = (&*self.ac, &self.weights.places);
        let mut block = [0; 64];
        block[0] = self.before as i16;
        let mut at = 1;
        while at < ONE_BLOCK {
            ours.refill();
            if N < 8 && at >= self.weights.needed {
                match self.skips.pass(&mut ours, &mut at) {
                    Some(true) => break,
                    Some(false) => continue,
                    None => {}
                }
            }
            let found = ac.coefficient(&mut ours)?;
            at += found.run;
            if at >= ONE_BLOCK {
                break;
            }
            block[usize::from(places[at] & 63)] = found.value as i16;
            at += 1;
        }
        *bits = ours;
        canvas.put::<N>(place, &block, self.weights);
        Ok(())
    }
}
