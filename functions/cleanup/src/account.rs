//! What a deleted account leaves behind.

use futures_util::future::join5;
use shared::Error;
use shared::events::Failures;
use shared::model::UserId;

use crate::{Stores, until_none};

/// Deletes what is left of the account that a deletion in the Users table names. Each batch counts: interrupted, this goes on
/// where it was when the event comes again, up to a hundred times. Nothing is added meanwhile, because who befriends, comments,
/// connects or registers something asks, in the same transaction, whether the account is still there.
///
/// A hundred thousand pictures are a thousand batches: minutes, because one owner's rows are one partition, which takes a thousand
/// writes a second. An invocation has one; the next one finds what is left.
///
/// # Errors
/// DynamoDB's, SNS's or Cognito's.
pub async fn delete(stores: &Stores, deletion: &str) -> Result<(), Error> {
    let Some(account) = stores.users.being_deleted(deletion).await? else {
        tracing::info!("nothing is left of the account");
        return Ok(());
    };
    delete_all(stores, account).await?;
    entries(stores, account).await?;
    // Last, and in this order: who can still sign in can ask again, and what is not forgotten is tried again.
    stores.accounts.delete(account).await?;
    stores.users.forget(account).await?;
    tracing::info!("account deleted");
    Ok(())
}

/// Deletes all that the account had, side by side, so that nothing stays visible because there is much of the other or because the
/// other fails. What others wrote on its pictures goes with the pictures.
async fn delete_all(stores: &Stores, account: UserId) -> Result<(), Error> {
    let (friendships, pictures, comments, connections, devices) = join5(
        until_none(|| stores.friendships.end_some(account)),
        until_none(|| stores.pictures.delete_some(account)),
        until_none(|| stores.comments.delete_some_by(account)),
        stores.connections.remove_all(account),
        devices(stores, account),
    )
    .await;
    let mut failures = Failures::default();
    failures.note("friendships", friendships);
    failures.note("pictures", pictures);
    failures.note("comments", comments);
    failures.note("connections", connections);
    failures.note("devices", devices);
    failures.into_result()
}

/// What is kept of what happened, for the account and of its doing: after all that could add to it is gone.
async fn entries(stores: &Stores, account: UserId) -> Result<(), Error> {
    until_none(|| stores.notifications.delete_some(account)).await?;
    until_none(|| stores.notifications.delete_some_by(account)).await
}

/// The endpoints go first: only the rows name them.
async fn devices(stores: &Stores, account: UserId) -> Result<(), Error> {
    for endpoint in stores.devices.of([account]).await?.into_values().flatten() {
        stores.phones.delete(&endpoint).await?;
    }
    stores.devices.remove_all(account).await
}
