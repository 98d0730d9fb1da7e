//! Updates the feeds of the owners and the members of albums.
//!
//! An album shows its ready pictures to its owner and its members. Their feeds contain a row for
//! each of these pictures. The row names the album if they cannot view the picture without it.
//! Other readers of a public album have no such rows, because no event would remove them.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Album, AlbumId, AlbumRef, FeedId, FeedRow, PictureKey, UserId};
use lambda::Error;
use lambda::events::Failures;

use crate::facts::Facts;
use crate::rows::{mark_as_added, verify, verify_page};
use crate::{Tables, Task};

/// The maximum number of pictures in a message of *Rebuild*, which has at most 256 KB.
const MAX_KEYS: usize = 500;

/// Pictures by album.
pub(crate) type PicturesByAlbum = BTreeMap<AlbumId, BTreeSet<PictureKey>>;

/// The work of a step on the rows of pictures of an album.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Update {
    /// Writes the rows of the pictures that the album shows.
    Write,
    /// Verifies the rows of the pictures that the album no longer shows.
    Verify,
}

impl Update {
    fn task(self, album: AlbumId, keys: BTreeSet<PictureKey>) -> Task {
        match self {
            Self::Write => Task::WriteAlbumRows { album, keys },
            Self::Verify => Task::VerifyAlbumRows { album, keys },
        }
    }
}

/// Updates the rows of pictures in the feeds of the owners and the members of albums. Returns the
/// next steps for the pictures beyond [`Tables::ALBUM_ROWS_PER_STEP`].
///
/// Skips deleted albums: `cleanup` ends their memberships, and each end of a membership causes the
/// verification of a feed.
///
/// # Errors
/// Returns an error if the update of an album failed, after it updated the other albums.
pub(crate) async fn update_rows<T: Tables>(
    tables: &T,
    update: Update,
    pictures: PicturesByAlbum,
) -> Result<Vec<Task>, Error> {
    let mut budget = T::ALBUM_ROWS_PER_STEP;
    let (mut tasks, mut failures) = (Vec::new(), Failures::default());
    let ids: Vec<_> = pictures.keys().copied().collect();
    for album in read_albums(tables, &ids).await?.into_values() {
        let readers = list_readers(tables, &album).await?;
        let keys: Vec<_> = pictures.get(&album.album_id).into_iter().flatten().copied().collect();
        // A step updates at least one picture, so that the work ends.
        let least = usize::from(budget == T::ALBUM_ROWS_PER_STEP);
        let (now, later) = keys.split_at((budget / readers.len()).max(least).min(keys.len()));
        budget = budget.saturating_sub(now.len() * readers.len());
        if !now.is_empty() {
            let updated = match update {
                Update::Write => write_contained(tables, &album, &readers, now).await,
                Update::Verify => verify_rows(tables, &album, &readers, now).await,
            };
            failures.record(album.album_id, updated);
        }
        let per_task = (T::ALBUM_ROWS_PER_STEP / readers.len()).clamp(1, MAX_KEYS);
        let chunks = later.chunks(per_task).map(|keys| keys.iter().copied().collect());
        tasks.extend(chunks.map(|keys| update.task(album.album_id, keys)));
    }
    failures.into_result().map(|()| tasks)
}

/// Writes the rows of a page of the pictures of an album to the feed of its owner or of a member.
/// Does nothing for other readers. Returns the next step.
pub(crate) async fn add_rows<T: Tables>(
    tables: &T,
    reader: UserId,
    album_id: AlbumId,
    after: Option<PictureKey>,
) -> Result<Option<Task>, Error> {
    // The end of the membership, and the deletion of the album, cause another event.
    let Some(album) = tables.read_albums(&[album_id]).await?.pop() else { return Ok(None) };
    let is_owner = reader == album.owner_id;
    if !is_owner && tables.find_members(&BTreeSet::from([(album_id, reader)])).await?.is_empty() {
        return Ok(None);
    }
    let limit = T::FRIEND_PICTURES_PER_STEP;
    let keys = tables.list_keys(album_id, limit, after).await?;
    write_rows(tables, &album, &[reader], &keys).await?;
    let next = keys.last().filter(|_| keys.len() == limit);
    Ok(next.map(|after| Task::AddMember { reader, album: album_id, after: Some(*after) }))
}

/// Verifies a page of the feed of `reader`: the rows that name one of `albums`. Returns the next
/// step.
///
/// Reads the rows of the feed instead of the pictures of the albums, because a picture that was
/// removed can still have a row.
pub(crate) async fn verify_feed<T: Tables>(
    tables: &T,
    reader: UserId,
    albums: BTreeSet<AlbumId>,
    after: Option<domain::PictureId>,
) -> Result<Option<Task>, Error> {
    let is_selected = |row: &FeedRow| row.via.is_some_and(|via| albums.contains(&via.album_id));
    let next = verify_page(tables, FeedId::User(reader), is_selected, after).await?;
    Ok(next.map(|after| Task::VerifyAlbums { reader, albums, after: Some(after) }))
}

/// Records the time of the last change of albums in the lists of their owners and members.
pub(crate) async fn touch(tables: &impl Tables, albums: &BTreeSet<AlbumId>) -> Result<(), Error> {
    let ids: Vec<_> = albums.iter().copied().collect();
    for album in read_albums(tables, &ids).await?.into_values() {
        let readers = list_readers(tables, &album).await?;
        tables.touch(&album, &readers).await?;
    }
    Ok(())
}

/// Corrects the order by which albums sort pictures. Each value is the order in a row of an album,
/// if known.
pub(crate) async fn correct_orders(
    tables: &impl Tables,
    orders: BTreeMap<(AlbumId, PictureKey), Option<String>>,
) -> Result<(), Error> {
    let facts = Facts::read_pictures(tables, orders.keys().map(|(_, key)| *key)).await?;
    for ((album, key), order) in orders {
        let Some(picture) = facts.picture(key) else { continue };
        if order != Some(store::Albums::order_by_taken(picture)) {
            tables.set_taken(album, picture).await?;
        }
    }
    Ok(())
}

async fn read_albums(tables: &impl Tables, ids: &[AlbumId]) -> Result<BTreeMap<AlbumId, Album>, Error> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let albums = tables.read_albums(ids).await?;
    Ok(albums.into_iter().map(|album| (album.album_id, album)).collect())
}

/// Returns the owner and the members of an album.
async fn list_readers(tables: &impl Tables, album: &Album) -> Result<Vec<UserId>, Error> {
    let mut readers = tables.list_members(album.album_id).await?;
    readers.push(album.owner_id);
    Ok(readers)
}

fn rows_of(album: &Album, readers: &[UserId], keys: &[PictureKey]) -> Vec<FeedRow> {
    let via = Some(AlbumRef { album_id: album.album_id, owner_id: album.owner_id });
    let row = |reader: &UserId, key: &PictureKey| FeedRow { feed_id: FeedId::User(*reader), key: *key, via };
    keys.iter().flat_map(|key| readers.iter().map(move |reader| row(reader, key))).collect()
}

/// Writes the rows of those pictures that the album contains.
async fn write_contained(
    tables: &impl Tables,
    album: &Album,
    readers: &[UserId],
    keys: &[PictureKey],
) -> Result<(), Error> {
    let entries = keys.iter().map(|key| (album.album_id, *key)).collect();
    let contained: Vec<_> = tables.find_entries(&entries).await?.into_iter().map(|(_, key)| key).collect();
    write_rows(tables, album, readers, &contained).await
}

/// Writes the rows that name the album, for the ready pictures that the readers cannot view without
/// an album.
async fn write_rows(
    tables: &impl Tables,
    album: &Album,
    readers: &[UserId],
    keys: &[PictureKey],
) -> Result<(), Error> {
    let mut rows = rows_of(album, readers, keys);
    let facts = Facts::read(tables, &rows).await?;
    rows.retain(|row| facts.is_ready(row.key) && !facts.requires(row));
    tables.write_rows(&rows, &[]).await?;
    let album = album.album_id;
    tracing::info!(%album, written = rows.len(), "added the pictures of an album to feeds");
    Ok(())
}

async fn verify_rows(
    tables: &impl Tables,
    album: &Album,
    readers: &[UserId],
    keys: &[PictureKey],
) -> Result<(), Error> {
    verify(tables, &mark_as_added(rows_of(album, readers, keys).into_iter())).await
}
