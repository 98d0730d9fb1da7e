//! `GET /friends?state=`: a page of the people that are this to the caller.

use std::collections::BTreeMap;

use domain::PageRequest;
use domain::{Friendship, FriendshipState, User, UserId};
use jiff::Timestamp;
use lambda::http::{ApiError, Page, Request};
use lambda::view::NamedView;
use serde::Serialize;

use crate::Context;

/// Somebody, with what they are to the caller.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "Friend"))]
pub struct FriendView {
    #[serde(flatten)]
    person: NamedView,
    state: FriendshipState,
    /// Since when (RFC 3339).
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    since: Timestamp,
}

impl FriendView {
    fn new(row: &Friendship, profile: User) -> Self {
        Self { person: profile.into(), state: row.state, since: row.since }
    }
}

/// Reads a page. Who has no profile any more is left out: their account is being deleted.
pub async fn list(
    context: &Context,
    caller: UserId,
    request: &Request,
) -> Result<Page<FriendView>, ApiError> {
    let state = state(request.query("state"))?;
    let cursor_signer = context.secrets.cursor_signer().await?;
    let page: PageRequest<UserId> = request.page(cursor_signer)?;
    let rows = context.friendships.page(caller, state, page.limit, page.after).await?;
    let ids = rows.iter().map(|row| row.friend_id).collect();
    let profiles = context.users.get_all(&ids).await?.into_iter();
    let mut profiles: BTreeMap<_, _> = profiles.map(|profile| (profile.id, profile)).collect();
    let items =
        rows.iter().filter_map(|row| Some(FriendView::new(row, profiles.remove(&row.friend_id)?))).collect();
    let next = page.next(&rows, |row| row.friend_id);
    Ok(Page { items, cursor: next.map(|position| request.cursor(cursor_signer, position)) })
}

fn state(text: Option<&str>) -> Result<FriendshipState, ApiError> {
    let Some(text) = text else { return Ok(FriendshipState::Friends) };
    let choices = || ApiError::Invalid("state must be friends, requested or invited".into());
    FriendshipState::parse(text).ok_or_else(choices)
}
