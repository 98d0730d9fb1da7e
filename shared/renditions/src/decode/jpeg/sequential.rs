//! Decodes the scans of sequential pictures, which contain all coefficients of a block together
//! (ITU-T T.81, F.2).

use super::bits::BitReader;
use super::blocks::BlockDecoder;
use super::coefficient_map::CoefficientMap;
use super::error::{JpegError, MISSING_TABLE};
use super::huffman::{BLOCK_COEFFICIENTS, HuffmanTable};
use super::plane_builder::PlaneBuilder;
use super::segments::{Scan, ScanComponent};
use super::skip_table::{SkipTable, Skipped};
use std::sync::Arc;

/// Decodes a scan directly to samples.
pub(super) struct SequentialScan<'a> {
    components: Vec<ComponentDecoder<'a>>,
    planes: &'a mut [PlaneBuilder],
}

struct ComponentDecoder<'a> {
    /// Index of the plane, which is also the index of the component in the frame.
    plane: usize,
    dc: Arc<HuffmanTable>,
    ac: Arc<HuffmanTable>,
    /// The skip table of `ac`.
    skip_table: SkipTable,
    map: &'a CoefficientMap,
    /// The DC coefficient of the previous block.
    previous_dc: i32,
}

impl<'a> SequentialScan<'a> {
    pub(super) fn new(
        scan: &Scan,
        maps: &'a [Option<CoefficientMap>],
        planes: &'a mut [PlaneBuilder],
    ) -> Result<Self, JpegError> {
        let component = |scan_component: &ScanComponent| {
            let (dc, ac) = (scan_component.dc.clone()?, scan_component.ac.clone()?);
            let plane = scan_component.index;
            let (skip_table, map) = (SkipTable::new(&ac), maps[plane].as_ref()?);
            Some(ComponentDecoder { plane, dc, ac, skip_table, map, previous_dc: 0 })
        };
        let components = scan.components.iter().map(component).collect::<Option<_>>();
        Ok(SequentialScan { components: components.ok_or(MISSING_TABLE)?, planes })
    }
}

impl BlockDecoder for SequentialScan<'_> {
    #[inline(always)]
    fn decode_block(
        &mut self,
        bits: &mut BitReader,
        component: usize,
        position: (usize, usize),
    ) -> Result<(), JpegError> {
        let component = &mut self.components[component];
        let plane = &mut self.planes[component.plane];
        match component.map.side {
            8 => component.decode_block::<8>(bits, plane, position),
            4 => component.decode_block::<4>(bits, plane, position),
            3 => component.decode_block::<3>(bits, plane, position),
            2 => component.decode_block::<2>(bits, plane, position),
            _ => component.decode_block::<1>(bits, plane, position),
        }
    }

    fn restart(&mut self) {
        for component in &mut self.components {
            component.previous_dc = 0;
        }
    }
}

impl ComponentDecoder<'_> {
    #[inline(always)]
    fn decode_block<const N: usize>(
        &mut self,
        bits: &mut BitReader,
        plane: &mut PlaneBuilder,
        position: (usize, usize),
    ) -> Result<(), JpegError> {
        // The compiler holds the fields of this copy in registers during the innermost loop.
        let mut reader = *bits;
        reader.refill();
        let size = u32::from(self.dc.read_symbol(&mut reader)?).min(16);
        self.previous_dc = self.previous_dc.wrapping_add(reader.read_signed(size));
        let (ac, positions) = (&*self.ac, &self.map.positions);
        let mut block = [0; 64];
        block[0] = self.previous_dc as i16;
        let mut index = 1;
        while index < BLOCK_COEFFICIENTS {
            reader.refill();
            if N < 8 && index >= self.map.used {
                match self.skip_table.skip_codes(&mut reader, &mut index) {
                    Skipped::RestOfBlock => break,
                    Skipped::Coefficients => continue,
                    Skipped::Nothing => {}
                }
            }
            let coefficient = ac.read_coefficient(&mut reader)?;
            index += coefficient.run;
            // The end of the block (`END_OF_BLOCK_RUN`), or a run that is too long.
            if index >= BLOCK_COEFFICIENTS {
                break;
            }
            block[usize::from(positions[index] & 63)] = coefficient.value as i16;
            index += 1;
        }
        *bits = reader;
        plane.put_block::<N>(position, &block, self.map);
        Ok(())
    }
}
