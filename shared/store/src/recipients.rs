//! The recipients of notifications: one rule for push, e-mail and the notification list.

use std::collections::BTreeSet;

use domain::access::can_view;
use domain::{Activity, ActivityEvent, CommentId, FriendshipState, PictureKey, Relation, UserId};

use crate::access::AccessReader;
use crate::database::Database;
use crate::{Comments, Error, Friendships};

/// Finds the recipients of notifications from the current rows.
#[derive(Clone, Debug)]
pub struct NotificationRecipients {
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
    /// The member who caused the activity.
    pub actor: UserId,
    /// The members to notify; never the actor.
    pub recipients: Vec<UserId>,
    /// The text of the comment if the activity is `comment.added`.
    pub comment: Option<String>,
}

impl NotificationRecipients {
    /// Opens the tables.
    #[must_use]
    pub fn new(database: &Database) -> Self {
        Self {
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
        let pending = |actor, recipients| PendingNotification { event, actor, recipients, comment: None };
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
            // These only update open pages.
            ActivityEvent::PictureChanged { .. }
            | ActivityEvent::PictureRemoved { .. }
            | ActivityEvent::FriendRemoved { .. }
            | ActivityEvent::CommentRemoved { .. } => Ok(None),
        }
    }

    /// Returns the members among `users` who are still recipients of the notification. Sending to
    /// many members takes time, so check each group just before you send to it.
    pub async fn filter_current(
        &self,
        pending: &PendingNotification,
        users: &[UserId],
    ) -> Result<BTreeSet<UserId>, Error> {
        let ActivityEvent::PictureReady { picture } = pending.event else {
            return Ok(users.iter().copied().collect());
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
        }))
    }
}

impl PendingNotification {
    /// Removes the actor from the recipients, because nobody is notified of their own activity.
    fn without_actor(mut self) -> Self {
        self.recipients.retain(|user| *user != self.actor);
        self
    }
}
