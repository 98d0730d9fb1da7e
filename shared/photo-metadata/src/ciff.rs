//! CIFF: what Canon's cameras wrote into JPEGs before they wrote EXIF (Canon, "CIFF Specification on Image Data File",
//! version 1.0, revision 4; ExifTool's `CanonRaw.pm`, for the records).

use super::clean::{date, text};

/// The most bytes that are read: as many as fit into a JPEG segment.
pub(super) const MOST_BYTES: u64 = 64 * 1024;
/// The most records looked at in all, and how deep heaps in heaps are followed; cameras write about 30, three deep.
const MOST_RECORDS: usize = 256;
const MOST_DEPTH: usize = 4;
/// Bytes of a record in a directory: type, length and place of its value.
const RECORD: usize = 10;

/// What CIFF tells, cleaned.
#[derive(Debug, Default)]
pub(super) struct Ciff {
    pub(super) make: Option<String>,
    pub(super) model: Option<String>,
    pub(super) taken: Option<date::Taken>,
}

/// What a segment begins with that holds CIFF: byte order, length of this header, signature.
pub(super) fn is_header(bytes: &[u8]) -> bool {
    matches!(bytes, [b'I', b'I', _, _, _, _, b'H', b'E', b'A', b'P', b'J', b'P', b'G', b'M', ..])
}

/// Reads the contents of a segment.
pub(super) fn read(segment: &[u8]) -> Ciff {
    let (mut told, mut left) = (Ciff::default(), MOST_RECORDS);
    if is_header(segment) {
        let heap = long(segment, 2).and_then(|length| segment.get(length..));
        directory(heap.unwrap_or_default(), MOST_DEPTH, &mut left, &mut told);
    }
    told
}

/// A heap ends in the place of its directory.
fn directory(heap: &[u8], depth: usize, left: &mut usize, told: &mut Ciff) -> Option<()> {
    let at = long(heap, heap.len().checked_sub(4)?)?;
    let count = u16::from_le_bytes(heap.get(at..)?.first_chunk().copied()?);
    for record in heap.get(at + 2..)?.chunks_exact(RECORD).take(count.into()) {
        *left = left.checked_sub(1)?;
        let kind = u16::from_le_bytes(record.first_chunk().copied()?);
        let value = match kind & 0xC000 {
            // In the record itself.
            0x4000 => record.get(2..),
            _ => long(record, 2).zip(long(record, 6)).and_then(|(length, at)| heap.get(at..)?.get(..length)),
        };
        let Some(value) = value else { continue };
        match kind & 0x3FFF {
            0x080A => {
                let mut names = value.split(|&byte| byte == 0);
                told.make = names.next().and_then(text::name);
                told.model = names.next().and_then(text::name);
            }
            0x180E => told.taken = value.first_chunk().and_then(|stamp| taken(u32::from_le_bytes(*stamp))),
            // Heaps in this one.
            kind if matches!(kind & 0x3800, 0x2800 | 0x3000) && depth > 0 => {
                let _ = directory(value, depth - 1, left, told);
            }
            _ => {}
        }
    }
    Some(())
}

/// Seconds since 1970 by the camera's clock.
fn taken(seconds: u32) -> Option<date::Taken> {
    let moment = jiff::Timestamp::from_second(seconds.into()).ok().filter(|_| seconds > 0)?;
    Some(date::Taken { local: jiff::tz::Offset::UTC.to_datetime(moment), offset: None })
}

fn long(bytes: &[u8], at: usize) -> Option<usize> {
    let long = bytes.get(at..)?.first_chunk().copied().map(u32::from_le_bytes)?;
    usize::try_from(long).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A heap of these records: type, value.
    fn heap(records: &[(u16, &[u8])]) -> Vec<u8> {
        let mut heap: Vec<u8> = records.iter().flat_map(|(_, value)| value.iter().copied()).collect();
        let (at, mut place) = (heap.len() as u32, 0u32);
        heap.extend((records.len() as u16).to_le_bytes());
        for (kind, value) in records {
            heap.extend(kind.to_le_bytes());
            heap.extend((value.len() as u32).to_le_bytes());
            heap.extend(place.to_le_bytes());
            place += value.len() as u32;
        }
        heap.extend(at.to_le_bytes());
        heap
    }

    fn segment(heap: &[u8]) -> Vec<u8> {
        [b"II\x0E\0\0\0HEAPJPGM", heap].concat()
    }

    #[test]
    fn a_camera_tells_its_name_and_the_date() {
        let camera = heap(&[(0x0805, b"?"), (0x080A, b"Canon\0Canon PowerShot A5\0")]);
        let picture = heap(&[(0x180E, &912_522_156u32.to_le_bytes()), (0x2807, &camera)]);
        let told = read(&segment(&heap(&[(0x300A, &picture)])));
        assert_eq!(told.make.as_deref(), Some("Canon"));
        assert_eq!(told.model.as_deref(), Some("Canon PowerShot A5"));
        assert_eq!(told.taken.unwrap().utc(), "1998-12-01T14:22:36");
    }

    #[test]
    fn heaps_without_end_are_followed_a_little() {
        // Each of 6000 records is the whole heap again.
        let mut endless = vec![0; 60_000];
        endless[..2].copy_from_slice(&6000u16.to_le_bytes());
        for record in endless[2..].chunks_exact_mut(RECORD) {
            record.copy_from_slice(&[0x07, 0x28, 0x60, 0xEA, 0, 0, 0, 0, 0, 0]);
        }
        endless[59_996..].fill(0);
        let start = std::time::Instant::now();
        assert_eq!(read(&segment(&endless)).make, None);
        assert!(start.elapsed() < std::time::Duration::from_secs(1));
    }
}
