//! Publishes changes of tables as activities.
//!
//! | | |
//! |---|---|
//! | triggered by | the streams of Pictures, Friendships and Comments |
//! | reads | nothing: a record contains the row before and after the change |
//! | emits | SNS *Activity*: at most one message per record, the same for each delivery of it |
//!
//! A pure function per table derives the event from the row before and after the change.

pub mod comments;
mod context;
pub mod friendships;
pub mod pictures;
mod record;

use aws_lambda_events::dynamodb::Event;
use lambda::{Error, events};

pub use context::Context;
pub use record::Record;

/// Publishes the activities of a batch of stream records. A failed record does not stop the
/// others.
///
/// # Errors
/// Returns an error if a record failed. Lambda then repeats the whole batch, and the function
/// publishes the same messages again.
pub async fn handle(context: &Context, event: Event) -> Result<(), Error> {
    events::process_batch(event.records.into_iter().map(Record), async |record| {
        let Some(activity) = record.into_activity()? else { return Ok(()) };
        let kind = activity.event.kind().as_str();
        context.topic.publish(&[activity], |_| Some(kind)).await?;
        tracing::info!(activity = %activity.id, kind, "published the activity");
        Ok(())
    })
    .await
}
