//! Maintains the precomputed feeds: the rows that name the pictures a reader can view.
//!
//! | | |
//! |---|---|
//! | triggered by | the streams of Pictures, Friendships, Albums and Feeds |
//! | | the queue of SNS *Rebuild* |
//! | reads | Pictures, Friendships, Albums, Feeds |
//! | emits | Feeds rows; SNS *Rebuild*: the next steps of long work |
//! | | Albums: the orders of pictures and of the lists of members |
//!
//! The function is level-triggered: an event names the picture, friendship, album or feed row that
//! changed, and the function makes the feed rows match the current pictures, friendships and
//! albums. Each row that it writes or deletes causes another event, and the function verifies that
//! row ([`rows`]). Therefore the feeds become correct even if events are duplicated, reordered or
//! replayed, or if invocations are interrupted. `tests/histories` tests this.

mod albums;
pub mod changes;
mod context;
mod facts;
pub mod friendships;
pub mod pictures;
pub mod rows;
mod tables;
mod task;

use aws_lambda_events::sqs::SqsBatchResponse;
use lambda::Error;
use lambda::events::{self, Message, Trigger};

use changes::Changes;

pub use context::Context;
pub use tables::{DynamoDbTables, Tables};
pub use task::Task;

/// Handles a batch and publishes the next steps to *Rebuild*.
///
/// # Errors
/// Returns an error if a batch of a stream fails; Lambda then repeats the whole batch. For a batch
/// of the queue, the reply lists the failed messages instead, and SQS delivers only those again.
pub async fn handle(context: &Context, trigger: Trigger) -> Result<Option<SqsBatchResponse>, Error> {
    match trigger {
        Trigger::Stream(event) => {
            let tasks = Changes::parse(event)?.update_feeds(&context.tables).await?;
            context.rebuild.publish(&tasks, |_| None).await?;
            Ok(None)
        }
        Trigger::Queue(event) => {
            let run_step = async |message: Message| {
                let task: Task = serde_json::from_str(&message.body)?;
                let tasks = task.run_step(&context.tables).await?;
                context.rebuild.publish(&tasks, |_| None).await
            };
            Ok(Some(events::process_messages(event, run_step).await))
        }
    }
}
