//! Requests, accepts, ends and lists friendships. Blocks members.
//!
//! | | |
//! |---|---|
//! | triggered by members | `PUT` and `DELETE /friends/{id}`; `GET /friends?state=` |
//! | | `PUT` and `DELETE /blocks/{userId}`; `GET /blocks` |
//! | reads | Friendships, Users, Secrets |
//! | emits | Friendships rows, both directions in one transaction |

mod befriend;
mod block;
mod change;
mod context;
mod list;
#[cfg(feature = "openapi")]
pub mod openapi;

use domain::{FriendshipState, UserId};
use lambda::http::{ApiError, Reply, Request};
use serde::Serialize;

pub use context::Context;

/// The `data` of the reply to `PUT` and `DELETE /friends/{id}`: the other member, and the state of
/// the friendship in the view of the caller.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema), schemars(rename = "Standing"))]
struct FriendshipView {
    id: UserId,
    state: Option<FriendshipState>,
}

/// The `data` of the reply to `PUT` and `DELETE /blocks/{userId}`.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema), schemars(rename = "Block"))]
struct BlockView {
    id: UserId,
    blocked: bool,
}

/// Handles a request to the REST API.
pub async fn handle(context: &Context, request: Request) -> Result<Reply, ApiError> {
    let caller = request.caller()?;
    match request.route() {
        ("PUT", "/friends/{id}") => {
            let id = parse_other_member(&request, "id", caller, "you cannot befriend yourself")?;
            let state = befriend::befriend(context, caller, id).await?;
            Reply::ok(FriendshipView { id, state: state.visible() })
        }
        ("DELETE", "/friends/{id}") => {
            let id = parse_other_member(&request, "id", caller, "you cannot befriend yourself")?;
            befriend::end(context, caller, id).await?;
            Reply::ok(FriendshipView { id, state: None })
        }
        ("GET", "/friends") => Reply::ok(list::list(context, caller, &request).await?),
        ("PUT", "/blocks/{userId}") => {
            let id = parse_other_member(&request, "userId", caller, "you cannot block yourself")?;
            block::block(context, caller, id).await?;
            Reply::ok(BlockView { id, blocked: true })
        }
        ("DELETE", "/blocks/{userId}") => {
            let id = parse_other_member(&request, "userId", caller, "you cannot block yourself")?;
            block::unblock(context, caller, id).await?;
            Reply::ok(BlockView { id, blocked: false })
        }
        ("GET", "/blocks") => Reply::ok(block::list(context, caller, &request).await?),
        _ => Err(ApiError::NotFound("There is no such route.")),
    }
}

/// Parses the id in a path parameter. Returns an error with this `reason` if it is the id of the
/// caller.
fn parse_other_member(
    request: &Request,
    parameter: &str,
    caller: UserId,
    reason: &str,
) -> Result<UserId, ApiError> {
    match request.id(parameter)? {
        id if id == caller => Err(ApiError::Invalid(reason.into())),
        id => Ok(id),
    }
}
