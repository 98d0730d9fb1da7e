//! Pictures: those who may see one now are shown it; those who could before are told that it is gone.

use std::collections::BTreeSet;

use lambda::Error;
use domain::{ActivityType, Audience, Picture, PictureKey, Relation, State};
use lambda::view::PictureView;

use crate::Context;
use crate::audience::{self, Connected, Group};
use crate::notice::News;
use crate::round::Round;

/// Tells of a picture. `kind`: what happened to it; `before`: how far it reached before.
///
/// Who was added to its audience since is told, too; who was taken from it since is told by the activity that says so.
pub async fn tell(
    context: &Context,
    round: &mut Round<'_>,
    (kind, key, before): (ActivityType, PictureKey, Audience),
) -> Result<(), Error> {
    let picture = audience::now(&context.comment_writer.access, key).await?;
    let reach = before.max(Audience::of(picture.as_ref()));
    let mut connected = Connected::within(context, reach, key.owner_id).await?;
    while let Some(people) = connected.next().await? {
        let (group, parts) = audience::look(context, key, reach, people, &[key.owner_id]).await?;
        let mut seen = BTreeSet::new();
        for (picture, seeing) in parts {
            let news = shown(context, &group, kind, picture)?;
            round.tell(&group, news, &seeing).await?;
            seen.extend(seeing);
        }
        // The owner could always see it.
        let could = |user| user == key.owner_id || before == reach;
        let lost: Vec<_> =
            group.people.keys().copied().filter(|user| could(*user) && !seen.contains(user)).collect();
        round.tell(&group, News::PictureRemoved { key }, &lost).await?;
    }
    Ok(())
}

/// The picture as everyone of its audience may see it: nothing that is its owner's alone, since connections may be open for hours.
fn shown(context: &Context, group: &Group, kind: ActivityType, picture: Picture) -> Result<News, Error> {
    let ready = kind == ActivityType::PictureReady && picture.state() == State::Ready;
    let (key, owner) = (picture.key, group.view(picture.key.owner_id));
    let picture = Box::new(PictureView::new(picture, Relation::Stranger, owner, &context.presigner)?);
    Ok(if ready { News::PictureReady { key, picture } } else { News::PictureChanged { key, picture } })
}
