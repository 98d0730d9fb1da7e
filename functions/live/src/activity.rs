//! Delivers an activity once to each connection of the members whom it concerns.

use std::time::Instant;

use domain::{Activity, ActivityEvent, Audience, Friendship, FriendshipState};
use lambda::Error;
use lambda::events::require_complete_batch;
use store::Progress;

use crate::broadcast::Broadcast;
use crate::live_message::LiveEvent;
use crate::{Context, album, comment, friendship, picture};

/// Delivers an activity unless its delivery is complete. Starts no message after `deadline`.
///
/// # Errors
/// Returns an error if the batch of the activity is not complete, or if a message failed.
pub async fn deliver(context: &Context, activity: Activity, deadline: Instant) -> Result<(), Error> {
    if activity.event.kind().is_internal() {
        return Ok(());
    }
    require_complete_batch(&activity, context.notice_delay)?;
    // Boxed, because the nested futures of the SDK exceed limits of the compiler.
    Box::pin(deliver_once(context, activity, deadline)).await
}

async fn deliver_once(context: &Context, activity: Activity, deadline: Instant) -> Result<(), Error> {
    let mut broadcast = Broadcast::new(context, activity.id, deadline);
    let run = context.idempotency.run_unless_completed(activity.id, async |delivered| {
        broadcast.skip(delivered);
        let mut progress = Progress::Completed;
        let outcome = broadcast_event(context, &mut broadcast, &activity).await;
        broadcast.finish(outcome.map(|made| progress = made)).await?;
        Ok(progress)
    });
    let outcome = run.await;
    outcome.and(broadcast.remove_closed_connections().await)
}

async fn broadcast_event(
    context: &Context,
    broadcast: &mut Broadcast<'_>,
    activity: &Activity,
) -> Result<Progress, Error> {
    use FriendshipState::{Friends, Requested};
    let kind = activity.event.kind();
    match activity.event {
        ActivityEvent::PictureReady { picture } => {
            picture::deliver(context, broadcast, kind, picture, Audience::Nobody).await?;
        }
        ActivityEvent::PictureChanged { picture, before }
        | ActivityEvent::PictureRemoved { picture, before } => {
            picture::deliver(context, broadcast, kind, picture, before).await?;
        }
        ActivityEvent::FriendRequested { from, to, requested_at } => {
            let event = |user, state| LiveEvent::FriendRequested { user, state };
            // The requester cannot tell whether the other member sees the request.
            let is_requester = |row: Option<Friendship>| row.is_some_and(|row| row.state == Requested);
            friendship::deliver(context, broadcast, event, [from, to], is_requester).await?;
            let is_notified =
                |row: Option<Friendship>| row.is_some_and(|row| row.announces_request(requested_at));
            friendship::deliver(context, broadcast, event, [to, from], is_notified).await?;
        }
        ActivityEvent::FriendAccepted { from, to } => {
            let event = |user, state| LiveEvent::FriendAccepted { user, state };
            let is_friend = |row: Option<Friendship>| row.is_some_and(|row| row.state == Friends);
            friendship::deliver(context, broadcast, event, [from, to], is_friend).await?;
            friendship::deliver(context, broadcast, event, [to, from], is_friend).await?;
        }
        ActivityEvent::FriendRemoved { one, other } => {
            let event = |user, state| LiveEvent::FriendRemoved { user, state };
            let has_ended = |row: Option<Friendship>| row.and_then(|row| row.state.visible()).is_none();
            friendship::deliver(context, broadcast, event, [one, other], has_ended).await?;
        }
        ActivityEvent::CommentAdded { picture, comment_id } => {
            comment::deliver(context, broadcast, kind, picture, comment_id, None).await?;
        }
        ActivityEvent::CommentRemoved { picture, comment_id, author_id } => {
            comment::deliver(context, broadcast, kind, picture, comment_id, author_id).await?;
        }
        ActivityEvent::AlbumChanged { album_id } => {
            album::deliver_change(context, broadcast, album_id).await?;
        }
        ActivityEvent::AlbumMemberAdded { .. }
        | ActivityEvent::AlbumPicturesAdded { .. }
        | ActivityEvent::AlbumPicturesWaiting { .. } => {
            return album::deliver_notification(context, broadcast, activity).await;
        }
        // The former owner and the former member cannot view the album.
        ActivityEvent::AlbumRemoved { .. } | ActivityEvent::AlbumMemberRemoved { .. } => {}
    }
    Ok(Progress::Completed)
}
