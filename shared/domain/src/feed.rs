//! Feeds: precomputed lists of the pictures that a reader, or a kind of readers, can view.

use std::fmt::{self, Display};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{AlbumId, Audience, PictureId, PictureKey, Relation, UserId};

/// The number of shards of the public feed, each a partition of the Feeds table. A DynamoDB
/// partition takes 1,000 writes per second; each read of the public feed queries all shards.
pub const PUBLIC_SHARDS: u8 = 4;

/// The partition key of the Feeds table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FeedId {
    /// The pictures of a member and of their friends: `user#ID`.
    User(UserId),
    /// The pictures of a member that their friends can view: `sharedOf#ID`.
    SharedOf(UserId),
    /// The public pictures of a member: `publicOf#ID`.
    PublicOf(UserId),
    /// One shard of the public pictures: `public#SHARD`.
    Public(u8),
}

impl FeedId {
    /// Returns the shard of the public feed that can contain `picture`. It depends on the last byte
    /// of the picture id, which is random.
    #[must_use]
    pub fn public_shard(picture: PictureId) -> Self {
        Self::Public(picture.0.as_bytes()[15] % PUBLIC_SHARDS)
    }

    /// Returns all shards of the public feed.
    pub fn public() -> impl Iterator<Item = Self> {
        (0..PUBLIC_SHARDS).map(Self::Public)
    }
}

impl Display for FeedId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(id) => write!(f, "user#{id}"),
            Self::SharedOf(id) => write!(f, "sharedOf#{id}"),
            Self::PublicOf(id) => write!(f, "publicOf#{id}"),
            Self::Public(shard) => write!(f, "public#{shard}"),
        }
    }
}

/// A text that is not the id of a feed.
#[derive(Debug, thiserror::Error)]
#[error("not a feed id: {0}")]
pub struct InvalidFeedId(String);

impl FromStr for FeedId {
    type Err = InvalidFeedId;
    fn from_str(s: &str) -> Result<Self, InvalidFeedId> {
        let parsed = match s.split_once('#') {
            Some(("user", id)) => id.parse().ok().map(Self::User),
            Some(("sharedOf", id)) => id.parse().ok().map(Self::SharedOf),
            Some(("publicOf", id)) => id.parse().ok().map(Self::PublicOf),
            Some(("public", shard)) => shard.parse().ok().map(Self::Public),
            _ => None,
        };
        parsed.ok_or_else(|| InvalidFeedId(s.to_owned()))
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

/// A row of the Feeds table: a hint that the readers of the feed can view the picture. Code that
/// reads a feed checks each row against its picture, the friendship with its owner, and the album.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FeedRow {
    /// The feed.
    pub feed_id: FeedId,
    /// The picture.
    #[serde(flatten)]
    pub key: PictureKey,
    /// The album that shows the picture to the reader. `None` if the reader can view the picture
    /// without an album.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<AlbumRef>,
}

/// An album and its owner, who never changes. A read needs the owner to name the friendship that
/// decides about the album.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AlbumRef {
    /// The album.
    pub album_id: AlbumId,
    /// The owner of the album.
    pub owner_id: UserId,
}

/// A picture that a reader can perhaps view, and the album that perhaps shows it to them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PictureHint {
    /// The picture.
    pub key: PictureKey,
    /// See [`FeedRow::via`].
    pub via: Option<AlbumRef>,
}

impl From<PictureKey> for PictureHint {
    fn from(key: PictureKey) -> Self {
        Self { key, via: None }
    }
}

impl FeedRow {
    /// Returns the row without its feed.
    #[must_use]
    pub fn hint(&self) -> PictureHint {
        PictureHint { key: self.key, via: self.via }
    }

    /// Creates a row of a picture that the reader can view without an album.
    #[must_use]
    pub fn direct(feed_id: FeedId, key: PictureKey) -> Self {
        Self { feed_id, key, via: None }
    }
}

impl Audience {
    /// Returns the feed rows of a picture with this audience. `friends` are the friends of the
    /// owner.
    #[must_use]
    pub fn feed_rows(self, key: PictureKey, friends: &[UserId]) -> Vec<FeedRow> {
        let owner = key.owner_id;
        let public_feed = FeedId::public_shard(key.picture_id);
        let owner_feeds =
            [FeedId::User(owner), FeedId::SharedOf(owner), FeedId::PublicOf(owner), public_feed];
        let friend_feeds = friends.iter().map(|friend| FeedId::User(*friend));
        let feeds = owner_feeds.into_iter().chain(friend_feeds);
        feeds.map(|feed_id| FeedRow::direct(feed_id, key)).filter(|row| self.requires(row, true)).collect()
    }

    /// Returns `true` if the Feeds table must contain a row without an album for this feed and
    /// picture. `self` is the audience of the picture.
    /// `is_friend` states whether the reader of the feed is a friend of the picture's owner.
    #[must_use]
    pub fn requires(self, row: &FeedRow, is_friend: bool) -> bool {
        let owner = row.key.owner_id;
        match row.feed_id {
            FeedId::User(reader) => {
                (reader == owner && self.includes_in_feed(Relation::OWNER))
                    || (is_friend && self.includes_in_feed(Relation::FRIEND))
            }
            FeedId::SharedOf(member) => member == owner && self.includes_in_feed(Relation::FRIEND),
            FeedId::PublicOf(member) => member == owner && self.includes_in_feed(Relation::STRANGER),
            FeedId::Public(_) => {
                row.feed_id == FeedId::public_shard(row.key.picture_id)
                    && self.includes_in_feed(Relation::STRANGER)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Audience::{Everyone, Friends, Nobody, Owner};
    use uuid::Uuid;

    const OWNER: UserId = UserId(Uuid::from_u128(1));
    const FRIEND: UserId = UserId(Uuid::from_u128(2));
    const STRANGER: UserId = UserId(Uuid::from_u128(3));

    #[test]
    fn the_audience_of_a_picture_determines_its_feeds() {
        let key = PictureKey { owner_id: OWNER, picture_id: PictureId::new() };
        let shard = FeedId::public_shard(key.picture_id);
        let feeds = |audience: Audience| {
            audience.feed_rows(key, &[FRIEND]).into_iter().map(|row| row.feed_id).collect::<Vec<_>>()
        };
        assert!(feeds(Nobody).is_empty());
        assert_eq!(feeds(Owner), [FeedId::User(OWNER)]);
        let friend = FeedId::User(FRIEND);
        let [own, shared, public] =
            [FeedId::User, FeedId::SharedOf, FeedId::PublicOf].map(|feed| feed(OWNER));
        assert_eq!(feeds(Friends), [own, shared, friend]);
        assert_eq!(feeds(Everyone), [own, shared, public, shard, friend]);
    }

    #[test]
    fn requires_exactly_the_rows_that_feed_rows_returns() {
        let key = PictureKey { owner_id: OWNER, picture_id: PictureId::new() };
        let of_members = [OWNER, FRIEND, STRANGER]
            .map(|member| [FeedId::User, FeedId::SharedOf, FeedId::PublicOf].map(|feed| feed(member)))
            .concat();
        for audience in [Nobody, Owner, Friends, Everyone] {
            let written = audience.feed_rows(key, &[FRIEND]);
            for feed_id in FeedId::public().chain(of_members.clone()) {
                let row = FeedRow::direct(feed_id, key);
                let friends = feed_id == FeedId::User(FRIEND);
                assert_eq!(
                    audience.requires(&row, friends),
                    written.contains(&row),
                    "{audience:?} {feed_id}"
                );
            }
        }
    }

    #[test]
    fn a_parsed_feed_id_equals_the_displayed_one() {
        let of_owner = [FeedId::User, FeedId::SharedOf, FeedId::PublicOf].map(|feed| feed(OWNER));
        for feed in FeedId::public().chain(of_owner) {
            assert_eq!(feed.to_string().parse::<FeedId>().unwrap(), feed);
        }
    }
}
