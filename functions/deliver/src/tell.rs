//! NotificationRecipients one activity to everybody who is to be told, once.

use std::collections::BTreeSet;

use domain::{Activity, Channel, User};
use lambda::Error;
use lambda::events::Failures;
use store::MAX_READERS;
use tokio::time::Instant;
use tracing::Span;

use crate::Context;
use crate::burst::Mails;
use crate::news::News;
use crate::round::{Recipient, Round};

/// Where log lines belong.
pub fn span(activity: &Activity) -> Span {
    tracing::info_span!("activity", id = %activity.id, kind = %activity.what.kind())
}

/// Tells an activity to everybody who is to be told and was not. No message is begun after `until`.
///
/// # Errors
/// The infrastructure's, or somebody could not be told: to be tried again.
pub async fn tell(context: &Context, activity: &Activity, until: Instant) -> Result<(), Error> {
    context.receipts.once(activity.id, async |told| tell_all(context, activity, told, until).await).await
}

async fn tell_all(
    context: &Context,
    activity: &Activity,
    told: BTreeSet<String>,
    until: Instant,
) -> Result<(), Error> {
    let Some(story) = context.recipients.story(activity).await? else { return Ok(()) };
    let named = story.to.iter().copied().chain([story.actor]).collect();
    let people = context.users.get_all(&named).await?;
    let Some(actor) = people.iter().find(|person| person.id == story.actor) else { return Ok(()) };
    let news = News { activity, actor, comment: story.comment.as_deref() };
    let (Some(push), Some(email)) = (news.push(), news.email()) else { return Ok(()) };
    let others = people.iter().filter(|person| person.id != story.actor);
    let recipients: Vec<_> = others.filter_map(|person| recipient(person, activity)).collect();
    let mut mails = Mails::new(context, activity);
    let mut round =
        Round { context, event: activity.id, push, email, until, told, failures: Failures::default() };
    for recipients in recipients.chunks(MAX_READERS) {
        let ids: Vec<_> = recipients.iter().map(|recipient| recipient.id).collect();
        let concerned = context.recipients.still_concerns(&story, &ids).await?;
        let concerned = recipients.iter().filter(|recipient| concerned.contains(&recipient.id));
        let mut concerned: Vec<_> = concerned.copied().collect();
        mails.filter(&mut concerned).await?;
        round.tell(&concerned).await?;
    }
    tracing::info!(messages = round.told.len(), "told");
    round.failures.into_result()
}

/// How this person chose to be told of it, if they did.
fn recipient(person: &User, activity: &Activity) -> Option<Recipient> {
    let wants = |channel| person.notifications.want(activity.what.kind(), channel);
    let (push, email) = (wants(Channel::Push), wants(Channel::Email));
    (push || email).then_some(Recipient { id: person.id, push, email })
}
