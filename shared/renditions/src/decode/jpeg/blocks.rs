//! Decodes the blocks of a scan in order (ITU-T T.81, A.2) and handles restart markers.

use super::bits::BitReader;
use super::error::JpegError;
use super::frame::Frame;
use super::segments::Scan;

/// A decoder for the blocks of one kind of scan.
pub(super) trait BlockDecoder {
    /// Decodes the next block. `component` is an index into the components of the scan, and
    /// `position` is the column and row of the block in its component.
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
    // A scan of one component has no MCUs and no blocks outside the picture.
    let single_component_blocks = match &scan.components[..] {
        [component] => Some(frame.components[component.index].blocks),
        _ => None,
    };
    let (across, down) = single_component_blocks.unwrap_or(frame.mcus());
    let mut until_restart = restart_interval;
    for row in 0..down {
        for column in 0..across {
            if restart_interval > 0 && until_restart == 0 {
                bits.skip_restart_marker()?;
                decoder.restart();
                until_restart = restart_interval;
            }
            until_restart = until_restart.wrapping_sub(1);
            if single_component_blocks.is_some() {
                decoder.decode_block(bits, 0, (column, row))?;
            } else {
                decode_mcu(bits, frame, scan, (column, row), &mut decoder)?;
            }
            // Accepts an incomplete last MCU, because it is only a corner of the picture and files
            // often lack their last bytes.
            let is_last = (row + 1, column + 1) == (down, across);
            if bits.is_exhausted() && !is_last {
                return Err(JpegError::Damaged("it ends too early"));
            }
        }
    }
    Ok(())
}

/// Decodes one minimum coded unit (MCU), which contains blocks of each component.
#[inline(always)]
fn decode_mcu(
    bits: &mut BitReader,
    frame: &Frame,
    scan: &Scan,
    (column, row): (usize, usize),
    decoder: &mut impl BlockDecoder,
) -> Result<(), JpegError> {
    for (component, scan_component) in scan.components.iter().enumerate() {
        let (across, down) = frame.components[scan_component.index].sampling;
        let (across, down) = (across as usize, down as usize);
        for y in 0..down {
            for x in 0..across {
                decoder.decode_block(bits, component, (column * across + x, row * down + y))?;
            }
        }
    }
    Ok(())
}
