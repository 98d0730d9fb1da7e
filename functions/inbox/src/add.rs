//! Stores a notification of an activity for each recipient.

use domain::{Activity, Notification, UserId};
use jiff::Timestamp;
use lambda::Error;
use store::{MAX_VIEWERS, PendingNotification};

use crate::Context;

/// Stores a notification for each recipient of an activity. A repetition of the activity checks and
/// stores only the missing notifications.
///
/// 5,000 recipients take a few seconds: the function reads by about 50 transactions and 50 batches,
/// and writes by 200 batches.
pub async fn add_notifications(context: &Context, activity: Activity) -> Result<(), Error> {
    // Boxed, because the nested futures of the SDK exceed limits of the compiler.
    Box::pin(add_for_all(context, activity)).await
}

async fn add_for_all(context: &Context, activity: Activity) -> Result<(), Error> {
    let Some(pending) = context.recipients.find(&activity).await? else { return Ok(()) };
    let mut count = 0;
    for recipients in pending.recipients.chunks(MAX_VIEWERS) {
        count += add_for(context, &activity, &pending, recipients).await?;
    }
    tracing::info!(people = count, "stored the notifications");
    Ok(())
}

/// Stores a notification for each of the `recipients` who has none and whom the activity still
/// concerns. Returns the number of stored notifications.
async fn add_for(
    context: &Context,
    activity: &Activity,
    pending: &PendingNotification,
    recipients: &[UserId],
) -> Result<usize, Error> {
    let stored_at = Some(Timestamp::from_millisecond(Timestamp::now().as_millisecond())?);
    let notification =
        |user_id| Notification { user_id, actor_id: pending.actor, stored_at, activity: *activity };
    let notifications: Vec<_> = recipients.iter().copied().map(notification).collect();
    let mut missing = context.notifications.filter_missing(notifications).await?;
    if missing.is_empty() {
        return Ok(0);
    }
    let users: Vec<_> = missing.iter().map(|notification| notification.user_id).collect();
    let current = context.recipients.filter_current(pending, &users).await?;
    missing.retain(|notification| current.contains(&notification.user_id));
    context.notifications.put_all(&missing).await?;
    Ok(missing.len())
}
