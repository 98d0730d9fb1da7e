//! Delivers changes of friendships to their members.

use domain::{Friendship, FriendshipState, UserId};
use lambda::Error;
use lambda::view::PersonView;

use crate::Context;
use crate::audience::RecipientGroup;
use crate::broadcast::Broadcast;
use crate::live_message::LiveEvent;

/// Sends `recipient` their state of the friendship with `other`, in an event. Sends nothing unless
/// `concerns` returns `true` for the current row of the recipient.
pub async fn deliver(
    context: &Context,
    broadcast: &mut Broadcast<'_>,
    event: fn(PersonView, Option<FriendshipState>) -> LiveEvent,
    [recipient, other]: [UserId; 2],
    concerns: impl Fn(Option<Friendship>) -> bool,
) -> Result<(), Error> {
    let row = context.friendships.get(recipient, other).await?;
    if !concerns(row) {
        return Ok(());
    }
    let found = context.connections.find_by_users([recipient]).await?;
    broadcast.remove_later(found.expired);
    if found.open.is_empty() {
        return Ok(());
    }
    let group = RecipientGroup::load(&context.users, found.open, &[other]).await?;
    let state = row.and_then(|row| row.state.visible());
    broadcast.deliver(&group, event(group.view_person(other), state), &[recipient]).await
}
