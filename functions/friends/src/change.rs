//! Changes both rows of two members.

use domain::{FriendshipPair, FriendshipState, UserId};
use jiff::{Timestamp, Unit};
use lambda::Error;
use lambda::http::ApiError;
use store::Conflict;

use crate::Context;

/// The maximum number of attempts. An attempt fails if the other member changes the rows
/// concurrently.
const MAX_ATTEMPTS: usize = 5;

/// A member who changes their relation to another member.
#[derive(Clone, Copy, Debug)]
pub struct Change {
    /// The member who changes it.
    pub caller: UserId,
    /// The other member.
    pub other: UserId,
    /// Whether both members must have a profile.
    pub needs_profiles: bool,
}

impl Change {
    /// Reads both rows, writes the rows that `change` returns, and returns the new state in the
    /// view of the caller. Checks the limits of the caller with `check` before the write.
    ///
    /// # Errors
    /// Returns the errors of `check`, or an error if the caller's account was deleted, if a member
    /// has no profile, if the caller has sent too many requests, or if the rows change concurrently
    /// during every attempt.
    pub async fn apply(
        self,
        context: &Context,
        change: impl Fn(FriendshipPair, Timestamp) -> FriendshipPair,
        check: impl AsyncFn(FriendshipPair, FriendshipPair) -> Result<(), ApiError>,
    ) -> Result<FriendshipState, ApiError> {
        let Self { caller, other, needs_profiles } = self;
        let profiles = if needs_profiles { &[caller, other][..] } else { &[] };
        for _ in 0..MAX_ATTEMPTS {
            let rows = context.friendships.get_both(caller, other).await?;
            let now = Timestamp::now().round(Unit::Millisecond).map_err(Error::from)?;
            let old = FriendshipPair::new(caller, other, rows);
            let new = change(old, now);
            check(old, new).await?;
            if new == old {
                return Ok(new.mine.state);
            }
            match context.friendships.replace_both(rows, new, profiles, &context.limits).await? {
                Ok(()) => return Ok(new.mine.state),
                Err(Conflict::AccountDeleted) => return Err(ApiError::ACCOUNT_DELETED),
                Err(Conflict::NoProfile(id)) if id == caller => return Err(ApiError::no_own_profile()),
                Err(Conflict::NoProfile(_)) => return Err(ApiError::NO_PERSON),
                Err(Conflict::QuotaExceeded(quota)) => {
                    return Err(ApiError::quota_exceeded(quota, &context.limits));
                }
                // The rows changed since the read. Reads them again.
                Err(_) => {}
            }
        }
        let message = "The other person changed this at the same time; try again in a moment.";
        Err(ApiError::Conflict(message.into()))
    }
}
