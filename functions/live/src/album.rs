//! Delivers changes of albums to their owner and members.

use std::collections::BTreeSet;

use domain::{Activity, ActivityEvent, AlbumId, UserId};
use lambda::Error;
use store::{ConnectionsByUser, MAX_VIEWERS, Progress};

use crate::Context;
use crate::audience::RecipientGroup;
use crate::broadcast::Broadcast;
use crate::live_message::LiveEvent;

/// Sends `album.changed` to the owner and the members who can view the album now.
pub async fn deliver_change(
    context: &Context,
    broadcast: &mut Broadcast<'_>,
    album_id: AlbumId,
) -> Result<(), Error> {
    let albums = &context.recipients.albums;
    let Some(album) = albums.get(album_id).await? else { return Ok(()) };
    let members = albums.list_members(album_id).await?.into_iter().map(|membership| membership.user_id);
    let users: Vec<_> = members.chain([album.owner_id]).collect();
    for group in find_groups(context, broadcast, users).await? {
        let members: Vec<_> = group.keys().copied().collect();
        let group = RecipientGroup::load(&context.users, group, &[]).await?;
        let viewers = context.access.find_album_viewers(album_id, &members, None).await?;
        let viewers: Vec<_> = viewers.into_iter().map(|(user, _)| user).collect();
        broadcast.deliver(&group, LiveEvent::AlbumChanged { album_id }, &viewers).await?;
    }
    Ok(())
}

/// Sends a notification about an album to its current recipients.
pub async fn deliver_notification(
    context: &Context,
    broadcast: &mut Broadcast<'_>,
    activity: &Activity,
) -> Result<Progress, Error> {
    let Some(mut pending) = context.recipients.find(activity).await? else {
        return Ok(Progress::without_recipients(activity.event));
    };
    let Some(album) = pending.album.clone() else { return Ok(Progress::Completed) };
    let users = std::mem::take(&mut pending.recipients);
    for group in find_groups(context, broadcast, users).await? {
        let members: Vec<_> = group.keys().copied().collect();
        let group = RecipientGroup::load(&context.users, group, &[pending.actor]).await?;
        let current: BTreeSet<_> = context.recipients.filter_current(&pending, &members).await?;
        let (user, album) = (group.view_person(pending.actor), album.clone().into());
        let event = match activity.event {
            ActivityEvent::AlbumMemberAdded { .. } => LiveEvent::AlbumMemberAdded { user, album },
            ActivityEvent::AlbumPicturesAdded { .. } => LiveEvent::AlbumPicturesAdded { user, album },
            _ => LiveEvent::AlbumPicturesWaiting { user, album },
        };
        broadcast.deliver(&group, event, &current.into_iter().collect::<Vec<_>>()).await?;
    }
    Ok(Progress::Completed)
}

/// Finds the connections of members, in groups of at most [`MAX_VIEWERS`] members.
async fn find_groups(
    context: &Context,
    broadcast: &mut Broadcast<'_>,
    users: Vec<UserId>,
) -> Result<Vec<ConnectionsByUser>, Error> {
    let found = context.connections.find_by_users(users).await?;
    broadcast.remove_later(found.expired);
    let mut groups = vec![];
    let mut rest = found.open;
    while !rest.is_empty() {
        let following = match rest.keys().nth(MAX_VIEWERS).copied() {
            Some(first) => rest.split_off(&first),
            None => ConnectionsByUser::new(),
        };
        groups.push(std::mem::replace(&mut rest, following));
    }
    Ok(groups)
}
