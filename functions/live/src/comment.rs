//! Comments: those who may see the picture now are told, if it is still so.

use lambda::Error;
use domain::{ActivityType, Audience, CommentId, PictureKey};
use lambda::view::CommentView;

use crate::Context;
use crate::audience::{self, Connected};
use crate::notice::News;
use crate::round::Round;

/// Tells of a comment. `kind`: whether it was added or removed.
pub async fn tell(
    context: &Context,
    round: &mut Round<'_>,
    (kind, key, comment_id): (ActivityType, PictureKey, CommentId),
) -> Result<(), Error> {
    let comment = context.comment_writer.comments.get(key, comment_id).await?;
    let Some(picture) = audience::now(&context.comment_writer.access, key).await? else { return Ok(()) };
    let reach = Audience::of(Some(&picture));
    let author: Vec<_> = comment.iter().map(|comment| comment.author_id).collect();
    let mut connected = Connected::within(context, reach, key.owner_id).await?;
    while let Some(people) = connected.next().await? {
        let (group, parts) = audience::look(context, key, reach, people, &author).await?;
        // Of many people the last are told long after the first: it may be gone by then.
        let comment = context.comment_writer.comments.get(key, comment_id).await?;
        if comment.is_some() != (kind == ActivityType::CommentAdded) {
            return Ok(());
        }
        for (_, seeing) in parts {
            let news = match comment.clone() {
                None => News::CommentRemoved { key, comment_id },
                Some(comment) => {
                    let profile = group.profile(comment.author_id);
                    News::CommentAdded { key, comment: CommentView::new(comment, profile) }
                }
            };
            round.tell(&group, news, &seeing).await?;
        }
    }
    Ok(())
}
