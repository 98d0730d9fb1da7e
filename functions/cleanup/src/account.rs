//! Deletes the data of a deleted account.

use domain::UserId;
use futures_util::future::{join, join3, join5};
use lambda::Error;
use lambda::events::Failures;

use crate::{Context, album, delete_in_batches};

/// Deletes the data of an account, then its user in the user pool. `deletion` is the `userId` of
/// the Users row that records the deletion.
///
/// After an error or a timeout, Lambda repeats the record up to a hundred times, and each attempt
/// continues with the remaining data. No data is added in the meantime, because every transaction
/// that adds a picture, a friendship, a comment, an album, a membership, a link, a connection, a
/// device or a developer key requires that the account is not deleted.
///
/// An account with 100,000 pictures needs several attempts: all pictures of an owner are in one
/// partition, and DynamoDB limits a partition to 1,000 write units per second.
pub async fn delete_account(context: &Context, deletion: &str) -> Result<(), Error> {
    let Some(account) = context.users.find_account_in_deletion(deletion).await? else {
        tracing::info!("the deletion of the account is complete");
        return Ok(());
    };
    delete_data(context, account).await?;
    delete_notifications(context, account).await?;
    // The deletion of a single picture requires the counters of its owner.
    context.quotas.delete_all(account).await?;
    // Deletes the user after all data, because a member who can still sign in can request the
    // deletion again. Completes the deletion last, because a completed deletion is not repeated.
    context.user_pool.delete_user(account).await?;
    context.users.complete_deletion(account).await?;
    tracing::info!("deleted the account");
    Ok(())
}

/// Deletes all kinds of data concurrently, so that neither the amount nor the failure of one kind
/// delays the others. Their futures are on the heap, because together they exceed the stack of a
/// thread in debug builds. Does not delete the comments on the account's pictures: the deletion of
/// each picture triggers [`crate::picture::delete_remaining_data`]. That of an album triggers
/// [`album::delete_remaining_data`].
async fn delete_data(context: &Context, account: UserId) -> Result<(), Error> {
    let others = join5(
        delete_in_batches(|| context.friendships.end_some(account)),
        delete_in_batches(|| context.pictures.delete_some(account)),
        delete_in_batches(|| context.comments.delete_some_by(account)),
        context.connections.remove_all(account),
        delete_devices(context, account),
    );
    let of_albums =
        join(album::leave_all(context, account), delete_in_batches(|| context.links.delete_some_of(account)));
    let ((friendships, pictures, comments, connections, devices), (albums, links), keys) =
        join3(Box::pin(others), Box::pin(of_albums), Box::pin(delete_keys(context, account))).await;
    let mut failures = Failures::default();
    failures.record("friendships", friendships);
    failures.record("pictures", pictures);
    failures.record("comments", comments);
    failures.record("connections", connections);
    failures.record("devices", devices);
    failures.record("albums", albums);
    failures.record("links", links);
    failures.record("keys", keys);
    failures.into_result()
}

/// Deletes the account's notifications and the notifications that it caused for other members.
/// Call it after [`delete_data`], because friendships, pictures and comments can still cause
/// notifications.
async fn delete_notifications(context: &Context, account: UserId) -> Result<(), Error> {
    delete_in_batches(|| context.notifications.delete_some(account)).await?;
    delete_in_batches(|| context.notifications.delete_some_by(account)).await
}

/// Deletes the platform endpoints, then the rows, because only the rows contain the ARNs of the
/// endpoints.
async fn delete_devices(context: &Context, account: UserId) -> Result<(), Error> {
    for endpoint in context.devices.find_by_users([account]).await?.into_values().flatten() {
        context.push_endpoints.delete(&endpoint).await?;
    }
    context.devices.remove_all(account).await
}

async fn delete_keys(context: &Context, account: UserId) -> Result<(), Error> {
    for key in context.keys.list_of(account).await? {
        context.api_keys.revoke(&context.keys, key).await?;
    }
    context.keys.forget_member(account).await
}
