//! Stores a notification of an activity for each recipient.

use domain::{Activity, Notification, UserId};
use jiff::Timestamp;
use lambda::Error;
use store::{MAX_VIEWERS, PendingNotification};

use crate::Context;

/// Stores a notification for each recipient of an activity. A retry stores only the missing
/// notifications.
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

/// Stores a notification for each of the `recipients` whom the activity still concerns. Returns the
/// number of these recipients.
async fn add_for(
    context: &Context,
    activity: &Activity,
    pending: &PendingNotification,
    recipients: &[UserId],
) -> Result<usize, Error> {
    let current = context.recipients.filter_current(pending, recipients).await?;
    let stored_at = Some(Timestamp::from_millisecond(Timestamp::now().as_millisecond())?);
    let notification =
        |user_id| Notification { user_id, actor_id: pending.actor, stored_at, activity: *activity };
    let notifications: Vec<_> = current.into_iter().map(notification).collect();
    context.notifications.add(&notifications).await?;
    Ok(notifications.len())
}
