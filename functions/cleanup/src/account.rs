//! What a deleted account leaves behind.

use futures_util::future::join5;
use lambda::Error;
use lambda::events::Failures;
use domain::UserId;

use crate::{Context, until_none};

/// Deletes what is left of the account that a deletion in the Users table names. Each batch counts: interrupted, this goes on
/// where it was when the event comes again, up to a hundred times. Nothing is added meanwhile, because who befriends, comments,
/// connects or registers something asks, in the same transaction, whether the account is still there.
///
/// A hundred thousand pictures are a thousand batches: minutes, because one owner's rows are one partition, which takes a thousand
/// writes a second. An invocation has one; the next one finds what is left.
///
/// # Errors
/// DynamoDB's, SNS's or Cognito's.
pub async fn delete(context: &Context, deletion: &str) -> Result<(), Error> {
    let Some(account) = context.users.being_deleted(deletion).await? else {
        tracing::info!("nothing is left of the account");
        return Ok(());
    };
    delete_all(context, account).await?;
    entries(context, account).await?;
    // Last, and in this order: who can still sign in can ask again, and what is not forgotten is tried again.
    context.accounts.delete(account).await?;
    context.users.forget(account).await?;
    tracing::info!("account deleted");
    Ok(())
}

/// Deletes all that the account had, side by side, so that nothing stays visible because there is much of the other or because the
/// other fails. What others wrote on its pictures goes with the pictures.
async fn delete_all(context: &Context, account: UserId) -> Result<(), Error> {
    let (friendships, pictures, comments, connections, devices) = join5(
        until_none(|| context.friendships.end_some(account)),
        until_none(|| context.pictures.delete_some(account)),
        until_none(|| context.comments.delete_some_by(account)),
        context.connections.remove_all(account),
        devices(context, account),
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
async fn entries(context: &Context, account: UserId) -> Result<(), Error> {
    until_none(|| context.notifications.delete_some(account)).await?;
    until_none(|| context.notifications.delete_some_by(account)).await
}

/// The endpoints go first: only the rows name them.
async fn devices(context: &Context, account: UserId) -> Result<(), Error> {
    for endpoint in context.devices.of([account]).await?.into_values().flatten() {
        context.push_endpoints.delete(&endpoint).await?;
    }
    context.devices.remove_all(account).await
}
