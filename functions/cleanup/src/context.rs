//! The tables and services of this function.

use lambda::Error;
use lambda::api_keys::ApiKeys;
use lambda::push::PushEndpoints;
use store::aws::Cloud;
use store::{
    Albums, Comments, Connections, Database, Deadlines, DeveloperKeys, Endpoints, Friendships, Links, Media,
    Notifications, Pictures, Quotas, Users,
};

use crate::UserPool;

/// The tables and services of this function.
#[derive(Debug)]
pub struct Context {
    /// Pictures.
    pub pictures: Pictures,
    /// Originals and renditions.
    pub media: Media,
    /// Comments.
    pub comments: Comments,
    /// Albums, their members and their pictures.
    pub albums: Albums,
    /// Share links.
    pub links: Links,
    /// Upload deadlines.
    pub deadlines: Deadlines,
    /// Counters of what members add.
    pub quotas: Quotas,
    /// Account deletions.
    pub users: Users,
    /// Friendships and requests.
    pub friendships: Friendships,
    /// WebSocket connections, and what they watch.
    pub connections: Connections,
    /// Phones.
    pub devices: Endpoints,
    /// Developer keys.
    pub keys: DeveloperKeys,
    /// Notification lists.
    pub notifications: Notifications,
    /// SNS platform endpoints of phones.
    pub push_endpoints: PushEndpoints,
    /// The API keys of API Gateway.
    pub api_keys: ApiKeys,
    /// The Cognito user pool.
    pub user_pool: UserPool,
}

impl Context {
    /// Opens the tables and creates the clients.
    ///
    /// # Errors
    /// Returns an error if an environment variable is missing. The error names the variable.
    pub fn from_env(cloud: &Cloud) -> Result<Self, Error> {
        let (push_endpoints, api_keys) = (PushEndpoints::from_env(cloud), ApiKeys::from_env(cloud));
        let (database, media) = (Database::from_env(cloud)?, Media::from_env(cloud)?);
        Ok(Self::new(&database, media, push_endpoints, api_keys, UserPool::from_env(cloud)?))
    }

    /// Opens the tables of a database.
    #[must_use]
    pub fn new(
        database: &Database,
        media: Media,
        push_endpoints: PushEndpoints,
        api_keys: ApiKeys,
        user_pool: UserPool,
    ) -> Self {
        Self {
            pictures: Pictures::new(database),
            media,
            comments: Comments::new(database),
            albums: Albums::new(database),
            links: Links::new(database),
            deadlines: Deadlines::new(database),
            quotas: Quotas::new(database),
            users: Users::new(database),
            friendships: Friendships::new(database),
            connections: Connections::new(database),
            devices: Endpoints::devices(database),
            keys: DeveloperKeys::new(database),
            notifications: Notifications::new(database),
            push_endpoints,
            api_keys,
            user_pool,
        }
    }
}
