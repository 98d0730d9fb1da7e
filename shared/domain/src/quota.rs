//! Quotas: how much a member can add in all, a day and an hour. Days and hours are those of UTC.

use std::fmt::{self, Display};

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use crate::{MAX_KEYS_PER_DAY, MAX_RULES_PER_DAY};

/// The maximum number of calls in an hour with which a member evaluates a rule. Each one starts a
/// process.
pub const MAX_EVALUATIONS_PER_HOUR: u64 = 1_000;

/// The bytes of a gigabyte.
const GIGABYTE: u64 = 1_000_000_000;
/// The seconds after which a client can repeat a registration that [`Quota::OpenRegistrations`]
/// refused. Pictures are rendered within seconds. The web app waits for up to 30 seconds.
const OPEN_REGISTRATION_RETRY: u64 = 20;
/// The seconds after which a client can repeat a call that another quota without a window refused.
const TOTAL_RETRY: u64 = 3_600;

/// The part of a member's limits of a day, and of the open registrations, that their guests can
/// use: one of so many. The rest is the member's own, whatever the visitors of a link do.
const GUEST_SHARE: u64 = 2;

/// The limits of each member. Template parameters set them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct QuotaLimits {
    /// The maximum number of pictures, in any state.
    pub pictures: u64,
    /// The maximum total length of the originals, in bytes.
    pub bytes: u64,
    /// Pictures registered in a day, deleted ones included.
    pub pictures_per_day: u64,
    /// The bytes of the originals registered in a day, deleted ones and repeated multipart uploads
    /// included.
    pub bytes_per_day: u64,
    /// Registered pictures that are not rendered yet.
    pub open_registrations: u64,
    /// Comments written in an hour, deleted ones included.
    pub comments_per_hour: u64,
    /// Friend requests sent in a day, withdrawn ones included.
    pub friend_requests_per_day: u64,
    /// Devices that receive push messages.
    pub devices: u32,
    /// Open WebSocket connections, in all browser tabs and on all devices.
    pub connections: u32,
}

/// A number of pictures and the bytes of their originals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct PictureUsage {
    /// The number of pictures.
    pub pictures: u64,
    /// The length of their originals, as registered.
    pub bytes: u64,
}

/// A limit that a member can reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quota {
    /// See [`QuotaLimits::pictures`].
    Pictures,
    /// See [`QuotaLimits::bytes`].
    Bytes,
    /// See [`QuotaLimits::pictures_per_day`].
    PicturesPerDay,
    /// See [`QuotaLimits::bytes_per_day`].
    BytesPerDay,
    /// See [`QuotaLimits::open_registrations`].
    OpenRegistrations,
    /// See [`QuotaLimits::comments_per_hour`].
    CommentsPerHour,
    /// See [`QuotaLimits::friend_requests_per_day`].
    FriendRequestsPerDay,
    /// See [`QuotaLimits::devices`].
    Devices,
    /// See [`MAX_KEYS_PER_DAY`].
    KeysPerDay,
    /// See [`MAX_RULES_PER_DAY`].
    RulesPerDay,
    /// See [`MAX_EVALUATIONS_PER_HOUR`].
    EvaluationsPerHour,
}

/// The time in which a quota counts. It starts and ends at full days or hours of UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// A day.
    Day,
    /// An hour.
    Hour,
}

impl QuotaLimits {
    /// Returns the limits of the guests of a member. They count together with the member's own
    /// pictures: guests are refused when the half of a day or of the open registrations is used, so
    /// that the member can always use the other half.
    #[must_use]
    pub fn for_guests(&self) -> Self {
        Self {
            pictures_per_day: self.pictures_per_day / GUEST_SHARE,
            bytes_per_day: self.bytes_per_day / GUEST_SHARE,
            open_registrations: self.open_registrations / GUEST_SHARE,
            ..*self
        }
    }

    /// Returns the first quota that a new picture of this length exceeds. `today` is the usage
    /// since the start of the day, `total` that of all pictures.
    #[must_use]
    pub fn find_exceeded(&self, today: PictureUsage, total: PictureUsage, bytes: u64) -> Option<Quota> {
        let exceeds = |used: u64, added: u64, limit: u64| used.saturating_add(added) > limit;
        [
            (Quota::Pictures, exceeds(total.pictures, 1, self.pictures)),
            (Quota::Bytes, exceeds(total.bytes, bytes, self.bytes)),
            (Quota::PicturesPerDay, exceeds(today.pictures, 1, self.pictures_per_day)),
            (Quota::BytesPerDay, exceeds(today.bytes, bytes, self.bytes_per_day)),
        ]
        .into_iter()
        .find_map(|(quota, is_exceeded)| is_exceeded.then_some(quota))
    }

    fn limit(&self, quota: Quota) -> u64 {
        match quota {
            Quota::Pictures => self.pictures,
            Quota::Bytes => self.bytes,
            Quota::PicturesPerDay => self.pictures_per_day,
            Quota::BytesPerDay => self.bytes_per_day,
            Quota::OpenRegistrations => self.open_registrations,
            Quota::CommentsPerHour => self.comments_per_hour,
            Quota::FriendRequestsPerDay => self.friend_requests_per_day,
            Quota::Devices => self.devices.into(),
            Quota::KeysPerDay => MAX_KEYS_PER_DAY,
            Quota::RulesPerDay => MAX_RULES_PER_DAY,
            Quota::EvaluationsPerHour => MAX_EVALUATIONS_PER_HOUR,
        }
    }
}

impl Quota {
    /// Returns the window of the quota, or `None` if the quota counts existing rows.
    #[must_use]
    pub fn window(self) -> Option<Window> {
        match self {
            Self::PicturesPerDay
            | Self::BytesPerDay
            | Self::FriendRequestsPerDay
            | Self::KeysPerDay
            | Self::RulesPerDay => Some(Window::Day),
            Self::CommentsPerHour | Self::EvaluationsPerHour => Some(Window::Hour),
            Self::Pictures | Self::Bytes | Self::OpenRegistrations | Self::Devices => None,
        }
    }
}

impl Window {
    /// Returns the start of the window that contains `now`.
    #[must_use]
    pub fn start(self, now: Timestamp) -> DateTime {
        let now = now.to_zoned(TimeZone::UTC).datetime();
        let hour = match self {
            Self::Day => 0,
            Self::Hour => now.hour(),
        };
        now.date().at(hour, 0, 0, 0)
    }

    /// Returns the end of the window that contains `now`.
    #[must_use]
    pub fn end(self, now: Timestamp) -> Timestamp {
        let length = match self {
            Self::Day => 1.day(),
            Self::Hour => 1.hour(),
        };
        // The conversion fails only if the end is after `Timestamp::MAX`.
        let end = self.start(now).saturating_add(length);
        TimeZone::UTC.to_timestamp(end).unwrap_or(Timestamp::MAX)
    }
}

/// The refusal of a write that exceeds a quota: a sentence that says when or how the member can go
/// on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuotaExceeded {
    quota: Quota,
    limit: u64,
    at: Timestamp,
}

impl QuotaExceeded {
    /// Creates the refusal of a write at the time `at`.
    #[must_use]
    pub fn new(quota: Quota, limits: &QuotaLimits, at: Timestamp) -> Self {
        Self { quota, limit: limits.limit(quota), at }
    }

    /// Returns the seconds after which the client can repeat the write: until the end of the
    /// window, or an estimate for a quota without a window.
    #[must_use]
    pub fn retry_after(&self) -> u64 {
        match (self.quota, self.quota.window()) {
            (_, Some(window)) => seconds_until(window.end(self.at), self.at),
            (Quota::OpenRegistrations, None) => OPEN_REGISTRATION_RETRY,
            (_, None) => TOTAL_RETRY,
        }
    }
}

/// Returns the time from `now` until `end` in seconds, rounded up.
fn seconds_until(end: Timestamp, now: Timestamp) -> u64 {
    let left = end.duration_since(now);
    let rounded_up = left + SignedDuration::from_nanos(999_999_999);
    rounded_up.as_secs().unsigned_abs().max(1)
}

impl Display for QuotaExceeded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = |noun| format_count(self.limit, noun);
        let gigabytes = || format!("{} GB", format_thousands(self.limit / GIGABYTE));
        let resumes = |window: Window| window.end(self.at).to_zoned(TimeZone::UTC).strftime("%H:%M UTC");
        match self.quota {
            Quota::Pictures => {
                write!(f, "You have {}, which is the maximum. Delete pictures first.", count("picture"))
            }
            Quota::Bytes => write!(
                f,
                "With this picture, your pictures would use more than {}, which is the maximum. Delete \
                 pictures first.",
                gigabytes()
            ),
            Quota::PicturesPerDay => write!(
                f,
                "You have added {} today. You can add more after {}.",
                count("picture"),
                resumes(Window::Day)
            ),
            Quota::BytesPerDay => write!(
                f,
                "With this picture, you would add more than {} today. You can add more after {}.",
                gigabytes(),
                resumes(Window::Day)
            ),
            Quota::OpenRegistrations => write!(
                f,
                "You have {} that are not processed yet, which is the maximum. Wait until some are ready, or \
                 delete some.",
                count("picture")
            ),
            Quota::CommentsPerHour => write!(
                f,
                "You have written {} this hour. You can write more after {}.",
                count("comment"),
                resumes(Window::Hour)
            ),
            Quota::FriendRequestsPerDay => write!(
                f,
                "You have sent {} today. You can send more after {}.",
                count("friend request"),
                resumes(Window::Day)
            ),
            Quota::Devices => write!(
                f,
                "You have {}, which is the maximum. Delete one first: GET /devices lists them.",
                count("device")
            ),
            Quota::KeysPerDay => write!(
                f,
                "You have created {} today. You can create more after {}.",
                count("developer key"),
                resumes(Window::Day)
            ),
            Quota::RulesPerDay => write!(
                f,
                "You have set {} of smart albums today. You can set more after {}.",
                count("rule"),
                resumes(Window::Day)
            ),
            Quota::EvaluationsPerHour => write!(
                f,
                "You have evaluated rules {} times this hour. You can evaluate more after {}.",
                format_thousands(self.limit),
                resumes(Window::Hour)
            ),
        }
    }
}

fn format_count(count: u64, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", format_thousands(count))
}

/// Formats a whole number with commas, such as 2,000.
#[must_use]
pub fn format_thousands(number: impl Display) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: QuotaLimits = QuotaLimits {
        pictures: 50_000,
        bytes: 500 * GIGABYTE,
        pictures_per_day: 2_000,
        bytes_per_day: 20 * GIGABYTE,
        open_registrations: 300,
        comments_per_hour: 120,
        friend_requests_per_day: 50,
        devices: 10,
        connections: 50,
    };

    fn exceeded(quota: Quota, at: &str) -> QuotaExceeded {
        QuotaExceeded::new(quota, &LIMITS, at.parse().unwrap())
    }

    #[test]
    fn a_picture_can_use_each_quota_up_but_not_exceed_it() {
        let usage = |pictures, bytes| PictureUsage { pictures, bytes };
        let full = LIMITS.find_exceeded(usage(1_999, 19 * GIGABYTE), usage(49_999, 499 * GIGABYTE), GIGABYTE);
        assert_eq!(full, None);
        for (today, total, expected) in [
            (usage(2_000, 0), usage(2_000, 0), Quota::PicturesPerDay),
            (usage(1, 20 * GIGABYTE), usage(1, 20 * GIGABYTE), Quota::BytesPerDay),
            (usage(0, 0), usage(50_000, 0), Quota::Pictures),
            (usage(0, 0), usage(1, 500 * GIGABYTE), Quota::Bytes),
            (usage(2_000, 0), usage(50_000, 0), Quota::Pictures),
            (usage(0, u64::MAX), usage(0, 0), Quota::BytesPerDay),
        ] {
            assert_eq!(LIMITS.find_exceeded(today, total, 1), Some(expected));
        }
    }

    #[test]
    fn guests_leave_the_member_half_of_each_limit_that_they_could_block() {
        let usage = |pictures, bytes| PictureUsage { pictures, bytes };
        let guests = LIMITS.for_guests();
        for (today, expected) in [
            (usage(999, 9 * GIGABYTE), None),
            (usage(1_000, 0), Some(Quota::PicturesPerDay)),
            (usage(1, 10 * GIGABYTE), Some(Quota::BytesPerDay)),
        ] {
            assert_eq!(guests.find_exceeded(today, usage(2_000, 0), 1), expected);
            assert_eq!(LIMITS.find_exceeded(today, usage(2_000, 0), 1), None);
        }
        assert_eq!(
            guests,
            QuotaLimits {
                pictures_per_day: 1_000,
                bytes_per_day: 10 * GIGABYTE,
                open_registrations: 150,
                ..LIMITS
            }
        );
    }

    #[test]
    fn a_window_starts_and_ends_at_full_days_and_hours_of_utc() {
        let now: Timestamp = "2026-12-31T23:59:59.5Z".parse().unwrap();
        assert_eq!(Window::Day.start(now).to_string(), "2026-12-31T00:00:00");
        assert_eq!(Window::Hour.start(now).to_string(), "2026-12-31T23:00:00");
        for window in [Window::Day, Window::Hour] {
            let end = window.end(now);
            assert_eq!(end.to_string(), "2027-01-01T00:00:00Z");
            assert_eq!(window.start(end).to_string(), "2027-01-01T00:00:00");
        }
    }

    #[test]
    fn a_client_can_retry_when_the_window_ends() {
        for (quota, at, seconds) in [
            (Quota::PicturesPerDay, "2026-11-28T00:00:00Z", 86_400),
            (Quota::BytesPerDay, "2026-11-28T23:59:59.5Z", 1),
            (Quota::FriendRequestsPerDay, "2026-11-28T22:00:00.001Z", 7_200),
            (Quota::CommentsPerHour, "2026-11-28T19:59:30Z", 30),
            (Quota::EvaluationsPerHour, "2026-11-28T19:00:00Z", 3_600),
            (Quota::Pictures, "2026-11-28T23:59:59Z", 3_600),
            (Quota::OpenRegistrations, "2026-11-28T23:59:59Z", 20),
        ] {
            assert_eq!(exceeded(quota, at).retry_after(), seconds, "{quota:?}");
        }
    }

    #[test]
    fn the_sentence_says_how_the_member_can_go_on() {
        let at = "2026-11-28T19:30:00Z";
        for (quota, sentence) in [
            (Quota::Pictures, "You have 50,000 pictures, which is the maximum. Delete pictures first."),
            (
                Quota::Bytes,
                "With this picture, your pictures would use more than 500 GB, which is the maximum. Delete \
                 pictures first.",
            ),
            (Quota::PicturesPerDay, "You have added 2,000 pictures today. You can add more after 00:00 UTC."),
            (
                Quota::BytesPerDay,
                "With this picture, you would add more than 20 GB today. You can add more after 00:00 UTC.",
            ),
            (
                Quota::OpenRegistrations,
                "You have 300 pictures that are not processed yet, which is the maximum. Wait until some are \
                 ready, or delete some.",
            ),
            (
                Quota::CommentsPerHour,
                "You have written 120 comments this hour. You can write more after 20:00 UTC.",
            ),
            (
                Quota::FriendRequestsPerDay,
                "You have sent 50 friend requests today. You can send more after 00:00 UTC.",
            ),
            (
                Quota::Devices,
                "You have 10 devices, which is the maximum. Delete one first: GET /devices lists them.",
            ),
            (
                Quota::KeysPerDay,
                "You have created 20 developer keys today. You can create more after 00:00 UTC.",
            ),
            (
                Quota::RulesPerDay,
                "You have set 50 rules of smart albums today. You can set more after 00:00 UTC.",
            ),
            (
                Quota::EvaluationsPerHour,
                "You have evaluated rules 1,000 times this hour. You can evaluate more after 20:00 UTC.",
            ),
        ] {
            assert_eq!(exceeded(quota, at).to_string(), sentence);
        }
        let one = QuotaLimits { comments_per_hour: 1, ..LIMITS };
        let refusal = QuotaExceeded::new(Quota::CommentsPerHour, &one, at.parse().unwrap());
        assert!(refusal.to_string().starts_with("You have written 1 comment this hour."), "{refusal}");
    }

    #[test]
    fn formats_thousands_with_commas() {
        for (number, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(format_thousands(number), text);
        }
    }
}
