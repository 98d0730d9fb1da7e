//! Keeps the precomputed feeds: who can see what.
//!
//! | | |
//! |---|---|
//! | triggered by | the streams of Pictures, Friendships and Feeds; SNS *Rebuild*, through its queue |
//! | reads | Pictures, Friendships, Feeds |
//! | emits | Feeds rows; SNS *Rebuild*: what one step left to do |
//!
//! Level-triggered: an event says only *which* thing changed. It is read as it is now, and its feed rows are made so. Then each
//! row that came or went is an event, too, and is compared with the records once more ([`rows`]). So duplicates, reordering,
//! replays and interruptions cannot matter: `tests/histories` proves it.

pub mod event;
pub mod friendships;
pub mod pictures;
mod records;
pub mod rows;
mod task;

use aws_lambda_events::sqs::SqsBatchResponse;
use lambda::Error;
use lambda::events::Trigger;
use lambda::topic::Topic;

pub use records::{Context, Records};
pub use task::Task;

/// Handles one event. What one step leaves to do is sent to *Rebuild* before the event counts as done.
///
/// # Errors
/// DynamoDB's or SNS's, for a stream: the batch is then repeated whole. Messages of a queue are reported one by one.
pub async fn handle(
    records: &impl Records,
    topic: &Topic,
    trigger: Trigger,
) -> Result<Option<SqsBatchResponse>, Error> {
    match trigger {
        Trigger::Stream(event) => {
            let rest = event::Changes::read(event)?.follow(records).await?;
            topic.send(&rest, |_| None).await?;
            Ok(None)
        }
        Trigger::Queue(event) => {
            let step = async |body: String| {
                let task: Task = serde_json::from_str(&body)?;
                topic.send(&task.step(records).await?, |_| None).await
            };
            Ok(Some(events::process_messages(event, step).await))
        }
    }
}
