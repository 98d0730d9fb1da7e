//! The clients of this function.

use lambda::Error;
use lambda::comment_writer::CommentWriter;
use store::aws::Cloud;
use store::{Database, Friendships, Pictures, Secrets, UrlPresigner, quota_limits};

/// The clients of this function.
#[derive(Debug)]
pub struct Context {
    /// Writes comments. Contains the clients that read visible pictures, comments and profiles.
    pub comment_writer: CommentWriter,
    /// The Friendships table, for the members whom a reader of comments blocked.
    pub friendships: Friendships,
    /// The Pictures table, for reads and writes without the access policy.
    pub pictures: Pictures,
    /// The key that encrypts cursors.
    pub secrets: Secrets,
    /// Presigns downloads.
    pub presigner: UrlPresigner,
}

impl Context {
    /// Opens the tables and the bucket that the environment names.
    ///
    /// # Errors
    /// Returns an error if an environment variable is missing. The error names the variable.
    pub fn from_env(cloud: &Cloud) -> Result<Self, Error> {
        let database = Database::from_env(cloud)?;
        Ok(Self {
            comment_writer: CommentWriter::new(&database, quota_limits()?),
            friendships: Friendships::new(&database),
            pictures: Pictures::new(&database),
            secrets: Secrets::new(&database),
            presigner: UrlPresigner::from_env(cloud)?,
        })
    }
}
