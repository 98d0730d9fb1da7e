//! Telling one activity to everybody who is to be told, once.

use std::collections::BTreeSet;

use shared::Error;
use shared::events::Failures;
use shared::model::{Activity, Channel, User, What};
use shared::store::Begun;
use tokio::time::Instant;
use tracing::Span;
use uuid::Uuid;

use crate::Stores;
use crate::news::News;
use crate::round::{Recipient, Round};
use crate::story::Story;

/// How many people are looked at, told and noted together: as many as one look at a picture takes.
const TOGETHER: usize = 99;
/// All pictures that a person registers within so many seconds make one e-mail.
const BURST: u64 = 60 * 60;

/// Where log lines belong.
pub fn span(activity: &Activity) -> Span {
    tracing::info_span!("activity", id = %activity.id, kind = %activity.what.kind())
}

/// Tells an activity to everybody who is to be told and was not. No message is begun after `until`.
///
/// # Errors
/// The infrastructure's, or somebody could not be told: to be tried again.
pub async fn tell(stores: &Stores, activity: &Activity, until: Instant) -> Result<(), Error> {
    let told = match stores.receipts.begin(activity.id).await? {
        Begun::Done => return Ok(()),
        Begun::Busy => return Err("somebody else is telling it".into()),
        Begun::Ours(told) => told,
    };
    match tell_all(stores, activity, told, until).await {
        Ok(()) => stores.receipts.finish(activity.id).await,
        Err(error) => {
            stores.receipts.give_back(activity.id).await?;
            Err(error)
        }
    }
}

async fn tell_all(
    stores: &Stores,
    activity: &Activity,
    told: BTreeSet<String>,
    until: Instant,
) -> Result<(), Error> {
    let Some(story) = Story::read(stores, activity).await? else { return Ok(()) };
    let people = stores.users.get_all(&story.people()).await?;
    let Some(actor) = people.iter().find(|person| person.id == story.actor) else { return Ok(()) };
    let news = News { activity, actor, comment: story.comment.as_deref() };
    let (Some(push), Some(email)) = (news.push(), news.email()) else { return Ok(()) };
    let mut recipients: Vec<_> = people.iter().filter_map(|person| recipient(person, activity)).collect();
    // Nobody is told what they did themselves.
    recipients.retain(|recipient| recipient.id != story.actor);
    if !mails(stores, activity, &recipients).await? {
        recipients.iter_mut().for_each(|recipient| recipient.email = false);
    }
    let mut round =
        Round { stores, event: activity.id, push, email, until, told, failures: Failures::default() };
    for recipients in recipients.chunks(TOGETHER) {
        let ids: Vec<_> = recipients.iter().map(|recipient| recipient.id).collect();
        let concerned = story.still_concerns(stores, &ids).await?;
        let concerned = recipients.iter().filter(|recipient| concerned.contains(&recipient.id));
        round.tell(&concerned.copied().collect::<Vec<_>>()).await?;
    }
    tracing::info!(messages = round.told.len(), "told");
    round.failures.into_result()
}

/// Whether this activity goes out as e-mail. Of many pictures at once one does.
async fn mails(stores: &Stores, activity: &Activity, recipients: &[Recipient]) -> Result<bool, Error> {
    if stores.mail.is_none() || !recipients.iter().any(|recipient| recipient.email) {
        return Ok(false);
    }
    let What::PictureReady { picture } = activity.what else { return Ok(true) };
    // By the clock of the picture's id, so that a second try finds the same hour.
    let registered = picture.picture_id.0.get_timestamp().map_or(0, |time| time.to_unix().0);
    // Not by their name: the receipt may outlive their account.
    let burst = Uuid::new_v5(&picture.owner_id.0, &(registered / BURST).to_be_bytes());
    stores.receipts.is_first_of(&format!("burst#{burst}"), activity.id).await
}

/// How this person chose to be told of it, if they did.
fn recipient(person: &User, activity: &Activity) -> Option<Recipient> {
    let wants = |channel| person.notifications.want(activity.what.kind(), channel);
    let (push, email) = (wants(Channel::Push), wants(Channel::Email));
    (push || email).then_some(Recipient { id: person.id, push, email })
}
