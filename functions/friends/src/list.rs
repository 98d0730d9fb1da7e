//! `GET /friends?state=`: a page of the people that are this to the caller.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use shared::api::{ApiError, PageRequest, Request};
use shared::model::{Friendship, FriendshipState, Handle, User, UserId};

use crate::Stores;

/// The `data` of the reply.
#[derive(Debug, Serialize)]
pub struct Page {
    items: Vec<FriendView>,
    /// `None`: there are no more.
    cursor: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct FriendView {
    id: UserId,
    handle: Handle,
    first_name: String,
    last_name: String,
    state: FriendshipState,
    since: Timestamp,
}

impl FriendView {
    fn new(row: &Friendship, profile: User) -> Self {
        let User { id, handle, first_name, last_name, .. } = profile;
        Self { id, handle, first_name, last_name, state: row.state, since: row.since }
    }
}

/// Reads a page. Who has no profile any more is left out: their account is being deleted.
pub async fn list(stores: &Stores, caller: UserId, request: &Request) -> Result<Page, ApiError> {
    let state = state(request.query("state"))?;
    let seal = stores.secrets.seal().await?;
    let page: PageRequest<UserId> = request.page(seal)?;
    let rows = stores.friendships.page(caller, state, page.limit, page.after).await?;
    let ids = rows.iter().map(|row| row.friend_id).collect();
    let profiles = stores.users.get_all(&ids).await?.into_iter();
    let mut profiles: BTreeMap<_, _> = profiles.map(|profile| (profile.id, profile)).collect();
    let items =
        rows.iter().filter_map(|row| Some(FriendView::new(row, profiles.remove(&row.friend_id)?))).collect();
    let next = page.next(&rows, |row| row.friend_id);
    Ok(Page { items, cursor: next.map(|position| request.cursor(seal, position)) })
}

fn state(text: Option<&str>) -> Result<FriendshipState, ApiError> {
    let Some(text) = text else { return Ok(FriendshipState::Friends) };
    let choices = || ApiError::Invalid("state must be friends, requested or invited".into());
    FriendshipState::parse(text).ok_or_else(choices)
}
