//! Adds the pictures for which the rules of smart albums are true, and removes the others.
//!
//! | | |
//! |---|---|
//! | triggered by | SNS *Activity*, through an SQS queue: `picture.ready`, `picture.changed`, |
//! | | `picture.removed`, `album.changed` |
//! | | SNS *SmartAlbums*, through another SQS queue: the next step of a rule |
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
//!   a picture are processed as soon as it is in the range of a step.
//! - Each write compares the rows of the album and of the pictures with those that were evaluated.
//!   If one differs, the function evaluates the pictures again ([`reconcile`]).
//!
//! `functions/index/tests/histories` tests that the albums are correct.

mod context;
pub mod pictures;
mod plan;
pub mod reconcile;
mod services;
pub mod steps;

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use domain::{Activity, ActivityEvent};
use lambda::Error;
use lambda::events::{self, Message};

pub use context::Context;
pub use services::{AwsServices, Services};
pub use steps::Step;

/// Handles a batch of a queue. The response lists the failed messages.
pub async fn handle(context: &Context, event: SqsEvent) -> Result<SqsBatchResponse, Error> {
    Ok(events::process_messages(event, |message| handle_message(context, message)).await)
}

/// Handles a message, and publishes the next steps. The futures are on the heap, because their
/// nesting exceeds a limit of the compiler.
async fn handle_message(context: &Context, message: Message) -> Result<(), Error> {
    let mut steps = vec![];
    let outcome = match Work::parse(message)? {
        Work::Activity(activity) => Box::pin(handle_activity(&context.services, activity, &mut steps)).await,
        Work::Step(step) => Box::pin(step.run(&context.services)).await.map(|next| steps.extend(next)),
    };
    context.steps.publish(&steps, |_| None).await?;
    outcome
}

/// The work that a message requests.
#[derive(Debug)]
enum Work {
    Activity(Activity),
    Step(Step),
}

impl Work {
    fn parse(message: Message) -> Result<Self, Error> {
        let not_an_activity = match message.activity {
            Ok(activity) => return Ok(Self::Activity(activity)),
            Err(error) => error,
        };
        serde_json::from_str(&message.body).map(Self::Step).map_err(|not_a_step| {
            format!("the message is no activity ({not_an_activity}) and no step ({not_a_step})").into()
        })
    }
}

/// Updates the smart albums that an activity concerns, and adds the steps to run, also if it fails.
///
/// # Errors
/// Returns an error if a request fails, or if other writes prevent each attempt.
pub async fn handle_activity(
    services: &impl Services,
    activity: Activity,
    steps: &mut Vec<Step>,
) -> Result<(), Error> {
    match activity.event {
        ActivityEvent::PictureReady { picture }
        | ActivityEvent::PictureChanged { picture, .. }
        | ActivityEvent::PictureRemoved { picture, .. } => {
            pictures::apply_rules(services, picture, steps).await
        }
        ActivityEvent::AlbumChanged { album_id } => {
            steps.extend(steps::request_step(services, album_id).await?);
            Ok(())
        }
        other => {
            tracing::warn!(kind = other.kind().as_str(), "ignored an activity that concerns no rule");
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_of_an_invalid_message_says_why_it_is_no_activity() {
        let body = r#"{"type": "picture.ready"}"#.to_owned();
        let message = Message { activity: serde_json::from_str(&body), body };
        let error = Work::parse(message).unwrap_err().to_string();
        assert!(error.contains("no activity (missing field `id`"), "{error}");
        assert!(error.contains("no step (missing field `album`"), "{error}");
    }
}
