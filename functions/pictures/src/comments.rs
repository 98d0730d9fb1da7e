//! Reads, writes and deletes comments: `/pictures/{ownerId}/{id}/comments`.

use domain::access::can_delete_comment;
use domain::{Comment, CommentId, PageRequest, PictureKey, UserId};
use lambda::http::{ApiError, Page, Request};
use lambda::view::CommentView;
use serde::Deserialize;

use crate::{Context, read_visible};

/// The body of `POST /pictures/{ownerId}/{id}/comments`.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema), schemars(rename = "NewComment"))]
pub struct CommentInput {
    #[cfg_attr(feature = "openapi", schemars(with = "String", length(min = 1, max = domain::Text::COMMENT.max_chars)))]
    text: Option<String>,
}

/// Reads a page of the comments on a picture, oldest first. Omits the comments of members whom the
/// caller blocked, so that a page can be short although more comments follow.
pub async fn list(
    context: &Context,
    caller: UserId,
    request: &Request,
) -> Result<Page<CommentView>, ApiError> {
    let key = request.picture()?;
    let cipher = context.secrets.cursor_cipher().await?;
    let page: PageRequest<CommentId> = request.page(cipher)?;
    let mut comments = context.comment_writer.comments.read_page(key, page).await?;
    // Checks access after reading the comments. A caller who has lost access must not see comments
    // that were written afterwards.
    read_visible(context, Some(caller), key).await?;
    let next = page.next(&comments, |comment| comment.comment_id);
    omit_blocked_authors(context, caller, key, &mut comments).await?;
    Ok(Page {
        items: CommentView::load_all(comments, &context.comment_writer.users).await?,
        cursor: request.cursor(cipher, next)?,
    })
}

/// Omits the comments of members whom the caller blocked. Owners see all comments on their own
/// pictures, so that they can delete them.
async fn omit_blocked_authors(
    context: &Context,
    caller: UserId,
    picture: PictureKey,
    comments: &mut Vec<Comment>,
) -> Result<(), ApiError> {
    if caller == picture.owner_id {
        return Ok(());
    }
    let authors = comments.iter().map(|comment| comment.author_id).filter(|author| *author != caller);
    let pairs = authors.map(|author| (caller, author)).collect();
    let blocks = context.friendships.find_blocks(&pairs).await?;
    comments.retain(|comment| !blocks.contains(&(caller, comment.author_id)));
    Ok(())
}

/// Writes a comment if the caller can comment on the picture at the time of the write.
pub async fn write(
    context: &Context,
    caller: UserId,
    key: PictureKey,
    input: CommentInput,
) -> Result<CommentView, ApiError> {
    context.comment_writer.write(caller, key, input.text.as_deref()).await
}

/// Deletes a comment. Authors can delete their comments even after they have lost access to the
/// picture.
pub async fn delete(
    context: &Context,
    caller: UserId,
    key: PictureKey,
    id: CommentId,
) -> Result<(), ApiError> {
    let comments = &context.comment_writer.comments;
    let comment = comments.get(key, id).await?;
    if let Some(comment) = &comment
        && can_delete_comment(comment, caller)
    {
        return Ok(comments.delete(comment).await?);
    }
    read_visible(context, Some(caller), key).await?;
    Err(match comment {
        Some(_) => {
            ApiError::Forbidden("You can only delete your own comments, and comments on your own pictures.")
        }
        None => ApiError::NotFound("There is no such comment on this picture."),
    })
}
