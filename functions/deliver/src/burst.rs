//! Many activities at once, of which people get one e-mail.

use domain::{Activity, ActivityEvent};
use jiff::Timestamp;
use lambda::Error;
use uuid::Uuid;

use crate::Context;
use crate::round::Recipient;

/// For how long one e-mail stands for all like it (seconds): of pictures of one person, of comments on one picture.
const HOUR: u64 = 60 * 60;
/// The same for requests and acceptances of one person: nobody is to get more by asking and withdrawing.
const DAY: u64 = 24 * HOUR;

/// Whether an activity goes out as e-mail: asked when the first comes who wants one.
pub struct Mails<'a> {
    context: &'a Context,
    activity: &'a Activity,
    decided: Option<bool>,
}

impl<'a> Mails<'a> {
    /// Of this activity.
    pub fn new(context: &'a Context, activity: &'a Activity) -> Self {
        Self { context, activity, decided: None }
    }

    /// Takes the e-mails from these people that they are not to get.
    ///
    /// # Errors
    /// DynamoDB's.
    pub async fn filter(&mut self, people: &mut [Recipient]) -> Result<(), Error> {
        if people.iter().any(|person| person.email) && !self.are_sent().await? {
            people.iter_mut().for_each(|person| person.email = false);
        }
        Ok(())
    }

    async fn are_sent(&mut self) -> Result<bool, Error> {
        if let Some(decided) = self.decided {
            return Ok(decided);
        }
        let sent = self.context.mail.is_some()
            && match burst(self.activity.what, Timestamp::now().as_second().unsigned_abs()) {
                Some(burst) => {
                    self.context.receipts.is_first_of(&format!("burst#{burst}"), self.activity.id).await?
                }
                None => true,
            };
        self.decided = Some(sent);
        Ok(sent)
    }
}

/// All activities of the same burst make one e-mail. A hash (UUID version 5), since the receipt may outlive people's accounts. `now`:
/// seconds of the epoch; pictures and comments have a time of their own, which a second try finds again.
fn burst(what: ActivityEvent, now: u64) -> Option<Uuid> {
    let (id, burst) = match what {
        ActivityEvent::PictureReady { picture } => {
            (picture.owner_id.0, format!("pictures {}", seconds(picture.picture_id.0) / HOUR))
        }
        ActivityEvent::CommentAdded { picture, comment_id } => {
            (picture.picture_id.0, format!("comments {}", seconds(comment_id.0) / HOUR))
        }
        ActivityEvent::FriendRequested { from, to } => (from.0, format!("asks {to} {}", now / DAY)),
        ActivityEvent::FriendAccepted { from, to } => (from.0, format!("accepted by {to} {}", now / DAY)),
        _ => return None,
    };
    Some(Uuid::new_v5(&id, burst.as_bytes()))
}

/// When a UUIDv7 was made (seconds of the epoch).
fn seconds(id: Uuid) -> u64 {
    id.get_timestamp().map_or(0, |time| time.to_unix().0)
}
