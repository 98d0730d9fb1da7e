//! The limits, and the demand of a load for each of them.

use domain::PUBLIC_SHARDS;

use crate::load::Load;

/// The party that can change a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The application, by a parameter or a constant.
    Ours,
    /// AWS on request: a quota.
    Quota,
    /// Nobody.
    Fixed,
}

/// A limit a second, unless the name says otherwise.
pub struct Limit {
    pub name: &'static str,
    pub value: f64,
    pub kind: Kind,
    pub demand: fn(&Load) -> f64,
}

/// Other calls of a visit than the feed, as `cargo dev bench cost` counts them.
const CALLS_PER_VISIT: f64 = 4.0;
/// Seconds of an invocation of a function of the API.
const CALL_SECONDS: f64 = 0.06;
/// Seconds in which `thumbnail` processes a picture. `cargo dev bench cost` counts 0.4 for a JPEG
/// of a camera. Other formats take longer.
pub const THUMBNAIL_SECONDS: f64 = 0.5;
/// The defaults of the parameters `WorkerConcurrency`, and of the rates in `MethodSettings`.
pub const WORKERS: f64 = 2.0;
/// The connections that watch the public pictures and receive a change: `MAX_WATCHERS` in `store`.
const MAX_WATCHERS: f64 = 1_000.0;
/// Messages that an invocation of `live` sends in a second: 32 at once, about 10 ms each.
const MESSAGES_PER_INVOCATION: f64 = 3_200.0;
/// The units of one query of a shard of the public feed with 50 rows, and of a picture in the
/// transaction of a page, as `cargo dev bench cost` counts them.
const SHARD_READ: f64 = 1.0;
const PICTURE_READ: f64 = 2.0;
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html>
const PARTITION_READS: f64 = 3_000.0;
/// See [`PARTITION_READS`].
const PARTITION_WRITES: f64 = 1_000.0;

impl Load {
    /// Calls of the REST API.
    fn calls(&self) -> f64 {
        self.feed_pages + CALLS_PER_VISIT * self.visits + self.uploads + self.comments
    }

    /// Rows of feeds that are written.
    fn rows(&self) -> f64 {
        self.uploads * (self.friends + 2.0) + 2.0 * self.public_uploads
    }

    /// Live messages: to the connected friends, and to the watchers of public pictures.
    pub fn messages(&self) -> f64 {
        let watchers = self.public_watchers.min(MAX_WATCHERS);
        let connected = self.friends * (self.online / self.people).min(1.0);
        self.uploads * connected + self.comments * connected + self.public_uploads * watchers
    }
}

/// All limits.
pub const LIMITS: &[Limit] = &[
    Limit {
        name: "pictures that thumbnail processes",
        value: WORKERS / THUMBNAIL_SECONDS,
        kind: Kind::Ours,
        demand: |load| load.uploads,
    },
    Limit {
        name: "GET /feed (MethodSettings)",
        value: 100.0,
        kind: Kind::Ours,
        demand: |load| load.feed_pages,
    },
    Limit {
        name: "WebSocket messages and connects (LiveStage)",
        value: 200.0,
        kind: Kind::Ours,
        demand: |load| 2.0 * load.visits,
    },
    Limit {
        name: "live messages that live sends",
        value: WORKERS * MESSAGES_PER_INVOCATION,
        kind: Kind::Ours,
        demand: |load| load.messages(),
    },
    // https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
    Limit { name: "calls of API Gateway", value: 10_000.0, kind: Kind::Quota, demand: Load::calls },
    Limit { name: "new WebSocket connections", value: 500.0, kind: Kind::Quota, demand: |load| load.visits },
    // https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
    Limit {
        name: "concurrent executions for the API",
        value: 1_000.0,
        kind: Kind::Quota,
        demand: |load| load.calls() * CALL_SECONDS,
    },
    // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
    Limit { name: "writes of the table Feeds", value: 40_000.0, kind: Kind::Quota, demand: Load::rows },
    Limit {
        name: "writes of a shard of the public feed",
        value: PARTITION_WRITES,
        kind: Kind::Ours,
        demand: |load| load.public_uploads / f64::from(PUBLIC_SHARDS),
    },
    Limit {
        name: "reads of a shard of the public feed",
        value: PARTITION_READS,
        kind: Kind::Fixed,
        demand: |load| load.feed_pages * SHARD_READ,
    },
    Limit {
        name: "reads of a public picture on all pages",
        value: PARTITION_READS,
        kind: Kind::Fixed,
        demand: |load| load.feed_pages * PICTURE_READ,
    },
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance.html
    Limit {
        name: "GET of one image that everybody opens",
        value: 5_500.0,
        kind: Kind::Fixed,
        demand: |load| load.visits,
    },
    // https://docs.aws.amazon.com/general/latest/gr/sns.html
    Limit {
        name: "messages to SNS",
        value: 30_000.0,
        kind: Kind::Quota,
        demand: |load| 3.0 * load.uploads + load.comments,
    },
    // https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html
    Limit { name: "Cognito: refreshed tokens", value: 120.0, kind: Kind::Quota, demand: |load| load.visits },
    Limit {
        name: "Cognito: credentials of the identity pool",
        value: 200.0,
        kind: Kind::Quota,
        demand: |load| load.visits,
    },
    // https://docs.aws.amazon.com/ses/latest/dg/quotas.html
    Limit { name: "SES: mails a day", value: 50_000.0, kind: Kind::Quota, demand: |load| load.mails_a_day },
];
