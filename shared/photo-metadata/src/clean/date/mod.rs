//! Capture times.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;

/// The plausible years, from the year of the first photograph on.
const YEARS: std::ops::RangeInclusive<i16> = 1826..=2100;

/// The separators between year, month and day.
const SEPARATORS: [char; 4] = [':', '-', '/', '.'];

/// The maximum difference in seconds between the GPS time and the camera time minus a UTC offset
/// for this offset to be accepted. The GPS fix can be older than the picture.
const MAX_GPS_TIME_DIFFERENCE: i32 = 60;

/// The UTC offsets in use that are not whole hours, in minutes (IANA time zone database).
const FRACTIONAL_HOUR_OFFSETS: [i32; 13] =
    [-570, -210, -150, 210, 270, 330, 345, 390, 525, 570, 630, 765, 825];

/// A moment on the camera's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CaptureTime {
    /// Local time.
    pub(crate) local: DateTime,
    /// UTC offset, if known.
    pub(crate) offset: Option<Offset>,
}

impl CaptureTime {
    /// Formats the time as RFC 3339 in UTC (`2014-05-01T08:11:12Z`) if the offset is known, else as
    /// local time (`2014-05-01T10:11:12`).
    pub(crate) fn utc(&self) -> String {
        match self.offset.and_then(|offset| offset.to_timestamp(self.local).ok()) {
            Some(timestamp) => timestamp.to_string(),
            None => self.local.to_string(),
        }
    }

    /// Formats the local time, with the offset if known: `2014-05-01T10:11:12+02:00`.
    pub(crate) fn local(&self) -> String {
        let timestamp = self.offset.and_then(|offset| Some((offset, offset.to_timestamp(self.local).ok()?)));
        match timestamp {
            Some((offset, timestamp)) => timestamp.display_with_offset(offset).to_string(),
            None => self.local.to_string(),
        }
    }
}

/// Returns the first candidate. If it has only a date, returns the first candidate with a time on
/// this date, if there is one.
pub(crate) fn first(mut candidates: impl Iterator<Item = CaptureTime>) -> Option<CaptureTime> {
    let is_date_only = |taken: &CaptureTime| taken.local.time() == Time::midnight();
    let first = candidates.next()?;
    let exact = candidates.find(|taken| {
        is_date_only(&first) && taken.local.date() == first.local.date() && !is_date_only(taken)
    });
    exact.or(Some(first))
}

/// Parses the EXIF format `2014:05:01 10:11:12` and its variants: other separators, spaces for
/// zeros, a fraction, a UTC offset (`2014-05-01T10:11:12.25+02:00`).
///
/// A date without a time becomes midnight. Returns `None` for an impossible date, such as spaces,
/// zeros or month 13.
pub(crate) fn parse(text: &str) -> Option<CaptureTime> {
    let (year, rest) = number(text)?;
    let (month, rest) = number(rest.strip_prefix(SEPARATORS)?)?;
    let (day, rest) = number(rest.strip_prefix(SEPARATORS)?)?;
    let date = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    if !YEARS.contains(&year) {
        return None;
    }
    if rest.chars().all(|c| matches!(c, ' ' | ':')) {
        return Some(CaptureTime { local: date.at(0, 0, 0, 0), offset: None });
    }
    let (time, rest) = time(rest.strip_prefix(['T', ' '])?)?;
    let (time, rest) = apply_am_pm(time, rest);
    Some(CaptureTime { local: date.to_datetime(time), offset: offset(rest) })
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

/// Converts a 12-hour time if AM or PM follows.
fn apply_am_pm(time: Time, rest: &str) -> (Time, &str) {
    let with_hour =
        |hour: i8| Time::new(hour, time.minute(), time.second(), time.subsec_nanosecond()).unwrap_or(time);
    let rest = rest.trim_start();
    match (rest.strip_prefix("PM"), rest.strip_prefix("AM")) {
        (Some(rest), _) if time.hour() < 12 => (with_hour(time.hour() + 12), rest),
        (_, Some(rest)) if time.hour() == 12 => (with_hour(0), rest),
        _ => (time, rest),
    }
}

/// Parses leading spaces and a number of up to four digits. Also returns the rest of the text.
fn number(text: &str) -> Option<(i16, &str)> {
    let text = text.trim_start_matches(' ');
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, rest) = text.split_at_checked(end).filter(|(number, _)| number.len() <= 4)?;
    Some((digits(number)?, rest))
}

fn digits(text: &str) -> Option<i16> {
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
    let text = text.trim();
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| format!("{text:0<9.9}").parse().ok())?
}

/// Parses a UTC offset: `+02:00`, `-0730`, `Z`.
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
    let total_minutes = i32::from(digits(hours)?) * 60 + minutes;
    // UTC-12 to UTC+14 is the range in use.
    let is_in_use = minutes < 60 && (-12 * 60..=14 * 60).contains(&(sign * total_minutes));
    is_in_use.then(|| Offset::from_seconds(sign * total_minutes * 60).ok())?
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
    Some(CaptureTime { local: date.to_datetime(self::time(&clock)?.0), offset: Some(Offset::UTC) })
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
