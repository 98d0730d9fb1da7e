//! The tables that the function reads and writes. The test `histories` replaces them with a
//! simulation.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Album, AlbumId, FeedId, FeedRow, PageRequest, Picture, PictureKey, UserId};
use futures_util::stream::{StreamExt, TryStreamExt, iter};
use lambda::Error;
use store::{Albums, Database, Feeds, Friendships, Pictures};

/// The maximum number of concurrent requests of one call.
const CONCURRENT_REQUESTS: usize = 16;

/// Pictures, friendships and albums, and the feeds that follow from them. All reads are strongly
/// consistent. Any row can change between two calls.
#[expect(async_fn_in_trait, reason = "functions are single-threaded: no future needs to be Send")]
pub trait Tables {
    /// The number of pictures in a step of [`crate::Task::AddFriend`], which writes one row per
    /// picture. A friend with 20,000 pictures takes twenty steps, so that no invocation times out.
    const FRIEND_PICTURES_PER_STEP: usize = 1_000;
    /// The number of pictures in a step that writes a row per picture to the feed of every friend.
    const PICTURES_PER_STEP: usize = 10;
    /// The maximum number of readers of one owner for single reads of their friendships. For more
    /// readers, one query reads all friends of the owner. Reading 30 rows by a query costs as much
    /// as one single read. A request contains up to 100 single reads.
    const MAX_SINGLE_READS: usize = 100;
    /// The number of feed rows in a step. One query can return this number of rows.
    const ROWS_PER_STEP: usize = 5_000;
    /// The number of feed rows that a step writes or verifies for pictures of albums. Ten pictures
    /// in an album with 500 members take one step.
    const ALBUM_ROWS_PER_STEP: usize = 5_000;

    /// Reads pictures, in any order. Omits pictures that do not exist.
    async fn read_pictures(&self, keys: &[PictureKey]) -> Result<Vec<Picture>, Error>;
    /// Reads a page of the pictures of an owner, newest first. The last page has fewer than
    /// `page.limit` pictures.
    async fn read_pictures_of(&self, owner: UserId, page: PageRequest) -> Result<Vec<Picture>, Error>;
    /// Scans a page of all pictures. Returns the pictures, and the key after which the next page
    /// starts.
    async fn scan_pictures(
        &self,
        limit: usize,
        after: Option<PictureKey>,
    ) -> Result<(Vec<Picture>, Option<PictureKey>), Error>;
    /// Reads all friends of a member.
    async fn list_friends(&self, user: UserId) -> Result<Vec<UserId>, Error>;
    /// Returns the pairs (reader, owner) that are friends according to the row of the owner.
    async fn find_friends(
        &self,
        pairs: &BTreeSet<(UserId, UserId)>,
    ) -> Result<BTreeSet<(UserId, UserId)>, Error>;
    /// Reads albums, in any order. Omits albums that do not exist. Ids must be distinct.
    async fn read_albums(&self, ids: &[AlbumId]) -> Result<Vec<Album>, Error>;
    /// Reads the ids of the albums that contain each picture, waiting or not.
    async fn list_albums_of(&self, keys: &[PictureKey]) -> Result<BTreeMap<PictureKey, Vec<AlbumId>>, Error>;
    /// Reads the ids of the albums that a member owns or has joined.
    async fn list_albums_of_member(&self, user: UserId) -> Result<Vec<AlbumId>, Error>;
    /// Reads all members of an album, without its owner.
    async fn list_members(&self, album: AlbumId) -> Result<Vec<UserId>, Error>;
    /// Returns the pairs whose user is a member of the album.
    async fn find_members(
        &self,
        pairs: &BTreeSet<(AlbumId, UserId)>,
    ) -> Result<BTreeSet<(AlbumId, UserId)>, Error>;
    /// Returns the pairs whose album contains the picture. Pictures that wait for approval do not
    /// count.
    async fn find_entries(
        &self,
        pairs: &BTreeSet<(AlbumId, PictureKey)>,
    ) -> Result<BTreeSet<(AlbumId, PictureKey)>, Error>;
    /// Reads the keys of the pictures of an album after a key. The last page has fewer than `limit`
    /// keys.
    async fn list_keys(
        &self,
        album: AlbumId,
        limit: usize,
        after: Option<PictureKey>,
    ) -> Result<Vec<PictureKey>, Error>;
    /// Records the time of the last change of an album in the lists of these users.
    async fn touch(&self, album: &Album, users: &[UserId]) -> Result<(), Error>;
    /// Records the time of a picture in an album, if the album contains the picture.
    async fn set_taken(&self, album: AlbumId, picture: &Picture) -> Result<(), Error>;
    /// Reads a page of a feed, newest first. The last page has fewer than `page.limit` rows.
    async fn read_rows(&self, feed: FeedId, page: PageRequest) -> Result<Vec<FeedRow>, Error>;
    /// Scans a page of the rows of all feeds. Returns the rows, and the row after which the next
    /// page starts.
    async fn scan_rows(
        &self,
        limit: usize,
        after: Option<FeedRow>,
    ) -> Result<(Vec<FeedRow>, Option<FeedRow>), Error>;
    /// Writes and deletes rows, in any order. If the call fails, some of the changes can be
    /// applied.
    async fn write_rows(&self, puts: &[FeedRow], deletes: &[FeedRow]) -> Result<(), Error>;
}

/// The tables in DynamoDB.
#[derive(Debug)]
pub struct DynamoDbTables {
    pictures: Pictures,
    friendships: Friendships,
    albums: Albums,
    feeds: Feeds,
}

impl DynamoDbTables {
    /// Opens the tables.
    #[must_use]
    pub fn new(database: &Database) -> Self {
        Self {
            pictures: Pictures::new(database),
            friendships: Friendships::new(database),
            albums: Albums::new(database),
            feeds: Feeds::new(database),
        }
    }
}

impl Tables for DynamoDbTables {
    async fn read_pictures(&self, keys: &[PictureKey]) -> Result<Vec<Picture>, Error> {
        self.pictures.get_all(keys).await
    }

    async fn read_pictures_of(&self, owner: UserId, page: PageRequest) -> Result<Vec<Picture>, Error> {
        self.pictures.read_page(owner, page).await
    }

    async fn scan_pictures(
        &self,
        limit: usize,
        after: Option<PictureKey>,
    ) -> Result<(Vec<Picture>, Option<PictureKey>), Error> {
        self.pictures.scan(limit, after).await
    }

    async fn list_friends(&self, user: UserId) -> Result<Vec<UserId>, Error> {
        self.friendships.list_friends(user).await
    }

    async fn find_friends(
        &self,
        pairs: &BTreeSet<(UserId, UserId)>,
    ) -> Result<BTreeSet<(UserId, UserId)>, Error> {
        self.friendships.find_friends(pairs).await
    }

    async fn read_albums(&self, ids: &[AlbumId]) -> Result<Vec<Album>, Error> {
        self.albums.get_all(ids).await
    }

    async fn list_albums_of(&self, keys: &[PictureKey]) -> Result<BTreeMap<PictureKey, Vec<AlbumId>>, Error> {
        let queries = keys.iter().map(|key| async { Ok((*key, self.albums.list_of_picture(*key).await?)) });
        iter(queries).buffer_unordered(CONCURRENT_REQUESTS).try_collect().await
    }

    async fn list_albums_of_member(&self, user: UserId) -> Result<Vec<AlbumId>, Error> {
        self.albums.list_all_of_member(user).await
    }

    async fn list_members(&self, album: AlbumId) -> Result<Vec<UserId>, Error> {
        let members = self.albums.list_members(album).await?;
        Ok(members.into_iter().map(|member| member.user_id).collect())
    }

    async fn find_members(
        &self,
        pairs: &BTreeSet<(AlbumId, UserId)>,
    ) -> Result<BTreeSet<(AlbumId, UserId)>, Error> {
        self.albums.find_members(pairs).await
    }

    async fn find_entries(
        &self,
        pairs: &BTreeSet<(AlbumId, PictureKey)>,
    ) -> Result<BTreeSet<(AlbumId, PictureKey)>, Error> {
        self.albums.find_entries(pairs).await
    }

    async fn list_keys(
        &self,
        album: AlbumId,
        limit: usize,
        after: Option<PictureKey>,
    ) -> Result<Vec<PictureKey>, Error> {
        self.albums.list_keys(album, limit, after).await
    }

    async fn touch(&self, album: &Album, users: &[UserId]) -> Result<(), Error> {
        let updates = users.iter().map(|user| self.albums.touch(*user, album.album_id, album.updated_at));
        iter(updates).buffer_unordered(CONCURRENT_REQUESTS).try_collect().await
    }

    async fn set_taken(&self, album: AlbumId, picture: &Picture) -> Result<(), Error> {
        self.albums.set_taken(album, picture).await
    }

    async fn read_rows(&self, feed: FeedId, page: PageRequest) -> Result<Vec<FeedRow>, Error> {
        self.feeds.read_consistent_page(feed, page).await
    }

    async fn scan_rows(
        &self,
        limit: usize,
        after: Option<FeedRow>,
    ) -> Result<(Vec<FeedRow>, Option<FeedRow>), Error> {
        self.feeds.scan(limit, after.as_ref()).await
    }

    async fn write_rows(&self, puts: &[FeedRow], deletes: &[FeedRow]) -> Result<(), Error> {
        self.feeds.write(puts, deletes).await
    }
}
