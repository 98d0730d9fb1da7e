//! `PUT /friends/{id}`: asks, or accepts where they asked.

use domain::FriendshipState::{Friends, Requested};
use domain::{MAX_FRIENDS, MAX_REQUESTS, UserId};
use lambda::http::ApiError;
use store::Befriended;

use crate::Context;
use crate::step::Step;

/// How often the other one may come between reading and writing.
const MAX_ROUNDS: usize = 5;

/// Takes the next step to a friendship and says what the other one is to the caller then. Where both ask at the same moment, the
/// one who comes second finds an invitation and accepts it.
pub async fn befriend(context: &Context, caller: UserId, other: UserId) -> Result<FriendshipState, ApiError> {
    let friendships = &context.friendships;
    for _ in 0..MAX_ROUNDS {
        let now = friendships.get(caller, other).await?.map(|row| row.state);
        let (state, outcome) = match Step::after(now) {
            Step::Stay(state) => return Ok(state),
            Step::Ask => {
                may_ask(context, caller).await?;
                (Requested, friendships.ask(caller, other, &context.users).await?)
            }
            Step::Accept => {
                may_accept(context, caller, other).await?;
                (Friends, friendships.accept(caller, other, &context.users).await?)
            }
        };
        match outcome {
            Befriended::Done => return Ok(state),
            Befriended::NobodyThere(id) if id == caller => return Err(no_profile()),
            Befriended::NobodyThere(_) => return Err(ApiError::NO_PERSON),
            Befriended::Moved => {}
        }
    }
    Err(ApiError::Conflict("They change this at the same time as you do; try again in a moment.".into()))
}

// Two calls at the same moment may both find room for one: a few more than the most do no harm.

async fn may_ask(context: &Context, caller: UserId) -> Result<(), ApiError> {
    if context.friendships.count(caller, Requested).await? < MAX_REQUESTS {
        return Ok(());
    }
    Err(ApiError::Conflict(format!(
        "{} people have not answered you yet, and nobody may ask more; withdraw a request first.",
        thousands(MAX_REQUESTS)
    )))
}

async fn may_accept(context: &Context, caller: UserId, other: UserId) -> Result<(), ApiError> {
    let friends = |of| context.friendships.count(of, Friends);
    let (mine, theirs) = tokio::try_join!(friends(caller), friends(other))?;
    let most = thousands(MAX_FRIENDS);
    if mine >= MAX_FRIENDS {
        let what = format!("You have {most} friends, and nobody may have more; end a friendship first.");
        return Err(ApiError::Conflict(what));
    }
    if theirs >= MAX_FRIENDS {
        let what = format!("They have {most} friends, and nobody may have more; they must end one first.");
        return Err(ApiError::Conflict(what));
    }
    Ok(())
}

fn no_profile() -> ApiError {
    ApiError::Conflict("Make your profile first: POST /users.".into())
}

/// A number from 1,000 to 999,999 as people write it.
fn thousands(number: usize) -> String {
    format!("{},{:03}", number / 1000, number % 1000)
}
