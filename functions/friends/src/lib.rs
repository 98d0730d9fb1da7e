//! Requests, accepts, ends and lists friendships.
//!
//! | | |
//! |---|---|
//! | triggered by members | `PUT` and `DELETE /friends/{id}`; `GET /friends?state=` |
//! | reads | Friendships, Users, Secrets |
//! | emits | Friendships rows, both directions in one transaction |

mod befriend;
mod context;
mod list;

use domain::{FriendshipState, UserId};
use lambda::http::{ApiError, Reply, Request};
use serde::Serialize;

pub use context::Context;

/// The `data` of the reply to `PUT` and `DELETE /friends/{id}`: the other member, and the state of
/// the friendship in the view of the caller.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "Standing"))]
struct FriendshipView {
    id: UserId,
    state: Option<FriendshipState>,
}

/// Handles a request to the REST API.
pub async fn handle(context: &Context, request: Request) -> Result<Reply, ApiError> {
    let caller = request.caller()?;
    match request.route() {
        ("PUT", "/friends/{id}") => {
            let id = parse_other_member(&request, caller)?;
            let state = befriend::befriend(context, caller, id).await?;
            Reply::ok(FriendshipView { id, state: Some(state) })
        }
        ("DELETE", "/friends/{id}") => {
            let id = parse_other_member(&request, caller)?;
            context.friendships.end(caller, id).await?;
            Reply::ok(FriendshipView { id, state: None })
        }
        ("GET", "/friends") => Reply::ok(list::list(context, caller, &request).await?),
        _ => Err(ApiError::NotFound("There is no such route.")),
    }
}

/// Parses the path parameter `id`. Returns an error if it is the id of the caller.
fn parse_other_member(request: &Request, caller: UserId) -> Result<UserId, ApiError> {
    match request.id("id")? {
        id if id == caller => Err(ApiError::Invalid("you cannot befriend yourself".into())),
        id => Ok(id),
    }
}

/// Adds the TypeScript types of the replies.
#[cfg(feature = "typescript")]
pub fn typescript(types: &mut domain::typescript::Types) {
    types.add::<list::FriendView>();
    types.add::<FriendshipView>();
}
