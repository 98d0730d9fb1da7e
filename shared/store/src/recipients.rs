//! The recipients of notifications: one rule for push, e-mail and the notification list.

use std::collections::BTreeSet;

use domain::access::{can_manage_album, can_view};
use domain::{
    Activity, ActivityEvent, Album, AlbumBatch, AlbumId, AlbumRole, CommentId, FriendshipState, Picture,
    PictureKey, Relation, UserId,
};

use crate::access::AccessReader;
use crate::database::Database;
use crate::{Albums, Comments, Error, Friendships};

/// The maximum number of guests that a notification names.
const MAX_GUESTS: usize = 3;

/// Finds the recipients of notifications from the current rows.
#[derive(Clone, Debug)]
pub struct NotificationRecipients {
    /// The Albums table.
    pub albums: Albums,
    /// The Comments table.
    pub comments: Comments,
    /// The Friendships table.
    pub friendships: Friendships,
    /// The Pictures table under the access policy.
    pub access: AccessReader,
    includes_withdrawn_requests: bool,
}

/// A notification to send. When it was read, the activity still applied: no later change had undone
/// it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingNotification {
    event: ActivityEvent,
    /// The member who caused the activity. The owner of the album if guests did.
    pub actor: UserId,
    /// The members to notify; never the actor, unless guests caused the activity.
    pub recipients: Vec<UserId>,
    /// The text of the comment if the activity is `comment.added`.
    pub comment: Option<String>,
    /// The album if the activity is about one.
    pub album: Option<AlbumNotice>,
}

/// The facts that a notification states about an album.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlbumNotice {
    /// The album.
    pub id: AlbumId,
    /// Its title.
    pub title: String,
    /// The number of ready pictures that were added or wait, at most [`crate::MAX_BATCH`]. Zero if
    /// the activity is not about pictures.
    pub count: usize,
    /// The names of the guests who sent the pictures, at most three.
    pub guests: Vec<String>,
}

impl NotificationRecipients {
    /// Opens the tables.
    #[must_use]
    pub fn new(database: &Database) -> Self {
        Self {
            albums: Albums::new(database),
            comments: Comments::new(database),
            friendships: Friendships::new(database),
            access: AccessReader::new(database),
            includes_withdrawn_requests: false,
        }
    }

    /// Also finds the recipients of withdrawn requests, for a list that omits such notifications
    /// until the request is repeated.
    #[must_use]
    pub fn including_withdrawn_requests(self) -> Self {
        Self { includes_withdrawn_requests: true, ..self }
    }

    /// Reads the notification of an activity. Returns `None` if a later change has undone the
    /// activity or there is nobody to notify.
    pub async fn find(&self, activity: &Activity) -> Result<Option<PendingNotification>, Error> {
        let pending = self.find_with_actor(activity.event).await?.map(PendingNotification::without_actor);
        Ok(pending.filter(|pending| !pending.recipients.is_empty()))
    }

    async fn find_with_actor(&self, event: ActivityEvent) -> Result<Option<PendingNotification>, Error> {
        let pending =
            |actor, recipients| PendingNotification { event, actor, recipients, comment: None, album: None };
        match event {
            ActivityEvent::PictureReady { picture } => {
                if !self.friends_can_view(picture).await? {
                    return Ok(None);
                }
                let friends = self.friendships.list_friends(picture.owner_id).await?;
                Ok(Some(pending(picture.owner_id, friends)))
            }
            ActivityEvent::FriendRequested { from, to, requested_at } => {
                let row = self.friendships.get(to, from).await?;
                let notifies = row.is_some_and(|row| match requested_at {
                    Some(sent) if self.includes_withdrawn_requests => row.keeps_request(sent),
                    _ => row.announces_request(requested_at),
                });
                Ok(notifies.then(|| pending(from, vec![to])))
            }
            ActivityEvent::FriendAccepted { from, to } => {
                let friends = self.has_state(from, to, FriendshipState::Friends).await?;
                Ok(friends.then(|| pending(to, vec![from])))
            }
            ActivityEvent::CommentAdded { picture, comment_id } => {
                self.find_comment(event, picture, comment_id).await
            }
            ActivityEvent::AlbumMemberAdded { album_id, member_id } => {
                let Some(album) = self.albums.get(album_id).await? else { return Ok(None) };
                let membership = self.albums.get_member(album_id, member_id).await?;
                let album = Some(AlbumNotice::new(&album, &[], vec![]));
                Ok(membership
                    .map(|row| PendingNotification { album, ..pending(row.added_by, vec![member_id]) }))
            }
            ActivityEvent::AlbumPicturesAdded { batch } | ActivityEvent::AlbumPicturesWaiting { batch } => {
                self.find_batch(event, &batch).await
            }
            // These only update open pages, or trigger other functions.
            ActivityEvent::PictureChanged { .. }
            | ActivityEvent::PictureRemoved { .. }
            | ActivityEvent::FriendRemoved { .. }
            | ActivityEvent::CommentRemoved { .. }
            | ActivityEvent::AlbumChanged { .. }
            | ActivityEvent::AlbumRemoved { .. }
            | ActivityEvent::AlbumMemberRemoved { .. } => Ok(None),
        }
    }

    /// Returns the members among `users` who are still recipients of the notification. Sending to
    /// many members takes time, so check each group just before you send to it.
    pub async fn filter_current(
        &self,
        pending: &PendingNotification,
        users: &[UserId],
    ) -> Result<BTreeSet<UserId>, Error> {
        let picture = match pending.event {
            ActivityEvent::PictureReady { picture } => picture,
            event => {
                let Some(album) = event.album() else { return Ok(users.iter().copied().collect()) };
                let actor = Some(pending.actor);
                let viewers = self.access.find_album_viewers(album, users, actor).await?.into_iter();
                let viewers = viewers.filter(|(_, role)| notifies(event, *role));
                return Ok(viewers.map(|(id, _)| id).collect());
            }
        };
        let viewers = self.access.find_viewers(picture, users).await?;
        let viewers = viewers.into_iter().flat_map(|(_, viewers)| viewers);
        // Everyone can view a public picture, but only friends are notified of it.
        Ok(viewers.filter(|(_, relation)| relation.is_friend()).map(|(id, _)| id).collect())
    }

    async fn friends_can_view(&self, picture: PictureKey) -> Result<bool, Error> {
        let visible = self.access.read_visible(Some(picture.owner_id), picture).await?;
        Ok(visible.is_some_and(|visible| can_view(&visible.picture, Relation::FRIEND)))
    }

    async fn has_state(&self, user: UserId, friend: UserId, state: FriendshipState) -> Result<bool, Error> {
        let friendship = self.friendships.get(user, friend).await?;
        Ok(friendship.is_some_and(|friendship| friendship.state == state))
    }

    async fn find_comment(
        &self,
        event: ActivityEvent,
        picture: PictureKey,
        id: CommentId,
    ) -> Result<Option<PendingNotification>, Error> {
        let Some(comment) = self.comments.get(picture, id).await? else { return Ok(None) };
        let owner = picture.owner_id;
        let exists = self.access.read_visible(Some(owner), picture).await?.is_some();
        let notifies = exists && !self.has_state(owner, comment.author_id, FriendshipState::Blocked).await?;
        Ok(notifies.then_some(PendingNotification {
            event,
            actor: comment.author_id,
            recipients: vec![owner],
            comment: Some(comment.text),
            album: None,
        }))
    }

    async fn find_batch(
        &self,
        event: ActivityEvent,
        batch: &AlbumBatch,
    ) -> Result<Option<PendingNotification>, Error> {
        let Some(album) = self.albums.get(batch.album_id).await? else { return Ok(None) };
        let Some(notice) = self.read_batch(event, &album).await? else { return Ok(None) };
        let notified = self.albums.list_notified(&album).await?.into_iter();
        let recipients = notified.filter(|(_, role)| notifies(event, *role)).map(|(id, _)| id).collect();
        let actor = batch.by.unwrap_or(album.owner_id);
        Ok(Some(PendingNotification { event, actor, recipients, comment: None, album: Some(notice) }))
    }

    /// Reads the facts that a notification states about an album. Returns `None` if the event is
    /// not about an album, or if none of its pictures is ready and in the album now.
    pub async fn read_batch(
        &self,
        event: ActivityEvent,
        album: &Album,
    ) -> Result<Option<AlbumNotice>, Error> {
        let pictures = match event {
            ActivityEvent::AlbumMemberAdded { .. } => return Ok(Some(AlbumNotice::new(album, &[], vec![]))),
            ActivityEvent::AlbumPicturesAdded { batch } => self.albums.list_batch(album, &batch).await?,
            ActivityEvent::AlbumPicturesWaiting { batch } => {
                self.albums.list_waiting_batch(album, &batch).await?
            }
            _ => return Ok(None),
        };
        let guests = match event.is_by_guests() {
            true => name_guests(&pictures),
            false => vec![],
        };
        Ok((!pictures.is_empty()).then(|| AlbumNotice::new(album, &pictures, guests)))
    }
}

/// Returns the names of guests who sent pictures.
fn name_guests(pictures: &[Picture]) -> Vec<String> {
    let guests = pictures.iter().filter_map(|picture| picture.guest.as_ref());
    let names: BTreeSet<_> = guests.map(|guest| guest.name.clone()).collect();
    names.into_iter().take(MAX_GUESTS).collect()
}

/// Returns `true` if a member with this role is notified of an event about an album.
fn notifies(event: ActivityEvent, role: AlbumRole) -> bool {
    match event {
        ActivityEvent::AlbumPicturesWaiting { .. } => can_manage_album(Some(role)),
        _ => true,
    }
}

impl AlbumNotice {
    fn new(album: &Album, pictures: &[Picture], guests: Vec<String>) -> Self {
        Self { id: album.album_id, title: album.title.clone(), count: pictures.len(), guests }
    }
}

impl PendingNotification {
    /// Removes the actor from the recipients, because nobody is notified of their own activity.
    fn without_actor(mut self) -> Self {
        if !self.event.is_by_guests() {
            self.recipients.retain(|user| *user != self.actor);
        }
        self
    }
}
