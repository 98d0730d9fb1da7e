//! Reads pictures together with the reader's relation to their owners and albums.
//!
//! One transaction reads the pictures and all rows that decide whether the reader can view them:
//! friendships, albums, memberships and links. Separate reads could combine an old friendship with
//! a new visibility, and disclose a picture that the reader could never view. Visitors have no
//! friendships, so their reads of public pictures need no transaction.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_get_items::TransactGetItemsError;
use aws_sdk_dynamodb::types::{Get, TransactGetItem};
use domain::access::{album_access, can_manage_album, can_view};
use domain::{
    Album, AlbumAccess, AlbumId, AlbumRelation, AlbumRole, Friendship, Link, LinkRefusal, LinkTarget,
    LinkToken, Picture, PictureHint, PictureKey, PictureState, Relation, UserId,
};
use futures_util::future::try_join_all;
use futures_util::stream::{StreamExt, TryStreamExt, iter};
use jiff::Timestamp;
use serde::de::DeserializeOwned;

use crate::database::{Database, Table};
use crate::retry::{ATTEMPTS, back_off};
use crate::transaction::{STILL_CANCELLED, is_retryable};
use crate::{AlbumOrder, Albums, Error, Pictures, Row, albums, friendships, from_row, links, pictures};

/// The maximum number of reads in one transaction, a limit of DynamoDB.
const MAX_READS: usize = 100;
/// The maximum number of pictures in one transaction without albums. A picture takes up to two
/// reads: picture and friendship.
const MAX_PICTURES: usize = 50;
/// The maximum number of pictures in one transaction with albums. A picture takes up to six reads:
/// picture and friendship; entry, album, membership and friendship with the owner of the album.
const MAX_PICTURES_IN_ALBUMS: usize = 16;
/// The maximum number of pictures of one album in one transaction. The album takes three reads, and
/// a picture up to three.
const MAX_PICTURES_OF_ALBUM: usize = 32;
/// The maximum number of albums in one transaction. An album takes three reads, and its cover up to
/// three.
const MAX_ALBUMS: usize = 16;
/// The number of pictures of an album, those added last, that can be its cover without a choice.
const MAX_COVER_CANDIDATES: usize = 8;
/// The maximum number of candidates in one transaction. The picture takes one read, and each
/// candidate one.
pub const MAX_VIEWERS: usize = MAX_READS - 1;
/// The maximum number of candidates in one transaction that reads an album. A candidate takes three
/// reads: membership, and the friendships with the owner of the album and with the actor.
const MAX_ALBUM_VIEWERS: usize = (MAX_READS - 1) / 3;
/// The number of concurrent searches for an album that shows a picture.
const CONCURRENT_SEARCHES: usize = 8;

/// A picture that a reader can view, and the relation of the reader to its owner.
#[derive(Clone, Debug, PartialEq)]
pub struct VisiblePicture {
    /// The picture.
    pub picture: Picture,
    /// The relation of the reader to the owner.
    pub relation: Relation,
    /// The album that shows the picture to the reader, if the read considered one.
    pub via: Option<Box<ViewedAlbum>>,
}

impl VisiblePicture {
    /// Creates a picture that no album shows.
    #[must_use]
    pub fn new(picture: Picture, relation: Relation) -> Self {
        Self { picture, relation, via: None }
    }
}

/// An album that a reader can view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ViewedAlbum {
    /// The album.
    pub album: Album,
    /// The reason why the reader can view it.
    pub access: AlbumAccess,
}

/// An album that a reader can view, and the picture that represents it.
#[derive(Clone, Debug, PartialEq)]
pub struct CoveredAlbum {
    /// The album, and the reason why the reader can view it.
    pub viewed: ViewedAlbum,
    /// The chosen cover, or else the newest picture that the reader can view.
    pub cover: Option<VisiblePicture>,
}

/// The content that a link shows to a visitor, read in one transaction with the link.
#[derive(Clone, Debug)]
pub struct LinkView {
    /// The link.
    pub link: Link,
    /// The album, if the link opens one.
    pub album: Option<Album>,
    /// The requested pictures that the link shows. If the link opens a picture, this picture.
    pub pictures: BTreeMap<PictureKey, VisiblePicture>,
}

/// Reads pictures and albums under the access policy, [`domain::access`].
#[derive(Clone, Debug)]
pub struct AccessReader {
    database: Database,
    pictures: Pictures,
    albums: Albums,
}

/// The reads of one transaction. Each row is read once, however often it is requested.
#[derive(Debug, Default)]
struct Reads {
    keys: Vec<(Table, Row)>,
}

/// The position of a row in a transaction.
#[derive(Clone, Copy, Debug)]
struct Read(usize);

impl Reads {
    fn add(&mut self, table: Table, key: Row) -> Read {
        let known = self.keys.iter().position(|(other, row)| *other == table && *row == key);
        Read(known.unwrap_or_else(|| {
            self.keys.push((table, key));
            self.keys.len() - 1
        }))
    }
}

/// The rows of a transaction.
struct Rows(Vec<Option<Row>>);

impl Rows {
    fn parse<T: DeserializeOwned>(&self, read: Read) -> Result<Option<T>, Error> {
        self.0.get(read.0).cloned().flatten().map(from_row).transpose()
    }

    fn contains(&self, read: Read) -> bool {
        self.0.get(read.0).is_some_and(Option::is_some)
    }

    /// Returns an album if `reader` can view it. `of_reader` contains the reads of their membership
    /// and of their friendship with the owner of the album.
    fn parse_viewed(
        &self,
        reader: Option<UserId>,
        album: Read,
        of_reader: Option<(Read, Read)>,
    ) -> Result<Option<ViewedAlbum>, Error> {
        let Some(album) = self.parse::<Album>(album)? else { return Ok(None) };
        let (membership, friendship) = match of_reader {
            Some((membership, friendship)) => (self.parse(membership)?, self.parse(friendship)?),
            None => (None, None),
        };
        let relation = AlbumRelation::between(reader, &album, membership.as_ref(), friendship.as_ref());
        Ok(album_access(&album, relation).map(|access| ViewedAlbum { album, access }))
    }

    /// Returns a picture if the album contains it and `reader` can view it. The reads are those of
    /// the picture, its entry in the album, and the friendship with its owner.
    fn parse_contained(
        &self,
        reader: Option<UserId>,
        viewed: &ViewedAlbum,
        (picture, entry, friendship): (Read, Read, Option<Read>),
    ) -> Result<Option<VisiblePicture>, Error> {
        let Some(picture) = self.parse::<Picture>(picture)?.filter(|_| self.contains(entry)) else {
            return Ok(None);
        };
        let friendship = friendship.map(|read| self.parse(read)).transpose()?.flatten();
        let relation = Relation::between(reader, picture.key.owner_id, friendship.as_ref()).with_album();
        let via = can_view(&picture, relation).then(|| Box::new(viewed.clone()));
        Ok(via.map(|via| VisiblePicture { picture, relation, via: Some(via) }))
    }
}

/// Returns `true` if a picture can represent an album. Its owner can also view one that is not
/// ready.
fn is_ready(visible: &VisiblePicture) -> bool {
    visible.picture.state() == PictureState::Ready
}

impl AccessReader {
    /// Opens the tables.
    #[must_use]
    pub fn new(database: &Database) -> Self {
        Self { database: database.clone(), pictures: Pictures::new(database), albums: Albums::new(database) }
    }

    /// Reads a picture if `reader` (`None` if not signed in) can view it, directly or in an album.
    pub async fn read_visible(
        &self,
        reader: Option<UserId>,
        key: PictureKey,
    ) -> Result<Option<VisiblePicture>, Error> {
        let read = self.read_related(reader, &[key.into()]).await?.pop();
        self.accept_or_search(reader, read).await
    }

    /// Reads the pictures that `reader` (`None` if not signed in) can view, and omits the others.
    /// Considers the albums of the hints, and no others. Keys must be distinct.
    pub async fn read_all_visible(
        &self,
        reader: Option<UserId>,
        hints: &[PictureHint],
    ) -> Result<BTreeMap<PictureKey, VisiblePicture>, Error> {
        let related = self.read_related(reader, hints).await?;
        let visible = related.into_iter().filter(|read| can_view(&read.picture, read.relation));
        Ok(visible.map(|visible| (visible.picture.key, visible)).collect())
    }

    /// Returns for each existing picture whether `reader` can view it, directly or in an album.
    /// Keys must be distinct.
    pub async fn check_visibility(
        &self,
        reader: UserId,
        keys: &[PictureKey],
    ) -> Result<BTreeMap<PictureKey, bool>, Error> {
        let hints: Vec<_> = keys.iter().copied().map(PictureHint::from).collect();
        let related = self.read_related(Some(reader), &hints).await?;
        let checks = related.into_iter().map(|read| async move {
            let key = read.picture.key;
            let visible = self.accept_or_search(Some(reader), Some(read)).await?;
            Ok::<_, Error>((key, visible.is_some()))
        });
        iter(checks).buffer_unordered(CONCURRENT_SEARCHES).try_collect().await
    }

    /// Finds the `candidates` who can view a picture, directly or in an album. Returns one element
    /// per group of up to [`MAX_VIEWERS`] candidates: the picture and its viewers. One transaction
    /// reads the picture and all friendships of a group. Returns no element if the picture does not
    /// exist.
    pub async fn find_viewers(
        &self,
        key: PictureKey,
        candidates: &[UserId],
    ) -> Result<Vec<(Picture, Vec<(UserId, Relation)>)>, Error> {
        let chunks = candidates.chunks(MAX_VIEWERS).map(|chunk| self.find_viewers_of_group(key, chunk));
        Ok(try_join_all(chunks).await?.into_iter().flatten().collect())
    }

    async fn find_viewers_of_group(
        &self,
        key: PictureKey,
        candidates: &[UserId],
    ) -> Result<Option<(Picture, Vec<(UserId, Relation)>)>, Error> {
        let mut reads = Reads::default();
        let picture = reads.add(Table::Pictures, pictures::key(key));
        // The owner is a valid candidate, although owners have no friendship with themselves.
        let friendships: Vec<_> = candidates
            .iter()
            .map(|reader| reads.add(Table::Friendships, friendships::key(*reader, key.owner_id)))
            .collect();
        let rows = self.transact(reads).await?;
        let Some(picture) = rows.parse::<Picture>(picture)? else { return Ok(None) };
        let mut related = Vec::new();
        for (reader, read) in candidates.iter().zip(friendships) {
            let friendship: Option<Friendship> = rows.parse(read)?;
            let relation = Relation::between(Some(*reader), key.owner_id, friendship.as_ref());
            related.push((*reader, VisiblePicture::new(picture.clone(), relation)));
        }
        let checks = related.into_iter().map(|(reader, read)| async move {
            let visible = self.accept_or_search(Some(reader), Some(read)).await?;
            Ok::<_, Error>(visible.map(|visible| (reader, visible.relation)))
        });
        let viewers: Vec<_> = iter(checks).buffered(CONCURRENT_SEARCHES).try_collect().await?;
        Ok(Some((picture, viewers.into_iter().flatten().collect())))
    }

    /// Returns the picture if the reader can view it as read. Otherwise searches for an album that
    /// shows it to them.
    async fn accept_or_search(
        &self,
        reader: Option<UserId>,
        read: Option<VisiblePicture>,
    ) -> Result<Option<VisiblePicture>, Error> {
        let Some(read) = read else { return Ok(None) };
        if can_view(&read.picture, read.relation) {
            return Ok(Some(read));
        }
        // Avoids the search for most pictures: those in no album, and those that no album can show.
        if read.picture.albums == 0 || !can_view(&read.picture, read.relation.with_album()) {
            return Ok(None);
        }
        self.search_albums(reader, read.picture.key).await
    }

    /// Finds an album that shows a picture to `reader`, and reads the picture in one transaction
    /// with the rows that prove it. The search itself needs no transaction.
    async fn search_albums(
        &self,
        reader: Option<UserId>,
        key: PictureKey,
    ) -> Result<Option<VisiblePicture>, Error> {
        let albums = self.albums.list_of_picture(key).await?;
        let albums = self.albums.get_all(&albums).await?;
        let ids: Vec<_> = albums.iter().map(|album| album.album_id).collect();
        let memberships = match reader {
            Some(reader) => self.albums.get_memberships(reader, &ids).await?,
            None => Vec::new(),
        };
        let owners: BTreeSet<_> = albums.iter().map(|album| album.owner_id).collect();
        let friendships: Vec<Friendship> = match reader {
            Some(reader) => {
                let keys = owners.iter().map(|owner| friendships::key(reader, *owner));
                self.database.get_all_as(Table::Friendships, keys).await?
            }
            None => Vec::new(),
        };
        for album in albums {
            let membership = memberships.iter().find(|row| row.album_id == album.album_id);
            let friendship = friendships.iter().find(|row| row.friend_id == album.owner_id);
            let relation = AlbumRelation::between(reader, &album, membership, friendship);
            if album_access(&album, relation).is_none() {
                continue;
            }
            let viewed = self.read_album_in_transaction(reader, &album, &[key], albums::entry_key).await?;
            if let Some((_, mut pictures)) = viewed
                && let Some(visible) = pictures.remove(&key)
            {
                return Ok(Some(visible));
            }
        }
        Ok(None)
    }

    /// Reads pictures, visible or not, with the relation of `reader` to their owners and to the
    /// albums of the hints.
    async fn read_related(
        &self,
        reader: Option<UserId>,
        hints: &[PictureHint],
    ) -> Result<Vec<VisiblePicture>, Error> {
        let Some(reader) = reader else {
            let keys: Vec<_> = hints.iter().map(|hint| hint.key).collect();
            let pictures = self.pictures.get_all(&keys).await?.into_iter();
            return Ok(pictures.map(|picture| VisiblePicture::new(picture, Relation::STRANGER)).collect());
        };
        let max = match hints.iter().any(|hint| hint.via.is_some()) {
            true => MAX_PICTURES_IN_ALBUMS,
            false => MAX_PICTURES,
        };
        let chunks = hints.chunks(max).map(|chunk| self.read_related_in_transaction(reader, chunk));
        Ok(try_join_all(chunks).await?.concat())
    }

    async fn read_related_in_transaction(
        &self,
        reader: UserId,
        hints: &[PictureHint],
    ) -> Result<Vec<VisiblePicture>, Error> {
        let mut reads = Reads::default();
        let reads_of_pictures: Vec<_> = hints
            .iter()
            .map(|hint| {
                let owner = hint.key.owner_id;
                let picture = reads.add(Table::Pictures, pictures::key(hint.key));
                let friendship =
                    (owner != reader).then(|| reads.add(Table::Friendships, friendships::key(reader, owner)));
                let album = hint.via.map(|via| {
                    let id = via.album_id;
                    let entry = reads.add(Table::Albums, albums::entry_key(id, hint.key));
                    let membership = reads.add(Table::Albums, albums::member_key(id, reader));
                    let friendship = reads.add(Table::Friendships, friendships::key(reader, via.owner_id));
                    (reads.add(Table::Albums, albums::key(id)), entry, membership, friendship)
                });
                (picture, friendship, album)
            })
            .collect();
        let rows = self.transact(reads).await?;
        let mut related = Vec::new();
        for (picture, friendship, album) in reads_of_pictures {
            let Some(picture) = rows.parse::<Picture>(picture)? else { continue };
            let friendship = friendship.map(|read| rows.parse(read)).transpose()?.flatten();
            let relation = Relation::between(Some(reader), picture.key.owner_id, friendship.as_ref());
            let mut visible = VisiblePicture::new(picture, relation);
            if let Some((album, entry, membership, friendship)) = album
                && let Some(album) = rows.parse::<Album>(album)?
                && rows.contains(entry)
            {
                let (membership, friendship) = (rows.parse(membership)?, rows.parse(friendship)?);
                let (membership, friendship) = (membership.as_ref(), friendship.as_ref());
                let relation = AlbumRelation::between(Some(reader), &album, membership, friendship);
                if let Some(access) = album_access(&album, relation) {
                    visible.relation = visible.relation.with_album();
                    visible.via = Some(Box::new(ViewedAlbum { album, access }));
                }
            }
            related.push(visible);
        }
        Ok(related)
    }

    /// Finds the `candidates` who have a role in an album and can view it, with their roles. Omits
    /// candidates with a block between them and `actor`. One transaction reads the album and all
    /// rows of a group of candidates. Returns no candidate if the album does not exist.
    pub async fn find_album_viewers(
        &self,
        album: AlbumId,
        candidates: &[UserId],
        actor: Option<UserId>,
    ) -> Result<Vec<(UserId, AlbumRole)>, Error> {
        // The owner of an album never changes.
        let Some(album) = self.albums.get(album).await? else { return Ok(Vec::new()) };
        let groups = candidates.chunks(MAX_ALBUM_VIEWERS);
        let groups = groups.map(|group| self.find_album_viewers_of_group(&album, group, actor));
        Ok(try_join_all(groups).await?.concat())
    }

    async fn find_album_viewers_of_group(
        &self,
        album: &Album,
        candidates: &[UserId],
        actor: Option<UserId>,
    ) -> Result<Vec<(UserId, AlbumRole)>, Error> {
        let mut reads = Reads::default();
        let album_read = reads.add(Table::Albums, albums::key(album.album_id));
        let of_candidates: Vec<_> = candidates
            .iter()
            .map(|user| {
                let membership = reads.add(Table::Albums, albums::member_key(album.album_id, *user));
                let owner = reads.add(Table::Friendships, friendships::key(*user, album.owner_id));
                let actor = actor.map(|actor| reads.add(Table::Friendships, friendships::key(*user, actor)));
                (*user, membership, owner, actor)
            })
            .collect();
        let rows = self.transact(reads).await?;
        let Some(album) = rows.parse::<Album>(album_read)? else { return Ok(Vec::new()) };
        let mut viewers = Vec::new();
        for (user, membership, owner, with_actor) in of_candidates {
            let (membership, owner) = (rows.parse(membership)?, rows.parse(owner)?);
            let relation = AlbumRelation::between(Some(user), &album, membership.as_ref(), owner.as_ref());
            let with_actor = with_actor.map(|read| rows.parse::<Friendship>(read)).transpose()?.flatten();
            let has_block = actor
                .is_some_and(|actor| Relation::between(Some(user), actor, with_actor.as_ref()).has_block());
            let role = album_access(&album, relation).and_then(AlbumAccess::role);
            viewers.extend(role.filter(|_| !has_block).map(|role| (user, role)));
        }
        Ok(viewers)
    }

    /// Reads an album if `reader` (`None` if not signed in) can view it.
    pub async fn read_album(
        &self,
        reader: Option<UserId>,
        album: AlbumId,
    ) -> Result<Option<ViewedAlbum>, Error> {
        Ok(self.read_album_pictures(reader, album, &[]).await?.map(|(viewed, _)| viewed))
    }

    /// Reads the albums that `reader` (`None` if not signed in) can view, with their covers, in the
    /// order of `ids`. Omits the others. Ids must be distinct.
    ///
    /// The cover is the chosen picture if the album contains it and the reader can view it.
    /// Otherwise it is the first visible one among the [`MAX_COVER_CANDIDATES`] pictures that were
    /// added last, if any.
    pub async fn read_covered_albums(
        &self,
        reader: Option<UserId>,
        ids: &[AlbumId],
    ) -> Result<Vec<CoveredAlbum>, Error> {
        // The owner of an album never changes, so that the transaction can name the friendship.
        let albums = self.albums.get_all(ids).await?;
        let candidates = albums.into_iter().map(|album| self.with_candidate(album));
        let albums: Vec<_> = iter(candidates).buffered(CONCURRENT_SEARCHES).try_collect().await?;
        let chunks = albums.chunks(MAX_ALBUMS).map(|chunk| self.read_albums_in_transaction(reader, chunk));
        let covered = try_join_all(chunks).await?.concat();
        let find_covers = covered.into_iter().map(|covered| self.find_cover(reader, covered));
        let mut covered: Vec<_> = iter(find_covers).buffered(CONCURRENT_SEARCHES).try_collect().await?;
        covered.sort_by_key(|covered| ids.iter().position(|id| *id == covered.viewed.album.album_id));
        Ok(covered)
    }

    /// Returns an album with the picture that most readers see as its cover: the chosen one, or the
    /// one that was added last. One transaction can then read it with those of other albums.
    async fn with_candidate(&self, album: Album) -> Result<(Album, Option<PictureKey>), Error> {
        let candidate = match album.cover {
            None if album.count > 0 => {
                let page = self.albums.read_page(album.album_id, AlbumOrder::Added, 1, None).await?;
                page.items.first().copied()
            }
            chosen => chosen,
        };
        Ok((album, candidate))
    }

    async fn read_albums_in_transaction(
        &self,
        reader: Option<UserId>,
        albums: &[(Album, Option<PictureKey>)],
    ) -> Result<Vec<CoveredAlbum>, Error> {
        let mut reads = Reads::default();
        let reads_of_albums: Vec<_> = albums
            .iter()
            .map(|(album, candidate)| {
                let id = album.album_id;
                let of_reader = reader.map(|reader| {
                    let membership = reads.add(Table::Albums, albums::member_key(id, reader));
                    (membership, reads.add(Table::Friendships, friendships::key(reader, album.owner_id)))
                });
                let cover = candidate.map(|key| {
                    let picture = reads.add(Table::Pictures, pictures::key(key));
                    let entry = reads.add(Table::Albums, albums::entry_key(id, key));
                    let friendship = reader
                        .map(|reader| reads.add(Table::Friendships, friendships::key(reader, key.owner_id)));
                    (picture, entry, friendship)
                });
                (reads.add(Table::Albums, albums::key(id)), of_reader, cover)
            })
            .collect();
        let rows = self.transact(reads).await?;
        let mut covered = Vec::new();
        for (album, of_reader, cover) in reads_of_albums {
            let Some(viewed) = rows.parse_viewed(reader, album, of_reader)? else { continue };
            let cover = match cover {
                Some(cover) => rows.parse_contained(reader, &viewed, cover)?.filter(is_ready),
                None => None,
            };
            covered.push(CoveredAlbum { viewed, cover });
        }
        Ok(covered)
    }

    async fn find_cover(
        &self,
        reader: Option<UserId>,
        mut covered: CoveredAlbum,
    ) -> Result<CoveredAlbum, Error> {
        let album = &covered.viewed.album;
        if covered.cover.is_none() && album.count > 0 {
            let page = self.albums.read_page(album.album_id, AlbumOrder::Added, MAX_COVER_CANDIDATES, None);
            let keys = page.await?.items;
            let visible = self.read_album_in_transaction(reader, album, &keys, albums::entry_key).await?;
            let mut visible = visible.map(|(_, pictures)| pictures).unwrap_or_default();
            covered.cover = keys.iter().find_map(|key| visible.remove(key).filter(is_ready));
        }
        Ok(covered)
    }

    /// Reads pictures of an album if `reader` (`None` if not signed in) can view it. Omits pictures
    /// that the album does not contain or that the reader cannot view. Keys must be distinct.
    pub async fn read_album_pictures(
        &self,
        reader: Option<UserId>,
        album: AlbumId,
        keys: &[PictureKey],
    ) -> Result<Option<(ViewedAlbum, BTreeMap<PictureKey, VisiblePicture>)>, Error> {
        // The owner of an album never changes, so that the transaction can name the friendship.
        let Some(album) = self.albums.get(album).await? else { return Ok(None) };
        let none: [PictureKey; 0] = [];
        let chunks: Vec<&[PictureKey]> = match keys.is_empty() {
            true => vec![&none],
            false => keys.chunks(MAX_PICTURES_OF_ALBUM).collect(),
        };
        let entry = albums::entry_key;
        let reads =
            chunks.into_iter().map(|chunk| self.read_album_in_transaction(reader, &album, chunk, entry));
        let mut viewed: Option<(ViewedAlbum, BTreeMap<_, _>)> = None;
        for part in try_join_all(reads).await? {
            let Some((album, pictures)) = part else { return Ok(None) };
            match &mut viewed {
                None => viewed = Some((album, pictures)),
                Some((_, all)) => all.extend(pictures),
            }
        }
        Ok(viewed)
    }

    /// Reads the pictures that wait for approval in an album that `reader` can manage. Omits
    /// pictures that do not wait, and those that the album would not show to the reader. Keys must
    /// be distinct. Returns `None` if the reader cannot manage the album.
    pub async fn read_waiting_pictures(
        &self,
        reader: UserId,
        album: &Album,
        keys: &[PictureKey],
    ) -> Result<Option<BTreeMap<PictureKey, VisiblePicture>>, Error> {
        let chunks = keys.chunks(MAX_PICTURES_OF_ALBUM);
        let entry = albums::waiting_key;
        let reads = chunks.map(|chunk| self.read_album_in_transaction(Some(reader), album, chunk, entry));
        let mut waiting = BTreeMap::new();
        for part in try_join_all(reads).await? {
            match part {
                Some((viewed, pictures)) if can_manage_album(viewed.access.role()) => {
                    waiting.extend(pictures)
                }
                _ => return Ok(None),
            }
        }
        Ok(Some(waiting))
    }

    /// Reads an album and those of the pictures for which the row with the key `entry_key` exists.
    async fn read_album_in_transaction(
        &self,
        reader: Option<UserId>,
        album: &Album,
        keys: &[PictureKey],
        entry_key: fn(AlbumId, PictureKey) -> Row,
    ) -> Result<Option<(ViewedAlbum, BTreeMap<PictureKey, VisiblePicture>)>, Error> {
        let id = album.album_id;
        let mut reads = Reads::default();
        let album_read = reads.add(Table::Albums, albums::key(id));
        let of_reader = reader.map(|reader| {
            let membership = reads.add(Table::Albums, albums::member_key(id, reader));
            (membership, reads.add(Table::Friendships, friendships::key(reader, album.owner_id)))
        });
        let mut of_pictures = Vec::new();
        for key in keys {
            let picture = reads.add(Table::Pictures, pictures::key(*key));
            let entry = reads.add(Table::Albums, entry_key(id, *key));
            let friendship =
                reader.map(|reader| reads.add(Table::Friendships, friendships::key(reader, key.owner_id)));
            of_pictures.push((picture, entry, friendship));
        }
        let rows = self.transact(reads).await?;
        let Some(viewed) = rows.parse_viewed(reader, album_read, of_reader)? else { return Ok(None) };
        let mut visible = BTreeMap::new();
        for reads in of_pictures {
            if let Some(picture) = rows.parse_contained(reader, &viewed, reads)? {
                visible.insert(picture.picture.key, picture);
            }
        }
        Ok(Some((viewed, visible)))
    }

    /// Reads what a token opens: the link, its album or picture, and those of `keys` that the link
    /// shows. The link is part of every transaction, so that a revoked link shows nothing.
    ///
    /// `has_password` states whether the visitor proved that they know the password of the link.
    ///
    /// # Errors
    /// The inner result is the [`LinkRefusal`].
    pub async fn read_link(
        &self,
        token: &LinkToken,
        has_password: impl Fn(&Link) -> bool,
        keys: &[PictureKey],
    ) -> Result<Result<LinkView, LinkRefusal>, Error> {
        // The target of a link never changes.
        let row = self.database.get_as::<Link>(Table::Links, links::key(token.link_id)).await?;
        let Some(link) = row else { return Ok(Err(LinkRefusal::NotFound)) };
        let keys = match link.target {
            LinkTarget::Album(_) => keys.to_vec(),
            LinkTarget::Picture(key) => vec![key],
        };
        let none: [PictureKey; 0] = [];
        let chunks: Vec<&[PictureKey]> = match keys.is_empty() {
            true => vec![&none],
            false => keys.chunks(MAX_PICTURES_OF_ALBUM).collect(),
        };
        let has_password = &has_password;
        let reads = chunks
            .into_iter()
            .map(|chunk| self.read_link_in_transaction(token, has_password, link.target, chunk));
        let mut view: Option<LinkView> = None;
        for part in try_join_all(reads).await? {
            match (part, &mut view) {
                (Err(refusal), _) => return Ok(Err(refusal)),
                (Ok(part), None) => view = Some(part),
                (Ok(part), Some(view)) => view.pictures.extend(part.pictures),
            }
        }
        Ok(view.ok_or(LinkRefusal::NotFound))
    }

    async fn read_link_in_transaction(
        &self,
        token: &LinkToken,
        has_password: &impl Fn(&Link) -> bool,
        target: LinkTarget,
        keys: &[PictureKey],
    ) -> Result<Result<LinkView, LinkRefusal>, Error> {
        let mut reads = Reads::default();
        let link = reads.add(Table::Links, links::key(token.link_id));
        let album_id = match target {
            LinkTarget::Album(album) => Some(album),
            LinkTarget::Picture(_) => None,
        };
        let album = album_id.map(|album| reads.add(Table::Albums, albums::key(album)));
        let mut of_pictures = Vec::new();
        for key in keys {
            let picture = reads.add(Table::Pictures, pictures::key(*key));
            let entry = album_id.map(|album| reads.add(Table::Albums, albums::entry_key(album, *key)));
            of_pictures.push((picture, entry));
        }
        let rows = self.transact(reads).await?;
        let Some(link) = rows.parse::<Link>(link)? else { return Ok(Err(LinkRefusal::NotFound)) };
        if let Err(refusal) = link.check(token, has_password(&link), Timestamp::now()) {
            return Ok(Err(refusal));
        }
        let album = match album {
            None => None,
            Some(read) => match rows.parse::<Album>(read)? {
                Some(album) => Some(album),
                None => return Ok(Err(LinkRefusal::NotFound)),
            },
        };
        let mut visible = BTreeMap::new();
        for (picture, entry) in of_pictures {
            if entry.is_some_and(|entry| !rows.contains(entry)) {
                continue;
            }
            let picture = rows.parse::<Picture>(picture)?;
            if let Some(picture) = picture.filter(|picture| can_view(picture, Relation::LINK)) {
                visible.insert(picture.key, VisiblePicture::new(picture, Relation::LINK));
            }
        }
        if album.is_none() && visible.is_empty() {
            return Ok(Err(LinkRefusal::NotFound));
        }
        Ok(Ok(LinkView { link, album, pictures: visible }))
    }

    /// Reads rows in one transaction.
    async fn transact(&self, reads: Reads) -> Result<Rows, Error> {
        let reads = reads.keys.into_iter().map(|(table, key)| {
            let get = Get::builder().table_name(self.database.name(table)).set_key(Some(key)).build()?;
            Ok(TransactGetItem::builder().get(get).build())
        });
        let reads: Vec<TransactGetItem> = reads.collect::<Result<_, Error>>()?;
        for attempt in 0..ATTEMPTS {
            back_off(attempt).await;
            let request = self.database.client().transact_get_items();
            let error = match request.set_transact_items(Some(reads.clone())).send().await {
                Ok(reply) => {
                    let rows = reply.responses.unwrap_or_default().into_iter().map(|r| r.item);
                    return Ok(Rows(rows.collect()));
                }
                Err(error) => error,
            };
            match &error {
                SdkError::ServiceError(service)
                    if let TransactGetItemsError::TransactionCanceledException(cancelled) = service.err()
                        && is_retryable(cancelled.cancellation_reasons()) => {}
                _ => return Err(error.into()),
            }
        }
        Err(STILL_CANCELLED.into())
    }
}
