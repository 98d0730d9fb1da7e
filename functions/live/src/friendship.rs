//! Friendships: the two are told what they are to each other, if it is still so.

use lambda::Error;
use domain::{FriendshipState, UserId};
use lambda::view::PersonView;

use crate::Context;
use crate::audience::Group;
use crate::notice::News;
use crate::round::Round;

/// Tells two people. `news`: what they are told; `state`: what the second one is to the first, as the activity says.
pub async fn tell(
    context: &Context,
    round: &mut Round<'_>,
    news: fn(PersonView, Option<FriendshipState>) -> News,
    [one, other]: [UserId; 2],
    state: Option<FriendshipState>,
) -> Result<(), Error> {
    let now = context.friendships.get(one, other).await?.map(|friendship| friendship.state);
    if now != state {
        return Ok(());
    }
    let people = context.connections.of([one, other]).await?;
    if people.is_empty() {
        return Ok(());
    }
    let group = Group::new(&context.comment_writer.users, people, &[one, other]).await?;
    for (receiver, user, state) in [(one, other, state), (other, one, state.map(mirrored))] {
        round.tell(&group, news(group.view(user), state), &[receiver]).await?;
    }
    Ok(())
}

/// What the first is to the second, given what the second is to the first.
fn mirrored(state: FriendshipState) -> FriendshipState {
    match state {
        FriendshipState::Friends => FriendshipState::Friends,
        FriendshipState::Requested => FriendshipState::Invited,
        FriendshipState::Invited => FriendshipState::Requested,
    }
}
