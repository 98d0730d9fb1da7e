//! The tables and clients that the function works with.

use std::num::NonZeroU32;
use std::time::Duration;

use domain::{QuotaLimits, UserId};
use governor::{DefaultKeyedRateLimiter, Quota};
use jiff::SignedDuration;
use lambda::Error;
use lambda::comment_writer::CommentWriter;
use lambda::connection_sender::ConnectionSender;
use lambda::events::notice_delay;
use store::aws::{Cloud, variable};
use store::{
    AccessReader, Comments, Connections, Database, Friendships, IdempotencyStore, NotificationRecipients,
    UrlPresigner, Users, quota_limits,
};

use crate::UserPool;

/// The duration of a lease: longer than the timeout of the function (15 s), shorter than the
/// visibility timeout of its queue (90 s).
const LEASE: SignedDuration = SignedDuration::from_secs(20);
/// The value of [`Context::broadcast_time`]. After this time, five seconds of the timeout of the
/// function remain for the last messages and their record.
const BROADCAST_TIME: Duration = Duration::from_secs(10);

/// The maximum number of messages that a member sends at once, and then per second. Each
/// execution environment counts on its own.
const MESSAGE_BURST: NonZeroU32 = NonZeroU32::new(100).unwrap();
const MESSAGES_PER_SECOND: NonZeroU32 = NonZeroU32::new(5).unwrap();

/// The tables and clients that the function works with.
#[derive(Debug)]
pub struct Context {
    /// The tables Connections and Watches.
    pub connections: Connections,
    /// The Receipts table: the connections that already received an activity.
    pub idempotency: IdempotencyStore,
    /// The Friendships table.
    pub friendships: Friendships,
    /// The recipients of notifications about albums.
    pub recipients: NotificationRecipients,
    /// The Pictures table under the access policy.
    pub access: AccessReader,
    /// The Comments table.
    pub comments: Comments,
    /// The Users table.
    pub users: Users,
    /// Writes the comments that clients send.
    pub comment_writer: CommentWriter,
    /// The limits of each member.
    pub limits: QuotaLimits,
    /// The rate of the messages of each member.
    pub message_limiter: DefaultKeyedRateLimiter<UserId>,
    /// Presigns the URLs of renditions.
    pub presigner: UrlPresigner,
    /// Sends messages to connections.
    pub connection_sender: ConnectionSender,
    /// The Cognito user pool.
    pub user_pool: UserPool,
    /// The maximum time for the broadcasts of one invocation. SQS delivers the remaining activities
    /// again.
    pub broadcast_time: Duration,
    /// The time from the start of a batch until members are notified of it.
    pub notice_delay: SignedDuration,
}

impl Context {
    /// Opens the tables and clients that the environment names.
    pub fn from_env(cloud: &Cloud) -> Result<Self, Error> {
        let database = Database::from_env(cloud)?;
        let presigner = UrlPresigner::from_env(cloud)?.for_site(Some(&variable("SITE")?));
        let sender = ConnectionSender::from_env(cloud)?;
        let user_pool = UserPool::from_env(cloud)?;
        let (limits, notice_delay) = (quota_limits()?, notice_delay()?);
        Ok(Self::new(&database, presigner, sender, user_pool, BROADCAST_TIME, limits, notice_delay))
    }

    /// Opens the tables of a database.
    #[must_use]
    pub fn new(
        database: &Database,
        presigner: UrlPresigner,
        connection_sender: ConnectionSender,
        user_pool: UserPool,
        broadcast_time: Duration,
        limits: QuotaLimits,
        notice_delay: SignedDuration,
    ) -> Self {
        Self {
            connections: Connections::new(database),
            idempotency: IdempotencyStore::new(database, "live", LEASE),
            friendships: Friendships::new(database),
            recipients: NotificationRecipients::new(database),
            access: AccessReader::new(database),
            comments: Comments::new(database),
            users: Users::new(database),
            comment_writer: CommentWriter::new(database, limits),
            limits,
            message_limiter: DefaultKeyedRateLimiter::keyed(
                Quota::per_second(MESSAGES_PER_SECOND).allow_burst(MESSAGE_BURST),
            ),
            presigner,
            connection_sender,
            user_pool,
            broadcast_time,
            notice_delay,
        }
    }
}
