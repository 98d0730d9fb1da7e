//! Scans with all coefficients of a block in one place (ITU-T T.81, F.2): baseline pictures.

use super::bits::BitReader;
use super::blocks::BlockDecoder;
use super::coefficient_map::CoefficientMap;
use super::error::{JpegError, MISSING_TABLE};
use super::huffman::{BLOCK_COEFFICIENTS, HuffmanTable};
use super::plane_builder::PlaneBuilder;
use super::segments::{Scan, ScanComponent};
use super::skip_table::SkipTable;
use std::sync::Arc;

/// Decodes a scan directly to samples.
pub(super) struct SequentialScan<'a> {
    components: Vec<ComponentDecoder<'a>>,
    planes: &'a mut [PlaneBuilder],
}

struct ComponentDecoder<'a> {
    plane: usize,
    dc: Arc<HuffmanTable>,
    ac: Arc<HuffmanTable>,
    skips: SkipTable,
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
        let component = |scanned: &ScanComponent| {
            let (dc, ac, map) = (scanned.dc.clone()?, scanned.ac.clone()?, maps[scanned.index].as_ref()?);
            let skips = SkipTable::new(&ac);
            Some(ComponentDecoder { plane: scanned.index, dc, ac, skips, map, previous_dc: 0 })
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
        // A copy that stays in registers: this is the innermost loop of the decoder.
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
                match self.skips.skip(&mut reader, &mut index) {
                    Some(true) => break,
                    Some(false) => continue,
                    None => {}
                }
            }
            let coefficient = ac.read_coefficient(&mut reader)?;
            index += coefficient.run;
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
