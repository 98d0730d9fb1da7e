//! Limits e-mail to one activity per burst of activities.

use domain::{Activity, ActivityEvent};
use jiff::Timestamp;
use lambda::Error;
use uuid::Uuid;

use crate::Context;
use crate::broadcast::Recipient;

/// The length of a burst of pictures of one member, or of comments on one picture (seconds).
const HOUR: u64 = 60 * 60;
/// The length of a burst of requests, or of acceptances, between two members (seconds). Therefore a
/// member who repeats a request causes at most one e-mail a day.
const DAY: u64 = 24 * HOUR;

/// The decision whether an activity is sent by e-mail. It is made once, when the first recipient
/// wants e-mail.
pub struct EmailLimit<'a> {
    context: &'a Context,
    activity: &'a Activity,
    decision: Option<bool>,
}

impl<'a> EmailLimit<'a> {
    /// Creates an open decision for an activity.
    pub fn new(context: &'a Context, activity: &'a Activity) -> Self {
        Self { context, activity, decision: None }
    }

    /// Switches e-mail off for these recipients if the activity is not sent by e-mail.
    pub async fn apply(&mut self, recipients: &mut [Recipient]) -> Result<(), Error> {
        if recipients.iter().any(|recipient| recipient.email) && !self.is_sent_by_email().await? {
            recipients.iter_mut().for_each(|recipient| recipient.email = false);
        }
        Ok(())
    }

    /// Returns `true` if the activity is sent by e-mail.
    async fn is_sent_by_email(&mut self) -> Result<bool, Error> {
        if let Some(decision) = self.decision {
            return Ok(decision);
        }
        let now = Timestamp::now().as_second().unsigned_abs();
        let decision = self.context.mailer.is_some()
            && match burst_id(self.activity.event, now) {
                Some(burst) => {
                    let burst = format!("burst#{burst}");
                    self.context.idempotency.is_first_of_burst(&burst, self.activity.id).await?
                }
                None => true,
            };
        self.decision = Some(decision);
        Ok(decision)
    }
}

/// Returns the id of the burst of an activity, or `None` if the type has no bursts.
///
/// The id is a hash (UUID version 5), because the receipt can exist longer than the accounts. The
/// burst of a picture or comment follows from the time in its id, so that a retry gets the same
/// burst. The burst of a friendship follows from `now` (seconds since the epoch).
fn burst_id(event: ActivityEvent, now: u64) -> Option<Uuid> {
    let (id, burst) = match event {
        ActivityEvent::PictureReady { picture } => {
            (picture.owner_id.0, format!("pictures {}", timestamp_of(picture.picture_id.0) / HOUR))
        }
        ActivityEvent::CommentAdded { picture, comment_id } => {
            (picture.picture_id.0, format!("comments {}", timestamp_of(comment_id.0) / HOUR))
        }
        ActivityEvent::FriendRequested { from, to, .. } => (from.0, format!("asks {to} {}", now / DAY)),
        ActivityEvent::FriendAccepted { from, to } => (from.0, format!("accepted by {to} {}", now / DAY)),
        _ => return None,
    };
    Some(Uuid::new_v5(&id, burst.as_bytes()))
}

/// Returns the time of a UUIDv7 (seconds since the epoch).
fn timestamp_of(id: Uuid) -> u64 {
    id.get_timestamp().map_or(0, |time| time.to_unix().0)
}
