//! Delivers an activity to each device and mailbox of its recipients. Skips the deliveries that an
//! earlier attempt recorded.

use std::collections::BTreeSet;

use domain::{Activity, Channel, User};
use lambda::Error;
use lambda::events::{Failures, require_complete_batch};
use store::{MAX_VIEWERS, Progress};
use tokio::time::Instant;

use crate::Context;
use crate::broadcast::{Broadcast, Recipient};
use crate::burst_limit::BurstLimit;
use crate::content::NotificationContent;

/// Sends the messages of an activity that are not delivered yet. Sends no further message after
/// `deadline`.
///
/// # Errors
/// Returns an error if the batch of the activity is not complete, or if a message failed.
pub async fn deliver(context: &Context, activity: &Activity, deadline: Instant) -> Result<(), Error> {
    require_complete_batch(activity, context.notice_delay)?;
    let run = context.idempotency.run_unless_completed(activity.id, async |delivered| {
        deliver_remaining(context, activity, delivered, deadline).await
    });
    run.await
}

async fn deliver_remaining(
    context: &Context,
    activity: &Activity,
    delivered: BTreeSet<String>,
    deadline: Instant,
) -> Result<Progress, Error> {
    let Some(pending) = context.recipients.find(activity).await? else {
        return Ok(Progress::without_recipients(activity.event));
    };
    let ids = pending.recipients.iter().copied().chain([pending.actor]).collect();
    let users = context.users.get_all(&ids).await?;
    let Some(actor) = users.iter().find(|user| user.id == pending.actor) else {
        return Ok(Progress::Completed);
    };
    let content = NotificationContent {
        activity,
        actor,
        comment: pending.comment.as_deref(),
        album: pending.album.as_ref(),
    };
    let (Some(push), Some(email)) = (content.push(), content.email()) else {
        return Ok(Progress::Completed);
    };
    let recipient_ids: BTreeSet<_> = pending.recipients.iter().collect();
    let recipients = users.iter().filter(|user| recipient_ids.contains(&user.id));
    let recipients: Vec<_> = recipients.filter_map(|user| chosen_channels(context, user, activity)).collect();
    let mut limits =
        [BurstLimit::push(context, activity, pending.actor), BurstLimit::email(context, activity)];
    let failures = Failures::default();
    let mut broadcast =
        Broadcast { context, activity: activity.id, push, email, deadline, delivered, failures };
    for recipients in recipients.chunks(MAX_VIEWERS) {
        let ids: Vec<_> = recipients.iter().map(|recipient| recipient.id).collect();
        let current = context.recipients.filter_current(&pending, &ids).await?;
        let current = recipients.iter().filter(|recipient| current.contains(&recipient.id));
        let mut current: Vec<_> = current.copied().collect();
        for limit in &mut limits {
            limit.apply(&mut current).await?;
        }
        broadcast.deliver(&current).await?;
    }
    tracing::info!(messages = broadcast.delivered.len(), "messages delivered by all attempts");
    broadcast.failures.into_result()?;
    Ok(Progress::Completed)
}

/// Returns a member with the channels that they chose for this type of activity. Returns `None` if
/// they chose neither push nor e-mail.
fn chosen_channels(context: &Context, user: &User, activity: &Activity) -> Option<Recipient> {
    let allows = |channel| user.notifications.allows(activity.event.kind(), channel);
    let (push, email) = (allows(Channel::Push), context.mailer.is_some() && allows(Channel::Email));
    (push || email).then_some(Recipient { id: user.id, push, email })
}
