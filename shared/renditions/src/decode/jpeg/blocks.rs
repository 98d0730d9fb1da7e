//! Goes through the blocks of a scan in order (ITU-T T.81, A.2) and handles restart markers.

use super::bits::BitReader;
use super::error::JpegError;
use super::frame::Frame;
use super::segments::Scan;

/// Decodes the blocks of one kind of scan.
pub(super) trait BlockDecoder {
    /// Decodes the next block. `component` is an index into the components of the scan; `position`
    /// is the block's column and row.
    fn decode_block(
        &mut self,
        bits: &mut BitReader,
        component: usize,
        position: (usize, usize),
    ) -> Result<(), JpegError>;

    /// Resets the predictions after a restart marker.
    fn restart(&mut self);
}

/// Decodes all blocks of a scan.
pub(super) fn decode_blocks(
    bits: &mut BitReader,
    frame: &Frame,
    scan: &Scan,
    restart_interval: usize,
    mut decoder: impl BlockDecoder,
) -> Result<(), JpegError> {
    let single = match &scan.components[..] {
        [only] => Some(frame.components[only.index].blocks),
        _ => None,
    };
    let (across, down) = single.unwrap_or(frame.mcus());
    let mut until_restart = restart_interval;
    for row in 0..down {
        for column in 0..across {
            if restart_interval > 0 && until_restart == 0 {
                bits.skip_restart_marker()?;
                decoder.restart();
                until_restart = restart_interval;
            }
            until_restart = until_restart.wrapping_sub(1);
            if single.is_some() {
                decoder.decode_block(bits, 0, (column, row))?;
            } else {
                decode_mcu(bits, frame, scan, (column, row), &mut decoder)?;
            }
            // The last bytes of a file are lost most easily, and the last MCU is only a corner.
            let is_last = (row + 1, column + 1) == (down, across);
            if bits.is_exhausted() && !is_last {
                return Err(JpegError::Damaged("it ends too early"));
            }
        }
    }
    Ok(())
}

/// Decodes one minimum coded unit (MCU): some blocks of each component.
#[inline(always)]
fn decode_mcu(
    bits: &mut BitReader,
    frame: &Frame,
    scan: &Scan,
    (column, row): (usize, usize),
    decoder: &mut impl BlockDecoder,
) -> Result<(), JpegError> {
    for (component, scanned) in scan.components.iter().enumerate() {
        let (across, down) = frame.components[scanned.index].sampling;
        let (across, down) = (across as usize, down as usize);
        for y in 0..down {
            for x in 0..across {
                decoder.decode_block(bits, component, (column * across + x, row * down + y))?;
            }
        }
    }
    Ok(())
}
