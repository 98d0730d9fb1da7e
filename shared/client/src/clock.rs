//! The time of the server, for devices with a wrong clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

use aws_smithy_async::time::SharedTimeSource;
use jiff::Timestamp;
use jiff::fmt::rfc2822;
use reqwest::header::{DATE, HeaderMap};

/// A difference up to this one is due to the network. API Gateway accepts a signature for five
/// minutes before and after its time.
const TOLERANCE: Duration = Duration::from_secs(60);

/// The clock of the device, corrected by the `Date` of a reply. Clones share the correction.
#[derive(Clone, Debug)]
pub(super) struct Clock {
    device: SharedTimeSource,
    /// The time of the server minus the time of the device, in seconds.
    offset: Arc<AtomicI64>,
}

impl Clock {
    pub(super) fn new(device: SharedTimeSource) -> Self {
        Self { device, offset: Arc::default() }
    }

    /// Returns the time of the server.
    pub(super) fn now(&self) -> SystemTime {
        let (device, offset) = (self.device.now(), self.offset.load(Ordering::Relaxed));
        let seconds = Duration::from_secs(offset.unsigned_abs());
        if offset < 0 { device - seconds } else { device + seconds }
    }

    /// Sets the clock to the `Date` of the reply to a request that was signed at `signed_at`.
    ///
    /// Does nothing and returns `false` if the clock was right, or if the reply has no `Date`.
    pub(super) fn correct(&self, signed_at: SystemTime, headers: &HeaderMap) -> bool {
        let Some(server) = parse_date(headers).filter(|server| differ(*server, signed_at)) else {
            return false;
        };
        let seconds = match server.duration_since(self.device.now()) {
            Ok(behind) => i64::try_from(behind.as_secs()),
            Err(ahead) => i64::try_from(ahead.duration().as_secs()).map(|seconds| -seconds),
        };
        seconds.map(|seconds| self.offset.store(seconds, Ordering::Relaxed)).is_ok()
    }
}

fn differ(one: SystemTime, other: SystemTime) -> bool {
    let difference = one.duration_since(other).unwrap_or_else(|error| error.duration());
    difference > TOLERANCE
}

/// Parses the `Date` of a reply (RFC 9110, 5.6.7).
fn parse_date(headers: &HeaderMap) -> Option<SystemTime> {
    let date = rfc2822::parse(headers.get(DATE)?.to_str().ok()?).ok()?;
    Some(Timestamp::from(&date).into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_smithy_async::time::StaticTimeSource;
    use reqwest::header::HeaderValue;

    /// 12:00:00 on 28 November 2026, in seconds since 1970.
    const NOON: u64 = 1_795_867_200;

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }

    fn clock(seconds: u64) -> Clock {
        Clock::new(SharedTimeSource::new(StaticTimeSource::new(at(seconds))))
    }

    fn date(text: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(DATE, HeaderValue::from_static(text))])
    }

    #[test]
    fn takes_the_time_of_the_server() {
        for seconds in [NOON - 1200, NOON + 1200] {
            let clock = clock(seconds);
            assert!(clock.correct(clock.now(), &date("Sat, 28 Nov 2026 12:00:00 GMT")));
            assert_eq!(clock.now(), at(NOON));
        }
    }

    #[test]
    fn a_request_signed_before_a_correction_is_signed_again() {
        let clock = clock(NOON - 1200);
        let signed_at = clock.now();
        assert!(clock.correct(signed_at, &date("Sat, 28 Nov 2026 12:00:00 GMT")));
        assert!(clock.correct(signed_at, &date("Sat, 28 Nov 2026 12:00:01 GMT")));
        assert!(!clock.correct(clock.now(), &date("Sat, 28 Nov 2026 12:00:02 GMT")));
    }

    #[test]
    fn keeps_its_time_without_a_valid_date_and_after_a_small_difference() {
        let clock = clock(NOON);
        for headers in [HeaderMap::new(), date("yesterday"), date("Sat, 28 Nov 2026 12:00:59 GMT")] {
            assert!(!clock.correct(clock.now(), &headers), "{headers:?}");
        }
        assert_eq!(clock.now(), at(NOON));
    }
}
