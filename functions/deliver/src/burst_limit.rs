//! Limits the messages of a channel to one activity per burst of activities.

use domain::{Activity, ActivityEvent, UserId};
use jiff::Timestamp;
use lambda::Error;
use uuid::Uuid;

use crate::Context;
use crate::broadcast::Recipient;

/// The duration in seconds of a burst of push messages about the comments of one member on one
/// picture.
const FIVE_MINUTES: u64 = 5 * 60;
/// The duration in seconds of a burst of e-mails about the pictures of one owner, the comments on
/// one picture, or the pictures that one person adds to an album.
const HOUR: u64 = 60 * 60;
/// The duration in seconds of a burst of e-mails about the requests between two members, their
/// acceptances, or the additions of one member to an album. Therefore a member who repeats a
/// request causes at most one e-mail a day.
const DAY: u64 = 24 * HOUR;

/// Decides whether an activity is sent by a channel. Decides once, when the first recipient has
/// chosen the channel.
pub struct BurstLimit<'a> {
    context: &'a Context,
    activity: Uuid,
    /// `None` if the activity belongs to no burst.
    burst: Option<Uuid>,
    /// Returns whether a recipient has chosen the channel.
    choice: fn(&mut Recipient) -> &mut bool,
    /// `None` until the first recipient has chosen the channel.
    decision: Option<bool>,
}

impl<'a> BurstLimit<'a> {
    /// Creates the limit of push messages about an activity that `actor` caused.
    pub fn push(context: &'a Context, activity: &Activity, actor: UserId) -> Self {
        let burst = push_burst(activity.event, actor);
        Self {
            context,
            activity: activity.id,
            burst,
            choice: |recipient| &mut recipient.push,
            decision: None,
        }
    }

    /// Creates the limit of e-mails about an activity.
    pub fn email(context: &'a Context, activity: &Activity) -> Self {
        let burst = email_burst(activity.event, Timestamp::now().as_second().unsigned_abs());
        Self {
            context,
            activity: activity.id,
            burst,
            choice: |recipient| &mut recipient.email,
            decision: None,
        }
    }

    /// Removes the channel from these recipients if the activity is not sent by it.
    pub async fn apply(&mut self, recipients: &mut [Recipient]) -> Result<(), Error> {
        let choice = self.choice;
        let is_chosen = recipients.iter_mut().any(|recipient| *choice(recipient));
        if is_chosen && !self.is_sent().await? {
            recipients.iter_mut().for_each(|recipient| *choice(recipient) = false);
        }
        Ok(())
    }

    /// Returns `true` if the activity is sent by the channel.
    async fn is_sent(&mut self) -> Result<bool, Error> {
        if let Some(decision) = self.decision {
            return Ok(decision);
        }
        let decision = match self.burst {
            Some(burst) => {
                let burst = format!("burst#{burst}");
                self.context.idempotency.is_first_of_burst(&burst, self.activity).await?
            }
            None => true,
        };
        self.decision = Some(decision);
        Ok(decision)
    }
}

/// Returns the id of the burst of e-mails that an activity belongs to, or `None` if the type has no
/// bursts.
///
/// The id is a hash (UUID version 5), because the receipt can exist longer than the accounts. The
/// burst of a picture or comment derives from the time in its id, and that of pictures in an album
/// from the time of the batch, so that a retry gets the same burst. The burst of a friendship or a
/// membership derives from `now` (seconds since the epoch).
fn email_burst(event: ActivityEvent, now: u64) -> Option<Uuid> {
    let (id, burst) = match event {
        ActivityEvent::PictureReady { picture } => {
            (picture.owner_id.0, format!("pictures {}", timestamp_of(picture.picture_id.0) / HOUR))
        }
        ActivityEvent::CommentAdded { picture, comment_id } => {
            (picture.picture_id.0, format!("comments {}", timestamp_of(comment_id.0) / HOUR))
        }
        ActivityEvent::FriendRequested { from, to, .. } => (from.0, format!("asks {to} {}", now / DAY)),
        ActivityEvent::FriendAccepted { from, to } => (from.0, format!("accepted by {to} {}", now / DAY)),
        ActivityEvent::AlbumMemberAdded { album_id, member_id } => {
            (album_id.0, format!("member {member_id} {}", now / DAY))
        }
        ActivityEvent::AlbumPicturesAdded { batch } | ActivityEvent::AlbumPicturesWaiting { batch } => {
            let by = batch.by.map_or_else(|| "guests".to_owned(), |id| id.to_string());
            let hour = batch.since.as_second().unsigned_abs() / HOUR;
            (batch.album_id.0, format!("{} by {by} {hour}", event.kind()))
        }
        _ => return None,
    };
    Some(Uuid::new_v5(&id, burst.as_bytes()))
}

/// Returns the id of the burst of push messages that an activity belongs to, or `None` if the type
/// has no bursts. The id is a hash like that of [`email_burst`].
fn push_burst(event: ActivityEvent, actor: UserId) -> Option<Uuid> {
    let ActivityEvent::CommentAdded { picture, comment_id } = event else { return None };
    let burst = format!("push of comments by {actor} {}", timestamp_of(comment_id.0) / FIVE_MINUTES);
    Some(Uuid::new_v5(&picture.picture_id.0, burst.as_bytes()))
}

/// Returns the time of a UUIDv7 (seconds since the epoch).
fn timestamp_of(id: Uuid) -> u64 {
    id.get_timestamp().map_or(0, |time| time.to_unix().0)
}
