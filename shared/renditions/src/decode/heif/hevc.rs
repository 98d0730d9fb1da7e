//! Decodes HEVC with the parts of `heifer-hevc-dec`.
//!
//! The top-level function of that crate is not safe for hostile files. It accepts overlapping
//! slices, so that slices of a few bytes could cause the picture to be decoded many times. It also
//! allocates tables before it checks the size.

use super::iso_box::BoxReader;
use super::types::{Cicp, DecoderPlane, DecoderSamples, Header, PlaneSink, decoder_time, unsupported};
use crate::check;
use crate::refusal::Refusal;
use crate::size::Size;
use heifer_hevc_dec::Error;
use heifer_hevc_dec::nal::{NalUnit, NalUnitType};
use heifer_hevc_dec::params::{ParameterSets, Pps, Sps};
use heifer_hevc_dec::recon::{Frame, Reconstructor};
use heifer_hevc_dec::slice::SliceHeader;
use heifer_hevc_dec::syntax::{Picture, decode_slice_segment};

/// The memory of the decoder per block of 4 × 4 pixels, without the samples and without the copy of
/// the largest plane in one of its filters.
const BYTES_PER_BLOCK: u64 = 17;

/// A measured rate, see [`decoder_time`].
const NANOSECONDS_PER_PIXEL: u64 = 28;
/// A measured rate, see [`decoder_time`].
const NANOSECONDS_PER_BYTE: u64 = 100;

/// The maximum number of NAL units before the first slice: one parameter set for each possible id
/// (16 + 16 + 64). Encoders write three parameter sets and a few messages. The number is limited,
/// because the units are parsed again for each tile.
const MAX_PARAMETER_SETS: usize = 96;

/// A coded HEVC picture.
pub(super) struct HevcPicture<'a> {
    pub(super) header: Header,
    sets: ParameterSets,
    /// The id of the picture parameter set of all slices.
    pps: u8,
    /// The units from the first slice on.
    units: NalUnits<'a>,
}

/// The NAL units of a stream, each prefixed by its length.
#[derive(Clone, Copy)]
struct NalUnits<'a> {
    /// The size of the length prefix, in bytes.
    length_bytes: usize,
    data: BoxReader<'a>,
}

impl<'a> HevcPicture<'a> {
    /// Reads the parameter sets of an item. `config` is its `hvcC` property (ISO/IEC 14496-15,
    /// 8.3.3.1).
    pub(super) fn open(config: BoxReader<'a>, data: &'a [u8]) -> Result<Self, Refusal> {
        let (length_bytes, mut parameter_units) = read_config(config)
            .ok_or_else(|| Refusal::damaged("its HEVC configuration is truncated or too long"))?;
        let mut units = NalUnits { length_bytes, data: BoxReader(data) };
        let slice = loop {
            let rest = units;
            let unit = units.next().ok_or_else(no_picture)??;
            if is_slice(unit) {
                units = rest;
                break NalUnit::parse(unit).map_err(refusal)?;
            }
            parameter_units.push(unit);
            if parameter_units.len() > MAX_PARAMETER_SETS {
                return Err(Refusal::damaged("too many HEVC parameter sets"));
            }
        };
        let sets = parameter_sets(&parameter_units)?;
        let first = SliceHeader::parse(&slice.rbsp, &slice.header, &sets, None).map_err(refusal)?;
        let pps = first.slice_pic_parameter_set_id;
        let (_, sps) = sets.get(usize::from(pps)).map_err(refusal)?;
        Ok(Self { header: header(sps, config.0.len() + data.len()), sets, pps, units })
    }

    /// Decodes the first picture of the stream and passes its planes to `sink`.
    pub(super) fn decode(self, sink: &mut PlaneSink) -> Result<(), Refusal> {
        let (pps, sps) = self.sets.get(usize::from(self.pps)).map_err(refusal)?;
        let frame = self.reconstruct(sps, pps)?;
        let [left, _, top, _] = sps.conf_win_offsets;
        let (across, down) = sps.chroma_subsampling();
        for plane in 0..self.header.planes {
            let (plane_across, plane_down) = self.header.subsampling_of(plane);
            // The offsets of the conformance window are in chroma samples.
            let (left, top) = ((left * across / plane_across) as usize, (top * down / plane_down) as usize);
            let stride = frame.widths[plane] as usize;
            let samples = frame.planes[plane].get(top * stride + left..).ok_or_else(no_picture)?;
            let Size { width, height } = self.header.size;
            let (width, height) = (width.div_ceil(plane_across), height.div_ceil(plane_down));
            let samples = DecoderSamples::Sixteen(samples);
            sink(plane, DecoderPlane { width, height, stride, samples })?;
        }
        Ok(())
    }

    /// Decodes slice by slice. Each slice must start at the end of the previous slice, so that no
    /// part of the picture is decoded twice.
    fn reconstruct(&self, sps: &Sps, pps: &Pps) -> Result<Frame, Refusal> {
        let mut picture = Picture::new(sps, pps);
        let mut reconstructor = Reconstructor::new(sps, pps);
        let mut previous = None;
        for unit in self.units {
            if picture.is_complete() {
                break;
            }
            let unit = unit?;
            if !is_slice(unit) {
                continue;
            }
            let unit = NalUnit::parse(unit).map_err(refusal)?;
            let slice = SliceHeader::parse(&unit.rbsp, &unit.header, &self.sets, previous.as_ref())
                .map_err(refusal)?;
            let start = picture.layout.rs_to_ts.get(slice.slice_segment_address as usize);
            if start != Some(&picture.decoded_ctbs) || slice.slice_pic_parameter_set_id != self.pps {
                return Err(Refusal::damaged("its slices are not consecutive"));
            }
            reconstructor.start_slice(&slice);
            let data = unit.rbsp.get(slice.header_size..).unwrap_or_default();
            let qp = slice.slice_qp_y(&self.sets).map_err(refusal)?;
            decode_slice_segment(&mut picture, &slice, qp, data, &mut reconstructor).map_err(refusal)?;
            if let Some(error) = reconstructor.error.take() {
                return Err(refusal(error));
            }
            if !slice.dependent_slice_segment_flag {
                previous = Some(slice);
            }
        }
        if !picture.is_complete() {
            return Err(no_picture());
        }
        drop(picture);
        Ok(reconstructor.finish(false))
    }
}

impl<'a> Iterator for NalUnits<'a> {
    type Item = Result<&'a [u8], Refusal>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.data.0.is_empty() {
            return None;
        }
        let unit = self.data.read_count(self.length_bytes).and_then(|length| self.data.read_bytes(length));
        Some(unit.ok_or_else(|| Refusal::damaged("an HEVC unit is truncated")))
    }
}

/// Returns the size of the length prefixes in bytes, and the parameter sets. Returns `None` if the
/// configuration is truncated or has more than [`MAX_PARAMETER_SETS`].
fn read_config(mut config: BoxReader<'_>) -> Option<(usize, Vec<&[u8]>)> {
    config.read_bytes(21)?;
    let length_bytes = config.read_count(1)? & 3;
    let mut units = Vec::new();
    for _ in 0..config.read_number(1)? {
        config.read_bytes(1)?;
        for _ in 0..config.read_number(2)? {
            let length = config.read_count(2)?;
            units.push(config.read_bytes(length)?);
            if units.len() > MAX_PARAMETER_SETS {
                return None;
            }
        }
    }
    Some((length_bytes + 1, units))
}

fn parameter_sets(units: &[&[u8]]) -> Result<ParameterSets, Refusal> {
    let mut sets = ParameterSets::default();
    for unit in units {
        let unit = NalUnit::parse(unit).map_err(refusal)?;
        // Checks the size before parsing the next set, because that can allocate memory for the
        // size.
        if unit.header.unit_type == NalUnitType::Sps {
            check_sps(&Sps::parse(&unit.rbsp).map_err(refusal)?)?;
        }
        sets.add(&unit).map_err(refusal)?;
    }
    Ok(sets)
}

fn is_slice(unit: &[u8]) -> bool {
    unit.first().is_some_and(|byte| NalUnitType::from_raw(byte >> 1 & 0x3F).is_slice())
}

fn check_sps(sps: &Sps) -> Result<(), Refusal> {
    check::picture_size(Size::new(sps.pic_width_in_luma_samples, sps.pic_height_in_luma_samples))?;
    if sps.separate_colour_plane_flag || sps.bit_depth_luma != sps.bit_depth_chroma {
        return Err(unsupported("separate colour planes or different bit depths"));
    }
    Ok(())
}

fn header(sps: &Sps, bytes: usize) -> Header {
    let (width, height) = sps.output_size();
    let coded = Size::new(sps.pic_width_in_luma_samples, sps.pic_height_in_luma_samples).pixels();
    let (across, down) = sps.chroma_subsampling();
    let planes = if sps.chroma_format_idc == 0 { 1 } else { 3 };
    let chroma = if planes == 1 { 0 } else { 2 * coded / u64::from(across * down) };
    let unspecified = Cicp { primaries: 2, transfer: 2, matrix: 2, full_range: false };
    Header {
        size: Size::new(width, height),
        planes,
        subsampling: (across, down),
        bits: sps.bit_depth_luma,
        cicp: sps.vui.as_ref().map_or(unspecified, |vui| Cicp {
            primaries: vui.colour_primaries,
            transfer: vui.transfer_characteristics,
            matrix: vui.matrix_coeffs,
            full_range: vui.video_full_range_flag,
        }),
        decoder_time: decoder_time(coded, NANOSECONDS_PER_PIXEL, bytes, NANOSECONDS_PER_BYTE),
        decoder_bytes: 2 * (2 * coded + chroma) + coded / 16 * BYTES_PER_BLOCK + bytes as u64,
    }
}

fn no_picture() -> Refusal {
    Refusal::damaged("its HEVC picture is incomplete")
}

fn refusal(error: Error) -> Refusal {
    match error {
        Error::Unimplemented(feature) => unsupported(feature),
        error => Refusal::damaged(error),
    }
}
