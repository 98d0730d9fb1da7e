//! CIFF, the predecessor of EXIF in JPEG files of Canon cameras (Canon, "CIFF Specification on
//! Image Data File", version 1.0, revision 4; record types from ExifTool's `CanonRaw.pm`).

use super::clean::{date, text};

/// The maximum number of bytes read, which is the size of a JPEG segment.
pub(super) const MAX_BYTES: u64 = 64 * 1024;
/// The maximum number of records examined in total. Cameras write about 30.
const MAX_RECORDS: usize = 256;
/// The maximum depth of nested heaps. Cameras write three levels.
const MAX_DEPTH: usize = 4;
/// The number of bytes of a record in a directory: type, length and offset of its value.
const RECORD_LENGTH: usize = 10;

/// Cleaned values from CIFF.
#[derive(Debug, Default)]
pub(super) struct Ciff {
    pub(super) make: Option<String>,
    pub(super) model: Option<String>,
    pub(super) taken: Option<date::CaptureTime>,
}

/// Returns `true` if a segment starts with a CIFF header: byte order, header length, signature.
pub(super) fn is_header(bytes: &[u8]) -> bool {
    matches!(bytes, [b'I', b'I', _, _, _, _, b'H', b'E', b'A', b'P', b'J', b'P', b'G', b'M', ..])
}

/// Reads the values in the body of a segment. Returns no values if it has no CIFF header.
pub(super) fn read(segment: &[u8]) -> Ciff {
    let (mut ciff, mut records_left) = (Ciff::default(), MAX_RECORDS);
    if is_header(segment) {
        let heap = read_u32(segment, 2).and_then(|length| segment.get(length..));
        read_heap(heap.unwrap_or_default(), MAX_DEPTH, &mut records_left, &mut ciff);
    }
    ciff
}

/// Reads the records of a heap. The last four bytes of the heap are the offset of its directory.
fn read_heap(heap: &[u8], depth: usize, records_left: &mut usize, ciff: &mut Ciff) -> Option<()> {
    let directory = read_u32(heap, heap.len().checked_sub(4)?)?;
    let count = u16::from_le_bytes(heap.get(directory..)?.first_chunk().copied()?);
    for record in heap.get(directory + 2..)?.chunks_exact(RECORD_LENGTH).take(count.into()) {
        *records_left = records_left.checked_sub(1)?;
        let kind = u16::from_le_bytes(record.first_chunk().copied()?);
        let value = match kind & 0xC000 {
            // The record contains the value itself.
            0x4000 => record.get(2..),
            _ => read_u32(record, 2)
                .zip(read_u32(record, 6))
                .and_then(|(length, at)| heap.get(at..)?.get(..length)),
        };
        let Some(value) = value else { continue };
        match kind & 0x3FFF {
            // Make and model.
            0x080A => {
                let mut names = value.split(|&byte| byte == 0);
                ciff.make = names.next().and_then(text::name);
                ciff.model = names.next().and_then(text::name);
            }
            // Capture time.
            0x180E => {
                ciff.taken = value.first_chunk().and_then(|stamp| capture_time(u32::from_le_bytes(*stamp)))
            }
            // A nested heap.
            kind if matches!(kind & 0x3800, 0x2800 | 0x3000) && depth > 0 => {
                let _ = read_heap(value, depth - 1, records_left, ciff);
            }
            _ => {}
        }
    }
    Some(())
}

/// Converts seconds since 1970 in local time. Cameras write 0 for an unknown time.
fn capture_time(seconds: u32) -> Option<date::CaptureTime> {
    let moment = jiff::Timestamp::from_second(seconds.into()).ok().filter(|_| seconds > 0)?;
    let local = jiff::tz::Offset::UTC.to_datetime(moment);
    Some(date::CaptureTime { local, zone: None, has_time: true })
}

fn read_u32(bytes: &[u8], at: usize) -> Option<usize> {
    let number = bytes.get(at..)?.first_chunk().copied().map(u32::from_le_bytes)?;
    usize::try_from(number).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Builds a heap of records, each a type and a value.
    fn heap(records: &[(u16, &[u8])]) -> Vec<u8> {
        let mut heap: Vec<u8> = records.iter().flat_map(|(_, value)| value.iter().copied()).collect();
        let (directory, mut offset) = (heap.len() as u32, 0u32);
        heap.extend((records.len() as u16).to_le_bytes());
        for (kind, value) in records {
            heap.extend(kind.to_le_bytes());
            heap.extend((value.len() as u32).to_le_bytes());
            heap.extend(offset.to_le_bytes());
            offset += value.len() as u32;
        }
        heap.extend(directory.to_le_bytes());
        heap
    }

    fn segment(heap: &[u8]) -> Vec<u8> {
        [b"II\x0E\0\0\0HEAPJPGM", heap].concat()
    }

    #[test]
    fn reads_camera_and_date() {
        let camera = heap(&[(0x0805, b"?"), (0x080A, b"Canon\0Canon PowerShot A5\0")]);
        let picture = heap(&[(0x180E, &912_522_156u32.to_le_bytes()), (0x2807, &camera)]);
        let ciff = read(&segment(&heap(&[(0x300A, &picture)])));
        assert_eq!(ciff.make.as_deref(), Some("Canon"));
        assert_eq!(ciff.model.as_deref(), Some("Canon PowerShot A5"));
        assert_eq!(ciff.taken.unwrap().format(), "1998-12-01T14:22:36");
    }

    #[test]
    fn limits_nested_heaps() {
        // Each of the 6000 records is a heap with the same 6000 records.
        let mut endless = vec![0; 60_000];
        endless[..2].copy_from_slice(&6000u16.to_le_bytes());
        for record in endless[2..].chunks_exact_mut(RECORD_LENGTH) {
            record.copy_from_slice(&[0x07, 0x28, 0x60, 0xEA, 0, 0, 0, 0, 0, 0]);
        }
        endless[59_996..].fill(0);
        let start = std::time::Instant::now();
        assert_eq!(read(&segment(&endless)).make, None);
        assert!(start.elapsed() < std::time::Duration::from_secs(1));
    }
}
