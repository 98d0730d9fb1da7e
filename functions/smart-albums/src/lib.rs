//! Adds the pictures for which the rules of smart albums are true, and removes the others.
//!
//! | | |
//! |---|---|
//! | triggered by | SNS *Activity*, through an SQS queue: `picture.ready`, `picture.changed`, |
//! | | `album.changed` |
//! | | SNS *SmartAlbums*, through the same queue: the next step of a rule |
//! | reads | Pictures, Albums |
//! | starts | child processes, see [`rule_evaluator`] |
//! | emits | Albums: the pictures and the progress of smart albums |
//! | | Pictures: the numbers of albums |
//! | | SNS *SmartAlbums*: the next step of a rule |
//!
//! The function is level-triggered: an event names the picture or the album that changed, and the
//! function makes the albums contain what their current rules select from the current pictures.
//!
//! - A changed picture is evaluated for each smart album of its owner ([`pictures`]).
//! - A new rule is applied to the pictures of the owner in steps, newest first ([`steps`]). The row
//!   of the album has the range of the current step, so that a step can be repeated. The events of
//!   a picture count as soon as a step has reached it.
//! - Each write compares the rows of the album and of the pictures with those that were evaluated.
//!   If one differs, the function evaluates the pictures again ([`reconcile`]).
//!
//! `functions/index/tests/histories` tests that the albums are correct.

mod context;
pub mod pictures;
mod plan;
pub mod reconcile;
pub mod steps;
mod tables;

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use domain::{Activity, ActivityEvent};
use lambda::Error;
use lambda::events::{self, Message};

pub use context::Context;
pub use steps::Step;
pub use tables::{DynamoDbTables, Tables};

/// Handles a batch of the queue. The response lists the failed messages.
///
/// # Errors
/// Returns none.
pub async fn handle(context: &Context, event: SqsEvent) -> Result<SqsBatchResponse, Error> {
    Ok(events::process_messages(event, |message| handle_message(context, message)).await)
}

/// Handles a message, which is an activity or a step, and publishes the next step. The futures are
/// on the heap, because their nesting exceeds a limit of the compiler.
async fn handle_message(context: &Context, message: Message) -> Result<(), Error> {
    let next = match message.activity {
        Ok(activity) => Box::pin(handle_activity(&context.tables, activity)).await?,
        Err(_) => Box::pin(serde_json::from_str::<Step>(&message.body)?.run(&context.tables)).await?,
    };
    context.steps.publish(next.as_slice(), |_| None).await
}

/// Updates the smart albums that an activity concerns, and returns the next step.
///
/// # Errors
/// Returns an error if a request fails, or if other writes prevent each attempt.
pub async fn handle_activity(tables: &impl Tables, activity: Activity) -> Result<Option<Step>, Error> {
    match activity.event {
        ActivityEvent::PictureReady { picture } | ActivityEvent::PictureChanged { picture, .. } => {
            pictures::apply_rules(tables, picture).await.map(|()| None)
        }
        ActivityEvent::AlbumChanged { album_id } => steps::find_due(tables, album_id).await,
        other => {
            tracing::warn!(kind = other.kind().as_str(), "ignored an activity that concerns no rule");
            Ok(None)
        }
    }
}
