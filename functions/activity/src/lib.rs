//! Turns changes into activity.
//!
//! | | |
//! |---|---|
//! | triggered by | the streams of Pictures, Friendships and Comments |
//! | reads | nothing: a change is all in its record |
//! | emits | SNS *Activity*: at most one message for each record, the same each time the record comes |
//!
//! What a change means is told by pure functions, one for each table, from the row before and the row after it.

pub mod comments;
pub mod friendships;
pub mod pictures;
mod record;

use aws_lambda_events::dynamodb::Event;
use lambda::topic::Topic;
use lambda::{Error, events};

pub use record::Record;

/// Tells what a batch of one of the streams means. A record that cannot be read or told does not keep the others from being told.
///
/// # Errors
/// A record cannot be read, or SNS's: the batch is then repeated whole, with the same messages.
pub async fn handle(topic: &Topic, event: Event) -> Result<(), Error> {
    events::process_batch(event.records.into_iter().map(Record), async |record| {
        let Some(activity) = record.activity()? else { return Ok(()) };
        let kind = activity.what.kind().as_str();
        topic.send(&[activity], |_| Some(kind)).await?;
        tracing::info!(activity = %activity.id, kind, "told");
        Ok(())
    })
    .await
}
