//! Limits the messages of a channel to one activity per burst of activities.

use domain::{Activity, ActivityEvent, UserId};
use jiff::Timestamp;
use lambda::Error;
use uuid::Uuid;

use crate::Context;
use crate::broadcast::Recipient;

/// The length of a burst of comments of one member on one picture, on phones (seconds).
const FIVE_MINUTES: u64 = 5 * 60;
/// The length of a burst of pictures of one member, of comments on one picture, or of pictures that
/// one member adds to an album, by e-mail (seconds).
const HOUR: u64 = 60 * 60;
/// The length of a burst of requests, or of acceptances, between two members, and of additions of
/// one member to an album, by e-mail (seconds). Therefore a member who repeats a request causes at
/// most one e-mail a day.
const DAY: u64 = 24 * HOUR;

/// The decision whether an activity is sent by a channel. It is made once, when the first recipient
/// wants the channel.
pub struct BurstLimit<'a> {
    context: &'a Context,
    activity: Uuid,
    /// `None` if the activity belongs to no burst.
    burst: Option<Uuid>,
    /// Returns the choice of the channel.
    choice: fn(&mut Recipient) -> &mut bool,
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

    /// Switches the channel off for these recipients if the activity is not sent by it.
    pub async fn apply(&mut self, recipients: &mut [Recipient]) -> Result<(), Error> {
        let choice = self.choice;
        let is_wanted = recipients.iter_mut().any(|recipient| *choice(recipient));
        if is_wanted && !self.is_sent().await? {
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

/// Returns the id of the burst of an activity by e-mail, or `None` if the type has no bursts.
///
/// The id is a hash (UUID version 5), because the receipt can exist longer than the accounts. The
/// burst of a picture or comment follows from the time in its id, and that of pictures in an album
/// from the time of the batch, so that a retry gets the same burst. The burst of a friendship or a
/// membership follows from `now` (seconds since the epoch).
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

/// Returns the id of the burst of an activity on phones, or `None` if the type has no bursts. The
/// id is a hash, as that of [`email_burst`].
fn push_burst(event: ActivityEvent, actor: UserId) -> Option<Uuid> {
    let ActivityEvent::CommentAdded { picture, comment_id } = event else { return None };
    let burst = format!("push of comments by {actor} {}", timestamp_of(comment_id.0) / FIVE_MINUTES);
    Some(Uuid::new_v5(&picture.picture_id.0, burst.as_bytes()))
}

/// Returns the time of a UUIDv7 (seconds since the epoch).
fn timestamp_of(id: Uuid) -> u64 {
    id.get_timestamp().map_or(0, |time| time.to_unix().0)
}
