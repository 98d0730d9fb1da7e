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

/// How far a picture reaches in the feeds. Each reach holds the one before it, so they are ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Audience {
    /// It is not ready, or gone.
    Nobody,
    /// Its owner alone.
    Owner,
    /// Its owner and the owner's friends.
    Friends,
    /// The same, and the public feed.
    Everyone,
}

impl Audience {
    /// The audience of a picture as it is now (`None`: deleted).
    #[must_use]
    pub fn of(picture: Option<&Picture>) -> Self {
        match picture.filter(|picture| picture.state() == State::Ready).map(|picture| picture.visibility) {
            None => Self::Nobody,
            Some(Visibility::Private) => Self::Owner,
            Some(Visibility::Friends) => Self::Friends,
            Some(Visibility::Public) => Self::Everyone,
        }
    }

    /// The rows of a picture that this audience asks for, given its owner's friends.
    #[must_use]
    pub fn rows(self, key: PictureKey, friends: &[UserId]) -> Vec<FeedRow> {
        let own = (self >= Self::Owner).then_some(FeedId::User(key.owner_id));
        let theirs = friends.iter().filter(|_| self >= Self::Friends).map(|friend| FeedId::User(*friend));
        let public = (self >= Self::Everyone).then(|| FeedId::public_shard(key.picture_id));
        own.into_iter().chain(theirs).chain(public).map(|feed_id| FeedRow { feed_id, key }).collect()
    }

    /// Whether a picture with this audience belongs into that feed. `friends`: whether the feed's reader is a friend of the
    /// picture's owner.
    #[must_use]
    pub fn wants(self, row: &FeedRow, friends: bool) -> bool {
        match row.feed_id {
            FeedId::User(reader) if reader == row.key.owner_id => self >= Self::Owner,
            FeedId::User(_) => friends && self >= Self::Friends,
            FeedId::Public(_) => {
                self >= Self::Everyone && row.feed_id == FeedId::public_shard(row.key.picture_id)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Audience::{Everyone, Friends, Nobody, Owner};
    use uuid::Uuid;

    const OWNER: UserId = UserId(Uuid::from_u128(1));
    const FRIEND: UserId = UserId(Uuid::from_u128(2));
    const STRANGER: UserId = UserId(Uuid::from_u128(3));

    #[test]
    fn a_picture_is_where_its_audience_says() {
        let key = PictureKey { owner_id: OWNER, picture_id: PictureId::new() };
        let shard = FeedId::public_shard(key.picture_id);
        let feeds = |audience: Audience| {
            audience.rows(key, &[FRIEND]).into_iter().map(|row| row.feed_id).collect::<Vec<_>>()
        };
        assert!(feeds(Nobody).is_empty());
        assert_eq!(feeds(Owner), [FeedId::User(OWNER)]);
        assert_eq!(feeds(Friends), [FeedId::User(OWNER), FeedId::User(FRIEND)]);
        assert_eq!(feeds(Everyone), [FeedId::User(OWNER), FeedId::User(FRIEND), shard]);
    }

    #[test]
    fn a_row_is_wanted_exactly_where_it_is_written() {
        let key = PictureKey { owner_id: OWNER, picture_id: PictureId::new() };
        let readers = [OWNER, FRIEND, STRANGER].map(FeedId::User);
        for audience in [Nobody, Owner, Friends, Everyone] {
            let written = audience.rows(key, &[FRIEND]);
            for feed_id in FeedId::public().chain(readers) {
                let row = FeedRow { feed_id, key };
                let friends = feed_id == FeedId::User(FRIEND);
                assert_eq!(audience.wants(&row, friends), written.contains(&row), "{audience:?} {feed_id}");
            }
        }
    }

    #[test]
    fn ids_read_back() {
        for feed in FeedId::public().chain([FeedId::User(OWNER)]) {
            assert_eq!(feed.to_string().parse::<FeedId>().unwrap(), feed);
        }
    }
}
