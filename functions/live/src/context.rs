//! What this function works with.

use std::time::Duration;

use jiff::SignedDuration;
use lambda::Error;
use store::aws::Cloud;
use lambda::comment_writer::CommentWriter;
use store::{Endpoints, Friendships, UrlPresigner, IdempotencyStore};

use crate::Sockets;

/// How long nobody else begins an activity that was begun: longer than this function may run (30 s), and shorter than its messages
/// are hidden (60 s).
const LEASE: SignedDuration = SignedDuration::from_secs(35);
/// See [`Context::recipients`]: what is begun last is over, and noted, before this function is ended.
const TELLING: Duration = Duration::from_secs(20);

/// What this function works with.
#[derive(Debug)]
pub struct Context {
    /// Who is connected.
    pub connections: Endpoints,
    /// Who was told of what.
    pub receipts: IdempotencyStore,
    /// Who is whose friend.
    pub friendships: Friendships,
    /// Pictures, comments and profiles; `sendMessage` writes comments.
    pub comment_writer: CommentWriter,
    /// Signs downloads.
    pub presigner: UrlPresigner,
    /// The open connections themselves.
    pub sockets: Sockets,
    /// For how long one event may be told of before the rest is left to another.
    pub recipients: Duration,
}

impl Context {
    /// What the environment names.
    ///
    /// # Errors
    /// A variable is not set.
    pub fn from_env(cloud: &Cloud) -> Result<Self, Error> {
        Ok(Self {
            connections: Endpoints::connections_from_env(cloud)?,
            receipts: IdempotencyStore::from_env(cloud, "live", LEASE)?,
            friendships: Friendships::from_env(cloud)?,
            comment_writer: CommentWriter::from_env(cloud)?,
            presigner: UrlPresigner::from_env(cloud)?,
            sockets: Sockets::from_env(cloud)?,
            recipients: TELLING,
        })
    }
}
