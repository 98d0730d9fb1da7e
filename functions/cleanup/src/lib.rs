//! Deletes what a deleted picture or account leaves behind.
//!
//! | | |
//! |---|---|
//! | triggered by | removals in the stream of Pictures; deletions of accounts in the stream of Users |
//! | reads | Pictures, Users, Friendships |
//! | emits | deletions: of S3 `originals/` and `renditions/` objects, of Friendships and Pictures rows, of the Cognito user; a Users row that no longer names the account |

mod account;
mod accounts;
mod leftover;
mod picture;

use aws_lambda_events::dynamodb::Event;
use shared::store::{Friendships, Media, Pictures, Users};
use shared::{Error, events};

pub use accounts::Accounts;
use leftover::Leftover;

/// What this function works with.
#[derive(Debug)]
pub struct Stores {
    /// Whether a picture is gone; what a deleted account had.
    pub pictures: Pictures,
    /// Where the objects are.
    pub media: Media,
    /// Which accounts are being deleted.
    pub users: Users,
    /// What a deleted account had.
    pub friendships: Friendships,
    /// With which people sign in.
    pub accounts: Accounts,
}

/// Answers one batch of either stream.
///
/// # Errors
/// The infrastructure's; what was done stays done and the batch comes again.
pub async fn handle(stores: &Stores, event: Event) -> Result<(), Error> {
    events::each(Leftover::of(event)?, async |leftover| match leftover {
        Leftover::Picture(key) => picture::sweep(stores, key).await,
        Leftover::Account(deletion) => account::delete(stores, &deletion).await,
    })
    .await
}
