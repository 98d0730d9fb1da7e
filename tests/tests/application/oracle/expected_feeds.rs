//! The oracle: computes the expected content of the feeds by brute force from the rows of pictures
//! and friendships.

use std::collections::{BTreeMap, BTreeSet};

use domain::{FeedId, FeedRow, FriendshipState, Picture, PictureKey, PictureState, UserId, Visibility};
use end_to_end::people::Member;
use futures_util::future::join_all;

use super::Scenario;

/// Returns `true` if a reader can view a picture. States the access rule again instead of calling
/// `domain::access`, because the test must detect errors in that policy.
pub fn can_view(picture: &Picture, reader: UserId, friends_with_owner: bool) -> bool {
    if reader == picture.key.owner_id {
        return true;
    }
    let shared = match picture.visibility {
        Visibility::Private => false,
        Visibility::Friends => friends_with_owner,
        Visibility::Public => true,
    };
    shared && picture.state() == PictureState::Ready
}

/// The expected feeds: a snapshot of the pictures and friendships of all members.
pub struct ExpectedFeeds {
    members: Vec<UserId>,
    pictures: BTreeMap<PictureKey, Picture>,
    /// Pairs of friends, in both directions.
    friends: BTreeSet<(UserId, UserId)>,
    /// Pairs (member, other) in which the member blocked the other.
    blocks: BTreeSet<(UserId, UserId)>,
    /// Pairs with a row, in both directions.
    friendships: BTreeSet<(UserId, UserId)>,
}

impl ExpectedFeeds {
    /// Reads the rows of all members.
    pub async fn read(scenario: &Scenario) -> Self {
        let of = async |member: &Member| {
            tokio::join!(scenario.root.pictures_of(member.id()), scenario.root.friendships_of(member.id()))
        };
        let (pictures, friendships): (Vec<_>, Vec<_>) =
            join_all(scenario.members.iter().map(of)).await.into_iter().unzip();
        let friendships = friendships.concat();
        let friends = friendships.iter().filter(|row| row.state == FriendshipState::Friends);
        let blocks = friendships.iter().filter(|row| row.state == FriendshipState::Blocked);
        Self {
            members: scenario.members.iter().map(Member::id).collect(),
            pictures: pictures.concat().into_iter().map(|picture| (picture.key, picture)).collect(),
            friends: friends.map(|row| (row.user_id, row.friend_id)).collect(),
            blocks: blocks.map(|row| (row.user_id, row.friend_id)).collect(),
            friendships: friendships.iter().map(|row| (row.user_id, row.friend_id)).collect(),
        }
    }

    /// Describes unfinished work of the functions: an uploaded picture that is not ready, or rows
    /// of the deleted account. Returns `None` if there is none.
    pub fn find_unfinished(&self, scenario: &Scenario) -> Option<String> {
        let uploads = scenario.uploads.borrow();
        let mut uploaded = uploads.iter().filter_map(|key| self.pictures.get(key));
        if let Some(picture) = uploaded.find(|picture| picture.state() != PictureState::Ready) {
            return Some(format!("{} is {:?}", picture.key, picture.state()));
        }
        let deleted = scenario.deleted_account.get()?;
        let concerns = |(one, other): &(UserId, UserId)| *one == deleted || *other == deleted;
        let has_rows =
            self.friendships.iter().any(concerns) || self.pictures.keys().any(|key| key.owner_id == deleted);
        has_rows.then(|| format!("the deleted account {deleted} still has rows"))
    }

    fn are_friends(&self, reader: UserId, owner: UserId) -> bool {
        self.friends.contains(&(reader, owner))
    }

    /// Returns `true` if a feed must contain a picture. States the rule again, like [`can_view`].
    fn must_contain(&self, feed: FeedId, picture: &Picture) -> bool {
        let (owner, visibility) = (picture.key.owner_id, picture.visibility);
        let belongs = match feed {
            FeedId::User(reader) if reader == owner => true,
            FeedId::User(reader) => self.are_friends(reader, owner) && visibility != Visibility::Private,
            FeedId::SharedOf(member) => member == owner && visibility != Visibility::Private,
            FeedId::PublicOf(member) => member == owner && visibility == Visibility::Public,
            FeedId::Public(_) => {
                visibility == Visibility::Public && feed == FeedId::public_shard(picture.key.picture_id)
            }
        };
        belongs && picture.state() == PictureState::Ready
    }

    fn feeds(&self) -> Vec<FeedId> {
        let of_member =
            |member: &UserId| [FeedId::User, FeedId::SharedOf, FeedId::PublicOf].map(|feed| feed(*member));
        self.members.iter().flat_map(of_member).chain(FeedId::public()).collect()
    }

    /// Returns all rows that the table Feeds must contain.
    fn rows(&self) -> BTreeSet<FeedRow> {
        let feeds = self.feeds().into_iter();
        let rows = feeds.flat_map(|feed| self.pictures.values().map(move |picture| (feed, picture)));
        let rows = rows.filter(|(feed, picture)| self.must_contain(*feed, picture));
        rows.map(|(feed_id, picture)| FeedRow::direct(feed_id, picture.key)).collect()
    }

    /// Describes the missing and stale rows of the table Feeds. Returns `None` if all rows are
    /// correct. Ignores rows of other tests in the public feed.
    pub async fn find_wrong_rows(&self, scenario: &Scenario) -> Option<String> {
        let read = async |feed| match feed {
            FeedId::User(_) | FeedId::SharedOf(_) | FeedId::PublicOf(_) => {
                scenario.root.feed_rows(feed, None).await
            }
            FeedId::Public(_) => {
                let mut rows = scenario.root.feed_rows(feed, Some(scenario.first_id)).await;
                rows.retain(|row| scenario.is_member(row.key.owner_id));
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

    /// Returns the pictures that the feed of a member must show, newest first: without the pictures
    /// of members whom the reader blocked.
    pub fn shown_to(&self, reader: UserId) -> Vec<PictureKey> {
        self.shown(reader, |owner| !self.blocks.contains(&(reader, owner)))
    }

    /// Returns the pictures of `owner` that a list of them must show to another member, newest
    /// first.
    pub fn shown_of(&self, owner: UserId, reader: UserId) -> Vec<PictureKey> {
        self.shown(reader, |other| other == owner)
    }

    fn shown(&self, reader: UserId, is_listed: impl Fn(UserId) -> bool) -> Vec<PictureKey> {
        let shown = self.pictures.values().filter(|picture| {
            let owner = picture.key.owner_id;
            let friends = self.are_friends(reader, owner);
            is_listed(owner) && picture.state() == PictureState::Ready && can_view(picture, reader, friends)
        });
        let mut keys: Vec<_> = shown.map(|picture| picture.key).collect();
        keys.sort_by_key(|key| std::cmp::Reverse(key.picture_id));
        keys
    }
}
