//! Maintains the precomputed feeds: the rows that name the pictures a reader may see.
//!
//! | | |
//! |---|---|
//! | triggered by | the streams of Pictures, Friendships and Feeds; the queue of SNS *Rebuild* |
//! | reads | Pictures, Friendships, Feeds |
//! | emits | Feeds rows; SNS *Rebuild*: the next steps of long work |
//!
//! The function is level-triggered: an event only names the record that changed. The function reads
//! the record and makes its feed rows match. Each row that it writes or deletes is an event in
//! turn, and the function verifies the row once more ([`rows`]). Therefore duplicates, reordering,
//! replays and interruptions do no harm; `tests/histories` proves it.

pub mod changes;
mod context;
pub mod friendships;
pub mod pictures;
pub mod rows;
mod tables;
mod task;

use aws_lambda_events::sqs::SqsBatchResponse;
use lambda::Error;
use lambda::events::{self, Trigger};

use changes::Changes;

pub use context::Context;
pub use tables::{DynamoDbTables, Tables};
pub use task::Task;

/// Handles a batch, and publishes the next steps to *Rebuild* before it succeeds.
///
/// # Errors
/// A batch of a stream failed; Lambda repeats the whole batch. Failed messages of the queue are in
/// the reply instead, and SQS repeats only those.
pub async fn handle(context: &Context, trigger: Trigger) -> Result<Option<SqsBatchResponse>, Error> {
    match trigger {
        Trigger::Stream(event) => {
            let tasks = Changes::parse(event)?.update_feeds(&context.tables).await?;
            context.rebuild.publish(&tasks, |_| None).await?;
            Ok(None)
        }
        Trigger::Queue(event) => {
            let run_step = async |body: String| {
                let task: Task = serde_json::from_str(&body)?;
                let tasks = task.run_step(&context.tables).await?;
                context.rebuild.publish(&tasks, |_| None).await
            };
            Ok(Some(events::process_messages(event, run_step).await))
        }
    }
}
