//! Asks for, accepts, ends and lists friendships.
//!
//! | | |
//! |---|---|
//! | triggered by | `PUT /friends/{id}`, `DELETE /friends/{id}`, `GET /friends?state=`, from members |
//! | reads | Friendships, Users (names; that both have a profile), Secrets (the cursor_signer of cursors) |
//! | emits | Friendships rows, always both directions in one transaction |

mod befriend;
mod list;
mod step;

use domain::{FriendshipState, UserId};
use lambda::http::{ApiError, Reply, Request};
use serde::Serialize;
use store::{Friendships, Secrets, Users};

/// What this function works with.
#[derive(Debug)]
pub struct Context {
    /// Read and written.
    pub friendships: Friendships,
    /// Read.
    pub users: Users,
    /// Seals cursors.
    pub secrets: Secrets,
}

/// What the other one is to the caller now: the `data` of a change.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
struct Standing {
    id: UserId,
    state: Option<FriendshipState>,
}

/// Answers one call.
///
/// # Errors
/// [`ApiError`].
pub async fn handle(context: &Context, request: Request) -> Result<Reply, ApiError> {
    let caller = request.caller()?;
    match request.route() {
        ("PUT", "/friends/{id}") => {
            let id = other(&request, caller)?;
            let state = befriend::befriend(context, caller, id).await?;
            Reply::ok(Standing { id, state: Some(state) })
        }
        ("DELETE", "/friends/{id}") => {
            let id = other(&request, caller)?;
            context.friendships.end(caller, id).await?;
            Reply::ok(Standing { id, state: None })
        }
        ("GET", "/friends") => Reply::ok(list::list(context, caller, &request).await?),
        _ => Err(ApiError::NotFound("There is no such route.")),
    }
}

fn other(request: &Request, caller: UserId) -> Result<UserId, ApiError> {
    match request.id("id")? {
        id if id == caller => Err(ApiError::Invalid("you cannot befriend yourself".into())),
        id => Ok(id),
    }
}

/// What this function takes and gives, as TypeScript.
#[cfg(feature = "typescript")]
pub fn typescript(types: &mut domain::typescript::Types) {
    types.add::<list::FriendView>();
    types.add::<Standing>();
}
