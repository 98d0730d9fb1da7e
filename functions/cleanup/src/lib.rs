//! Deletes the data of deleted pictures, albums and accounts, the pictures of former members of
//! albums, pictures that were not uploaded in time, and pictures without an original.
//!
//! | | |
//! |---|---|
//! | triggered by | SNS *Activity*, through an SQS queue: `picture.removed`, `album.removed`, |
//! | | `album.memberRemoved` |
//! | | S3 ObjectRemoved below `originals/`, through the same SQS queue |
//! | | the streams of Users (account deletions) and of Deadlines (expired rows) |
//! | | a schedule: checks for accounts without a user in the user pool |
//! | reads | Pictures, Comments, Users, Friendships, Connections, Devices, Notifications, Quotas |
//! | | Albums, Links, Keys |
//! | | S3: whether an original exists |
//! | deletes | S3 objects below `originals/` and `renditions/`, and unfinished uploads |
//! | | rows of Pictures, Comments and Deadlines |
//! | | rows of Friendships, Connections, Watches, Devices, Notifications and Quotas |
//! | | rows of Albums, Links and Keys |
//! | | SNS platform endpoints, API keys of API Gateway and the Cognito user |
//! | updates | Users: removes the account id from the row of a completed deletion; Quotas: subtracts pictures |
//! | | Albums and Pictures: counts of pictures and albums |
//! | | Users and Names: starts the deletion of an account without a user |
//!
//! The deletions trigger this function again. A deleted Pictures row causes `picture.removed`, and
//! the function deletes the picture's data. A deleted album or membership causes `album.removed` or
//! `album.memberRemoved` in the same way. A deleted original and a deleted Deadlines row cause
//! events that change nothing, because the Pictures row no longer exists.

mod account;
mod album;
mod context;
mod orphans;
mod picture;
mod task;
mod user_pool;

use std::collections::BTreeSet;

use aws_lambda_events::sqs::SqsBatchResponse;
use domain::{Activity, ActivityEvent};
use lambda::events::{Message, Trigger};
use lambda::{Error, events};
use serde::Deserialize;

pub use context::Context;
pub use orphans::AccountCheck;
use task::CleanupTask;
pub use user_pool::UserPool;

/// An event of the function.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum CleanupEvent {
    /// An event of the schedule.
    Check(AccountCheck),
    /// A batch of the queue or of a stream.
    Batch(Trigger),
}

/// Handles one event. For a batch of the queue, the response lists the failed messages.
///
/// # Errors
/// Returns an error if a stream record is invalid, or if its task or a check of accounts fails.
/// Lambda then repeats the whole event.
pub async fn handle(context: &Context, event: CleanupEvent) -> Result<Option<SqsBatchResponse>, Error> {
    match event {
        CleanupEvent::Check(check) => orphans::delete_orphans(context, check).await.map(|()| None),
        CleanupEvent::Batch(Trigger::Queue(event)) => {
            Ok(Some(events::process_messages(event, |message| handle_message(context, message)).await))
        }
        CleanupEvent::Batch(Trigger::Stream(event)) => {
            let perform_task = async |task| match task {
                CleanupTask::DeletedAccount(deletion) => account::delete_account(context, &deletion).await,
                CleanupTask::ExpiredDeadline(key) => picture::delete_unless_uploaded(context, key).await,
            };
            events::process_batch(CleanupTask::parse_all(event)?, perform_task).await?;
            Ok(None)
        }
    }
}

/// Handles a message of the queue, which is an activity or an S3 notification.
async fn handle_message(context: &Context, message: Message) -> Result<(), Error> {
    match message.activity {
        Ok(Activity { event: ActivityEvent::PictureRemoved { picture, .. }, .. }) => {
            events::process_batch([picture], |key| picture::delete_remaining_data(context, key)).await
        }
        Ok(Activity { event: ActivityEvent::AlbumRemoved { album_id, owner_id }, .. }) => {
            album::delete_remaining_data(context, album_id, owner_id).await
        }
        Ok(Activity { event: ActivityEvent::AlbumMemberRemoved { album_id, member_id }, .. }) => {
            album::remove_pictures_of_former_member(context, album_id, member_id).await
        }
        Ok(other) => {
            tracing::warn!(
                kind = other.event.kind().as_str(),
                "ignored an activity that requires no cleanup"
            );
            Ok(())
        }
        // The message is not an activity: it must be an S3 notification.
        Err(_) => {
            let pictures: BTreeSet<_> = events::parse_originals(&message.body)?
                .into_iter()
                .map(|original| original.picture)
                .collect();
            events::process_batch(pictures, |key| picture::delete_if_original_missing(context, key)).await
        }
    }
}

/// Calls `delete_batch` until it returns 0. The closure deletes a batch of rows and returns the
/// number of deleted rows.
async fn delete_in_batches<F>(delete_batch: impl Fn() -> F) -> Result<(), Error>
where
    F: Future<Output = Result<usize, Error>>,
{
    while delete_batch().await? > 0 {}
    Ok(())
}
