//! Delivers an activity once to each connection of the members whom it concerns.

use std::time::Instant;

use domain::{Activity, ActivityEvent, Audience, FriendshipState};
use lambda::Error;
use tracing::Instrument;

use crate::broadcast::Broadcast;
use crate::live_message::LiveEvent;
use crate::{Context, comment, friendship, picture};

/// Delivers an activity unless its delivery is complete. Starts no message after `deadline`.
pub async fn deliver(context: &Context, activity: Activity, deadline: Instant) -> Result<(), Error> {
    let span = tracing::info_span!("activity", id = %activity.id, kind = %activity.event.kind());
    // Boxed, because the nested futures of the SDK exceed limits of the compiler.
    Box::pin(deliver_once(context, activity, deadline)).instrument(span).await
}

async fn deliver_once(context: &Context, activity: Activity, deadline: Instant) -> Result<(), Error> {
    let mut broadcast = Broadcast::new(context, activity.id, deadline);
    let run = context.idempotency.run_unless_completed(activity.id, async |delivered| {
        broadcast.skip(delivered);
        let outcome = broadcast_event(context, &mut broadcast, activity.event).await;
        broadcast.finish(outcome).await
    });
    let outcome = run.await;
    outcome.and(broadcast.remove_closed_connections().await)
}

async fn broadcast_event(
    context: &Context,
    broadcast: &mut Broadcast<'_>,
    event: ActivityEvent,
) -> Result<(), Error> {
    use FriendshipState::{Friends, Requested};
    let kind = event.kind();
    match event {
        ActivityEvent::PictureReady { picture } => {
            picture::deliver(context, broadcast, kind, picture, Audience::Nobody).await
        }
        ActivityEvent::PictureChanged { picture, before }
        | ActivityEvent::PictureRemoved { picture, before } => {
            picture::deliver(context, broadcast, kind, picture, before).await
        }
        ActivityEvent::FriendRequested { from, to } => {
            let event = |user, state| LiveEvent::FriendRequested { user, state };
            friendship::deliver(context, broadcast, event, [from, to], Some(Requested)).await
        }
        ActivityEvent::FriendAccepted { from, to } => {
            let event = |user, state| LiveEvent::FriendAccepted { user, state };
            friendship::deliver(context, broadcast, event, [from, to], Some(Friends)).await
        }
        ActivityEvent::FriendRemoved { one, other } => {
            let event = |user, state| LiveEvent::FriendRemoved { user, state };
            friendship::deliver(context, broadcast, event, [one, other], None).await
        }
        ActivityEvent::CommentAdded { picture, comment_id }
        | ActivityEvent::CommentRemoved { picture, comment_id } => {
            comment::deliver(context, broadcast, kind, picture, comment_id).await
        }
    }
}
