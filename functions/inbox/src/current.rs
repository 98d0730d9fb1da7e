//! Which entries are still so.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::try_join3;
use jiff::SignedDuration;
use lambda::Error;
use domain::{Activity, CommentId, Friendship, FriendshipState, Notification, PictureKey, UserId, ActivityEvent};

use crate::Context;

/// How much later than what it led to a friendship may seem to have begun: an activity's time is in whole seconds, and by another clock.
const APART: SignedDuration = SignedDuration::from_secs(2);

/// What entries are about, as it is now.
struct Now {
    /// Pictures that are there, and whether the reader may see each.
    pictures: BTreeMap<PictureKey, bool>,
    /// What others are to the reader.
    friends: BTreeMap<UserId, Friendship>,
    /// Comments that are there.
    comments: BTreeSet<CommentId>,
}

/// What is to be done with an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Listed,
    /// The reader may not see it now; they may again.
    Hidden,
    /// It will never be so again.
    Over,
}

/// Those of `reader`'s entries that are still so: the picture is there and may be seen, the comment is there, the request waits for
/// an answer, the friendship has not ended. What is over for good is deleted: a flood of what was taken back is passed once.
///
/// # Errors
/// DynamoDB's.
pub async fn current(
    context: &Context,
    reader: UserId,
    mut entries: Vec<Notification>,
) -> Result<Vec<Notification>, Error> {
    let now = Now::read(context, reader, &entries).await?;
    let is = |entry: &Notification, standing| now.standing(&entry.activity) == standing;
    let over: Vec<_> = entries.iter().filter(|entry| is(entry, Standing::Over)).copied().collect();
    context.notifications.delete_all(&over).await?;
    entries.retain(|entry| is(entry, Standing::Listed));
    Ok(entries)
}

impl Now {
    async fn read(context: &Context, reader: UserId, entries: &[Notification]) -> Result<Self, Error> {
        let recipients = &context.recipients;
        let whats = || entries.iter().map(|entry| entry.activity.what);
        let pictures: BTreeSet<_> = whats().filter_map(picture).collect();
        let pictures: Vec<_> = pictures.into_iter().collect();
        let (friends, comments) =
            (whats().filter_map(friend).collect(), whats().filter_map(comment).collect());
        let (pictures, friends, comments) = try_join3(
            recipients.access.there(reader, &pictures),
            recipients.friendships.with(reader, &friends),
            recipients.comments.among(&comments),
        )
        .await?;
        Ok(Self { pictures, friends, comments })
    }

    fn standing(&self, activity: &Activity) -> Standing {
        match activity.what {
            ActivityEvent::CommentAdded { comment_id, .. } if !self.comments.contains(&comment_id) => Standing::Over,
            ActivityEvent::PictureReady { picture } | ActivityEvent::CommentAdded { picture, .. } => self.of_picture(picture),
            ActivityEvent::FriendRequested { from, .. } => self.of_friend(activity, from, FriendshipState::Invited),
            ActivityEvent::FriendAccepted { to, .. } => self.of_friend(activity, to, FriendshipState::Friends),
            ActivityEvent::PictureChanged { .. }
            | ActivityEvent::PictureRemoved { .. }
            | ActivityEvent::FriendRemoved { .. }
            | ActivityEvent::CommentRemoved { .. } => Standing::Over,
        }
    }

    fn of_picture(&self, picture: PictureKey) -> Standing {
        match self.pictures.get(&picture) {
            Some(true) => Standing::Listed,
            Some(false) => Standing::Hidden,
            None => Standing::Over,
        }
    }

    /// Who asks, takes it back and asks again is listed once: an entry from before the friendship that there is now is about another.
    fn of_friend(&self, activity: &Activity, friend: UserId, state: FriendshipState) -> Standing {
        let begun = |row: &&Friendship| row.since.duration_since(activity.at) <= APART;
        match self.friends.get(&friend).filter(begun) {
            Some(row) if row.state == state => Standing::Listed,
            _ => Standing::Over,
        }
    }
}

/// The picture that it is about.
pub fn picture(what: ActivityEvent) -> Option<PictureKey> {
    match what {
        ActivityEvent::PictureReady { picture } | ActivityEvent::CommentAdded { picture, .. } => Some(picture),
        _ => None,
    }
}

/// The other one of a friendship.
fn friend(what: ActivityEvent) -> Option<UserId> {
    match what {
        ActivityEvent::FriendRequested { from, .. } => Some(from),
        ActivityEvent::FriendAccepted { to, .. } => Some(to),
        _ => None,
    }
}

fn comment(what: ActivityEvent) -> Option<(PictureKey, CommentId)> {
    match what {
        ActivityEvent::CommentAdded { picture, comment_id } => Some((picture, comment_id)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Audience, PictureId};
    use uuid::Uuid;

    fn at(what: ActivityEvent, at: &str) -> Activity {
        Activity { id: Uuid::nil(), at: at.parse().unwrap(), what }
    }

    #[test]
    fn only_what_is_still_so_is_listed_and_what_will_never_be_so_again_goes() {
        use FriendshipState::{Friends, Invited, Requested};
        use Standing::{Hidden, Listed, Over};
        let [me, them] = [1, 2].map(|n| UserId(Uuid::from_u128(n)));
        let picture = PictureKey { owner_id: them, picture_id: PictureId::new() };
        let comment_id = CommentId::new();
        let (asked, accepted) =
            (ActivityEvent::FriendRequested { from: them, to: me }, ActivityEvent::FriendAccepted { from: me, to: them });
        let (ready, commented) = (ActivityEvent::PictureReady { picture }, ActivityEvent::CommentAdded { picture, comment_id });
        let removed = ActivityEvent::PictureRemoved { picture, before: Audience::Everyone };
        let all = [asked, accepted, ready, commented, removed].map(|what| at(what, "2026-01-02T12:00:00Z"));
        let since = "2026-01-02T12:00:00.9Z".parse().unwrap();
        let standing = |state, pictures: &[(PictureKey, bool)], comments: &[CommentId]| {
            let friendship = |state| (them, Friendship { user_id: me, friend_id: them, state, since });
            let friends = Option::into_iter(state).map(friendship).collect();
            let (pictures, comments) =
                (pictures.iter().copied().collect(), comments.iter().copied().collect());
            let now = Now { pictures, friends, comments };
            all.map(|activity| now.standing(&activity))
        };
        let (shown, hidden, said) = ([(picture, true)], [(picture, false)], [comment_id]);
        assert_eq!(standing(None, &[], &said), [Over; 5]);
        assert_eq!(standing(Some(Invited), &shown, &[]), [Listed, Over, Listed, Over, Over]);
        assert_eq!(standing(Some(Requested), &hidden, &said), [Over, Over, Hidden, Hidden, Over]);
        assert_eq!(standing(Some(Friends), &shown, &said), [Over, Listed, Listed, Listed, Over]);
    }

    #[test]
    fn of_several_requests_or_friendships_of_one_person_the_last_is_listed() {
        use Standing::{Listed, Over};
        let [me, them] = [1, 2].map(|n| UserId(Uuid::from_u128(n)));
        for (state, what) in [
            (FriendshipState::Invited, ActivityEvent::FriendRequested { from: them, to: me }),
            (FriendshipState::Friends, ActivityEvent::FriendAccepted { from: me, to: them }),
        ] {
            let since = "2026-01-02T12:00:09.876Z".parse().unwrap();
            let friends = [(them, Friendship { user_id: me, friend_id: them, state, since })].into();
            let now = Now { pictures: BTreeMap::new(), friends, comments: BTreeSet::new() };
            let times = ["00", "05", "09", "10"].map(|second| format!("2026-01-02T12:00:{second}Z"));
            assert_eq!(times.map(|time| now.standing(&at(what, &time))), [Over, Over, Listed, Listed]);
        }
    }
}
