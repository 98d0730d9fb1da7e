//! The note of Reconyx' trail cameras of the HyperFire kind, which tell the date nowhere else (ExifTool's `Reconyx.pm`).

use crate::clean::date::{self, Taken};

/// The most bytes that are read.
pub(super) const MOST_BYTES: u64 = 34;
/// Where the date is: second, minute, hour, month, day, year (16 bits each).
const DATE: std::ops::Range<usize> = 22..34;

/// The date in a note, if it is one of theirs.
pub(super) fn taken(note: &[u8]) -> Option<Taken> {
    note.strip_prefix(b"\x01\xF1").filter(|rest| matches!(rest, [2 | 3, 0, ..]))?;
    let pairs: Vec<[u8; 2]> =
        note.get(DATE)?.chunks_exact(2).filter_map(|pair| pair.try_into().ok()).collect();
    // Some have these numbers, and no others, in the other byte order.
    let is_big = matches!(pairs.first(), Some([0, high]) if *high != 0);
    let number = if is_big { u16::from_be_bytes } else { u16::from_le_bytes };
    let numbers: Vec<u16> = pairs.into_iter().map(number).collect();
    let [second, minute, hour, month, day, year] = *numbers else { return None };
    date::parse(&format!("{year:04}:{month}:{day} {hour}:{minute}:{second}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_date_in_a_note() {
        let numbers = [40u16, 29, 9, 7, 4, 2013];
        for to_bytes in [u16::to_le_bytes, u16::to_be_bytes] {
            let date: Vec<u8> = numbers.into_iter().flat_map(to_bytes).collect();
            let note = |head: [u8; 4]| [&head[..], &[0; 18], &date].concat();
            assert_eq!(taken(&note([1, 0xF1, 3, 0])).unwrap().utc(), "2013-07-04T09:29:40");
            assert_eq!(taken(&note([1, 0xF1, 9, 0])), None);
        }
        assert_eq!(taken(b"\x01\xF1\x03\0"), None);
    }
}
