//! Dates with the name of the month, as in e-mails (RFC 5322, 3.3; RFC 1123, 5.2.14) and in the C
//! library (`asctime`). The PNG standard suggests the first for `Creation Time`.

use jiff::civil::Date;
use jiff::tz::Offset;

use super::{CaptureTime, Zone, date, time_and_zone};

/// The names of the months, in lower case.
const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
/// The minimum length of an abbreviation of a month.
const MIN_ABBREVIATION: usize = 3;
/// The names of time zones and their offsets in hours (RFC 5322, 4.3).
const ZONES: [(&str, i8); 11] = [
    ("GMT", 0),
    ("UT", 0),
    ("UTC", 0),
    ("EST", -5),
    ("EDT", -4),
    ("CST", -6),
    ("CDT", -5),
    ("MST", -7),
    ("MDT", -6),
    ("PST", -8),
    ("PDT", -7),
];
/// The first of the years with two digits in this century (RFC 5322, 4.3).
const FIRST_SHORT_YEAR: i16 = 50;
/// The maximum number of words in a date.
const MAX_WORDS: usize = 9;

/// Parses a date such as `Wed, 10 Oct 2018 14:15:38 +0200`, `Wed Oct 10 14:15:38 2018` or
/// `October 10, 2018`. The order of day, month, year and time does not matter.
pub(super) fn parse(text: &str) -> Option<CaptureTime> {
    let words: Vec<&str> =
        text.split([' ', ',']).filter(|word| !word.is_empty()).take(MAX_WORDS + 1).collect();
    if words.len() > MAX_WORDS {
        return None;
    }
    let (mut month, mut numbers, mut clock, mut zone) = (None, Vec::new(), None, None);
    for (index, &word) in words.iter().enumerate() {
        let starts_with_sign = word.starts_with(['+', '-']);
        if starts_with_sign {
            zone = super::zone(word).or(zone);
        } else if word.contains(':') && clock.is_none() {
            // The next word can be the half of the day.
            let next = words.get(index + 1).filter(|next| !next.starts_with(|c: char| c.is_ascii_digit()));
            let (time, own_zone) = time_and_zone(&[word, next.copied().unwrap_or("")].join(" "))?;
            (clock, zone) = (Some(time), own_zone.or(zone));
        } else if let Ok(number) = word.parse::<i16>() {
            numbers.push((number, word.len()));
        } else if let Some((_, hours)) = ZONES.iter().find(|(name, _)| *name == word) {
            zone = Some(if *hours == 0 { Zone::Utc } else { Zone::Offset(Offset::constant(*hours)) });
        } else {
            month = month.or_else(|| month_of(word));
        }
    }
    let date = day_and_year(&numbers, month?)?;
    let local = clock.map_or(date.at(0, 0, 0, 0), |time| date.to_datetime(time));
    Some(CaptureTime { local, zone: zone.filter(|_| clock.is_some()), has_time: clock.is_some() })
}

/// Returns the date of two numbers, each with its length: the day, and the year.
fn day_and_year(numbers: &[(i16, usize)], month: i16) -> Option<Date> {
    let [first, second] = *numbers else { return None };
    let (day, year) = if first.1 == 4 { (second, first) } else { (first, second) };
    let year = match year {
        (year, 4) => year,
        (year, 2) if year < FIRST_SHORT_YEAR => 2000 + year,
        (year, 2) => 1900 + year,
        _ => return None,
    };
    date(year, month, day.0)
}

/// Returns the number of a month by its English name or abbreviation.
fn month_of(word: &str) -> Option<i16> {
    let word = word.trim_end_matches('.').to_ascii_lowercase();
    let is_name = |name: &str| word.len() >= MIN_ABBREVIATION && name.starts_with(&word);
    (1..).zip(MONTHS).find(|(_, name)| is_name(name)).map(|(number, _)| number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_dates_with_the_name_of_the_month() {
        for (text, expected) in [
            ("Wed, 10 Oct 2018 14:15:38 +0200", "2018-10-10T14:15:38+02:00"),
            ("10 Oct 2018 14:15:38 GMT", "2018-10-10T14:15:38Z"),
            ("Wed, 10 Oct 2018 14:15 EST", "2018-10-10T14:15:00-05:00"),
            ("Wed, 10 Oct 18 14:15:38 -0730", "2018-10-10T14:15:38-07:30"),
            ("3 Jan 99 14:15:38 +0000", "1999-01-03T14:15:38+00:00"),
            ("Wed Oct 10 14:15:38 2018", "2018-10-10T14:15:38"),
            ("Wed Oct  3 14:15:38 2018", "2018-10-03T14:15:38"),
            ("Wed Oct 10 14:15:38 UTC 2018", "2018-10-10T14:15:38Z"),
            ("October 10, 2018 02:15:38 PM", "2018-10-10T14:15:38"),
            ("wed, 10 OCT 2018 02:15:38 pm +0200", "2018-10-10T14:15:38+02:00"),
            ("1 May 2014", "2014-05-01T00:00:00"),
        ] {
            assert_eq!(parse(text).map(|taken| taken.format()).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn rejects_other_texts() {
        for text in [
            "",
            "May",
            "Oct 2018",
            "31 Feb 2018 14:15:38 +0200",
            "10 Oct 2018 25:15:38",
            "10 Okt 2018 14:15:38",
            "10 Oct 201 14:15:38",
            "10 10 Oct 2018 14:15:38",
            "one two three four five six seven 10 Oct 2018",
            "Marching on 10 2018",
        ] {
            assert_eq!(parse(text).map(|taken| taken.format()), None, "{text}");
        }
    }
}
