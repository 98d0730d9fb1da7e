//! Adds an activity to the notification list of each recipient.

use domain::{Activity, Notification, UserId};
use jiff::Timestamp;
use lambda::Error;
use store::{MAX_VIEWERS, PendingNotification};
use tracing::Instrument;

use crate::Context;

/// Adds an entry for each recipient of an activity. A retry adds the entries that are missing.
///
/// 5,000 recipients take a few seconds: about 50 transactions and 50 batches that read, and 200
/// batches that write.
pub async fn add_notifications(context: &Context, activity: Activity) -> Result<(), Error> {
    let span = tracing::info_span!("activity", id = %activity.id, kind = %activity.event.kind());
    // Boxed, because the nested futures of the SDK exceed limits of the compiler.
    Box::pin(add_for_all(context, activity)).instrument(span).await
}

async fn add_for_all(context: &Context, activity: Activity) -> Result<(), Error> {
    let Some(pending) = context.recipients.find(&activity).await? else { return Ok(()) };
    let mut added = 0;
    for recipients in pending.recipients.chunks(MAX_VIEWERS) {
        added += add_for(context, &activity, &pending, recipients).await?;
    }
    tracing::info!(people = added, "stored the notifications");
    Ok(())
}

/// Adds an entry for each of `recipients` whom the activity still concerns, and returns their
/// number.
async fn add_for(
    context: &Context,
    activity: &Activity,
    pending: &PendingNotification,
    recipients: &[UserId],
) -> Result<usize, Error> {
    let current = context.recipients.filter_current(pending, recipients).await?;
    let stored_at = Some(Timestamp::from_millisecond(Timestamp::now().as_millisecond())?);
    let entry = |user_id| Notification { user_id, actor_id: pending.actor, stored_at, activity: *activity };
    let entries: Vec<_> = current.into_iter().map(entry).collect();
    context.notifications.add(&entries).await?;
    Ok(entries.len())
}
