//! `PUT /friends/{id}`: requests a friendship, or accepts a request.

use domain::FriendshipState::{self, Friends, Invited, Requested};
use domain::{MAX_FRIENDS, MAX_REQUESTS, UserId};
use lambda::http::ApiError;
use store::Conflict;

use crate::Context;

/// The maximum number of attempts. An attempt fails if the other member changes the friendship
/// concurrently.
const MAX_ATTEMPTS: usize = 5;

/// The action that `PUT /friends/{id}` takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Action {
    /// Send a request.
    Request,
    /// Accept the request of the other member.
    Accept,
    /// Change nothing, because the caller has already sent a request or is a friend.
    Keep(FriendshipState),
}

impl Action {
    /// Returns the action for the current `state` in the view of the caller.
    fn for_state(state: Option<FriendshipState>) -> Self {
        match state {
            None => Self::Request,
            Some(Invited) => Self::Accept,
            Some(state @ (Requested | Friends)) => Self::Keep(state),
        }
    }
}

/// Requests a friendship or accepts a request, and returns the new state in the view of the caller.
/// If both members send a request at the same time, the later call accepts the earlier request.
///
/// # Errors
/// Returns an error if one of the members has no profile or has reached a limit, or if the
/// friendship changes concurrently during every attempt.
pub async fn befriend(context: &Context, caller: UserId, other: UserId) -> Result<FriendshipState, ApiError> {
    let friendships = &context.friendships;
    for _ in 0..MAX_ATTEMPTS {
        let state = friendships.get(caller, other).await?.map(|friendship| friendship.state);
        let (new_state, outcome) = match Action::for_state(state) {
            Action::Keep(state) => return Ok(state),
            Action::Request => {
                check_requests(context, caller).await?;
                (Requested, friendships.request(caller, other).await?)
            }
            Action::Accept => {
                check_friends(context, caller, other).await?;
                (Friends, friendships.accept(caller, other).await?)
            }
        };
        match outcome {
            Ok(()) => return Ok(new_state),
            Err(Conflict::NoProfile(id)) if id == caller => return Err(no_profile()),
            Err(Conflict::NoProfile(_)) => return Err(ApiError::NO_PERSON),
            // The friendship changed since the read. Reads it again.
            Err(_) => {}
        }
    }
    let message = "The other person changed this at the same time; try again in a moment.";
    Err(ApiError::Conflict(message.into()))
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

fn no_profile() -> ApiError {
    ApiError::Conflict("Create your profile first: POST /users.".into())
}

/// Formats a number from 1,000 to 999,999 with a comma.
fn format_thousands(number: usize) -> String {
    format!("{},{:03}", number / 1000, number % 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_a_received_request() {
        assert_eq!(Action::for_state(None), Action::Request);
        assert_eq!(Action::for_state(Some(Invited)), Action::Accept);
    }

    #[test]
    fn a_repeated_call_changes_nothing() {
        for state in [Requested, Friends] {
            assert_eq!(Action::for_state(Some(state)), Action::Keep(state));
        }
    }
}
