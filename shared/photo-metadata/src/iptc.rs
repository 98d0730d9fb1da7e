//! IPTC-IIM: records of data sets (IPTC-NAA Information Interchange Model 4.2, chapters 1 and 6).

use crate::clean::{date, description};
use crate::metadata::Description;

/// The maximum number of bytes read from all records.
pub(super) const MAX_BYTES: u64 = 64 * 1024;
/// The first byte of each data set.
const TAG_MARKER: u8 = 0x1C;
/// The number of the record that describes the picture.
const APPLICATION_RECORD: u8 = 2;

/// The data set numbers of the application record.
mod data_set {
    pub(super) const OBJECT_NAME: u8 = 5;
    pub(super) const KEYWORD: u8 = 25;
    pub(super) const DATE_CREATED: u8 = 55;
    pub(super) const TIME_CREATED: u8 = 60;
    pub(super) const HEADLINE: u8 = 105;
    pub(super) const CAPTION: u8 = 120;
}

/// Cleaned values from IPTC.
#[derive(Debug, Default)]
pub(super) struct Iptc {
    pub(super) description: Description,
    pub(super) taken: Option<date::CaptureTime>,
}

/// Reads the records up to the first damaged data set.
///
/// Ignores the declared character set (1:90), because most text that is not valid UTF-8 is
/// Windows-1252, regardless of the declaration.
pub(super) fn read(records: &[u8]) -> Iptc {
    let sets: Vec<(u8, &[u8])> = DataSets(records).collect();
    let values = |number: u8| sets.iter().filter(move |(set, _)| *set == number).map(|(_, value)| *value);
    let title = values(data_set::OBJECT_NAME).chain(values(data_set::HEADLINE)).find_map(description::title);
    Iptc {
        description: Description {
            title,
            caption: values(data_set::CAPTION).find_map(description::caption),
            keywords: description::keywords(values(data_set::KEYWORD)),
            rating: None,
        },
        taken: values(data_set::DATE_CREATED)
            .next()
            .and_then(|date| capture_time(date, values(data_set::TIME_CREATED).next().unwrap_or_default())),
    }
}

/// Parses `20140501` and, if present, `101112+0200`. Some agencies write `2014-05-01` and
/// `10:11:12+02:00`.
fn capture_time(date: &[u8], time: &[u8]) -> Option<date::CaptureTime> {
    let digits = |text| Some(str::from_utf8(text).ok()?.replace([':', '/'], ""));
    let (date, time) = (digits(date)?.replace('-', ""), digits(time)?);
    let (year, day) = date.split_at_checked(4)?;
    let (month, day) = day.split_at_checked(2)?;
    if time.trim_matches(['\0', ' ']).is_empty() {
        return date::parse(&format!("{year}:{month}:{day}"));
    }
    let (hour, rest) = time.split_at_checked(2)?;
    let (minute, rest) = rest.split_at_checked(2)?;
    let (second, offset) = rest.split_at_checked(2)?;
    // Programs write this for an unknown offset, because the format requires one.
    let offset = if offset == "+0000" { "" } else { offset };
    date::parse(&format!("{year}:{month}:{day} {hour}:{minute}:{second}{offset}"))
}

/// An iterator over the data sets of the application record. Yields numbers and values.
struct DataSets<'a>(&'a [u8]);

impl<'a> Iterator for DataSets<'a> {
    type Item = (u8, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let (&[marker, record, number, l1, l0], rest) = self.0.split_first_chunk()?;
            // Extended lengths, for values from 32 KB on, are not supported, because no data set of
            // interest is that long.
            let (value, rest) = rest.split_at_checked(u16::from_be_bytes([l1, l0]).into())?;
            if marker != TAG_MARKER {
                return None;
            }
            self.0 = rest;
            if record == APPLICATION_RECORD {
                return Some((number, value));
            }
        }
    }
}
