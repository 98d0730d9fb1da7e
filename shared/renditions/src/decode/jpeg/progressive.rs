//! Decodes the scans of progressive pictures, which add coefficients bit by bit (ITU-T T.81,
//! annex G).
//!
//! Other decoders store all 64 coefficients of every block until the last scan. This decoder stores
//! only the coefficients that the transform to the lower resolution uses. For every AC coefficient,
//! it stores one bit that is set if the coefficient is not zero, because the meaning of the bits in
//! later scans depends on it.

use super::bits::BitReader;
use super::blocks::BlockDecoder;
use super::coefficient_map::{CoefficientMap, UNUSED, coefficient_positions};
use super::error::{JpegError, MISSING_TABLE};
use super::frame::Component;
use super::huffman::HuffmanTable;
use super::idct;
use super::plane_builder::PlaneBuilder;
use super::segments::Scan;
use std::sync::Arc;

/// The coefficients of one component.
#[derive(Debug)]
pub(super) struct Coefficients {
    /// The number of blocks in a row.
    across: usize,
    /// The number of coefficients stored per block.
    per_block: usize,
    /// The position of each coefficient in `values`, relative to the start of the block. See
    /// [`coefficient_positions`].
    positions: [u8; 64],
    /// The stored coefficients, block by block.
    values: Vec<i16>,
    /// One mask per block. A bit is set if the AC coefficient with this index, in the order of the
    /// file, is not zero.
    nonzero: Vec<u64>,
    /// Whether the component had a scan of DC coefficients.
    has_dc: bool,
}

impl Coefficients {
    pub(super) fn new(component: &Component) -> Self {
        let (across, down) = component.padded_blocks;
        let per_block = coefficients_per_block(component);
        Coefficients {
            across,
            per_block,
            positions: coefficient_positions(component.side),
            values: vec![0; across * down * per_block],
            nonzero: vec![0; across * down],
            has_dc: false,
        }
    }

    /// Returns the memory for a component, in bytes.
    pub(super) fn memory(component: &Component) -> u64 {
        let (across, down) = component.padded_blocks;
        (across * down) as u64 * (2 * coefficients_per_block(component) as u64 + 8)
    }

    /// Returns coefficient `index` of a block, or `None` if this coefficient is not stored.
    #[inline(always)]
    fn value_mut(&mut self, block: usize, index: usize) -> Option<&mut i16> {
        let position = usize::from(self.positions[index]);
        let is_stored =
            position < self.per_block && (position != usize::from(UNUSED) || self.per_block == 64);
        if is_stored { self.values.get_mut(block * self.per_block + position) } else { None }
    }

    /// Transforms all blocks to samples.
    pub(super) fn transform(&self, map: &CoefficientMap, plane: &mut PlaneBuilder) {
        match map.side {
            8 => self.transform_blocks::<8>(map, plane),
            4 => self.transform_blocks::<4>(map, plane),
            3 => self.transform_blocks::<3>(map, plane),
            2 => self.transform_blocks::<2>(map, plane),
            _ => self.transform_blocks::<1>(map, plane),
        }
    }

    fn transform_blocks<const N: usize>(&self, map: &CoefficientMap, plane: &mut PlaneBuilder) {
        for (block, values) in self.values.chunks_exact(self.per_block).enumerate() {
            plane.put_block::<N>((block % self.across, block / self.across), values, map);
        }
    }
}

/// Returns the number of coefficients stored per block.
fn coefficients_per_block(component: &Component) -> usize {
    component.side * idct::stride(component.side)
}

/// Decodes one scan into the coefficients.
pub(super) struct ProgressiveScan<'a> {
    components: Vec<ComponentState>,
    coefficients: &'a mut [Coefficients],
    /// The first coefficient of each block in this scan.
    first: usize,
    /// The last coefficient of each block in this scan.
    last: usize,
    /// The number of low bits that this scan omits.
    low: u8,
    /// Whether the scan adds one bit to the coefficients of earlier scans.
    refines: bool,
    /// The number of further blocks without new coefficients in this scan (EOBRUN).
    end_of_band_run: u32,
}

/// The state of a component within a scan.
struct ComponentState {
    /// The index of the component in the frame.
    index: usize,
    table: Option<Arc<HuffmanTable>>,
    previous_dc: i32,
}

impl<'a> ProgressiveScan<'a> {
    pub(super) fn new(scan: &Scan, coefficients: &'a mut [Coefficients]) -> Result<Self, JpegError> {
        let is_dc = scan.first == 0;
        let valid = scan.first <= scan.last
            && scan.last < 64
            && scan.low < 14
            && (scan.high == 0 || scan.high == scan.low + 1);
        if !valid || (is_dc && scan.last != 0) || (!is_dc && scan.components.len() > 1) {
            return Err(JpegError::Damaged("a scan header is invalid"));
        }
        let refines = scan.high > 0;
        let mut components = Vec::new();
        for component in &scan.components {
            let table = if is_dc { component.dc.clone() } else { component.ac.clone() };
            if table.is_none() && !(is_dc && refines) {
                return Err(MISSING_TABLE);
            }
            let coefficients = &mut coefficients[component.index];
            if !is_dc && !coefficients.has_dc {
                return Err(JpegError::Damaged("a scan of AC coefficients comes before the DC coefficients"));
            }
            coefficients.has_dc = true;
            components.push(ComponentState { index: component.index, table, previous_dc: 0 });
        }
        Ok(ProgressiveScan {
            components,
            coefficients,
            first: scan.first,
            last: scan.last,
            low: scan.low,
            refines,
            end_of_band_run: 0,
        })
    }
}

impl BlockDecoder for ProgressiveScan<'_> {
    #[inline(always)]
    fn decode_block(
        &mut self,
        bits: &mut BitReader,
        component: usize,
        (column, row): (usize, usize),
    ) -> Result<(), JpegError> {
        let block = row * self.coefficients[self.components[component].index].across + column;
        match (self.first, self.refines) {
            (0, false) => self.decode_dc(bits, component, block),
            (0, true) => self.refine_dc(bits, component, block),
            (_, false) => self.decode_ac(bits, component, block),
            (_, true) => self.refine_ac(bits, component, block),
        }
    }

    fn restart(&mut self) {
        self.end_of_band_run = 0;
        for component in &mut self.components {
            component.previous_dc = 0;
        }
    }
}

impl ProgressiveScan<'_> {
    fn decode_dc(&mut self, bits: &mut BitReader, component: usize, block: usize) -> Result<(), JpegError> {
        let component = &mut self.components[component];
        let table = component.table.as_ref().ok_or(MISSING_TABLE)?;
        bits.refill();
        let size = u32::from(table.read_symbol(bits)?).min(16);
        component.previous_dc = component.previous_dc.wrapping_add(bits.read_signed(size));
        if let Some(value) = self.coefficients[component.index].value_mut(block, 0) {
            *value = (component.previous_dc << self.low) as i16;
        }
        Ok(())
    }

    fn refine_dc(&mut self, bits: &mut BitReader, component: usize, block: usize) -> Result<(), JpegError> {
        bits.refill();
        let bit = bits.read(1) << self.low;
        if let Some(value) = self.coefficients[self.components[component].index].value_mut(block, 0) {
            *value |= bit as i16;
        }
        Ok(())
    }

    fn decode_ac(&mut self, bits: &mut BitReader, component: usize, block: usize) -> Result<(), JpegError> {
        if self.end_of_band_run > 0 {
            self.end_of_band_run -= 1;
            return Ok(());
        }
        let component = &self.components[component];
        let table = component.table.as_ref().ok_or(MISSING_TABLE)?;
        let coefficients = &mut self.coefficients[component.index];
        let mut k = self.first;
        while k <= self.last {
            bits.refill();
            let symbol = table.read_symbol(bits)?;
            let (run, size) = (usize::from(symbol >> 4), u32::from(symbol & 15));
            if size == 0 && run < 15 {
                self.end_of_band_run = (1 << run) - 1 + bits.read(run as u32) as u32;
                break;
            }
            k += run;
            if size > 0 && k <= self.last {
                let value = bits.read_signed(size) << self.low;
                coefficients.nonzero[block] |= 1 << k;
                if let Some(coefficient) = coefficients.value_mut(block, k) {
                    *coefficient = value as i16;
                }
            }
            k += 1;
        }
        Ok(())
    }

    /// Adds a bit to each nonzero coefficient and inserts new coefficients between them (G.1.2.3).
    fn refine_ac(&mut self, bits: &mut BitReader, component: usize, block: usize) -> Result<(), JpegError> {
        let component = &self.components[component];
        let table = component.table.as_ref().ok_or(MISSING_TABLE)?;
        let coefficients = &mut self.coefficients[component.index];
        let mut k = self.first;
        if self.end_of_band_run == 0 {
            while k <= self.last {
                bits.refill();
                let symbol = table.read_symbol(bits)?;
                let (mut run, size) = (usize::from(symbol >> 4), symbol & 15);
                let mut new_value = 0;
                if size == 0 && run < 15 {
                    self.end_of_band_run = (1 << run) + bits.read(run as u32) as u32;
                    break;
                } else if size != 0 {
                    new_value = if bits.read(1) == 1 { 1 } else { -1 } << self.low;
                }
                while k <= self.last {
                    if coefficients.nonzero[block] >> k & 1 == 1 {
                        refine_coefficient(bits, coefficients, block, k, self.low);
                    } else if run == 0 {
                        break;
                    } else {
                        run -= 1;
                    }
                    k += 1;
                }
                if new_value != 0 && k <= self.last {
                    coefficients.nonzero[block] |= 1 << k;
                    if let Some(coefficient) = coefficients.value_mut(block, k) {
                        *coefficient = new_value;
                    }
                }
                k += 1;
            }
        }
        if self.end_of_band_run > 0 {
            self.end_of_band_run -= 1;
            let mut rest = coefficients.nonzero[block] & bits_from(k) & !bits_from(self.last + 1);
            while rest != 0 {
                refine_coefficient(bits, coefficients, block, rest.trailing_zeros() as usize, self.low);
                rest &= rest - 1;
            }
        }
        Ok(())
    }
}

/// Returns a mask of all bits from bit `index`, 0 to 64, to the highest.
fn bits_from(index: usize) -> u64 {
    u64::MAX.checked_shl(index as u32).unwrap_or(0)
}

/// Reads one more bit of a nonzero coefficient, and adds it if the coefficient is stored.
#[inline(always)]
fn refine_coefficient(
    bits: &mut BitReader,
    coefficients: &mut Coefficients,
    block: usize,
    index: usize,
    low: u8,
) {
    bits.refill();
    if bits.read(1) == 0 {
        return;
    }
    if let Some(value) = coefficients.value_mut(block, index) {
        let bit = 1 << low;
        *value = if *value < 0 { value.saturating_sub(bit) } else { value.saturating_add(bit) };
    }
}
