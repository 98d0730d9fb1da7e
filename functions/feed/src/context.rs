//! The tables and the presigner of the function.

use lambda::Error;
use store::aws::Cloud;
use store::feed_pages::FeedReader;
use store::{Database, Friendships, Pictures, Secrets, UrlPresigner, Users};

/// The tables and the presigner of the function. The function writes no table.
#[derive(Debug)]
pub struct Context {
    /// The feeds, and the pictures that their rows name, under the access policy.
    pub feeds: FeedReader,
    /// The pictures of the caller.
    pub pictures: Pictures,
    /// The friendship of the caller with the owner of the pictures.
    pub friendships: Friendships,
    /// The profiles of owners.
    pub users: Users,
    /// The key that encrypts cursors.
    pub secrets: Secrets,
    /// Presigns the URLs of renditions and originals.
    pub presigner: UrlPresigner,
}

impl Context {
    /// Opens the tables that the environment names.
    pub fn from_env(cloud: &Cloud) -> Result<Self, Error> {
        Ok(Self::new(&Database::from_env(cloud)?, UrlPresigner::from_env(cloud)?))
    }

    /// Opens the tables of a database.
    #[must_use]
    pub fn new(database: &Database, presigner: UrlPresigner) -> Self {
        Self {
            feeds: FeedReader::new(database),
            pictures: Pictures::new(database),
            friendships: Friendships::new(database),
            users: Users::new(database),
            secrets: Secrets::new(database),
            presigner,
        }
    }
}
