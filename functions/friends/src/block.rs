//! `/blocks`: blocks members, ends blocks and lists the blocked members.

use domain::FriendshipState::Blocked;
use domain::{FriendshipPair, MAX_BLOCKS, UserId, format_thousands};
use lambda::http::{ApiError, Page, Request};
use lambda::view::ProfileView;

use crate::Context;
use crate::change::Change;
use crate::list::read_page;

/// Blocks a member, and ends the friendship and all requests in the same transaction.
///
/// # Errors
/// Returns an error if one of the members has no profile, if the caller blocks the maximum number
/// of members, or if the rows change concurrently during every attempt.
pub async fn block(context: &Context, caller: UserId, other: UserId) -> Result<(), ApiError> {
    let check = async |old: FriendshipPair, _| match old.mine.state {
        Blocked => Ok(()),
        _ => check_blocks(context, caller).await,
    };
    let change = Change { caller, other, needs_profiles: true };
    change.apply(context, FriendshipPair::block, check).await.map(drop)
}

/// Ends the block of a member. Restores neither the friendship nor a request.
///
/// # Errors
/// Returns an error if the rows change concurrently during every attempt.
pub async fn unblock(context: &Context, caller: UserId, other: UserId) -> Result<(), ApiError> {
    let change = Change { caller, other, needs_profiles: false };
    change.apply(context, FriendshipPair::unblock, async |_, _| Ok(())).await.map(drop)
}

/// Reads a page of the members whom the caller blocked.
pub async fn list(
    context: &Context,
    caller: UserId,
    request: &Request,
) -> Result<Page<ProfileView>, ApiError> {
    read_page(context, caller, request, Blocked, |_, profile| profile.into()).await
}

/// Returns an error if the caller blocks the maximum number of members. Concurrent calls can exceed
/// the limit slightly, which is harmless.
async fn check_blocks(context: &Context, caller: UserId) -> Result<(), ApiError> {
    if context.friendships.count(caller, Blocked).await? < MAX_BLOCKS {
        return Ok(());
    }
    let max = format_thousands(MAX_BLOCKS);
    Err(ApiError::Conflict(format!(
        "You blocked {max} people, which is the maximum. Unblock a person first."
    )))
}
