//! Keeps the precomputed feeds: who can see what.
//!
//! | | |
//! |---|---|
//! | triggered by | the stream of Pictures |
//! | reads | Pictures |
//! | emits | Feeds rows |
//!
//! Level-triggered: an event says only *which* picture changed. The picture is read as it is now, its feed rows are made so,
//! and it is read again; if it moved meanwhile, once more. So duplicates, reordering and replays cannot matter.

use shared::Error;
use shared::model::{PictureKey, feeds_of};
use shared::store::{Feeds, Pictures};

/// How often a picture may move under our hands before the event is handed back to be tried again later.
const MOST_ROUNDS: usize = 10;

/// What this function works with.
#[derive(Debug)]
pub struct Stores {
    /// The truth.
    pub pictures: Pictures,
    /// What follows from it.
    pub feeds: Feeds,
}

/// Makes the feed rows of one picture what they must be now.
///
/// # Errors
/// DynamoDB's, or a picture that will not stand still.
pub async fn reconcile(stores: &Stores, key: PictureKey) -> Result<(), Error> {
    let mut picture = stores.pictures.get(key).await?;
    for _ in 0..MOST_ROUNDS {
        let (wanted, unwanted) = feeds_of(key, picture.as_ref(), &[]);
        stores.feeds.write(&wanted, &unwanted).await?;
        picture = stores.pictures.get(key).await?;
        if feeds_of(key, picture.as_ref(), &[]).0 == wanted {
            tracing::info!(feeds = wanted.len(), "indexed");
            return Ok(());
        }
    }
    Err(format!("{key} changed {MOST_ROUNDS} times while it was indexed").into())
}
