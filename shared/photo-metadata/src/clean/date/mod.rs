//! Capture times.

mod day_period;
mod digits;
mod month_name;

use std::borrow::Cow;

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;

/// The plausible years, from the year of the first photograph on.
const YEARS: std::ops::RangeInclusive<i16> = 1826..=2100;

/// The days on which clocks start that were never set: of classic Mac OS, Unix, FAT and GPS. The
/// days before are those west of Greenwich.
const EPOCHS: [(i16, i8, i8); 6] =
    [(1904, 1, 1), (1969, 12, 31), (1970, 1, 1), (1979, 12, 31), (1980, 1, 1), (1980, 1, 6)];

/// The difference between a year of the Buddhist calendar and a Gregorian year.
const BUDDHIST_YEARS: i16 = 543;

/// The separators between year, month and day.
const SEPARATORS: [char; 4] = [':', '-', '/', '.'];

/// The maximum difference in seconds between the GPS time and the camera time minus a UTC offset
/// for this offset to be accepted. The GPS fix can be older than the picture.
const MAX_GPS_TIME_DIFFERENCE: i32 = 60;

/// The UTC offsets in use that are not whole hours, in minutes (IANA time zone database).
const FRACTIONAL_HOUR_OFFSETS: [i32; 13] =
    [-570, -210, -150, 210, 270, 330, 345, 390, 525, 570, 630, 765, 825];

/// The difference between local time and UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Zone {
    /// The time is in UTC. The local time is unknown.
    Utc,
    /// The UTC offset of the local time. Zero is a local time too: winter in London.
    Offset(Offset),
}

/// A moment on the camera's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CaptureTime {
    /// Local time.
    pub(crate) local: DateTime,
    /// The zone of the local time, if known.
    pub(crate) zone: Option<Zone>,
    /// Whether a time was stored, or only a date.
    pub(crate) has_time: bool,
}

impl CaptureTime {
    /// Returns `true` for a time that devices store when their clock was never set.
    ///
    /// A clock counts from one of several epochs, or starts on 1 January of a year at midnight.
    /// With a UTC offset, midnight of a new year is real.
    /// Early Android phones store 8 December 2002 at noon. A date without a time is not a
    /// placeholder: archives date old pictures so.
    pub(crate) fn is_placeholder(&self) -> bool {
        let (date, time) = (self.local.date(), self.local.time());
        let is_epoch = EPOCHS
            .iter()
            .any(|&(year, month, day)| (date.year(), date.month(), date.day()) == (year, month, day));
        let is_new_year =
            (date.month(), date.day()) == (1, 1) && time == Time::midnight() && self.zone.is_none();
        let is_android = date == Date::constant(2002, 12, 8) && time == Time::constant(12, 0, 0, 0);
        self.has_time && (is_epoch || is_new_year || is_android)
    }

    /// Formats the local time with its offset, such as `2014-05-01T10:11:12+02:00`. A time in UTC
    /// has `Z`, and a time in an unknown zone has neither.
    pub(crate) fn format(&self) -> String {
        let formatted = self.zone.and_then(|zone| match zone {
            Zone::Utc => Some(Offset::UTC.to_timestamp(self.local).ok()?.to_string()),
            Zone::Offset(offset) => {
                Some(offset.to_timestamp(self.local).ok()?.display_with_offset(offset).to_string())
            }
        });
        formatted.unwrap_or_else(|| self.local.to_string())
    }
}

/// Returns the first candidate that is not a placeholder, or else the first candidate. If it has
/// only a date, returns the first candidate with a time on this date, if there is one.
pub(crate) fn first(candidates: impl Iterator<Item = CaptureTime>) -> Option<CaptureTime> {
    let (placeholders, dates): (Vec<_>, Vec<_>) = candidates.partition(CaptureTime::is_placeholder);
    let mut candidates = dates.into_iter().chain(placeholders);
    let is_date_only = |taken: &CaptureTime| taken.local.time() == Time::midnight();
    let first = candidates.next()?;
    let exact = candidates.find(|taken| {
        is_date_only(&first) && taken.local.date() == first.local.date() && !is_date_only(taken)
    });
    exact.or(Some(first))
}

/// Parses the EXIF format `2014:05:01 10:11:12` and its variants: other separators, digits of any
/// script, spaces for zeros, a 12-hour time, a fraction, a UTC offset
/// (`2014-05-01T10:11:12.25+02:00`). Also parses the format of e-mails,
/// `Thu, 01 May 2014 10:11:12 +0200`.
///
/// A date without a time becomes midnight. Returns `None` for an impossible date, such as spaces,
/// zeros or month 13.
pub(crate) fn parse(text: &str) -> Option<CaptureTime> {
    let text = digits::to_ascii(text);
    parse_numeric(&text).or_else(|| month_name::parse(&text))
}

fn parse_numeric(text: &str) -> Option<CaptureTime> {
    let (year, rest) = number(text)?;
    let (month, rest) = number(rest.strip_prefix(SEPARATORS)?)?;
    let (day, rest) = number(rest.strip_prefix(SEPARATORS)?)?;
    let date = date(year, month, day)?;
    if rest.chars().all(|c| matches!(c, ' ' | ':')) {
        return Some(CaptureTime { local: date.at(0, 0, 0, 0), zone: None, has_time: false });
    }
    // East Asian languages write the half of the day without a space before it.
    let is_text = rest.starts_with(|c: char| !c.is_ascii());
    let (time, zone) = time_and_zone(if is_text { rest } else { rest.strip_prefix(['T', ' '])? })?;
    Some(CaptureTime { local: date.to_datetime(time), zone, has_time: true })
}

/// Returns a date in a plausible year. Converts a year of the Buddhist calendar, which Thai phones
/// write: it is too late to be another year.
fn date(year: i16, month: i16, day: i16) -> Option<Date> {
    let year = if YEARS.contains(&year) { year } else { year - BUDDHIST_YEARS };
    let date = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    YEARS.contains(&year).then_some(date)
}

/// Parses a time, an optional half of the day before or after it, and an optional zone.
fn time_and_zone(text: &str) -> Option<(Time, Option<Zone>)> {
    let (before, text) = day_period::split_before(text)?;
    let (time, rest) = time(text)?;
    let (after, rest) = day_period::split_after(rest);
    let hour = before.or(after).map_or(time.hour(), |period| period.hour(time.hour()));
    let time = time.with().hour(hour).build().unwrap_or(time);
    Some((time, zone(rest)))
}

/// Parses hours, minutes and, if present, seconds with a fraction. Also returns the rest of the
/// text.
fn time(text: &str) -> Option<(Time, &str)> {
    let (hour, rest) = number(text)?;
    let (minute, rest) = number(rest.strip_prefix(':')?)?;
    let (second, rest) = match rest.strip_prefix(':') {
        Some(seconds) if !seconds.trim().is_empty() => number(seconds)?,
        // The seconds are missing or spaces.
        seconds => (0, seconds.unwrap_or(rest)),
    };
    let (nanosecond, rest) = fraction(rest);
    // Some phones count hours from 1 to 24, so 24:15 is a quarter past midnight.
    let hour = if hour == 24 { 0 } else { hour };
    // Neither camera clocks nor jiff support leap seconds.
    let second = if second == 60 { 59 } else { second };
    let [hour, minute, second] = [hour, minute, second].map(|n| i8::try_from(n).unwrap_or(-1));
    Some((Time::new(hour, minute, second, nanosecond).ok()?, rest))
}

/// Parses leading spaces and a number of up to four digits. Also returns the rest of the text.
fn number(text: &str) -> Option<(i16, &str)> {
    let text = text.trim_start_matches(' ');
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, rest) = text.split_at_checked(end).filter(|(number, _)| number.len() <= 4)?;
    Some((to_number(number)?, rest))
}

fn to_number(text: &str) -> Option<i16> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

/// Parses a fraction of a second to nanoseconds. Also returns the rest of the text.
fn fraction(text: &str) -> (i32, &str) {
    let Some(text) = text.strip_prefix(['.', ',']) else { return (0, text) };
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (fraction, rest) = text.split_at(end);
    (nanoseconds(fraction).unwrap_or(0), rest)
}

/// Converts the digits after the decimal point (EXIF `SubSecTime`) to nanoseconds.
pub(crate) fn nanoseconds(text: &str) -> Option<i32> {
    let text = digits::to_ascii(text.trim());
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| format!("{text:0<9.9}").parse().ok())?
}

/// Parses a UTC offset or UTC: `+02:00`, `-0730`, `Z`.
pub(crate) fn zone(text: &str) -> Option<Zone> {
    let text: Cow<str> = digits::to_ascii(text.trim());
    // Some programs write the name of the scale before the offset: `GMT+02:00`.
    let text = match text.strip_prefix("GMT").or_else(|| text.strip_prefix("UTC")) {
        Some("") => "Z",
        Some(offset) => offset,
        None => &text,
    };
    if matches!(text, "Z" | "z") {
        return Some(Zone::Utc);
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
        minutes => i32::from(to_number(minutes)?),
    };
    let total_minutes = i32::from(to_number(hours)?) * 60 + minutes;
    // UTC-12 to UTC+14 is the range in use.
    let is_in_use = minutes < 60 && (-12 * 60..=14 * 60).contains(&(sign * total_minutes));
    is_in_use.then(|| Offset::from_seconds(sign * total_minutes * 60).ok().map(Zone::Offset))?
}

/// Parses the time of a GPS fix (UTC): the date `2014:05:01`, and hours, minutes and seconds.
pub(crate) fn gps_time(date: &str, time: &[f64]) -> Option<CaptureTime> {
    let [hour, minute, second] = *time else { return None };
    let two_digits = |value: f64| (0.0..61.0).contains(&value).then(|| format!("{:02}", value.trunc()));
    let fraction = format!("{:.3}", second.fract());
    let fraction = fraction.strip_prefix("0.").unwrap_or_default();
    let clock = format!("{}:{}:{}.{fraction}", two_digits(hour)?, two_digits(minute)?, two_digits(second)?);
    // Some programs add the time to the date.
    let date = parse(date)?.local.date();
    let local = date.to_datetime(self::time(&clock)?.0);
    Some(CaptureTime { local, zone: Some(Zone::Utc), has_time: true })
}

/// Derives the UTC offset of a camera from the time of a GPS fix. Returns `None` if the difference
/// is not a UTC offset in use.
pub(crate) fn offset_from_gps_time(local: DateTime, gps_time: DateTime) -> Option<Offset> {
    let seconds = i32::try_from(local.duration_since(gps_time).as_secs()).ok()?;
    let whole_hours = (-12..=14).map(|hours| hours * 60);
    let minutes = whole_hours
        .chain(FRACTIONAL_HOUR_OFFSETS)
        .find(|minutes| (seconds - minutes * 60).abs() <= MAX_GPS_TIME_DIFFERENCE)?;
    Offset::from_seconds(minutes * 60).ok()
}

#[cfg(test)]
mod tests;
