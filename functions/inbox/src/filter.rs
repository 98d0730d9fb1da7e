//! Filters notifications by the current pictures, friendships, comments and albums.

use std::collections::{BTreeMap, BTreeSet};

use domain::access::can_manage_album;
use domain::{
    Activity, ActivityEvent, AlbumAccess, AlbumId, AlbumRole, CommentId, Friendship, FriendshipState,
    Notification, PictureKey, UserId,
};
use futures_util::future::try_join4;
use futures_util::stream::{StreamExt, TryStreamExt, iter};
use jiff::{SignedDuration, Timestamp};
use lambda::Error;
use store::{AlbumNotice, ViewedAlbum};
use uuid::Uuid;

use crate::Context;

/// The tolerated difference between the times of a friendship and of the activity that the
/// friendship caused. The function `friends` sets the time of the friendship in milliseconds. The
/// time of the activity comes from DynamoDB, in whole seconds and from another clock, so it can be
/// earlier than the time of the friendship.
const CLOCK_TOLERANCE: SignedDuration = SignedDuration::from_secs(2);

/// The maximum number of albums read concurrently.
const CONCURRENT: usize = 8;

/// A current notification, and the album that it is about.
pub type CurrentNotification = (Notification, Option<AlbumNotice>);

/// The current state of the objects that notifications refer to.
struct CurrentObjects {
    /// Whether the reader can view each existing picture, according to [`store::AccessReader`].
    pictures: BTreeMap<PictureKey, bool>,
    /// The reader's friendships with the actors of the notifications.
    friendships: BTreeMap<UserId, Friendship>,
    /// The existing comments.
    comments: BTreeSet<CommentId>,
    /// The existing albums of notifications, by the id of the activity.
    albums: BTreeMap<Uuid, AlbumState>,
}

/// The current state of the album of a notification.
#[derive(Clone, Debug)]
struct AlbumState {
    /// The role of the reader. `None` if they are neither the owner nor a member, or if a block
    /// hides the album.
    role: Option<AlbumRole>,
    /// The time when the reader became a member, if the notification is about the membership.
    since: Option<Timestamp>,
    /// The facts that the notification states. `None` if it is about pictures, and none of them is
    /// ready and in the album.
    notice: Option<AlbumNotice>,
}

/// The state of a notification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum NotificationState {
    /// The reader can view the picture and the comment exists, or the request is open, or the
    /// friendship exists, or the album contains the pictures and the reader has a role in it.
    Current,
    /// The reader cannot view the picture now, lacks the role in the album, or blocks the actor, or
    /// no picture of the batch is ready and in the album, or the request was withdrawn. The
    /// notification can become current again.
    Hidden,
    /// The notification can never become current again.
    Obsolete,
}

/// Returns the current notifications of `reader`. Deletes obsolete notifications, so that later
/// reads do not check them again.
pub async fn filter_current(
    context: &Context,
    reader: UserId,
    notifications: Vec<Notification>,
) -> Result<Vec<CurrentNotification>, Error> {
    let mut objects = CurrentObjects::read(context, reader, &notifications).await?;
    let has_state = |notification: &Notification, state| objects.state_of(notification) == state;
    let obsolete = notifications.iter().filter(|item| has_state(item, NotificationState::Obsolete));
    let obsolete: Vec<_> = obsolete.copied().collect();
    context.notifications.delete_all(&obsolete).await?;
    let current: Vec<_> =
        notifications.iter().filter(|item| has_state(item, NotificationState::Current)).copied().collect();
    let mut album_of = |notification: &Notification| objects.albums.remove(&notification.activity.id)?.notice;
    Ok(current.into_iter().map(|notification| (notification, album_of(&notification))).collect())
}

/// Reads the albums of notifications. Omits albums that do not exist.
async fn read_albums(
    context: &Context,
    reader: UserId,
    notifications: &[Notification],
) -> Result<BTreeMap<Uuid, AlbumState>, Error> {
    let albums = notifications.iter().filter_map(|item| Some((item.activity, item.activity.event.album()?)));
    let reads = albums.map(|(activity, album)| async move {
        let state = read_album(context, reader, activity.event, album).await?;
        Ok::<_, Error>(state.map(|state| (activity.id, state)))
    });
    let states: Vec<_> = iter(reads).buffer_unordered(CONCURRENT).try_collect().await?;
    Ok(states.into_iter().flatten().collect())
}

async fn read_album(
    context: &Context,
    reader: UserId,
    event: ActivityEvent,
    id: AlbumId,
) -> Result<Option<AlbumState>, Error> {
    let recipients = &context.recipients;
    let Some(album) = recipients.albums.get(id).await? else { return Ok(None) };
    let viewed = recipients.access.read_album(Some(reader), id).await?;
    let role = viewed.as_ref().map(|ViewedAlbum { access, .. }| *access).and_then(AlbumAccess::role);
    let membership = match event {
        ActivityEvent::AlbumMemberAdded { .. } => recipients.albums.get_member(id, reader).await?,
        _ => None,
    };
    let notice = recipients.read_batch(event, &album).await?;
    Ok(Some(AlbumState { role, since: membership.map(|membership| membership.since), notice }))
}

impl CurrentObjects {
    async fn read(context: &Context, reader: UserId, notifications: &[Notification]) -> Result<Self, Error> {
        let recipients = &context.recipients;
        let events = || notifications.iter().map(|notification| notification.activity.event);
        let pictures: BTreeSet<_> = events().filter_map(picture_of).collect();
        let pictures: Vec<_> = pictures.into_iter().collect();
        let actors = notifications.iter().map(|notification| notification.actor_id).collect();
        let comments = events().filter_map(comment_of).collect();
        let (pictures, friendships, comments, albums) = try_join4(
            recipients.access.check_visibility(reader, &pictures),
            recipients.friendships.find_with(reader, &actors),
            recipients.comments.find_existing(&comments),
            read_albums(context, reader, notifications),
        )
        .await?;
        Ok(Self { pictures, friendships, comments, albums })
    }

    fn state_of(&self, Notification { actor_id, activity, .. }: &Notification) -> NotificationState {
        let friendship = self.friendships.get(actor_id);
        let blocks_actor = friendship.is_some_and(|row| row.state == FriendshipState::Blocked);
        match activity.event {
            ActivityEvent::CommentAdded { comment_id, .. } if !self.comments.contains(&comment_id) => {
                NotificationState::Obsolete
            }
            ActivityEvent::PictureReady { picture } | ActivityEvent::CommentAdded { picture, .. } => {
                match self.picture_state(picture) {
                    NotificationState::Current if blocks_actor => NotificationState::Hidden,
                    state => state,
                }
            }
            ActivityEvent::FriendRequested { requested_at, .. } => {
                request_state(friendship, activity, requested_at)
            }
            ActivityEvent::FriendAccepted { .. } => {
                let friends = friendship.filter(|row| row.state == FriendshipState::Friends);
                match friends.is_some_and(|row| is_about(activity, row.since)) {
                    true => NotificationState::Current,
                    false => NotificationState::Obsolete,
                }
            }
            ActivityEvent::AlbumMemberAdded { .. }
            | ActivityEvent::AlbumPicturesAdded { .. }
            | ActivityEvent::AlbumPicturesWaiting { .. } => {
                let has_block = friendship.is_some_and(|row| blocks_actor || row.blocked_by_friend);
                match self.album_state(activity) {
                    NotificationState::Current if has_block => NotificationState::Hidden,
                    state => state,
                }
            }
            ActivityEvent::PictureChanged { .. }
            | ActivityEvent::PictureRemoved { .. }
            | ActivityEvent::FriendRemoved { .. }
            | ActivityEvent::CommentRemoved { .. }
            | ActivityEvent::AlbumChanged { .. }
            | ActivityEvent::AlbumRemoved { .. }
            | ActivityEvent::AlbumMemberRemoved { .. } => NotificationState::Obsolete,
        }
    }

    /// Returns the state of a notification about an album if neither the reader nor the actor
    /// blocks the other.
    fn album_state(&self, activity: &Activity) -> NotificationState {
        let Some(album) = self.albums.get(&activity.id) else { return NotificationState::Obsolete };
        let is_obsolete = match activity.event {
            ActivityEvent::AlbumMemberAdded { .. } => {
                !album.since.is_some_and(|since| is_about(activity, since))
            }
            _ => false,
        };
        let has_role = match activity.event {
            ActivityEvent::AlbumPicturesWaiting { .. } => can_manage_album(album.role),
            _ => album.role.is_some(),
        };
        // Hides a batch without ready pictures, and keeps its row: when a further picture becomes
        // ready, `add` may already have found the row and stores no other one.
        let is_visible = has_role && album.notice.is_some();
        match (is_obsolete, is_visible) {
            (true, _) => NotificationState::Obsolete,
            (false, true) => NotificationState::Current,
            (false, false) => NotificationState::Hidden,
        }
    }

    fn picture_state(&self, picture: PictureKey) -> NotificationState {
        match self.pictures.get(&picture) {
            Some(true) => NotificationState::Current,
            Some(false) => NotificationState::Hidden,
            None => NotificationState::Obsolete,
        }
    }
}

/// Returns the state of the notification of a request that was sent at `requested_at` (`None` in
/// rows of older versions). A member who repeats a request causes no further notification, so the
/// notification of the first request is about the later ones, too.
fn request_state(
    friendship: Option<&Friendship>,
    activity: &Activity,
    requested_at: Option<Timestamp>,
) -> NotificationState {
    let Some(row) = friendship else { return NotificationState::Obsolete };
    let is_same = match (row.notified_at, requested_at) {
        (Some(notified), Some(requested)) => notified == requested,
        _ => is_about(activity, row.since),
    };
    match row.state {
        FriendshipState::Invited if is_same => NotificationState::Current,
        FriendshipState::Unrelated if is_same && row.declined_at.is_none() => NotificationState::Hidden,
        _ => NotificationState::Obsolete,
    }
}

/// Returns `true` if an activity is about the friendship or request that began at `since`, and not
/// about an earlier one of the same members.
fn is_about(activity: &Activity, since: Timestamp) -> bool {
    since.duration_since(activity.at) <= CLOCK_TOLERANCE
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
    use domain::{AlbumBatch, Audience, PictureId};
    use uuid::Uuid;

    fn notification(actor_id: UserId, event: ActivityEvent, at: &str) -> Notification {
        let activity = Activity { id: Uuid::nil(), at: at.parse().unwrap(), event };
        Notification { user_id: UserId(Uuid::nil()), actor_id, stored_at: None, activity }
    }

    #[test]
    fn a_notification_is_current_while_its_object_exists_and_is_visible() {
        use FriendshipState::{Blocked, Friends, Invited, Requested};
        use NotificationState::{Current, Hidden, Obsolete};
        let [me, other] = [1, 2].map(|n| UserId(Uuid::from_u128(n)));
        let picture = PictureKey { owner_id: other, picture_id: PictureId::new() };
        let comment_id = CommentId::new();
        let events = [
            ActivityEvent::FriendRequested { from: other, to: me, requested_at: None },
            ActivityEvent::FriendAccepted { from: me, to: other },
            ActivityEvent::PictureReady { picture },
            ActivityEvent::CommentAdded { picture, comment_id },
            ActivityEvent::PictureRemoved { picture, before: Audience::Everyone },
        ];
        let notifications = events.map(|event| notification(other, event, "2026-01-02T12:00:00Z"));
        let since = "2026-01-02T12:00:00.9Z".parse().unwrap();
        let states =
            |friendship: Option<FriendshipState>, pictures: &[(PictureKey, bool)], comments: &[CommentId]| {
                let row = |state| (other, Friendship::new(me, other, state, since));
                let objects = CurrentObjects {
                    pictures: pictures.iter().copied().collect(),
                    friendships: friendship.into_iter().map(row).collect(),
                    comments: comments.iter().copied().collect(),
                    albums: BTreeMap::new(),
                };
                notifications.map(|notification| objects.state_of(&notification))
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
        assert_eq!(
            states(Some(Blocked), &visible, &existing),
            [Obsolete, Obsolete, Hidden, Hidden, Obsolete]
        );
        assert_eq!(states(Some(Blocked), &[], &[]), [Obsolete; 5]);
    }

    #[test]
    fn a_notification_of_an_earlier_request_or_friendship_is_obsolete() {
        use NotificationState::{Current, Obsolete};
        let [me, other] = [1, 2].map(|n| UserId(Uuid::from_u128(n)));
        for (state, event) in [
            (
                FriendshipState::Invited,
                ActivityEvent::FriendRequested { from: other, to: me, requested_at: None },
            ),
            (FriendshipState::Friends, ActivityEvent::FriendAccepted { from: me, to: other }),
        ] {
            let since = "2026-01-02T12:00:09.876Z".parse().unwrap();
            let friendships = [(other, Friendship::new(me, other, state, since))].into();
            let (pictures, comments, albums) = (BTreeMap::new(), BTreeSet::new(), BTreeMap::new());
            let objects = CurrentObjects { pictures, friendships, comments, albums };
            let times = ["00", "05", "09", "10"].map(|second| format!("2026-01-02T12:00:{second}Z"));
            let states = times.map(|time| objects.state_of(&notification(other, event, &time)));
            assert_eq!(states, [Obsolete, Obsolete, Current, Current]);
        }
    }

    #[test]
    fn the_notification_of_a_withdrawn_request_is_hidden_until_the_request_is_repeated() {
        use FriendshipState::{Blocked, Friends, Invited, Unrelated};
        use NotificationState::{Current, Hidden, Obsolete};
        let [me, other] = [1, 2].map(|n| UserId(Uuid::from_u128(n)));
        let [first, later]: [Timestamp; 2] =
            ["2026-01-02T12:00:00.1Z", "2026-01-02T18:00:00Z"].map(|time| time.parse().unwrap());
        let state = |state, notified_at, declined_at| {
            let row = Friendship::new(me, other, state, later);
            let row = Friendship { notified_at: Some(notified_at), declined_at, ..row };
            let event = ActivityEvent::FriendRequested { from: other, to: me, requested_at: Some(first) };
            let notification = notification(other, event, "2026-01-02T12:00:00Z");
            request_state(Some(&row), &notification.activity, Some(first))
        };
        assert_eq!(state(Invited, first, None), Current);
        assert_eq!(state(Unrelated, first, None), Hidden);
        assert_eq!(state(Unrelated, first, Some(later)), Obsolete, "declined");
        assert_eq!(state(Invited, later, None), Obsolete, "an earlier request");
        assert_eq!(state(Unrelated, later, None), Obsolete);
        assert_eq!([state(Friends, first, None), state(Blocked, first, None)], [Obsolete; 2]);
    }

    #[test]
    fn a_notification_about_an_album_is_current_while_the_reader_has_a_role_and_pictures_remain() {
        use AlbumRole::{Contributor, Curator, Owner, Viewer};
        use NotificationState::{Current, Hidden, Obsolete};
        let [me, other] = [1, 2].map(|n| UserId(Uuid::from_u128(n)));
        let (album_id, since) = (AlbumId::new(), "2026-01-02T12:00:00Z".parse().unwrap());
        let batch = AlbumBatch { album_id, by: Some(other), since };
        let events = [
            ActivityEvent::AlbumMemberAdded { album_id, member_id: me },
            ActivityEvent::AlbumPicturesAdded { batch },
            ActivityEvent::AlbumPicturesWaiting { batch: AlbumBatch { by: None, ..batch } },
            ActivityEvent::AlbumChanged { album_id },
        ];
        let notice = AlbumNotice { id: album_id, title: "Oslo".into(), count: 1, guests: vec![] };
        let states = |album: Option<AlbumState>, friendship: Option<Friendship>| {
            let objects = CurrentObjects {
                pictures: BTreeMap::new(),
                friendships: friendship.map(|row| (other, row)).into_iter().collect(),
                comments: BTreeSet::new(),
                albums: album.map(|state| (Uuid::nil(), state)).into_iter().collect(),
            };
            events.map(|event| objects.state_of(&notification(other, event, "2026-01-02T12:00:00Z")))
        };
        let album = |role| AlbumState { role, since: Some(since), notice: Some(notice.clone()) };
        assert_eq!(states(None, None), [Obsolete; 4], "deleted");
        for role in [Viewer, Contributor] {
            assert_eq!(states(Some(album(Some(role))), None), [Current, Current, Hidden, Obsolete]);
        }
        for role in [Curator, Owner] {
            assert_eq!(states(Some(album(Some(role))), None), [Current, Current, Current, Obsolete]);
        }
        assert_eq!(
            states(Some(album(None)), None),
            [Hidden, Hidden, Hidden, Obsolete],
            "no role, or blocked"
        );
        let empty = AlbumState { notice: None, ..album(Some(Owner)) };
        let hidden = [Hidden, Hidden, Hidden, Obsolete];
        assert_eq!(states(Some(empty), None), hidden, "no picture is ready and in the album");
        let later = Some("2026-01-02T12:00:09Z".parse().unwrap());
        let again = AlbumState { since: later, ..album(Some(Viewer)) };
        assert_eq!(states(Some(again), None)[0], Obsolete, "added again");
        let former = AlbumState { since: None, ..album(None) };
        assert_eq!(states(Some(former), None)[0], Obsolete, "left");
        let row = Friendship::new(me, other, FriendshipState::Blocked, since);
        assert_eq!(states(Some(album(Some(Owner))), Some(row)), [Hidden, Hidden, Hidden, Obsolete]);
        let row = Friendship { state: FriendshipState::Unrelated, blocked_by_friend: true, ..row };
        assert_eq!(states(Some(album(Some(Owner))), Some(row)), [Hidden, Hidden, Hidden, Obsolete]);
    }
}
