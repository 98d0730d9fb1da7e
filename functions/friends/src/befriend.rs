//! `PUT` and `DELETE /friends/{id}`: requests, accepts and ends friendships.

use domain::FriendshipState::{self, Blocked, Friends, Requested};
use domain::{FriendshipPair, MAX_FRIENDS, MAX_REQUESTS, UserId, format_thousands};
use lambda::http::ApiError;

use crate::Context;
use crate::change::Change;

/// Requests a friendship or accepts a request, and returns the new state in the view of the caller.
/// If both members send a request at the same time, the later call accepts the earlier request.
///
/// The reply and the caller's lists are the same whether or not the other member sees the request.
///
/// # Errors
/// Returns an error if one of the members has no profile or has reached a limit or a quota, if the
/// caller blocked the other member, or if the friendship changes concurrently during every attempt.
pub async fn befriend(context: &Context, caller: UserId, other: UserId) -> Result<FriendshipState, ApiError> {
    let check = async |old: FriendshipPair, new: FriendshipPair| match (old.mine.state, new.mine.state) {
        (Blocked, _) => Err(ApiError::Conflict("You blocked this person. Unblock them first.".into())),
        (old, Requested) if old != Requested => check_requests(context, caller).await,
        (old, Friends) if old != Friends => check_friends(context, caller, other).await,
        _ => Ok(()),
    };
    Change { caller, other, needs_profiles: true }.apply(context, FriendshipPair::befriend, check).await
}

/// Withdraws a request, declines one, or ends a friendship.
///
/// # Errors
/// Returns an error if the friendship changes concurrently during every attempt.
pub async fn end(context: &Context, caller: UserId, other: UserId) -> Result<(), ApiError> {
    let change = Change { caller, other, needs_profiles: false };
    change.apply(context, FriendshipPair::end, async |_, _| Ok(())).await.map(drop)
}

/// Returns an error if the caller has the maximum number of unanswered requests. Concurrent calls
/// can exceed the limit slightly, which is harmless.
async fn check_requests(context: &Context, caller: UserId) -> Result<(), ApiError> {
    if context.friendships.count(caller, Requested).await? < MAX_REQUESTS {
        return Ok(());
    }
    Err(ApiError::Conflict(format!(
        "{} people have not answered your requests yet, which is the maximum. Withdraw a request first.",
        format_thousands(MAX_REQUESTS)
    )))
}

/// Returns an error if one of the members has the maximum number of friends. Concurrent calls can
/// exceed the limit slightly, which is harmless.
async fn check_friends(context: &Context, caller: UserId, other: UserId) -> Result<(), ApiError> {
    let count_friends = |user| context.friendships.count(user, Friends);
    let (mine, theirs) = tokio::try_join!(count_friends(caller), count_friends(other))?;
    let max = format_thousands(MAX_FRIENDS);
    if mine >= MAX_FRIENDS {
        let message = format!("You have {max} friends, which is the maximum. End a friendship first.");
        return Err(ApiError::Conflict(message));
    }
    if theirs >= MAX_FRIENDS {
        let message =
            format!("They have {max} friends, which is the maximum. They must end a friendship first.");
        return Err(ApiError::Conflict(message));
    }
    Ok(())
}
