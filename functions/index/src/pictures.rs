//! A picture changed: its rows in the feeds of its owner and their friends, and in the public feed.

use std::collections::BTreeMap;

use domain::{Audience, Picture, PictureKey, UserId};
use lambda::Error;
use lambda::events::Failures;

use crate::Records;

/// The narrowest and the widest audience that a picture had before and after some changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// What it had at least: rows for these were written by earlier changes.
    pub narrowest: Audience,
    /// What it had at most: beyond this there is nothing to delete.
    pub widest: Audience,
}

impl Change {
    /// Nothing is known of what was before.
    pub const ANY: Self = Self { narrowest: Audience::Nobody, widest: Audience::Everyone };

    /// From one audience to another.
    #[must_use]
    pub fn between(before: Audience, after: Audience) -> Self {
        Self { narrowest: before.min(after), widest: before.max(after) }
    }

    /// Both changes.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self { narrowest: self.narrowest.min(other.narrowest), widest: self.widest.max(other.widest) }
    }

    /// Whether no feed can be concerned: a caption, or one half of what makes a picture ready.
    #[must_use]
    pub fn is_nothing(self) -> bool {
        self.narrowest == self.widest
    }
}

/// Brings the rows of pictures to where they must be now. The changes say only what can be left undone: a picture that only its
/// owner ever saw has nothing to delete from 5,000 friends' feeds, and one that reaches no further than before nothing to write.
/// Does all it can, then fails if anything failed.
///
/// # Errors
/// Those of the records.
pub async fn reconcile(records: &impl Records, changes: BTreeMap<PictureKey, Change>) -> Result<(), Error> {
    let keys: Vec<_> = changes.keys().copied().collect();
    let now: BTreeMap<_, _> = records.pictures(&keys).await?.into_iter().map(|p| (p.key, p)).collect();
    let mut friends = Friends::default();
    let mut failures = Failures::default();
    for (key, change) in changes {
        let audience = Audience::of(now.get(&key));
        failures.note(key, move_rows(records, &mut friends, key, change, audience).await);
    }
    failures.into_result()
}

/// Writes all rows that these pictures must have, whatever was before.
///
/// # Errors
/// Those of the records.
pub(crate) async fn write_all(records: &impl Records, pictures: &[Picture]) -> Result<(), Error> {
    let mut friends = Friends::default();
    let nothing = Change::between(Audience::Nobody, Audience::Nobody);
    for picture in pictures {
        move_rows(records, &mut friends, picture.key, nothing, Audience::of(Some(picture))).await?;
    }
    Ok(())
}

/// Writes the rows that `audience` asks for beyond the narrowest, and deletes those beyond `audience` up to the widest.
async fn move_rows(
    records: &impl Records,
    friends: &mut Friends,
    key: PictureKey,
    change: Change,
    audience: Audience,
) -> Result<(), Error> {
    let widest = change.widest.max(audience);
    let friends = if widest >= Audience::Friends { friends.of(records, key.owner_id).await? } else { &[] };
    let beyond = |more: Audience, less: Audience| {
        let rows = more.rows(key, friends).into_iter();
        rows.filter(|row| !less.wants(row, true)).collect::<Vec<_>>()
    };
    let (wanted, unwanted) = (beyond(audience, change.narrowest), beyond(widest, audience));
    records.write(&wanted, &unwanted).await?;
    tracing::info!(pictureId = %key.picture_id, written = wanted.len(), deleted = unwanted.len(), "indexed");
    Ok(())
}

/// The friends of the one whose pictures are looked at: read once for all that come together.
#[derive(Debug, Default)]
struct Friends(Option<(UserId, Vec<UserId>)>);

impl Friends {
    async fn of(&mut self, records: &impl Records, user: UserId) -> Result<&[UserId], Error> {
        if self.0.as_ref().is_none_or(|(known, _)| *known != user) {
            self.0 = Some((user, records.friends(user).await?));
        }
        Ok(self.0.as_ref().map_or(&[], |(_, friends)| friends))
    }
}
