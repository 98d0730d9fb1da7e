//! The time when a picture was taken.

use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::fmt::temporal::{Pieces, PiecesOffset};
use jiff::tz::Offset;
use serde::{Deserialize, Serialize};

/// The time of the place where a picture was taken, so that everybody sees the same date.
///
/// RFC 3339 with the offset of the place (`2024-01-01T00:05:00+09:00`), local time without an
/// offset if it is unknown (`2024-01-01T00:05:00`), or UTC if only that is known
/// (`2023-12-31T15:05:00Z`). [`TakenAt::from_str`] validates input. Rows are read without
/// validation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(
    feature = "openapi",
    derive(schemars::JsonSchema),
    schemars(
        inline,
        description = "RFC 3339 with the offset of the place, local time without an offset if it is \
                       unknown, or UTC if only that is known.",
        extend("pattern" = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})?$")
    )
)]
pub struct TakenAt(String);

/// The text is not a date and time in a supported format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "takenAt must be a date and time, such as 2024-01-01T00:05:00+09:00, or \
     2024-01-01T00:05:00 if you do not know the offset"
)]
pub struct InvalidTakenAt;

/// The years that RFC 3339 can represent.
const YEARS: std::ops::RangeInclusive<i16> = 1..=9999;
/// The offsets that RFC 3339 can represent are smaller than this number of seconds.
const DAY_SECONDS: i32 = 24 * 60 * 60;

impl FromStr for TakenAt {
    type Err = InvalidTakenAt;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        format(text).map(Self).ok_or(InvalidTakenAt)
    }
}

impl TakenAt {
    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the local time of the place, or UTC if only that is known. Returns `None` for an
    /// invalid row.
    #[must_use]
    pub fn local(&self) -> Option<DateTime> {
        let pieces = Pieces::parse(&self.0).ok()?;
        Some(pieces.date().to_datetime(pieces.time()?))
    }
}

/// Formats a valid time canonically.
fn format(text: &str) -> Option<String> {
    let pieces = Pieces::parse(text).ok().filter(|pieces| pieces.time_zone_annotation().is_none())?;
    let local = pieces.date().to_datetime(pieces.time()?);
    if !YEARS.contains(&local.year()) {
        return None;
    }
    match pieces.offset() {
        None => Some(local.to_string()),
        Some(PiecesOffset::Zulu) => Some(to_timestamp(local, Offset::UTC)?.to_string()),
        Some(offset) => {
            let offset = offset.to_numeric_offset();
            Some(to_timestamp(local, offset)?.display_with_offset(offset).to_string())
        }
    }
}

fn to_timestamp(local: DateTime, offset: Offset) -> Option<Timestamp> {
    let seconds = offset.seconds();
    let is_rfc3339 = seconds.abs() < DAY_SECONDS && seconds % 60 == 0;
    is_rfc3339.then(|| offset.to_timestamp(local).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_local_time_and_its_offset() {
        for text in [
            "2024-01-01T00:05:00+09:00",
            "2024-01-01T00:05:00",
            "2024-01-01T00:05:00.25-03:30",
            "2024-01-01T00:05:00+00:00",
            "2023-12-31T15:05:00Z",
            "1839-08-19T12:00:00",
        ] {
            assert_eq!(text.parse::<TakenAt>(), Ok(TakenAt(text.into())));
        }
    }

    #[test]
    fn writes_other_spellings_canonically() {
        for (text, canonical) in [
            ("2024-01-01t00:05:00z", "2024-01-01T00:05:00Z"),
            ("2024-01-01 00:05:00", "2024-01-01T00:05:00"),
            ("2024-01-01T00:05", "2024-01-01T00:05:00"),
            ("2024-01-01T00:05:00+0900", "2024-01-01T00:05:00+09:00"),
        ] {
            assert_eq!(text.parse::<TakenAt>(), Ok(TakenAt(canonical.into())), "{text}");
        }
    }

    #[test]
    fn rejects_other_texts() {
        for text in [
            "",
            "yesterday",
            "2024-01-01",
            "2024-02-30T00:05:00",
            "2024-01-01T25:00:00",
            "2024-01-01T00:05:00+25:00",
            "2024-01-01T00:05:00+09:00:30",
            "2024-01-01T00:05:00+09:00[Asia/Tokyo]",
            "2024-01-01T00:05:00 PM",
            "-002024-01-01T00:05:00",
            "1704034800",
        ] {
            assert_eq!(text.parse::<TakenAt>(), Err(InvalidTakenAt), "{text}");
        }
    }

    #[test]
    fn reads_rows_of_earlier_versions() {
        let stored: TakenAt = serde_json::from_str("\"2014-05-01T08:11:12.25Z\"").unwrap();
        assert_eq!(serde_json::to_string(&stored).unwrap(), "\"2014-05-01T08:11:12.25Z\"");
    }
}
