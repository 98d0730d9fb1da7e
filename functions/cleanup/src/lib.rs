//! Deletes what a deleted thing leaves behind, and what never came.
//!
//! | | |
//! |---|---|
//! | triggered by | its queue: SNS *Activity*, `picture.removed`, and S3 ObjectRemoved of `originals/`; deletions of accounts in the stream of Users; removals in the stream of Deadlines |
//! | reads | Pictures, Comments, Users, Friendships, Connections, Devices, Notifications; which originals there are |
//! | emits | deletions: of S3 `originals/` and `renditions/` objects, of rows of Pictures, Comments, Deadlines, Friendships, Connections, Devices and Notifications, of SNS platform endpoints, of the Cognito user; a Users row that no longer names the account |
//!
//! What it deletes comes back as events: a removed original, a removed deadline, a removed picture. Each finds its record gone and
//! ends there, the last one after it has deleted what there was to delete.

mod account;
mod accounts;
mod leftover;
mod message;
mod picture;
mod context;

use aws_lambda_events::sqs::SqsBatchResponse;
use lambda::Error;
use lambda::events::Trigger;

pub use accounts::Accounts;
use leftover::Leftover;
pub use context::Context;

/// Answers one batch of the queue or of a stream.
///
/// # Errors
/// The infrastructure's, for a stream: what was done stays done and the batch comes again. Messages of the queue are reported one
/// by one.
pub async fn handle(context: &Context, trigger: Trigger) -> Result<Option<SqsBatchResponse>, Error> {
    match trigger {
        Trigger::Queue(event) => {
            Ok(Some(events::process_messages(event, |body| message::answer(context, body)).await))
        }
        Trigger::Stream(event) => {
            let delete = async |leftover| match leftover {
                Leftover::Account(deletion) => account::delete(context, &deletion).await,
                Leftover::Awaited(key) => picture::expire(context, key).await,
            };
            events::process_batch(Leftover::of(event)?, delete).await?;
            Ok(None)
        }
    }
}

/// Deletes batch after batch until there is nothing more. `some` deletes one and says how many there were in it.
async fn until_none<F>(some: impl Fn() -> F) -> Result<(), Error>
where
    F: Future<Output = Result<usize, Error>>,
{
    while some().await? > 0 {}
    Ok(())
}
