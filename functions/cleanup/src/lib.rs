//! Deletes the data of deleted pictures and accounts, and pictures that were never uploaded.
//!
//! | | |
//! |---|---|
//! | triggered by | SNS *Activity*, `picture.removed`, by a queue |
//! | | S3 ObjectRemoved below `originals/`, by the same queue |
//! | | the streams of Users (deletions of accounts) and of Deadlines (expired rows) |
//! | reads | Pictures, Comments, Users, Friendships, Connections, Devices, Notifications |
//! | | S3: whether an original exists |
//! | emits | deletions of S3 `originals/` and `renditions/` objects |
//! | | deletions of Pictures, Comments and Deadlines rows |
//! | | deletions of Friendships, Connections, Devices and Notifications rows |
//! | | deletions of SNS platform endpoints and of the Cognito user |
//! | | a Users row that no longer names the account |
//!
//! A deletion of this function can trigger it again: by a deleted original, deadline or picture.
//! The picture's record is then gone, and the chain ends after the picture's data is deleted.

mod account;
mod context;
mod picture;
mod task;
mod user_pool;

use aws_lambda_events::sqs::SqsBatchResponse;
use domain::{Activity, ActivityEvent};
use lambda::events::Trigger;
use lambda::{Error, events};

pub use context::Context;
use task::CleanupTask;
pub use user_pool::UserPool;

/// Handles a batch of the queue or of a stream.
///
/// # Errors
/// A record of a stream failed: Lambda repeats the whole batch. Failed messages of the queue are in
/// the response instead.
pub async fn handle(context: &Context, trigger: Trigger) -> Result<Option<SqsBatchResponse>, Error> {
    match trigger {
        Trigger::Queue(event) => {
            Ok(Some(events::process_messages(event, |body| handle_message(context, body)).await))
        }
        Trigger::Stream(event) => {
            let run = async |task| match task {
                CleanupTask::DeletedAccount(deletion) => account::delete_account(context, &deletion).await,
                CleanupTask::ExpiredDeadline(key) => picture::delete_unless_uploaded(context, key).await,
            };
            events::process_batch(CleanupTask::parse_all(event)?, run).await?;
            Ok(None)
        }
    }
}

/// Handles a message of the queue: an activity, or a notification of S3.
async fn handle_message(context: &Context, body: String) -> Result<(), Error> {
    match serde_json::from_str(&body) {
        Ok(Activity { event: ActivityEvent::PictureRemoved { picture, .. }, .. }) => {
            events::process_batch([picture], |key| picture::delete_orphans(context, key)).await
        }
        Ok(other) => {
            tracing::warn!(kind = other.event.kind().as_str(), "ignored an activity without cleanup");
            Ok(())
        }
        Err(_) => {
            let pictures = events::parse_originals(&body)?;
            events::process_batch(pictures, |key| picture::delete_without_original(context, key)).await
        }
    }
}

/// Calls `delete_some` until it deletes nothing. It deletes a batch and returns its size.
async fn delete_in_batches<F>(delete_some: impl Fn() -> F) -> Result<(), Error>
where
    F: Future<Output = Result<usize, Error>>,
{
    while delete_some().await? > 0 {}
    Ok(())
}
