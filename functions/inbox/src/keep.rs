//! What happened, kept for each person whom it concerns.

use jiff::Timestamp;
use lambda::Error;
use domain::{Activity, Notification, UserId};
use store::MAX_READERS;
use store::recipients::PendingNotification;
use tracing::Instrument;

use crate::Context;

/// Keeps an activity for everybody whom it concerns. Interrupted, it comes again and writes the rows that are missing: those of 5,000 friends
/// take some fifty transactions and fifty batches that read and two hundred that write, a few seconds.
///
/// # Errors
/// DynamoDB's.
pub async fn keep(context: &Context, activity: Activity) -> Result<(), Error> {
    let span = tracing::info_span!("activity", id = %activity.id, kind = %activity.what.kind());
    // Boxed: the state machines of the SDK nest too deeply for the compiler otherwise.
    Box::pin(keep_all(context, activity)).instrument(span).await
}

async fn keep_all(context: &Context, activity: Activity) -> Result<(), Error> {
    let Some(story) = context.recipients.story(&activity).await? else { return Ok(()) };
    let mut kept = 0;
    for people in story.to.chunks(MAX_READERS) {
        kept += keep_for(context, &activity, &story, people).await?;
    }
    tracing::info!(people = kept, "kept");
    Ok(())
}

/// Keeps it for those of `people` whom it concerns at this moment, and says how many they are.
async fn keep_for(
    context: &Context,
    activity: &Activity,
    story: &PendingNotification,
    people: &[UserId],
) -> Result<usize, Error> {
    let concerned = context.recipients.still_concerns(story, people).await?;
    let kept_at = Some(Timestamp::from_millisecond(Timestamp::now().as_millisecond())?);
    let entry = |user_id| Notification { user_id, actor_id: story.actor, kept_at, activity: *activity };
    let entries: Vec<_> = concerned.into_iter().map(entry).collect();
    context.notifications.put_all(&entries).await?;
    Ok(entries.len())
}
