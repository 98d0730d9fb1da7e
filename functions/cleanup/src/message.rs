//! What a message of the queue is about.

use domain::{Activity, ActivityEvent};
use lambda::{Error, events};

use crate::{Context, picture};

/// Answers a message: an activity, or a notification of S3.
///
/// # Errors
/// The message is neither, or the infrastructure's: it comes again, and in the end is put aside.
pub async fn answer(context: &Context, body: String) -> Result<(), Error> {
    match serde_json::from_str(&body) {
        Ok(Activity { what: ActivityEvent::PictureRemoved { picture, .. }, .. }) => {
            events::process_batch([picture], |key| picture::sweep(context, key)).await
        }
        Ok(other) => {
            tracing::warn!(kind = other.what.kind().as_str(), "leaves nothing behind; nothing to do");
            Ok(())
        }
        Err(_) => events::process_batch(events::originals(&body)?, |key| picture::give_up(context, key)).await,
    }
}
