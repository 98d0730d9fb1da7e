//! What a message of the queue is about.

use shared::model::{Activity, What};
use shared::{Error, events};

use crate::{Stores, picture};

/// Answers a message: an activity, or a notification of S3.
///
/// # Errors
/// The message is neither, or the infrastructure's: it comes again, and in the end is put aside.
pub async fn answer(stores: &Stores, body: String) -> Result<(), Error> {
    match serde_json::from_str(&body) {
        Ok(Activity { what: What::PictureRemoved { picture, .. }, .. }) => {
            events::each([picture], |key| picture::sweep(stores, key)).await
        }
        Ok(other) => {
            tracing::warn!(kind = other.what.kind().as_str(), "leaves nothing behind; nothing to do");
            Ok(())
        }
        Err(_) => events::each(events::originals(&body)?, |key| picture::give_up(stores, key)).await,
    }
}
