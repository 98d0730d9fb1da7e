//! What a deleted account leaves behind.

use futures_util::future::try_join;
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
    // Side by side, so that nothing stays visible because there is much of the other.
    let friendships = async {
        while stores.friendships.end_some(account).await? > 0 {}
        Ok::<_, Error>(())
    };
    let pictures = async {
        while stores.pictures.delete_some(account).await? > 0 {}
        Ok(())
    };
    try_join(friendships, pictures).await?;
    stores.accounts.delete(account).await?;
    stores.users.forget(account).await?;
    tracing::info!("account deleted");
    Ok(())
}
