//! The facts that decide which rows the feeds contain.

use std::collections::{BTreeMap, BTreeSet};

use domain::{AlbumId, AlbumRef, Audience, FeedId, FeedRow, Picture, PictureKey, Relation, UserId};
use lambda::Error;

use crate::Tables;

/// Pictures, and the friendships of the readers of their rows.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    pictures: BTreeMap<PictureKey, Picture>,
    /// Pairs (reader, owner) that are friends.
    friends: BTreeSet<(UserId, UserId)>,
}

/// An album that perhaps shows a picture to a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct AlbumCandidate {
    pub reader: UserId,
    pub key: PictureKey,
    pub album: AlbumId,
}

impl Facts {
    /// Reads the pictures of rows, and the friendships of their readers.
    pub async fn read(tables: &impl Tables, rows: &[FeedRow]) -> Result<Self, Error> {
        let mut facts = Self::read_pictures(tables, rows.iter().map(|row| row.key)).await?;
        let shared = rows.iter().filter(|row| facts.audience(row.key).includes_in_feed(Relation::FRIEND));
        let pairs = shared.filter_map(reader_and_owner).collect();
        facts.friends = filter_friends(tables, pairs).await?;
        Ok(facts)
    }

    /// Reads pictures without friendships.
    pub async fn read_pictures(
        tables: &impl Tables,
        keys: impl Iterator<Item = PictureKey>,
    ) -> Result<Self, Error> {
        let keys: BTreeSet<_> = keys.collect();
        let keys: Vec<_> = keys.into_iter().collect();
        let pictures = tables.read_pictures(&keys).await?;
        let pictures = pictures.into_iter().map(|picture| (picture.key, picture)).collect();
        Ok(Self { pictures, ..Self::default() })
    }

    /// Returns a picture, if it exists.
    pub fn picture(&self, key: PictureKey) -> Option<&Picture> {
        self.pictures.get(&key)
    }

    /// Returns `true` if the picture is ready.
    pub fn is_ready(&self, key: PictureKey) -> bool {
        self.audience(key).includes_in_feed(Relation::OWNER)
    }

    /// Returns `true` if the feed must contain the picture, whatever albums contain it.
    pub fn requires(&self, row: &FeedRow) -> bool {
        let is_friend = reader_and_owner(row).is_some_and(|pair| self.friends.contains(&pair));
        self.audience(row.key).requires(row, is_friend)
    }

    fn audience(&self, key: PictureKey) -> Audience {
        Audience::of(self.picture(key))
    }
}

/// Returns the reader of the feed and the owner of the picture. Returns `None` if they are the same
/// member, or if the feed has several readers.
fn reader_and_owner(row: &FeedRow) -> Option<(UserId, UserId)> {
    match row.feed_id {
        FeedId::User(reader) if reader != row.key.owner_id => Some((reader, row.key.owner_id)),
        _ => None,
    }
}

/// Returns the pairs (reader, owner) that are friends, and perhaps other friends of the owners. For
/// an owner with more than [`Tables::MAX_SINGLE_READS`] readers in `pairs`, reads all friends of
/// the owner by one query.
async fn filter_friends<T: Tables>(
    tables: &T,
    mut pairs: BTreeSet<(UserId, UserId)>,
) -> Result<BTreeSet<(UserId, UserId)>, Error> {
    let mut friends = BTreeSet::new();
    for owner in find_frequent::<T, _>(pairs.iter().map(|(_, owner)| *owner)) {
        friends.extend(tables.list_friends(owner).await?.into_iter().map(|friend| (friend, owner)));
        pairs.retain(|(_, pair_owner)| *pair_owner != owner);
    }
    if !pairs.is_empty() {
        friends.extend(tables.find_friends(&pairs).await?);
    }
    Ok(friends)
}

/// Returns the pairs whose user is a member of the album, and perhaps other members of the albums.
async fn filter_members<T: Tables>(
    tables: &T,
    mut pairs: BTreeSet<(AlbumId, UserId)>,
) -> Result<BTreeSet<(AlbumId, UserId)>, Error> {
    let mut members = BTreeSet::new();
    for album in find_frequent::<T, _>(pairs.iter().map(|(album, _)| *album)) {
        members.extend(tables.list_members(album).await?.into_iter().map(|member| (album, member)));
        pairs.retain(|(pair_album, _)| *pair_album != album);
    }
    if !pairs.is_empty() {
        members.extend(tables.find_members(&pairs).await?);
    }
    Ok(members)
}

/// Returns the ids that occur more than [`Tables::MAX_SINGLE_READS`] times.
fn find_frequent<T: Tables, I: Ord>(ids: impl Iterator<Item = I>) -> Vec<I> {
    let mut counts = BTreeMap::<I, usize>::new();
    for id in ids {
        *counts.entry(id).or_default() += 1;
    }
    counts.into_iter().filter(|(_, count)| *count > T::MAX_SINGLE_READS).map(|(id, _)| id).collect()
}

/// Returns the candidates whose album contains the picture and has the reader as its owner or as a
/// member. Does not consider whether the picture is ready.
pub(crate) async fn confirm_albums(
    tables: &impl Tables,
    mut candidates: BTreeSet<AlbumCandidate>,
) -> Result<BTreeMap<AlbumCandidate, AlbumRef>, Error> {
    if candidates.is_empty() {
        return Ok(BTreeMap::new());
    }
    let ids: BTreeSet<_> = candidates.iter().map(|candidate| candidate.album).collect();
    let ids: Vec<_> = ids.into_iter().collect();
    let albums = tables.read_albums(&ids).await?;
    let owners: BTreeMap<_, _> = albums.iter().map(|album| (album.album_id, album.owner_id)).collect();
    candidates.retain(|candidate| owners.contains_key(&candidate.album));
    let is_owner = |candidate: &AlbumCandidate| owners.get(&candidate.album) == Some(&candidate.reader);
    let others = candidates.iter().filter(|candidate| !is_owner(candidate));
    let members =
        filter_members(tables, others.map(|candidate| (candidate.album, candidate.reader)).collect()).await?;
    candidates
        .retain(|candidate| is_owner(candidate) || members.contains(&(candidate.album, candidate.reader)));
    if candidates.is_empty() {
        return Ok(BTreeMap::new());
    }
    let entries = candidates.iter().map(|candidate| (candidate.album, candidate.key)).collect();
    let entries = tables.find_entries(&entries).await?;
    candidates.retain(|candidate| entries.contains(&(candidate.album, candidate.key)));
    let with_album = |candidate: AlbumCandidate| {
        let album_id = candidate.album;
        owners.get(&album_id).map(|owner_id| (candidate, AlbumRef { album_id, owner_id: *owner_id }))
    };
    Ok(candidates.into_iter().filter_map(with_album).collect())
}

/// Finds an album that shows a picture to a reader, for pairs (reader, picture). The pictures must
/// be in at least one album each; other pictures cost an unnecessary query.
pub(crate) async fn search_albums(
    tables: &impl Tables,
    pairs: &BTreeSet<(UserId, PictureKey)>,
) -> Result<BTreeMap<(UserId, PictureKey), AlbumRef>, Error> {
    if pairs.is_empty() {
        return Ok(BTreeMap::new());
    }
    let keys: BTreeSet<_> = pairs.iter().map(|(_, key)| *key).collect();
    let keys: Vec<_> = keys.into_iter().collect();
    let albums = tables.list_albums_of(&keys).await?;
    let candidates = pairs.iter().flat_map(|(reader, key)| {
        let albums = albums.get(key).into_iter().flatten();
        albums.map(|album| AlbumCandidate { reader: *reader, key: *key, album: *album })
    });
    let confirmed = confirm_albums(tables, candidates.collect()).await?;
    Ok(confirmed.into_iter().map(|(found, album)| ((found.reader, found.key), album)).collect())
}
