//! Updates the feed rows of a picture after it changed.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Audience, Picture, PictureKey, Relation, UserId};
use lambda::Error;
use lambda::events::Failures;
use lambda::trace::{self, Traced};

use crate::albums::{self, PicturesByAlbum, Update};
use crate::facts::Facts;
use crate::rows::{mark_as_added, verify};
use crate::{Tables, Task};

/// The narrowest and the widest audience that a picture had during some changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AudienceChange {
    /// The narrowest audience. Earlier changes wrote its rows.
    narrowest: Audience,
    /// The widest audience. No other feed has a row of the picture.
    widest: Audience,
}

impl AudienceChange {
    /// A change between unknown audiences.
    pub const UNKNOWN: Self = Self { narrowest: Audience::Nobody, widest: Audience::Everyone };

    /// Creates a change from one audience to another.
    #[must_use]
    pub fn between(before: Audience, after: Audience) -> Self {
        Self { narrowest: before.min(after), widest: before.max(after) }
    }

    /// Combines two changes of one picture.
    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        Self { narrowest: self.narrowest.min(other.narrowest), widest: self.widest.max(other.widest) }
    }

    /// Returns `true` if the audience is the same before and after, so that no feed changes. For
    /// example, a new caption does not change the audience.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.narrowest == self.widest
    }
}

/// Writes and deletes feed rows of pictures to match the current pictures, friendships and albums.
/// Returns the next steps.
///
/// The changes only reduce the number of writes. For example, a picture that was private has no
/// rows to delete from the feeds of 5,000 friends.
///
/// # Errors
/// Returns an error if the update of a picture failed, after it updated the other pictures.
pub async fn reconcile(
    tables: &impl Tables,
    changes: BTreeMap<PictureKey, AudienceChange>,
) -> Result<Vec<Task>, Error> {
    let facts = Facts::read_pictures(tables, changes.keys().copied()).await?;
    let mut friends = FriendsCache::default();
    let mut failures = Failures::default();
    let (mut shown, mut hidden) = (Vec::new(), Vec::new());
    for (key, change) in changes {
        let picture = facts.picture(key);
        let update = update_rows(tables, &mut friends, key, change, picture);
        failures.record(key, trace::run(key.span(), update).await);
        // Albums show every ready picture. The rows of a deleted picture follow from the removal
        // of its entries, by `cleanup`.
        let is_in_album = picture.is_some_and(|picture| picture.albums > 0);
        match Audience::of(picture) {
            _ if !is_in_album => {}
            Audience::Nobody if change.widest > Audience::Nobody => hidden.push(key),
            Audience::Nobody => {}
            _ if change.narrowest == Audience::Nobody => shown.push(key),
            _ => {}
        }
    }
    let mut tasks = Vec::new();
    for (update, keys) in [(Update::Write, shown), (Update::Verify, hidden)] {
        tasks.extend(
            failures.record("albums", update_albums(tables, update, &keys).await).into_iter().flatten(),
        );
    }
    failures.into_result().map(|()| tasks)
}

/// Writes all feed rows that the pictures require. Returns the next steps.
pub(crate) async fn write_rows(tables: &impl Tables, pictures: &[Picture]) -> Result<Vec<Task>, Error> {
    let mut friends = FriendsCache::default();
    let without_rows = AudienceChange::between(Audience::Nobody, Audience::Nobody);
    for picture in pictures {
        let update = update_rows(tables, &mut friends, picture.key, without_rows, Some(picture));
        trace::run(picture.key.span(), update).await?;
    }
    let in_albums = pictures.iter().filter(|picture| picture.albums > 0).map(|picture| picture.key);
    update_albums(tables, Update::Write, &in_albums.collect::<Vec<_>>()).await
}

/// Updates the rows of pictures in the feeds of the owners and the members of their albums.
async fn update_albums(
    tables: &impl Tables,
    update: Update,
    keys: &[PictureKey],
) -> Result<Vec<Task>, Error> {
    if keys.is_empty() {
        return Ok(vec![]);
    }
    let mut pictures = PicturesByAlbum::new();
    for (key, albums) in tables.list_albums_of(keys).await? {
        for album in albums {
            pictures.entry(album).or_default().insert(key);
        }
    }
    albums::update_rows(tables, update, pictures).await
}

/// Corrects the order of pictures in their albums after the times of the pictures changed.
pub(crate) async fn correct_orders(tables: &impl Tables, keys: BTreeSet<PictureKey>) -> Result<(), Error> {
    let facts = Facts::read_pictures(tables, keys.iter().copied()).await?;
    let is_in_album = |key: &PictureKey| facts.picture(*key).is_some_and(|picture| picture.albums > 0);
    let keys: Vec<_> = keys.into_iter().filter(is_in_album).collect();
    if keys.is_empty() {
        return Ok(());
    }
    let albums = tables.list_albums_of(&keys).await?.into_iter();
    let orders = albums.flat_map(|(key, albums)| albums.into_iter().map(move |album| ((album, key), None)));
    albums::correct_orders(tables, orders.collect()).await
}

/// Writes the rows that `audience` requires beyond the narrowest audience of the change, and
/// deletes the rows of its widest audience that `audience` does not require.
async fn update_rows(
    tables: &impl Tables,
    friends: &mut FriendsCache,
    key: PictureKey,
    change: AudienceChange,
    picture: Option<&Picture>,
) -> Result<(), Error> {
    let audience = Audience::of(picture);
    let widest = change.widest.max(audience);
    let friends = match widest.includes_in_feed(Relation::FRIEND) {
        true => friends.read(tables, key.owner_id).await?,
        false => &[],
    };
    let difference = |wide: Audience, narrow: Audience| {
        let rows = wide.feed_rows(key, friends).into_iter();
        rows.filter(|row| !narrow.requires(row, true)).collect::<Vec<_>>()
    };
    let (missing, stale) = (difference(audience, change.narrowest), difference(widest, audience));
    match picture.is_some_and(|picture| picture.albums > 0) {
        // An album can still show the picture to some of these readers.
        true => {
            tables.write_rows(&missing, &[]).await?;
            verify(tables, &mark_as_added(stale.iter().copied())).await?;
        }
        false => tables.write_rows(&missing, &stale).await?,
    }
    tracing::info!(written = missing.len(), deleted = stale.len(), "updated the feed rows of a picture");
    Ok(())
}

/// A cache of the friends of one owner. Consecutive pictures of the same owner need only one read.
#[derive(Debug, Default)]
struct FriendsCache(Option<(UserId, Vec<UserId>)>);

impl FriendsCache {
    async fn read(&mut self, tables: &impl Tables, user: UserId) -> Result<&[UserId], Error> {
        if self.0.as_ref().is_none_or(|(cached, _)| *cached != user) {
            self.0 = Some((user, tables.list_friends(user).await?));
        }
        Ok(self.0.as_ref().map_or(&[], |(_, friends)| friends))
    }
}
