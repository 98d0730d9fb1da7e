//! Delivers new and deleted comments to the current viewers of the picture.

use domain::{ActivityType, Audience, CommentId, PictureKey, Topic, UserId};
use lambda::Error;
use lambda::view::CommentView;

use crate::Context;
use crate::audience::{Candidates, load_group, omit_blockers, read_picture};
use crate::broadcast::Broadcast;
use crate::live_message::LiveEvent;

/// Sends a new comment, or the id of a deleted comment. Sends nothing if a new comment is already
/// deleted, or if the picture does not exist. Omits members who blocked the author. `author_id` is
/// the author of a deleted comment, `None` in activities of older versions.
pub async fn deliver(
    context: &Context,
    broadcast: &mut Broadcast<'_>,
    kind: ActivityType,
    key: PictureKey,
    comment_id: CommentId,
    author_id: Option<UserId>,
) -> Result<(), Error> {
    let comment = context.comments.get(key, comment_id).await?;
    let Some(picture) = read_picture(&context.access, key).await? else { return Ok(()) };
    let audience = Audience::of(Some(&picture));
    let author_id = comment.map(|comment| comment.author_id).or(author_id);
    let in_albums = picture.albums > 0;
    let mut candidates = Candidates::find(context, audience, key, in_albums, [Topic::Picture(key)]).await?;
    while let Some(connections) = candidates.read_next(broadcast).await? {
        let (group, snapshots) =
            load_group(context, key, audience, connections, author_id.as_slice()).await?;
        // Reads the comment again for each group, because a broadcast to many members takes time.
        let comment = context.comments.get(key, comment_id).await?;
        if comment.is_some() != (kind == ActivityType::CommentAdded) {
            return Ok(());
        }
        for mut snapshot in snapshots {
            if let Some(author_id) = author_id {
                omit_blockers(context, &mut snapshot.viewers, author_id, key.owner_id).await?;
            }
            let event = match comment.clone() {
                None => LiveEvent::CommentRemoved { key, comment_id },
                Some(comment) => {
                    let author = group.profile(comment.author_id);
                    LiveEvent::CommentAdded { key, comment: CommentView::new(comment, author) }
                }
            };
            broadcast.deliver(&group, event, &snapshot.viewers).await?;
        }
    }
    Ok(())
}
