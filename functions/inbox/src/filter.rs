//! Filters notifications by the current pictures, friendships and comments.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    Activity, ActivityEvent, CommentId, Friendship, FriendshipState, Notification, PictureKey, UserId,
};
use futures_util::future::try_join3;
use jiff::SignedDuration;
use lambda::Error;

use crate::Context;

/// The tolerated difference between the times of a friendship and of the activity that the
/// friendship caused. The function `friends` sets the time of the friendship in milliseconds. The
/// time of the activity comes from DynamoDB, in whole seconds and from another clock, so it can be
/// earlier than the time of the friendship.
const CLOCK_TOLERANCE: SignedDuration = SignedDuration::from_secs(2);

/// The current state of the objects that notifications refer to.
struct CurrentObjects {
    /// Whether the reader can view each existing picture, according to [`store::AccessReader`].
    pictures: BTreeMap<PictureKey, bool>,
    /// The reader's friendships and requests, by the other member.
    friendships: BTreeMap<UserId, Friendship>,
    /// The existing comments.
    comments: BTreeSet<CommentId>,
}

/// The state of a notification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum NotificationState {
    /// The reader can view the picture and the comment exists, or the request is open, or the
    /// friendship exists.
    Current,
    /// The reader cannot view the picture now. The notification can become current again.
    Hidden,
    /// The notification can never become current again.
    Obsolete,
}

/// Returns the current notifications of `reader`. Deletes obsolete notifications, so that later
/// reads do not check them again.
pub async fn filter_current(
    context: &Context,
    reader: UserId,
    mut notifications: Vec<Notification>,
) -> Result<Vec<Notification>, Error> {
    let objects = CurrentObjects::read(context, reader, &notifications).await?;
    let has_state = |notification: &Notification, state| objects.state_of(&notification.activity) == state;
    let obsolete = notifications.iter().filter(|item| has_state(item, NotificationState::Obsolete));
    let obsolete: Vec<_> = obsolete.copied().collect();
    context.notifications.delete_all(&obsolete).await?;
    notifications.retain(|item| has_state(item, NotificationState::Current));
    Ok(notifications)
}

impl CurrentObjects {
    async fn read(context: &Context, reader: UserId, notifications: &[Notification]) -> Result<Self, Error> {
        let recipients = &context.recipients;
        let events = || notifications.iter().map(|notification| notification.activity.event);
        let pictures: BTreeSet<_> = events().filter_map(picture_of).collect();
        let pictures: Vec<_> = pictures.into_iter().collect();
        let members = events().filter_map(other_member_of).collect();
        let comments = events().filter_map(comment_of).collect();
        let (pictures, friendships, comments) = try_join3(
            recipients.access.check_visibility(reader, &pictures),
            recipients.friendships.find_with(reader, &members),
            recipients.comments.find_existing(&comments),
        )
        .await?;
        Ok(Self { pictures, friendships, comments })
    }

    fn state_of(&self, activity: &Activity) -> NotificationState {
        match activity.event {
            ActivityEvent::CommentAdded { comment_id, .. } if !self.comments.contains(&comment_id) => {
                NotificationState::Obsolete
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
            | ActivityEvent::CommentRemoved { .. } => NotificationState::Obsolete,
        }
    }

    fn picture_state(&self, picture: PictureKey) -> NotificationState {
        match self.pictures.get(&picture) {
            Some(true) => NotificationState::Current,
            Some(false) => NotificationState::Hidden,
            None => NotificationState::Obsolete,
        }
    }

    /// Returns the state of the notification of a request or of an accepted request.
    ///
    /// Two members can repeat a request or a friendship. A notification that is older than the
    /// current row is about an earlier request or friendship, so it is obsolete.
    fn friendship_state(
        &self,
        activity: &Activity,
        other_member: UserId,
        expected: FriendshipState,
    ) -> NotificationState {
        let friendship = self.friendships.get(&other_member);
        let friendship = friendship.filter(|row| row.since.duration_since(activity.at) <= CLOCK_TOLERANCE);
        match friendship {
            Some(friendship) if friendship.state == expected => NotificationState::Current,
            _ => NotificationState::Obsolete,
        }
    }
}

/// Returns the picture that an event refers to.
pub fn picture_of(event: ActivityEvent) -> Option<PictureKey> {
    match event {
        ActivityEvent::PictureReady { picture } | ActivityEvent::CommentAdded { picture, .. } => {
            Some(picture)
        }
        _ => None,
    }
}

/// Returns the member who caused a friendship event. The recipient of the notification is the other
/// member of the friendship.
fn other_member_of(event: ActivityEvent) -> Option<UserId> {
    match event {
        ActivityEvent::FriendRequested { from, .. } => Some(from),
        ActivityEvent::FriendAccepted { to, .. } => Some(to),
        _ => None,
    }
}

/// Returns the comment that an event refers to.
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
    fn a_notification_is_current_while_its_object_exists_and_is_visible() {
        use FriendshipState::{Friends, Invited, Requested};
        use NotificationState::{Current, Hidden, Obsolete};
        let [me, other] = [1, 2].map(|n| UserId(Uuid::from_u128(n)));
        let picture = PictureKey { owner_id: other, picture_id: PictureId::new() };
        let comment_id = CommentId::new();
        let events = [
            ActivityEvent::FriendRequested { from: other, to: me },
            ActivityEvent::FriendAccepted { from: me, to: other },
            ActivityEvent::PictureReady { picture },
            ActivityEvent::CommentAdded { picture, comment_id },
            ActivityEvent::PictureRemoved { picture, before: Audience::Everyone },
        ];
        let activities = events.map(|event| activity(event, "2026-01-02T12:00:00Z"));
        let since = "2026-01-02T12:00:00.9Z".parse().unwrap();
        let states =
            |friendship: Option<FriendshipState>, pictures: &[(PictureKey, bool)], comments: &[CommentId]| {
                let row = |state| (other, Friendship { user_id: me, friend_id: other, state, since });
                let objects = CurrentObjects {
                    pictures: pictures.iter().copied().collect(),
                    friendships: friendship.into_iter().map(row).collect(),
                    comments: comments.iter().copied().collect(),
                };
                activities.map(|activity| objects.state_of(&activity))
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
    fn a_notification_of_an_earlier_request_or_friendship_is_obsolete() {
        use NotificationState::{Current, Obsolete};
        let [me, other] = [1, 2].map(|n| UserId(Uuid::from_u128(n)));
        for (state, event) in [
            (FriendshipState::Invited, ActivityEvent::FriendRequested { from: other, to: me }),
            (FriendshipState::Friends, ActivityEvent::FriendAccepted { from: me, to: other }),
        ] {
            let since = "2026-01-02T12:00:09.876Z".parse().unwrap();
            let friendships = [(other, Friendship { user_id: me, friend_id: other, state, since })].into();
            let objects =
                CurrentObjects { pictures: BTreeMap::new(), friendships, comments: BTreeSet::new() };
            let times = ["00", "05", "09", "10"].map(|second| format!("2026-01-02T12:00:{second}Z"));
            let states = times.map(|time| objects.state_of(&activity(event, &time)));
            assert_eq!(states, [Obsolete, Obsolete, Current, Current]);
        }
    }
}
