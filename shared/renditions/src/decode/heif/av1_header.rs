//! Reads the open bitstream units (OBU) and the sequence header of an AV1 picture before the
//! decoder allocates memory for it (<https://aomediacodec.github.io/av1-spec/>, 5.3 to 5.5).

use super::types::Cicp;
use crate::refusal::Refusal;
use crate::size::Size;
use heifer_hevc_dec::bitreader::BitReader;

/// The maximum number of frames in a picture: one for each of at most four spatial layers.
pub(super) const MAX_FRAMES: usize = 4;

/// The fields of the sequence header that the decoder needs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct SequenceHeader {
    pub(super) size: Size,
    pub(super) planes: usize,
    pub(super) subsampling: (u32, u32),
    pub(super) bits: u8,
    pub(super) cicp: Cicp,
    /// The number of frames in the picture. The decoder can have all of them in memory.
    pub(super) frames: u64,
}

/// Reads the sequence header. Refuses a picture with two different sequence headers or more than
/// [`MAX_FRAMES`] frames, because the decoder would also decode frames that are not shown.
pub(super) fn read(data: &[u8]) -> Result<SequenceHeader, Refusal> {
    const SEQUENCE_HEADER: u8 = 1;
    const FRAME_HEADER: u8 = 3;
    const FRAME: u8 = 6;
    let (mut header, mut frames, mut rest) = (None, 0, data);
    while !rest.is_empty() {
        let (kind, content, after) =
            read_obu(rest).ok_or_else(|| Refusal::damaged("an AV1 unit is truncated"))?;
        rest = after;
        match kind {
            SEQUENCE_HEADER if header.is_none_or(|before| before == content) => header = Some(content),
            SEQUENCE_HEADER => return Err(Refusal::damaged("two AV1 sequences in one picture")),
            FRAME | FRAME_HEADER => frames += 1,
            _ => {}
        }
    }
    if frames > MAX_FRAMES {
        return Err(Refusal::damaged(format!("{frames} AV1 frames in one picture")));
    }
    let header = header.ok_or_else(|| Refusal::damaged("no AV1 sequence header"))?;
    let header = sequence_header(header).map_err(Refusal::damaged)?;
    Ok(SequenceHeader { frames: frames as u64, ..header })
}

/// Reads the first OBU (5.3.1). Returns its type, its contents and the bytes after it, or `None` if
/// it is truncated.
fn read_obu(data: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&first, mut rest) = data.split_first()?;
    let (has_extension, has_size) = (first & 4 != 0, first & 2 != 0);
    rest = if has_extension { rest.get(1..)? } else { rest };
    let (content, after) = if has_size {
        let length = leb128(&mut rest)?;
        rest.split_at_checked(length)?
    } else {
        (rest, &[][..])
    };
    Some((first >> 3 & 15, content, after))
}

/// Reads a number of up to eight bytes with seven bits each, the lowest bits first (4.10.5).
fn leb128(rest: &mut &[u8]) -> Option<usize> {
    let mut number = 0u64;
    for index in 0..8 {
        let (&byte, after) = rest.split_first()?;
        *rest = after;
        number |= u64::from(byte & 0x7F) << (7 * index);
        if byte & 0x80 == 0 {
            return usize::try_from(number).ok();
        }
    }
    None
}

type ReadResult<T> = Result<T, heifer_hevc_dec::Error>;

/// Parses a sequence header (5.5.1). Sets `frames` to 1.
fn sequence_header(content: &[u8]) -> ReadResult<SequenceHeader> {
    let mut bits = BitReader::new(content);
    let profile = bits.bits(3)?;
    bits.flag()?; // still_picture
    let reduced = bits.flag()?;
    if reduced {
        bits.bits(5)?; // seq_level_idx
    } else {
        operating_points(&mut bits)?;
    }
    let (width_bits, height_bits) = (bits.bits(4)? + 1, bits.bits(4)? + 1);
    let size = Size::new(bits.bits(width_bits)? + 1, bits.bits(height_bits)? + 1);
    if !reduced && bits.flag()? {
        bits.skip(4 + 3)?; // delta_frame_id_length_minus_2, additional_frame_id_length_minus_1
    }
    bits.skip(3)?; // use_128x128_superblock, enable_filter_intra, enable_intra_edge_filter
    if !reduced {
        coding_tools(&mut bits)?;
    }
    bits.skip(3)?; // enable_superres, enable_cdef, enable_restoration
    color_config(&mut bits, profile, size)
}

/// Skips the fields from `timing_info_present_flag` to the end of the operating points (5.5.1).
fn operating_points(bits: &mut BitReader) -> ReadResult<()> {
    let mut delay_bits = None;
    // timing_info_present_flag
    if bits.flag()? {
        bits.skip(64)?; // num_units_in_display_tick, time_scale
        // equal_picture_interval
        if bits.flag()? {
            bits.ue()?;
        }
        // decoder_model_info_present_flag
        if bits.flag()? {
            delay_bits = Some(bits.bits(5)? as usize + 1);
            bits.skip(32 + 5 + 5)?;
        }
    }
    let initial_display_delay = bits.flag()?;
    for _ in 0..=bits.bits(5)? {
        bits.bits(12)?; // operating_point_idc
        if bits.bits(5)? > 7 {
            bits.flag()?; // seq_tier
        }
        if let Some(length) = delay_bits
            && bits.flag()?
        {
            bits.skip(2 * length + 1)?;
        }
        if initial_display_delay && bits.flag()? {
            bits.bits(4)?;
        }
    }
    Ok(())
}

/// Skips the coding tools, which reduced headers omit (5.5.1).
fn coding_tools(bits: &mut BitReader) -> ReadResult<()> {
    bits.skip(4)?; // interintra, masked, warped motion, dual filter
    let order_hint = bits.flag()?;
    if order_hint {
        bits.skip(2)?;
    }
    let chosen_by_frame = bits.flag()?;
    let screen_content = chosen_by_frame || bits.flag()?;
    if screen_content && !bits.flag()? {
        bits.flag()?; // seq_force_integer_mv
    }
    if order_hint {
        bits.bits(3)?;
    }
    Ok(())
}

/// Parses the colour configuration (5.5.2), and returns the complete header.
fn color_config(bits: &mut BitReader, profile: u32, size: Size) -> ReadResult<SequenceHeader> {
    let high_bitdepth = bits.flag()?;
    let depth = match (profile, high_bitdepth) {
        (2, true) if bits.flag()? => 12,
        (_, true) => 10,
        (_, false) => 8,
    };
    let grey = profile != 1 && bits.flag()?;
    let mut cicp = Cicp { primaries: 2, transfer: 2, matrix: 2, full_range: true };
    if bits.flag()? {
        let mut byte = || bits.bits(8).map(|byte| byte as u8);
        cicp = Cicp { primaries: byte()?, transfer: byte()?, matrix: byte()?, ..cicp };
    }
    let is_rgb = (cicp.primaries, cicp.transfer, cicp.matrix) == (1, 13, 0);
    if grey || !is_rgb {
        cicp.full_range = bits.flag()?;
    }
    let subsampling = match profile {
        _ if grey || is_rgb => (1, 1),
        0 => (2, 2),
        1 => (1, 1),
        _ if depth == 12 => match (bits.flag()?, bits.flag()) {
            (false, _) => (1, 1),
            (true, down) => (2, if down? { 2 } else { 1 }),
        },
        _ => (2, 1),
    };
    Ok(SequenceHeader { size, planes: if grey { 1 } else { 3 }, subsampling, bits: depth, cicp, frames: 1 })
}
