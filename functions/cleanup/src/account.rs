//! What a deleted account leaves behind.

use shared::Error;

use crate::Stores;

/// Deletes what is left of the account that a deletion in the Users table names. Each batch counts: interrupted, this goes on
/// where it was when the event comes again. Nothing is added meanwhile, because who befriends or registers a picture asks, in the
/// same transaction, whether the account is still there.
///
/// # Errors
/// DynamoDB's or Cognito's.
pub async fn delete(stores: &Stores, deletion: &str) -> Result<(), Error> {
    let Some(account) = stores.users.being_deleted(deletion).await? else {
        tracing::info!("nothing is left of the account");
        return Ok(());
    };
    // Friendships first: after them only what is public can still be seen.
    while stores.friendships.end_some(account).await? > 0 {}
    while stores.pictures.delete_some(account).await? > 0 {}
    stores.accounts.delete(account).await?;
    stores.users.forget(account).await?;
    tracing::info!("account deleted");
    Ok(())
}
