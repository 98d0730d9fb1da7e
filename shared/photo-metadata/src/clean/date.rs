//! When a picture was taken.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;

/// Years believed: from the first photograph on.
const YEARS: std::ops::RangeInclusive<i16> = 1826..=2100;

/// What stands between year, month and day.
const SEPARATORS: [char; 4] = [':', '-', '/', '.'];

/// How far (seconds) the time of a satellite fix may be from the camera's for the difference between them to count as
/// the camera's offset from UTC: a fix may be older than the picture.
const FIX_AGE: i32 = 60;

/// Offsets from UTC in use today that are not whole hours (minutes; IANA time zone database).
const ODD_OFFSETS: [i32; 13] = [-570, -210, -150, 210, 270, 330, 345, 390, 525, 570, 630, 765, 825];

/// A moment by the camera's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Taken {
    /// What the clock showed.
    pub(crate) local: DateTime,
    /// How far it was from UTC, where known.
    pub(crate) offset: Option<Offset>,
}

impl Taken {
    /// RFC 3339 in UTC (`2014-05-01T08:11:12Z`) where the offset is known, else local time (`2014-05-01T10:11:12`).
    pub(crate) fn utc(&self) -> String {
        match self.offset.and_then(|offset| offset.to_timestamp(self.local).ok()) {
            Some(timestamp) => timestamp.to_string(),
            None => self.local.to_string(),
        }
    }

    /// The local time, with its offset where known: `2014-05-01T10:11:12+02:00`.
    pub(crate) fn local(&self) -> String {
        let timestamp = self.offset.and_then(|offset| Some((offset, offset.to_timestamp(self.local).ok()?)));
        match timestamp {
            Some((offset, timestamp)) => timestamp.display_with_offset(offset).to_string(),
            None => self.local.to_string(),
        }
    }
}

/// The first of these moments; where that is but a day, the first on that day that has a time.
pub(crate) fn first(mut told: impl Iterator<Item = Taken>) -> Option<Taken> {
    let is_day = |taken: &Taken| taken.local.time() == Time::midnight();
    let first = told.next()?;
    let exact =
        told.find(|other| is_day(&first) && other.local.date() == first.local.date() && !is_day(other));
    exact.or(Some(first))
}

/// Reads EXIF's `2014:05:01 10:11:12`, and what cameras and programs write instead: other separators, blanks for zeros, a
/// fraction, an offset (`2014-05-01T10:11:12.25+02:00`). A date without a time is its midnight: the day is what matters to
/// people. None where it is no possible date: blanks, zeros, month 13.
pub(crate) fn parse(text: &str) -> Option<Taken> {
    let (year, rest) = number(text)?;
    let (month, rest) = number(rest.strip_prefix(SEPARATORS)?)?;
    let (day, rest) = number(rest.strip_prefix(SEPARATORS)?)?;
    let date = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    if !YEARS.contains(&year) {
        return None;
    }
    if rest.chars().all(|c| matches!(c, ' ' | ':')) {
        return Some(Taken { local: date.at(0, 0, 0, 0), offset: None });
    }
    let (time, rest) = time(rest.strip_prefix(['T', ' '])?)?;
    let (time, rest) = in_halves(time, rest);
    Some(Taken { local: date.to_datetime(time), offset: offset(rest) })
}

/// Hours, minutes and, where they are told, seconds with a fraction; and what follows.
fn time(text: &str) -> Option<(Time, &str)> {
    let (hour, rest) = number(text)?;
    let (minute, rest) = number(rest.strip_prefix(':')?)?;
    let (second, rest) = match rest.strip_prefix(':') {
        Some(seconds) if !seconds.trim().is_empty() => number(seconds)?,
        // Not told, or blanks.
        told => (0, told.unwrap_or(rest)),
    };
    let (nanosecond, rest) = fraction(rest);
    // Some phones count hours from 1 to 24: 24:15 is a quarter past midnight.
    let hour = if hour == 24 { 0 } else { hour };
    // A leap second: clocks of cameras have none, and neither has our calendar.
    let second = if second == 60 { 59 } else { second };
    let [hour, minute, second] = [hour, minute, second].map(|n| i8::try_from(n).unwrap_or(-1));
    Some((Time::new(hour, minute, second, nanosecond).ok()?, rest))
}

/// A time of twelve hours, where that follows, as one of twenty-four.
fn in_halves(time: Time, rest: &str) -> (Time, &str) {
    let hour =
        |hour: i8| Time::new(hour, time.minute(), time.second(), time.subsec_nanosecond()).unwrap_or(time);
    let rest = rest.trim_start();
    match (rest.strip_prefix("PM"), rest.strip_prefix("AM")) {
        (Some(rest), _) if time.hour() < 12 => (hour(time.hour() + 12), rest),
        (_, Some(rest)) if time.hour() == 12 => (hour(0), rest),
        _ => (time, rest),
    }
}

/// A number of up to four digits at the beginning, blanks before it, and what follows.
fn number(text: &str) -> Option<(i16, &str)> {
    let text = text.trim_start_matches(' ');
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, rest) = text.split_at_checked(end).filter(|(number, _)| number.len() <= 4)?;
    Some((digits(number)?, rest))
}

fn digits(text: &str) -> Option<i16> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

/// A fraction of a second at the beginning (nanoseconds), and what follows it.
fn fraction(text: &str) -> (i32, &str) {
    let Some(text) = text.strip_prefix(['.', ',']) else { return (0, text) };
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (fraction, rest) = text.split_at(end);
    (subsecond(fraction).unwrap_or(0), rest)
}

/// The digits after the decimal point (EXIF's `SubSecTime`), in nanoseconds.
pub(crate) fn subsecond(text: &str) -> Option<i32> {
    let text = text.trim();
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| format!("{text:0<9.9}").parse().ok())?
}

/// Reads `+02:00`, `-0730`, `Z`.
pub(crate) fn offset(text: &str) -> Option<Offset> {
    let text = text.trim();
    if text == "Z" {
        return Some(Offset::UTC);
    }
    let (sign, rest) = match text.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    // `+0200`, `+02:00`, `+2:00`.
    let (hours, minutes) = rest.split_at_checked(rest.find(':').unwrap_or(2))?;
    let minutes = match minutes.strip_prefix(':').unwrap_or(minutes) {
        "" => 0,
        minutes => i32::from(digits(minutes)?),
    };
    let minutes_in_all = i32::from(digits(hours)?) * 60 + minutes;
    // From Baker Island to Kiribati.
    let on_earth = minutes < 60 && (-12 * 60..=14 * 60).contains(&(sign * minutes_in_all));
    on_earth.then(|| Offset::from_seconds(sign * minutes_in_all * 60).ok())?
}

/// A satellite fix (UTC): EXIF's `2014:05:01`, and hours, minutes, seconds.
pub(crate) fn fix(date: &str, time: &[f64]) -> Option<Taken> {
    let [hour, minute, second] = *time else { return None };
    let whole = |value: f64| (0.0..61.0).contains(&value).then(|| format!("{:02}", value.trunc()));
    let fraction = format!("{:.3}", second.fract());
    let fraction = fraction.strip_prefix("0.").unwrap_or_default();
    let clock = format!("{}:{}:{}.{fraction}", whole(hour)?, whole(minute)?, whole(second)?);
    // Some programs have the time in the date, too.
    let day = parse(date)?.local.date();
    Some(Taken { local: day.to_datetime(self::time(&clock)?.0), offset: Some(Offset::UTC) })
}

/// How far a camera's clock was from UTC, from a satellite fix at about the same moment. Only where the difference is
/// an offset that somebody on earth has.
pub(crate) fn offset_from_fix(local: DateTime, fix: DateTime) -> Option<Offset> {
    let seconds = i32::try_from(local.duration_since(fix).as_secs()).ok()?;
    let whole_hours = (-12..=14).map(|hours| hours * 60);
    let minutes = whole_hours.chain(ODD_OFFSETS).find(|minutes| (seconds - minutes * 60).abs() <= FIX_AGE)?;
    Offset::from_seconds(minutes * 60).ok()
}

#[cfg(test)]
#[path = "date_tests.rs"]
mod tests;
