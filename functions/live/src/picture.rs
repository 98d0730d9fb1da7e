//! Delivers changes of pictures.

use std::collections::BTreeSet;

use domain::{ActivityType, Audience, Picture, PictureKey, PictureState, Relation, Topic};
use lambda::Error;
use lambda::view::PictureView;
use store::VisiblePicture;

use crate::Context;
use crate::audience::{Candidates, RecipientGroup, load_group, omit_blockers, read_picture};
use crate::broadcast::Broadcast;
use crate::live_message::LiveEvent;

/// Sends the current state of a picture to its current viewers, and `picture.removed` to the other
/// members of `before`, the audience before the change.
///
/// If the picture changed again, a later activity notifies the viewers who were removed by that
/// change.
pub async fn deliver(
    context: &Context,
    broadcast: &mut Broadcast<'_>,
    kind: ActivityType,
    key: PictureKey,
    before: Audience,
) -> Result<(), Error> {
    let picture = read_picture(&context.access, key).await?;
    let audience = before.max(Audience::of(picture.as_ref()));
    let in_albums = picture.is_some_and(|picture| picture.albums > 0);
    let topics = Topic::of_picture(key);
    let mut candidates = Candidates::find(context, audience, key, in_albums, topics).await?;
    while let Some(connections) = candidates.read_next(broadcast).await? {
        let (group, snapshots) = load_group(context, key, audience, connections, &[key.owner_id]).await?;
        let mut viewers = BTreeSet::new();
        for snapshot in snapshots {
            let event = create_event(context, &group, kind, snapshot.picture)?;
            let mut recipients = snapshot.viewers.clone();
            omit_blockers(context, &mut recipients, key.owner_id, key.owner_id).await?;
            broadcast.deliver(&group, event, &recipients).await?;
            viewers.extend(snapshot.viewers);
        }
        // For the audience `Friends`, candidates without a friendship watch the picture in an
        // album. For `Everyone`, the function treats all candidates but the owner as strangers.
        let relation = |user| match audience {
            _ if user == key.owner_id => Relation::OWNER,
            Audience::Friends if candidates.includes_member(user) => Relation::FRIEND,
            _ => Relation::STRANGER,
        };
        let members = group.connections.keys().copied();
        let mut former: Vec<_> =
            members.filter(|user| !viewers.contains(user) && before.allows_view(relation(*user))).collect();
        omit_blockers(context, &mut former, key.owner_id, key.owner_id).await?;
        broadcast.deliver(&group, LiveEvent::PictureRemoved { key }, &former).await?;
    }
    Ok(())
}

/// Creates the event with the picture as a stranger sees it. The event omits the fields that only
/// the owner sees (the original and the GPS position), even for the owner, because pages remain
/// open for hours.
fn create_event(
    context: &Context,
    group: &RecipientGroup,
    kind: ActivityType,
    picture: Picture,
) -> Result<LiveEvent, Error> {
    let is_ready = kind == ActivityType::PictureReady && picture.state() == PictureState::Ready;
    let (key, owner) = (picture.key, group.view_person(picture.key.owner_id));
    let visible = VisiblePicture::new(picture, Relation::STRANGER);
    let picture = Box::new(PictureView::new(visible, owner, &context.presigner)?);
    Ok(match is_ready {
        true => LiveEvent::PictureReady { key, picture },
        false => LiveEvent::PictureChanged { key, picture },
    })
}
