//! The oracle: computes the expected content of the feeds by brute force from the rows of pictures,
//! friendships and albums.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    FeedId, FeedRow, Friendship, FriendshipState, Picture, PictureKey, PictureState, UserId, Visibility,
};
use end_to_end::people::Member;
use futures_util::future::join_all;

use super::Scenario;
use super::albums::AlbumState;

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

/// The expected feeds: a snapshot of the pictures, friendships and albums of all members.
pub struct ExpectedFeeds {
    members: Vec<UserId>,
    pictures: BTreeMap<PictureKey, Picture>,
    /// Pairs of friends, in both directions.
    friends: BTreeSet<(UserId, UserId)>,
    /// Pairs (member, other) in which the member blocked the other.
    blocks: BTreeSet<(UserId, UserId)>,
    /// All rows, in both directions.
    friendships: Vec<Friendship>,
    albums: Vec<AlbumState>,
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
            friendships,
            albums: AlbumState::read_all(scenario).await,
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
        let concerns = |row: &Friendship| row.user_id == deleted || row.friend_id == deleted;
        let has_rows =
            self.friendships.iter().any(concerns) || self.pictures.keys().any(|key| key.owner_id == deleted);
        has_rows.then(|| format!("the deleted account {deleted} still has rows"))
    }

    fn are_friends(&self, reader: UserId, owner: UserId) -> bool {
        self.friends.contains(&(reader, owner))
    }

    /// Returns `true` if a feed must contain a picture, whatever albums contain it. States the rule
    /// again, like [`can_view`].
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

    fn is_added_by_album(
        &self,
        feed: FeedId,
        picture: &Picture,
        is_named: impl Fn(&AlbumState) -> bool,
    ) -> bool {
        let FeedId::User(reader) = feed else { return false };
        self.albums.iter().any(|album| is_named(album) && album.adds_to_feed(reader, picture))
    }

    /// Returns all rows that the table Feeds must contain, without their albums.
    fn rows(&self) -> BTreeSet<FeedRow> {
        let feeds = self.feeds().into_iter();
        let rows = feeds.flat_map(|feed| self.pictures.values().map(move |picture| (feed, picture)));
        let rows = rows.filter(|(feed, picture)| {
            self.must_contain(*feed, picture) || self.is_added_by_album(*feed, picture, |_| true)
        });
        rows.map(|(feed_id, picture)| FeedRow::direct(feed_id, picture.key)).collect()
    }

    /// Returns `true` if what a row says is true: that the feed must contain the picture without an
    /// album, or that the named album shows it.
    fn is_true(&self, row: &FeedRow) -> bool {
        let Some(picture) = self.pictures.get(&row.key) else { return false };
        match row.via {
            None => self.must_contain(row.feed_id, picture),
            Some(via) => self.is_added_by_album(row.feed_id, picture, |state| {
                (state.album.album_id, state.album.owner_id) == (via.album_id, via.owner_id)
            }),
        }
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
        let found = join_all(self.feeds().into_iter().map(read)).await.concat();
        let stale = found.iter().filter(|row| !self.is_true(row)).copied().collect();
        let found = found.iter().map(|row| FeedRow::direct(row.feed_id, row.key)).collect();
        let expected = self.rows();
        let list = |rows: BTreeSet<FeedRow>| {
            let rows: Vec<_> = rows.iter().map(|row| format!("{} {}", row.feed_id, row.key)).collect();
            rows.join("\n  ")
        };
        let (missing, stale) = (list(&expected - &found), list(stale));
        let wrong = !(missing.is_empty() && stale.is_empty());
        wrong.then(|| format!("missing:\n  {missing}\nstale:\n  {stale}"))
    }

    /// Asserts that the feed of a member shows the right pictures, newest first: those that the
    /// reader can view without an album, and those of the albums that they own or have joined.
    /// Feeds omit the pictures of members whom the reader blocked.
    ///
    /// A row names only one of several albums. If some of them do not show the picture, because of
    /// a block between the reader and the owner of the album, the feed can omit it.
    pub fn assert_shown(&self, reader: UserId, shown: &[PictureKey]) {
        let newer = |a: &PictureKey, b: &PictureKey| a.picture_id > b.picture_id;
        assert!(shown.is_sorted_by(newer), "the order of the feed of {reader}");
        for picture in self.pictures.values() {
            let key = picture.key;
            let friends = self.are_friends(reader, key.owner_id);
            let is_ready = picture.state() == PictureState::Ready;
            let direct = is_ready && can_view(picture, reader, friends);
            let adding = self.albums.iter().filter(|album| album.adds_to_feed(reader, picture));
            let shows: Vec<_> = adding.map(|album| album.shows(reader, picture, &self.friendships)).collect();
            let is_omitted = self.blocks.contains(&(reader, key.owner_id));
            let must = !is_omitted && (direct || (!shows.is_empty() && !shows.contains(&false)));
            let can = !is_omitted && (direct || shows.contains(&true));
            let is_shown = shown.contains(&key);
            assert!(is_shown || !must, "the feed of {reader} does not show {key}");
            assert!(!is_shown || can, "the feed of {reader} shows {key}");
        }
        let mut unknown = shown.iter().filter(|key| !self.pictures.contains_key(key));
        assert_eq!(unknown.next(), None, "the feed of {reader}");
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
