//! Scans that bring coefficients bit by bit (ITU-T T.81, annex G): progressive pictures.
//!
//! Others keep all 64 coefficients of every block until the last scan. Here only those are kept that the transform to a
//! lower resolution takes, and of the rest just whether they are zero, which later scans' bits depend on.

use super::bits::Bits;
use super::canvas::Canvas;
use super::frame::Component;
use super::huffman::Huffman;
use super::idct;
use super::segments::Scan;
use super::walk::Coding;
use super::weights::{NOWHERE, Weights, places};
use super::{Fault, NO_TABLE};
use std::sync::Arc;

/// The coefficients of one channel.
#[derive(Debug)]
pub(super) struct Coefficients {
    /// How many blocks there are in a row.
    across: usize,
    /// How many are kept of a block.
    kept: usize,
    /// Where each coefficient goes among those kept.
    places: [u8; 64],
    values: Vec<i16>,
    /// For each block, one bit for each coefficient in the order of the file: whether it is not zero.
    present: Vec<u64>,
    /// Whether its scan of DC coefficients has come.
    pub(super) has_dc: bool,
}

impl Coefficients {
    pub(super) fn new(component: &Component) -> Self {
        let (across, down) = component.stored;
        let kept = kept(component);
        Coefficients {
            across,
            kept,
            places: places(component.side),
            values: vec![0; across * down * kept],
            present: vec![0; across * down],
            has_dc: false,
        }
    }

    /// How many bytes one takes for a channel.
    pub(super) fn bytes(component: &Component) -> u64 {
        let (across, down) = component.stored;
        (across * down) as u64 * (2 * kept(component) as u64 + 8)
    }

    /// Where coefficient `at` of a block is kept, if it is.
    #[inline(always)]
    fn value(&mut self, block: usize, at: usize) -> Option<&mut i16> {
        let place = usize::from(self.places[at]);
        let kept = place < self.kept && (place != usize::from(NOWHERE) || self.kept == 64);
        if kept { self.values.get_mut(block * self.kept + place) } else { None }
    }

    /// Transforms everything to samples.
    pub(super) fn put(&self, weights: &Weights, canvas: &mut Canvas) {
        match weights.side {
            8 => self.put_all::<8>(weights, canvas),
            4 => self.put_all::<4>(weights, canvas),
            3 => self.put_all::<3>(weights, canvas),
            2 => self.put_all::<2>(weights, canvas),
            _ => self.put_all::<1>(weights, canvas),
        }
    }

    fn put_all<const N: usize>(&self, weights: &Weights, canvas: &mut Canvas) {
        for (at, values) in self.values.chunks_exact(self.kept).enumerate() {
            canvas.put::<N>((at % self.across, at / self.across), values, weights);
        }
    }
}

/// How many coefficients are kept of each of its blocks.
fn kept(component: &Component) -> usize {
    component.side * idct::stride(component.side)
}

/// Decodes one scan into the coefficients.
pub(super) struct Progressive<'a> {
    channels: Vec<Channel>,
    coefficients: &'a mut [Coefficients],
    first: usize,
    last: usize,
    /// How many bits follow in later scans.
    low: u8,
    /// Whether coefficients get one more bit, rather than their first ones.
    refines: bool,
    /// How many more blocks have nothing (else) in this scan.
    empty: u32,
}

struct Channel {
    at: usize,
    table: Option<Arc<Huffman>>,
    before: i32,
}

impl<'a> Progressive<'a> {
    pub(super) fn new(scan: &Scan, coefficients: &'a mut [Coefficients]) -> Result<Self, Fault> {
        let is_dc = scan.first == 0;
        let possible = scan.first <= scan.last
            && scan.last < 64
            && scan.low < 14
            && (scan.high == 0 || scan.high == scan.low + 1);
        if !possible || (is_dc && scan.last != 0) || (!is_dc && scan.components.len() > 1) {
            return Err(Fault::Damaged("a scan that cannot be"));
        }
        let refines = scan.high > 0;
        let mut channels = Vec::new();
        for scanned in &scan.components {
            let table = if is_dc { scanned.dc.clone() } else { scanned.ac.clone() };
            if table.is_none() && !(is_dc && refines) {
                return Err(NO_TABLE);
            }
            let coefficients = &mut coefficients[scanned.at];
            if !is_dc && !coefficients.has_dc {
                return Err(Fault::Damaged("a scan comes before the one that it adds to"));
            }
            coefficients.has_dc = true;
            channels.push(Channel { at: scanned.at, table, before: 0 });
        }
        Ok(Progressive {
            channels,
            coefficients,
            first: scan.first,
            last: scan.last,
            low: scan.low,
            refines,
            empty: 0,
        })
    }
}

impl Coding for Progressive<'_> {
    #[inline(always)]
    fn block(&mut self, bits: &mut Bits, at: usize, (column, row): (usize, usize)) -> Result<(), Fault> {
        let block = row * self.coefficients[self.channels[at].at].across + column;
        match (self.first, self.refines) {
            (0, false) => self.first_dc(bits, at, block),
            (0, true) => self.next_dc(bits, at, block),
            (_, false) => self.first_ac(bits, at, block),
            (_, true) => self.next_ac(bits, at, block),
        }
    }

    fn restart(&mut self) {
        self.empty = 0;
        for channel in &mut self.channels {
            channel.before = 0;
        }
    }
}

impl Progressive<'_> {
    fn first_dc(&mut self, bits: &mut Bits, at: usize, block: usize) -> Result<(), Fault> {
        let channel = &mut self.channels[at];
        let table = channel.table.as_ref().ok_or(NO_TABLE)?;
        bits.refill();
        let size = u32::from(table.symbol(bits)?).min(16);
        channel.before = channel.before.wrapping_add(bits.extended(size));
        if let Some(value) = self.coefficients[channel.at].value(block, 0) {
            *value = (channel.before << self.low) as i16;
        }
        Ok(())
    }

    fn next_dc(&mut self, bits: &mut Bits, at: usize, block: usize) -> Result<(), Fault> {
        bits.refill();
        let bit = bits.take(1) << self.low;
        if let Some(value) = self.coefficients[self.channels[at].at].value(block, 0) {
            *value |= bit as i16;
        }
        Ok(())
    }

    fn first_ac(&mut self, bits: &mut Bits, at: usize, block: usize) -> Result<(), Fault> {
        if self.empty > 0 {
            self.empty -= 1;
            return Ok(());
        }
        let channel = &self.channels[at];
        let table = channel.table.as_ref().ok_or(NO_TABLE)?;
        let coefficients = &mut self.coefficients[channel.at];
        let mut k = self.first;
        while k <= self.last {
            bits.refill();
            let symbol = table.symbol(bits)?;
            let (run, size) = (usize::from(symbol >> 4), u32::from(symbol & 15));
            if size == 0 && run < 15 {
                self.empty = (1 << run) - 1 + bits.take(run as u32) as u32;
                break;
            }
            k += run;
            if size > 0 && k <= self.last {
                let value = bits.extended(size) << self.low;
                coefficients.present[block] |= 1 << k;
                if let Some(kept) = coefficients.value(block, k) {
                    *kept = value as i16;
                }
            }
            k += 1;
        }
        Ok(())
    }

    /// G.1.2.3: what is there already gets a bit each, and what is new comes between.
    fn next_ac(&mut self, bits: &mut Bits, at: usize, block: usize) -> Result<(), Fault> {
        let channel = &self.channels[at];
        let table = channel.table.as_ref().ok_or(NO_TABLE)?;
        let coefficients = &mut self.coefficients[channel.at];
        let mut k = self.first;
        if self.empty == 0 {
            while k <= self.last {
                bits.refill();
                let symbol = table.symbol(bits)?;
                let (mut run, size) = (usize::from(symbol >> 4), symbol & 15);
                let mut new = 0;
                if size == 0 && run < 15 {
                    self.empty = (1 << run) + bits.take(run as u32) as u32;
                    break;
                } else if size != 0 {
                    new = if bits.take(1) == 1 { 1 } else { -1 } << self.low;
                }
                while k <= self.last {
                    if coefficients.present[block] >> k & 1 == 1 {
                        refine(bits, coefficients, block, k, self.low);
                    } else if run == 0 {
                        break;
                    } else {
                        run -= 1;
                    }
                    k += 1;
                }
                if new != 0 && k <= self.last {
                    coefficients.present[block] |= 1 << k;
                    if let Some(kept) = coefficients.value(block, k) {
                        *kept = new;
                    }
                }
                k += 1;
            }
        }
        if self.empty > 0 {
            self.empty -= 1;
            let mut rest = coefficients.present[block] & upwards(k) & !upwards(self.last + 1);
            while rest != 0 {
                refine(bits, coefficients, block, rest.trailing_zeros() as usize, self.low);
                rest &= rest - 1;
            }
        }
        Ok(())
    }
}

/// The bits from `at`, 0 to 64, on.
fn upwards(at: usize) -> u64 {
    u64::MAX.checked_shl(at as u32).unwrap_or(0)
}

/// One more bit of a coefficient that is not zero.
#[inline(always)]
fn refine(bits: &mut Bits, coefficients: &mut Coefficients, block: usize, at: usize, low: u8) {
    bits.refill();
    if bits.take(1) == 0 {
        return;
    }
    if let Some(value) = coefficients.value(block, at) {
        let bit = 1 << low;
        *value = if *value < 0 { value.saturating_sub(bit) } else { value.saturating_add(bit) };
    }
}
