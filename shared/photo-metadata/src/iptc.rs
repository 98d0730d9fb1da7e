//! IPTC-IIM: records of data sets (IPTC-NAA Information Interchange Model 4.2, chapters 1 and 6).

use crate::clean::{date, words};
use crate::words::Words;

/// The most bytes of records that are read.
pub(super) const MOST_BYTES: u64 = 64 * 1024;
/// What every data set begins with.
const MARKER: u8 = 0x1C;
/// The record that describes the picture.
const APPLICATION: u8 = 2;

/// Data sets of the application record.
mod set {
    pub(super) const OBJECT_NAME: u8 = 5;
    pub(super) const KEYWORD: u8 = 25;
    pub(super) const DATE_CREATED: u8 = 55;
    pub(super) const TIME_CREATED: u8 = 60;
    pub(super) const HEADLINE: u8 = 105;
    pub(super) const CAPTION: u8 = 120;
}

/// What IPTC tells, cleaned.
#[derive(Debug, Default)]
pub(super) struct Iptc {
    pub(super) words: Words,
    /// When the picture was taken.
    pub(super) taken: Option<date::Taken>,
}

/// Reads the records, up to what is damaged in them. The character set that they may announce (1:90) is not asked: what is
/// UTF-8 is recognised by itself, and what is not is mostly Windows-1252, whatever is announced.
pub(super) fn read(records: &[u8]) -> Iptc {
    let sets: Vec<(u8, &[u8])> = Sets(records).collect();
    let all = |number: u8| sets.iter().filter(move |(set, _)| *set == number).map(|(_, value)| *value);
    let title = all(set::OBJECT_NAME).chain(all(set::HEADLINE)).find_map(words::title);
    Iptc {
        words: Words {
            title,
            caption: all(set::CAPTION).find_map(words::caption),
            keywords: words::keywords(all(set::KEYWORD)),
            rating: None,
        },
        taken: all(set::DATE_CREATED)
            .next()
            .and_then(|date| taken(date, all(set::TIME_CREATED).next().unwrap_or_default())),
    }
}

/// `20140501` and, where it is told, `101112+0200`. Some agencies write `2014-05-01` and `10:11:12+02:00`.
fn taken(date: &[u8], time: &[u8]) -> Option<date::Taken> {
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
    // Programs that know no offset have to write one, and write this.
    let offset = if offset == "+0000" { "" } else { offset };
    date::parse(&format!("{year}:{month}:{day} {hour}:{minute}:{second}{offset}"))
}

/// The data sets of the application record: number and value.
struct Sets<'a>(&'a [u8]);

impl<'a> Iterator for Sets<'a> {
    type Item = (u8, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let (&[marker, record, number, l1, l0], rest) = self.0.split_first_chunk()?;
            // Lengths from 32 KB on are written otherwise: nothing that matters is that long.
            let (value, rest) = rest.split_at_checked(u16::from_be_bytes([l1, l0]).into())?;
            if marker != MARKER {
                return None;
            }
            self.0 = rest;
            if record == APPLICATION {
                return Some((number, value));
            }
        }
    }
}
