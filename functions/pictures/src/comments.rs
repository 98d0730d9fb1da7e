//! Comments on a picture: `GET` and `POST /pictures/{ownerId}/{id}/comments`, `DELETE …/comments/{commentId}`.

use domain::PageRequest;
use domain::{CommentId, PictureKey, UserId};
use lambda::http::{ApiError, Page, Request};
use lambda::view::CommentView;
use serde::Deserialize;

use crate::{Context, visible};

/// The body of a new comment.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "NewComment"))]
pub struct CommentInput {
    #[cfg_attr(feature = "typescript", ts(as = "String"))]
    text: Option<String>,
}

/// A page of the comments on a picture, oldest first.
///
/// The picture is looked at after the comments: what was said among others cannot be read by somebody with whom the picture is no
/// longer shared.
pub async fn list(
    context: &Context,
    caller: UserId,
    request: &Request,
) -> Result<Page<CommentView>, ApiError> {
    let key = request.picture()?;
    let cursor_signer = context.secrets.cursor_signer().await?;
    let page: PageRequest<CommentId> = request.page(cursor_signer)?;
    let comments = context.comment_writer.comments.page(key, page).await?;
    visible(context, Some(caller), key).await?;
    let next = page.next(&comments, |comment| comment.comment_id);
    Ok(Page {
        items: CommentView::all(comments, &context.comment_writer.users).await?,
        cursor: next.map(|position| request.cursor(cursor_signer, position)),
    })
}

/// Writes a comment, if the caller may see the picture at that moment.
pub async fn write(
    context: &Context,
    caller: UserId,
    key: PictureKey,
    input: CommentInput,
) -> Result<CommentView, ApiError> {
    context.comment_writer.write(caller, key, input.text.as_deref()).await
}

/// Deletes a comment. Its author may, even where they no longer see the picture, and the picture's owner.
pub async fn delete(
    context: &Context,
    caller: UserId,
    key: PictureKey,
    id: CommentId,
) -> Result<(), ApiError> {
    let comments = &context.comment_writer.comments;
    let found = comments.get(key, id).await?;
    if let Some(comment) = &found
        && [comment.author_id, key.owner_id].contains(&caller)
    {
        return Ok(comments.delete(comment).await?);
    }
    visible(context, Some(caller), key).await?;
    Err(match found {
        Some(_) => ApiError::Forbidden("Only who wrote a comment, and the picture's owner, can delete it."),
        None => ApiError::NotFound("There is no such comment on this picture."),
    })
}
