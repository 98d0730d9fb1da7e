//! Estimates the work of a progressive picture before its scans are decoded.

use super::frame::Frame;
use super::markers::{next_marker, segment_content};
use crate::limits::{MAX_SCANNED_BLOCKS, MAX_SCANS};
use crate::refusal::Refusal;

/// Refuses a progressive picture if its scans contain more than [`MAX_SCANNED_BLOCKS`]. `first` is
/// the position in `data` after the first marker.
///
/// A small picture cannot exceed the limit, so its scans are not counted.
pub(super) fn check(frame: &Frame, data: &[u8], first: usize) -> Result<(), Refusal> {
    let all: u64 = frame.components.iter().map(|component| blocks(component.padded_blocks)).sum();
    if !frame.is_progressive || all * MAX_SCANS as u64 <= MAX_SCANNED_BLOCKS {
        return Ok(());
    }
    let mut total = 0;
    for (scans, components) in (0..=MAX_SCANS).zip(Scans { data, at: first }) {
        total += scan_blocks(frame, components);
        if total > MAX_SCANNED_BLOCKS {
            return Err(Refusal::TooManyScans { max: scans });
        }
    }
    Ok(())
}

fn blocks((across, down): (usize, usize)) -> u64 {
    across as u64 * down as u64
}

/// Returns the number of blocks in a scan of these components, each an id and a table selector.
fn scan_blocks(frame: &Frame, components: &[u8]) -> u64 {
    let ids = components.chunks_exact(2).map(|component| component[0]);
    let matching = ids.filter_map(|id| frame.components.iter().find(|component| component.id == id));
    matching.map(|component| blocks(component.padded_blocks)).sum()
}

/// An iterator over the scans of a file. Yields the components in the header of each scan.
struct Scans<'a> {
    data: &'a [u8],
    at: usize,
}

impl<'a> Iterator for Scans<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let (marker, length) = next_marker(self.data.get(self.at..)?)?;
            self.at += length;
            match marker {
                0xD9 => return None,
                0x01 | 0xD0..=0xD8 => continue,
                _ => {}
            }
            let content = segment_content(self.data, self.at)?;
            self.at += 2 + content.len();
            if marker == 0xDA {
                let (&count, rest) = content.split_first()?;
                return rest.get(..2 * usize::from(count));
            }
        }
    }
}
