//! The order of the blocks in a scan (ITU-T T.81, A.2), and the restarts between them.

use super::Fault;
use super::bits::Bits;
use super::frame::Frame;
use super::segments::Scan;

/// How the blocks of a scan are coded.
pub(super) trait Coding {
    /// Decodes the next block: of the scan's channel number `at`, in this column and row.
    fn block(&mut self, bits: &mut Bits, at: usize, place: (usize, usize)) -> Result<(), Fault>;
    /// Forgets what came before: a restart marker was passed.
    fn restart(&mut self);
}

/// Decodes all blocks of a scan.
pub(super) fn walk(
    bits: &mut Bits,
    frame: &Frame,
    scan: &Scan,
    interval: usize,
    mut coding: impl Coding,
) -> Result<(), Fault> {
    let single = match &scan.components[..] {
        [only] => Some(frame.components[only.at].blocks),
        _ => None,
    };
    let (across, down) = single.unwrap_or(frame.units());
    let mut until_restart = interval;
    for row in 0..down {
        for column in 0..across {
            if interval > 0 && until_restart == 0 {
                bits.restart()?;
                coding.restart();
                until_restart = interval;
            }
            until_restart = until_restart.wrapping_sub(1);
            if single.is_some() {
                coding.block(bits, 0, (column, row))?;
            } else {
                unit(bits, frame, scan, (column, row), &mut coding)?;
            }
            // The last bytes are the first to get lost, and the last unit a corner that nobody misses.
            let is_last = (row + 1, column + 1) == (down, across);
            if bits.ran_out() && !is_last {
                return Err(Fault::Damaged("it ends too early"));
            }
        }
    }
    Ok(())
}

/// Decodes one unit (MCU): some blocks of each channel.
#[inline(always)]
fn unit(
    bits: &mut Bits,
    frame: &Frame,
    scan: &Scan,
    (column, row): (usize, usize),
    coding: &mut impl Coding,
) -> Result<(), Fault> {
    for (at, scanned) in scan.components.iter().enumerate() {
        let (across, down) = frame.components[scanned.at].sampling;
        let (across, down) = (across as usize, down as usize);
        for y in 0..down {
            for x in 0..across {
                coding.block(bits, at, (column * across + x, row * down + y))?;
            }
        }
    }
    Ok(())
}
