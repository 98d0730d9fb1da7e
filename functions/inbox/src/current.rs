//! Which entries are still so.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::try_join3;
use shared::Error;
use shared::model::{CommentId, FriendshipState, Notification, PictureKey, UserId, What};

use crate::Stores;

/// What entries are about, as it is now.
struct Now {
    /// Pictures that the reader may see.
    pictures: BTreeSet<PictureKey>,
    /// What others are to the reader.
    friends: BTreeMap<UserId, FriendshipState>,
    /// Comments that are there.
    comments: BTreeSet<CommentId>,
}

/// Those of `reader`'s entries that are still so: the picture is there and may be seen, the comment is there, the request waits for
/// an answer, the friendship has not ended.
///
/// # Errors
/// DynamoDB's.
pub async fn current(
    stores: &Stores,
    reader: UserId,
    mut entries: Vec<Notification>,
) -> Result<Vec<Notification>, Error> {
    let now = Now::read(stores, reader, &entries).await?;
    entries.retain(|entry| now.has(&entry.activity.what));
    Ok(entries)
}

impl Now {
    async fn read(stores: &Stores, reader: UserId, entries: &[Notification]) -> Result<Self, Error> {
        let telling = &stores.telling;
        let whats = || entries.iter().map(|entry| entry.activity.what);
        let pictures: BTreeSet<_> = whats().filter_map(picture).collect();
        let pictures: Vec<_> = pictures.into_iter().collect();
        let (friends, comments) =
            (whats().filter_map(friend).collect(), whats().filter_map(comment).collect());
        let (pictures, friends, comments) = try_join3(
            telling.sight.all_of(Some(reader), &pictures),
            telling.friendships.states(reader, &friends),
            telling.comments.among(&comments),
        )
        .await?;
        Ok(Self { pictures: pictures.into_keys().collect(), friends, comments })
    }

    fn has(&self, what: &What) -> bool {
        let is = |friend, state| self.friends.get(friend) == Some(&state);
        match what {
            What::PictureReady { picture } => self.pictures.contains(picture),
            What::CommentAdded { picture, comment_id } => {
                self.pictures.contains(picture) && self.comments.contains(comment_id)
            }
            What::FriendRequested { from, .. } => is(from, FriendshipState::Invited),
            What::FriendAccepted { to, .. } => is(to, FriendshipState::Friends),
            What::PictureChanged { .. }
            | What::PictureRemoved { .. }
            | What::FriendRemoved { .. }
            | What::CommentRemoved { .. } => false,
        }
    }
}

/// The picture that it is about.
pub fn picture(what: What) -> Option<PictureKey> {
    match what {
        What::PictureReady { picture } | What::CommentAdded { picture, .. } => Some(picture),
        _ => None,
    }
}

/// The other one of a friendship.
fn friend(what: What) -> Option<UserId> {
    match what {
        What::FriendRequested { from, .. } => Some(from),
        What::FriendAccepted { to, .. } => Some(to),
        _ => None,
    }
}

fn comment(what: What) -> Option<(PictureKey, CommentId)> {
    match what {
        What::CommentAdded { picture, comment_id } => Some((picture, comment_id)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::model::{Audience, PictureId};
    use uuid::Uuid;

    #[test]
    fn only_what_is_still_so_is_listed() {
        let [me, them] = [1, 2].map(|n| UserId(Uuid::from_u128(n)));
        let picture = PictureKey { owner_id: them, picture_id: PictureId::new() };
        let comment_id = CommentId::new();
        let (asked, accepted) =
            (What::FriendRequested { from: them, to: me }, What::FriendAccepted { from: me, to: them });
        let (ready, commented) = (What::PictureReady { picture }, What::CommentAdded { picture, comment_id });
        let all = [asked, accepted, ready, commented];
        let listed = |state, pictures: &[PictureKey], comments: &[CommentId]| {
            let friends = Option::into_iter(state).map(|state| (them, state)).collect();
            let (pictures, comments) =
                (pictures.iter().copied().collect(), comments.iter().copied().collect());
            let now = Now { pictures, friends, comments };
            assert!(!now.has(&What::PictureRemoved { picture, before: Audience::Everyone }));
            all.map(|what| now.has(&what))
        };
        use FriendshipState::{Friends, Invited, Requested};
        assert_eq!(listed(None, &[], &[comment_id]), [false; 4]);
        assert_eq!(listed(Some(Invited), &[picture], &[]), [true, false, true, false]);
        assert_eq!(listed(Some(Requested), &[], &[]), [false; 4]);
        assert_eq!(listed(Some(Friends), &[picture], &[comment_id]), [false, true, true, true]);
    }
}
