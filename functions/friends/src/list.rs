//! `GET /friends?state=`: lists members by the state of friendship in the view of the caller.

use std::collections::BTreeMap;

use domain::{Friendship, FriendshipState, PageRequest, User, UserId};
use jiff::Timestamp;
use lambda::http::{ApiError, Page, Request};
use lambda::view::ProfileView;
use serde::Serialize;

use crate::Context;

/// A member, and the friendship in the view of the caller.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema), schemars(rename = "Friend"))]
pub struct FriendView {
    #[serde(flatten)]
    person: ProfileView,
    state: FriendshipState,
    /// The time of the last change (UTC).
    since: Timestamp,
}

impl FriendView {
    fn new(friendship: &Friendship, profile: User) -> Self {
        Self { person: profile.into(), state: friendship.state, since: friendship.since }
    }
}

/// Reads a page of the friends, or of the requests, of the caller.
pub async fn list(
    context: &Context,
    caller: UserId,
    request: &Request,
) -> Result<Page<FriendView>, ApiError> {
    let state = parse_state(request.query("state"))?;
    read_page(context, caller, request, state, FriendView::new).await
}

/// Reads a page of the members in a state in the view of the caller. Omits members without a
/// profile, because the deletion of their account is in progress.
pub async fn read_page<T>(
    context: &Context,
    caller: UserId,
    request: &Request,
    state: FriendshipState,
    view: impl Fn(&Friendship, User) -> T,
) -> Result<Page<T>, ApiError> {
    let cipher = context.secrets.cursor_cipher().await?;
    let page: PageRequest<UserId> = request.page(cipher)?;
    let rows = context.friendships.read_page(caller, state, page.limit, page.after).await?;
    let ids = rows.iter().map(|row| row.friend_id).collect();
    let profiles = context.users.get_all(&ids).await?.into_iter();
    let mut profiles: BTreeMap<_, _> = profiles.map(|profile| (profile.id, profile)).collect();
    let items = rows.iter().filter_map(|row| Some(view(row, profiles.remove(&row.friend_id)?))).collect();
    let next = page.next(&rows, |row| row.friend_id);
    Ok(Page { items, cursor: request.cursor(cipher, next)? })
}

fn parse_state(text: Option<&str>) -> Result<FriendshipState, ApiError> {
    let Some(text) = text else { return Ok(FriendshipState::Friends) };
    let invalid_state = || ApiError::Invalid("state must be friends, requested or invited".into());
    FriendshipState::parse(text).ok_or_else(invalid_state)
}
