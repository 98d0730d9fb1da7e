//! Filters entries by the current state of the records that they refer to.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    Activity, ActivityEvent, CommentId, Friendship, FriendshipState, Notification, PictureKey, UserId,
};
use futures_util::future::try_join3;
use jiff::SignedDuration;
use lambda::Error;

use crate::Context;

/// The maximum time by which a friendship can seem younger than the activity that it caused: an
/// activity's time has whole seconds, and comes from another clock.
const CLOCK_TOLERANCE: SignedDuration = SignedDuration::from_secs(2);

/// The current records that entries refer to.
struct CurrentRecords {
    /// Whether the reader may see each existing picture, as [`store::AccessReader`] decides.
    pictures: BTreeMap<PictureKey, bool>,
    /// The reader's friendships and requests, by the other member.
    friendships: BTreeMap<UserId, Friendship>,
    /// The existing comments.
    comments: BTreeSet<CommentId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum EntryState {
    /// The entry applies.
    Current,
    /// The reader may not see the picture, but the entry can apply again.
    Hidden,
    /// The entry can never apply again.
    Obsolete,
}

/// Returns those of `reader`'s entries that still apply: the reader may see the picture, the
/// comment exists, the request is open, or the friendship lasts. Deletes obsolete entries, so that
/// later reads do not repeat the check.
pub async fn filter_current(
    context: &Context,
    reader: UserId,
    mut entries: Vec<Notification>,
) -> Result<Vec<Notification>, Error> {
    let records = CurrentRecords::read(context, reader, &entries).await?;
    let has_state = |entry: &Notification, state| records.state_of(&entry.activity) == state;
    let obsolete = entries.iter().filter(|entry| has_state(entry, EntryState::Obsolete));
    let obsolete: Vec<_> = obsolete.copied().collect();
    context.notifications.delete_all(&obsolete).await?;
    entries.retain(|entry| has_state(entry, EntryState::Current));
    Ok(entries)
}

impl CurrentRecords {
    async fn read(context: &Context, reader: UserId, entries: &[Notification]) -> Result<Self, Error> {
        let recipients = &context.recipients;
        let events = || entries.iter().map(|entry| entry.activity.event);
        let pictures: BTreeSet<_> = events().filter_map(picture_of).collect();
        let pictures: Vec<_> = pictures.into_iter().collect();
        let friends = events().filter_map(friend_of).collect();
        let comments = events().filter_map(comment_of).collect();
        let (pictures, friendships, comments) = try_join3(
            recipients.access.check_visibility(reader, &pictures),
            recipients.friendships.find_with(reader, &friends),
            recipients.comments.find_existing(&comments),
        )
        .await?;
        Ok(Self { pictures, friendships, comments })
    }

    fn state_of(&self, activity: &Activity) -> EntryState {
        match activity.event {
            ActivityEvent::CommentAdded { comment_id, .. } if !self.comments.contains(&comment_id) => {
                EntryState::Obsolete
            }
            ActivityEvent::PictureReady { picture } | ActivityEvent::CommentAdded { picture, .. } => {
                self.picture_state(picture)
            }
            ActivityEvent::FriendRequested { from, .. } => {
                self.friendship_state(activity, from, FriendshipState::Invited)
            }
            ActivityEvent::FriendAccepted { to, .. } => {
                self.friendship_state(activity, to, FriendshipState::Friends)
            }
            ActivityEvent::PictureChanged { .. }
            | ActivityEvent::PictureRemoved { .. }
            | ActivityEvent::FriendRemoved { .. }
            | ActivityEvent::CommentRemoved { .. } => EntryState::Obsolete,
        }
    }

    fn picture_state(&self, picture: PictureKey) -> EntryState {
        match self.pictures.get(&picture) {
            Some(true) => EntryState::Current,
            Some(false) => EntryState::Hidden,
            None => EntryState::Obsolete,
        }
    }

    /// An entry that is older than the current friendship refers to an earlier one: of repeated
    /// requests only the last is current.
    fn friendship_state(&self, activity: &Activity, friend: UserId, expected: FriendshipState) -> EntryState {
        let friendship = self.friendships.get(&friend);
        let friendship = friendship.filter(|row| row.since.duration_since(activity.at) <= CLOCK_TOLERANCE);
        match friendship {
            Some(friendship) if friendship.state == expected => EntryState::Current,
            _ => EntryState::Obsolete,
        }
    }
}

/// The picture that an entry refers to.
pub fn picture_of(event: ActivityEvent) -> Option<PictureKey> {
    match event {
        ActivityEvent::PictureReady { picture } | ActivityEvent::CommentAdded { picture, .. } => {
            Some(picture)
        }
        _ => None,
    }
}

/// The actor of a friendship event.
fn friend_of(event: ActivityEvent) -> Option<UserId> {
    match event {
        ActivityEvent::FriendRequested { from, .. } => Some(from),
        ActivityEvent::FriendAccepted { to, .. } => Some(to),
        _ => None,
    }
}

fn comment_of(event: ActivityEvent) -> Option<(PictureKey, CommentId)> {
    match event {
        ActivityEvent::CommentAdded { picture, comment_id } => Some((picture, comment_id)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Audience, PictureId};
    use uuid::Uuid;

    fn activity(event: ActivityEvent, at: &str) -> Activity {
        Activity { id: Uuid::nil(), at: at.parse().unwrap(), event }
    }

    #[test]
    fn the_state_follows_from_the_current_records() {
        use EntryState::{Current, Hidden, Obsolete};
        use FriendshipState::{Friends, Invited, Requested};
        let [me, other] = [1, 2].map(|n| UserId(Uuid::from_u128(n)));
        let picture = PictureKey { owner_id: other, picture_id: PictureId::new() };
        let comment_id = CommentId::new();
        let all = [
            ActivityEvent::FriendRequested { from: other, to: me },
            ActivityEvent::FriendAccepted { from: me, to: other },
            ActivityEvent::PictureReady { picture },
            ActivityEvent::CommentAdded { picture, comment_id },
            ActivityEvent::PictureRemoved { picture, before: Audience::Everyone },
        ];
        let all = all.map(|event| activity(event, "2026-01-02T12:00:00Z"));
        let since = "2026-01-02T12:00:00.9Z".parse().unwrap();
        let states =
            |friendship: Option<FriendshipState>, pictures: &[(PictureKey, bool)], comments: &[CommentId]| {
                let row = |state| (other, Friendship { user_id: me, friend_id: other, state, since });
                let records = CurrentRecords {
                    pictures: pictures.iter().copied().collect(),
                    friendships: friendship.into_iter().map(row).collect(),
                    comments: comments.iter().copied().collect(),
                };
                all.map(|activity| records.state_of(&activity))
            };
        let (visible, hidden, existing) = ([(picture, true)], [(picture, false)], [comment_id]);
        assert_eq!(states(None, &[], &existing), [Obsolete; 5]);
        assert_eq!(states(Some(Invited), &visible, &[]), [Current, Obsolete, Current, Obsolete, Obsolete]);
        assert_eq!(
            states(Some(Requested), &hidden, &existing),
            [Obsolete, Obsolete, Hidden, Hidden, Obsolete]
        );
        assert_eq!(
            states(Some(Friends), &visible, &existing),
            [Obsolete, Current, Current, Current, Obsolete]
        );
    }

    #[test]
    fn of_several_requests_or_friendships_with_a_member_only_the_last_is_current() {
        use EntryState::{Current, Obsolete};
        let [me, other] = [1, 2].map(|n| UserId(Uuid::from_u128(n)));
        for (state, event) in [
            (FriendshipState::Invited, ActivityEvent::FriendRequested { from: other, to: me }),
            (FriendshipState::Friends, ActivityEvent::FriendAccepted { from: me, to: other }),
        ] {
            let since = "2026-01-02T12:00:09.876Z".parse().unwrap();
            let friendships = [(other, Friendship { user_id: me, friend_id: other, state, since })].into();
            let records =
                CurrentRecords { pictures: BTreeMap::new(), friendships, comments: BTreeSet::new() };
            let times = ["00", "05", "09", "10"].map(|second| format!("2026-01-02T12:00:{second}Z"));
            let states = times.map(|time| records.state_of(&activity(event, &time)));
            assert_eq!(states, [Obsolete, Obsolete, Current, Current]);
        }
    }
}
