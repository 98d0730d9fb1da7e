//! Updates the feed rows of a picture after it changed.

use std::collections::BTreeMap;

use domain::{Audience, Picture, PictureKey, Relation, UserId};
use lambda::Error;
use lambda::events::Failures;
use lambda::trace::{self, Traced};

use crate::Tables;

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

/// Writes and deletes feed rows of pictures to match the current pictures and friendships.
///
/// The changes only reduce the number of writes. For example, a picture that was private has no
/// rows to delete from the feeds of 5,000 friends.
///
/// # Errors
/// Returns an error if the update of a picture failed, after it updated the other pictures.
pub async fn reconcile(
    tables: &impl Tables,
    changes: BTreeMap<PictureKey, AudienceChange>,
) -> Result<(), Error> {
    let keys: Vec<_> = changes.keys().copied().collect();
    let pictures = tables.read_pictures(&keys).await?;
    let pictures: BTreeMap<_, _> = pictures.into_iter().map(|picture| (picture.key, picture)).collect();
    let mut friends = FriendsCache::default();
    let mut failures = Failures::default();
    for (key, change) in changes {
        let audience = Audience::of(pictures.get(&key));
        let update = update_rows(tables, &mut friends, key, change, audience);
        failures.record(key, trace::run(key.span(), update).await);
    }
    failures.into_result()
}

/// Writes all feed rows that the pictures require.
pub(crate) async fn write_rows(tables: &impl Tables, pictures: &[Picture]) -> Result<(), Error> {
    let mut friends = FriendsCache::default();
    let without_rows = AudienceChange::between(Audience::Nobody, Audience::Nobody);
    for picture in pictures {
        let audience = Audience::of(Some(picture));
        let update = update_rows(tables, &mut friends, picture.key, without_rows, audience);
        trace::run(picture.key.span(), update).await?;
    }
    Ok(())
}

/// Writes the rows that `audience` requires beyond the narrowest audience of the change, and
/// deletes the rows of its widest audience that `audience` does not require.
async fn update_rows(
    tables: &impl Tables,
    friends: &mut FriendsCache,
    key: PictureKey,
    change: AudienceChange,
    audience: Audience,
) -> Result<(), Error> {
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
    tables.write_rows(&missing, &stale).await?;
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
