//! Feeds: which precomputed lists a picture belongs to.

use std::fmt::{self, Display};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{Picture, PictureId, PictureKey, State, UserId, Visibility};

/// Over how many partitions the public feed is spread. One DynamoDB partition takes 1,000 writes a second; readers merge
/// them all, so a few.
pub const PUBLIC_SHARDS: u8 = 4;

/// One precomputed feed: the partition key of the Feeds table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FeedId {
    /// What one member may see by being its owner or a friend: `user#ID`.
    User(UserId),
    /// A part of what everyone may see: `public#SHARD`.
    Public(u8),
}

impl FeedId {
    /// The part of the public feed that `picture` goes to: its id's last bits, which are random.
    #[must_use]
    pub fn public_shard(picture: PictureId) -> Self {
        Self::Public(picture.0.as_bytes()[15] % PUBLIC_SHARDS)
    }

    /// The whole public feed.
    pub fn public() -> impl Iterator<Item = Self> {
        (0..PUBLIC_SHARDS).map(Self::Public)
    }
}

impl Display for FeedId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(id) => write!(f, "user#{id}"),
            Self::Public(shard) => write!(f, "public#{shard}"),
        }
    }
}

/// The text is not a feed's id.
#[derive(Debug, thiserror::Error)]
#[error("not a feed's id: {0}")]
pub struct NotAFeed(String);

impl FromStr for FeedId {
    type Err = NotAFeed;
    fn from_str(s: &str) -> Result<Self, NotAFeed> {
        let parsed = match s.split_once('#') {
            Some(("user", id)) => id.parse().ok().map(Self::User),
            Some(("public", shard)) => shard.parse().ok().map(Self::Public),
            _ => None,
        };
        parsed.ok_or_else(|| NotAFeed(s.to_owned()))
    }
}

impl Serialize for FeedId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for FeedId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// A row of the Feeds table: a hint that the feed's reader may see the picture. Never more than a hint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FeedRow {
    /// Which feed.
    pub feed_id: FeedId,
    /// Which picture, and whose.
    #[serde(flatten)]
    pub key: PictureKey,
}

/// The rows that must be there for a picture, and those that must not, given the picture as it is now (`None`: deleted)
/// and the people who are its owner's friends.
#[must_use]
pub fn feeds_of(
    key: PictureKey,
    picture: Option<&Picture>,
    friends: &[UserId],
) -> (Vec<FeedRow>, Vec<FeedRow>) {
    let visibility = picture.filter(|p| p.state() == State::Ready).map(|p| p.visibility);
    let own = std::iter::once((FeedId::User(key.owner_id), visibility.is_some()));
    let shared = visibility.is_some_and(|v| v != Visibility::Private);
    let theirs = friends.iter().map(|friend| (FeedId::User(*friend), shared));
    let public = (FeedId::public_shard(key.picture_id), visibility == Some(Visibility::Public));
    let (wanted, unwanted): (Vec<_>, Vec<_>) =
        own.chain(theirs).chain([public]).partition(|(_, wanted)| *wanted);
    let rows =
        |feeds: Vec<(FeedId, bool)>| feeds.into_iter().map(|(feed_id, _)| FeedRow { feed_id, key }).collect();
    (rows(wanted), rows(unwanted))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{CameraFacts, ContentType, Rendition, Renditions};
    use uuid::Uuid;

    const OWNER: UserId = UserId(Uuid::from_u128(1));
    const FRIEND: UserId = UserId(Uuid::from_u128(2));

    fn ready(visibility: Visibility) -> Picture {
        let key = PictureKey { owner_id: OWNER, picture_id: PictureId::new() };
        let size = Rendition { width: 1, height: 1, bytes: 1 };
        Picture {
            renditions: Some(Renditions { small: size.clone(), large: size }),
            metadata: Some(CameraFacts::default()),
            ..Picture::registered(key, visibility, ContentType::Png, 1)
        }
    }

    fn wanted(picture: &Picture) -> Vec<FeedId> {
        feeds_of(picture.key, Some(picture), &[FRIEND]).0.into_iter().map(|row| row.feed_id).collect()
    }

    #[test]
    fn a_picture_is_where_its_visibility_says() {
        let public = ready(Visibility::Public);
        let shard = FeedId::public_shard(public.key.picture_id);
        assert_eq!(wanted(&ready(Visibility::Private)), [FeedId::User(OWNER)]);
        assert_eq!(wanted(&ready(Visibility::Friends)), [FeedId::User(OWNER), FeedId::User(FRIEND)]);
        assert_eq!(wanted(&public), [FeedId::User(OWNER), FeedId::User(FRIEND), shard]);
    }

    #[test]
    fn what_is_not_ready_or_gone_is_nowhere() {
        let unready = Picture { metadata: None, ..ready(Visibility::Public) };
        assert!(wanted(&unready).is_empty());
        let (wanted, unwanted) = feeds_of(unready.key, None, &[FRIEND]);
        assert!(wanted.is_empty());
        assert_eq!(unwanted.len(), 3);
    }

    #[test]
    fn ids_read_back() {
        for feed in FeedId::public().chain([FeedId::User(OWNER)]) {
            assert_eq!(feed.to_string().parse::<FeedId>().unwrap(), feed);
        }
    }
}
