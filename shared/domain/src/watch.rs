//! Watches: the lists and the picture that an open page shows.

use std::fmt::{self, Display};

use serde::{Deserialize, Serialize};

use crate::{PUBLIC_SHARDS, PictureKey, UserId};

/// The content of an open page, besides the pictures of its member and of their friends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Watch {
    /// Whether the page shows the public pictures.
    pub public: bool,
    /// The member whose pictures the page shows.
    pub owner_id: Option<UserId>,
    /// The picture that the page shows.
    pub picture: Option<PictureKey>,
}

impl Watch {
    /// Returns the topics of a connection that watches this, at most three.
    pub fn topics(&self, connection: &str) -> impl Iterator<Item = Topic> {
        let public = self.public.then(|| Topic::public_shard(connection));
        let (owner, picture) = (self.owner_id.map(Topic::Owner), self.picture.map(Topic::Picture));
        public.into_iter().chain(owner).chain(picture)
    }
}

/// The partition key of the Watches table: a subject of changes that pages can watch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Topic {
    /// One shard of the connections that watch the public pictures: `public#SHARD`.
    Public(u8),
    /// The pictures of a member: `owner#ID`.
    Owner(UserId),
    /// A picture and its comments: `picture#OWNER/PICTURE`.
    Picture(PictureKey),
}

impl Topic {
    /// Returns the shard of the public pictures that a connection watches.
    #[must_use]
    pub fn public_shard(connection: &str) -> Self {
        let sum = connection.bytes().fold(0, u8::wrapping_add);
        Self::Public(sum % PUBLIC_SHARDS)
    }

    /// Returns the topics of a change of a picture.
    pub fn of_picture(key: PictureKey) -> impl Iterator<Item = Self> {
        let public = (0..PUBLIC_SHARDS).map(Self::Public);
        [Self::Picture(key), Self::Owner(key.owner_id)].into_iter().chain(public)
    }
}

impl Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Public(shard) => write!(f, "public#{shard}"),
            Self::Owner(id) => write!(f, "owner#{id}"),
            Self::Picture(key) => write!(f, "picture#{key}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::PictureId;
    use uuid::Uuid;

    fn picture() -> PictureKey {
        PictureKey { owner_id: UserId(Uuid::from_u128(1)), picture_id: PictureId::new() }
    }

    #[test]
    fn a_change_of_a_picture_has_the_topics_of_every_watch_that_shows_it() {
        let key = picture();
        let topics: BTreeSet<_> = Topic::of_picture(key).collect();
        let watch = Watch { public: true, owner_id: Some(key.owner_id), picture: Some(key) };
        let connections: Vec<_> = (0..100).map(|n| format!("L0SM9c{n}=")).collect();
        let watched: BTreeSet<_> = connections.iter().flat_map(|id| watch.topics(id)).collect();
        assert_eq!(watched, topics);
        let other = Watch { picture: Some(picture()), ..Watch::default() };
        assert!(other.topics("L0SM9c=").all(|topic| !topics.contains(&topic)));
    }

    #[test]
    fn topics_have_distinct_names() {
        let names: BTreeSet<_> = Topic::of_picture(picture()).map(|topic| topic.to_string()).collect();
        assert_eq!(names.len(), 2 + usize::from(PUBLIC_SHARDS));
    }

    #[test]
    fn a_watch_that_shows_nothing_has_no_topics() {
        let watch: Watch = serde_json::from_str("{}").unwrap();
        assert_eq!(watch, Watch::default());
        assert_eq!(watch.topics("L0SM9c=").count(), 0);
    }
}
