//! Delivers changes of friendships to both members.

use domain::{FriendshipState, UserId};
use lambda::Error;
use lambda::view::PersonView;

use crate::Context;
use crate::audience::RecipientGroup;
use crate::broadcast::Broadcast;
use crate::live_message::LiveEvent;

/// Sends both members the state of their friendship. Sends nothing if the current state in the view
/// of the first member is not `state`.
pub async fn deliver(
    context: &Context,
    broadcast: &mut Broadcast<'_>,
    event: fn(PersonView, Option<FriendshipState>) -> LiveEvent,
    [one, other]: [UserId; 2],
    state: Option<FriendshipState>,
) -> Result<(), Error> {
    let current = context.friendships.get(one, other).await?.map(|friendship| friendship.state);
    if current != state {
        return Ok(());
    }
    let connections = context.connections.find_by_users([one, other]).await?;
    if connections.is_empty() {
        return Ok(());
    }
    let group = RecipientGroup::load(&context.users, connections, &[one, other]).await?;
    for (recipient, user, state) in [(one, other, state), (other, one, state.map(mirror))] {
        broadcast.deliver(&group, event(group.view_person(user), state), &[recipient]).await?;
    }
    Ok(())
}

/// Converts a state to the view of the other member.
fn mirror(state: FriendshipState) -> FriendshipState {
    match state {
        FriendshipState::Friends => FriendshipState::Friends,
        FriendshipState::Requested => FriendshipState::Invited,
        FriendshipState::Invited => FriendshipState::Requested,
    }
}
