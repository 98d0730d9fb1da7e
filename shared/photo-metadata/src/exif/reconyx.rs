//! The maker note of Reconyx HyperFire trail cameras, which store the date nowhere else (ExifTool's
//! `Reconyx.pm`).

use crate::clean::date::{self, CaptureTime};

/// The maximum number of bytes read from the note.
pub(super) const MAX_BYTES: u64 = 34;
/// The position of the date: second, minute, hour, month, day, year, 16 bits each.
const DATE: std::ops::Range<usize> = 22..34;

/// Returns the date in a maker note, or `None` if a camera of another make wrote the note.
pub(super) fn capture_time(note: &[u8]) -> Option<CaptureTime> {
    note.strip_prefix(b"\x01\xF1").filter(|rest| matches!(rest, [2 | 3, 0, ..]))?;
    let pairs: Vec<[u8; 2]> =
        note.get(DATE)?.chunks_exact(2).filter_map(|pair| pair.try_into().ok()).collect();
    // Some cameras write only these numbers in big-endian order.
    let is_big_endian = matches!(pairs.first(), Some([0, high]) if *high != 0);
    let number = if is_big_endian { u16::from_be_bytes } else { u16::from_le_bytes };
    let numbers: Vec<u16> = pairs.into_iter().map(number).collect();
    let [second, minute, hour, month, day, year] = *numbers else { return None };
    date::parse(&format!("{year:04}:{month}:{day} {hour}:{minute}:{second}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_date_in_either_byte_order() {
        let numbers = [40u16, 29, 9, 7, 4, 2013];
        for to_bytes in [u16::to_le_bytes, u16::to_be_bytes] {
            let date: Vec<u8> = numbers.into_iter().flat_map(to_bytes).collect();
            let note = |head: [u8; 4]| [&head[..], &[0; 18], &date].concat();
            assert_eq!(capture_time(&note([1, 0xF1, 3, 0])).unwrap().format(), "2013-07-04T09:29:40");
            assert_eq!(capture_time(&note([1, 0xF1, 9, 0])), None);
        }
        assert_eq!(capture_time(b"\x01\xF1\x03\0"), None);
    }
}
