//! The clients of this function.

use lambda::Error;
use lambda::comment_writer::CommentWriter;
use store::aws::Cloud;
use store::{Database, Pictures, Secrets, UrlPresigner};

/// The clients of this function.
#[derive(Debug)]
pub struct Context {
    /// Writes comments; its parts read pictures under the access policy, comments and profiles.
    pub comment_writer: CommentWriter,
    /// The Pictures table, for changes.
    pub pictures: Pictures,
    /// The key that signs cursors.
    pub secrets: Secrets,
    /// Presigns downloads.
    pub presigner: UrlPresigner,
}

impl Context {
    /// Opens the tables and the bucket that the environment names.
    ///
    /// # Errors
    /// Names the variable that is missing.
    pub fn from_env(cloud: &Cloud) -> Result<Self, Error> {
        let database = Database::from_env(cloud)?;
        Ok(Self {
            comment_writer: CommentWriter::new(&database),
            pictures: Pictures::new(&database),
            secrets: Secrets::new(&database),
            presigner: UrlPresigner::from_env(cloud)?,
        })
    }
}
