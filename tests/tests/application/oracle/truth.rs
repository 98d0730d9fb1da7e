//! The records, and what follows from them by brute force.

use std::collections::{BTreeMap, BTreeSet};

use end_to_end::people::Member;
use futures_util::future::join_all;
use domain::{FeedId, FeedRow, FriendshipState, Picture, PictureKey, Relation, State, UserId, Visibility};

use super::World;

/// The records of ten people.
pub struct Truth {
    people: Vec<UserId>,
    pictures: BTreeMap<PictureKey, Picture>,
    /// Both directions.
    friends: BTreeSet<(UserId, UserId)>,
    /// Friendships of every state.
    friendships: BTreeSet<(UserId, UserId)>,
}

impl Truth {
    /// Reads them.
    pub async fn read(world: &World) -> Self {
        let of = async |person: &Member| {
            tokio::join!(world.root.pictures_of(person.id()), world.root.friendships_of(person.id()))
        };
        let (pictures, friendships): (Vec<_>, Vec<_>) =
            join_all(world.people.iter().map(of)).await.into_iter().unzip();
        let friendships = friendships.concat();
        let friends = friendships.iter().filter(|row| row.state == FriendshipState::Friends);
        Self {
            people: world.people.iter().map(Member::id).collect(),
            pictures: pictures.concat().into_iter().map(|picture| (picture.key, picture)).collect(),
            friends: friends.map(|row| (row.user_id, row.friend_id)).collect(),
            friendships: friendships.iter().map(|row| (row.user_id, row.friend_id)).collect(),
        }
    }

    /// What is still under way: files that were uploaded, an account that is being deleted.
    pub fn unfinished(&self, world: &World) -> Option<String> {
        let uploads = world.uploads.borrow();
        let mut uploaded = uploads.iter().filter_map(|key| self.pictures.get(key));
        if let Some(picture) = uploaded.find(|picture| picture.state() != State::Ready) {
            return Some(format!("{} is {:?}", picture.key, picture.state()));
        }
        let left = world.left.get()?;
        let names = |(one, other): &(UserId, UserId)| *one == left || *other == left;
        let anything =
            self.friendships.iter().any(names) || self.pictures.keys().any(|key| key.owner_id == left);
        anything.then(|| format!("something is left of {left}"))
    }

    fn are_friends(&self, reader: UserId, owner: UserId) -> bool {
        self.friends.contains(&(reader, owner))
    }

    /// Whether a feed must have a picture.
    fn belongs(&self, feed: FeedId, picture: &Picture) -> bool {
        let (owner, visibility) = (picture.key.owner_id, picture.visibility);
        let wanted = match feed {
            FeedId::User(reader) if reader == owner => true,
            FeedId::User(reader) => self.are_friends(reader, owner) && visibility != Visibility::Private,
            FeedId::Public(_) => {
                visibility == Visibility::Public && feed == FeedId::public_shard(picture.key.picture_id)
            }
        };
        wanted && picture.state() == State::Ready
    }

    fn feeds(&self) -> Vec<FeedId> {
        self.people.iter().copied().map(FeedId::User).chain(FeedId::public()).collect()
    }

    /// Every row that must be there.
    fn rows(&self) -> BTreeSet<FeedRow> {
        let feeds = self.feeds().into_iter();
        let rows = feeds.flat_map(|feed| self.pictures.values().map(move |picture| (feed, picture)));
        let rows = rows.filter(|(feed, picture)| self.belongs(*feed, picture));
        rows.map(|(feed_id, picture)| FeedRow { feed_id, key: picture.key }).collect()
    }

    /// How the Feeds table differs from what it must be. Of what is public, only these people's pictures count.
    pub async fn wrong_rows(&self, world: &World) -> Option<String> {
        let read = async |feed| match feed {
            FeedId::User(_) => world.root.feed(feed, None).await,
            FeedId::Public(_) => {
                let mut rows = world.root.feed(feed, Some(world.since)).await;
                rows.retain(|row| world.is_one(row.key.owner_id));
                rows
            }
        };
        let found = join_all(self.feeds().into_iter().map(read)).await.concat().into_iter().collect();
        let expected = self.rows();
        let list = |rows: BTreeSet<FeedRow>| {
            let rows: Vec<_> = rows.iter().map(|row| format!("{} {}", row.feed_id, row.key)).collect();
            rows.join("\n  ")
        };
        let (missing, stale) = (list(&expected - &found), list(&found - &expected));
        let wrong = !(missing.is_empty() && stale.is_empty());
        wrong.then(|| format!("missing:\n  {missing}\nstale:\n  {stale}"))
    }

    /// What a person must be shown, newest first.
    pub fn seen_by(&self, reader: UserId) -> Vec<PictureKey> {
        let seen = self.pictures.values().filter(|picture| {
            let owner = picture.key.owner_id;
            let reader = Relation::of(Some(reader), owner, self.are_friends(reader, owner));
            picture.state() == State::Ready && picture.may_be_seen_by(reader)
        });
        let mut keys: Vec<_> = seen.map(|picture| picture.key).collect();
        keys.sort_by_key(|key| std::cmp::Reverse(key.picture_id));
        keys
    }
}
