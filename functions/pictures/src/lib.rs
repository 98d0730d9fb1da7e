//! Reads, edits and deletes a picture; comments on it; finds one's own by the file.
//!
//! | | |
//! |---|---|
//! | triggered by | `GET`, `PATCH`, `DELETE /pictures/{ownerId}/{id}`, `GET`, `POST …/comments`, `DELETE …/comments/{commentId}`, `GET /pictures?sha256=`, from members; `GET /public/{ownerId}/{id}`, from anyone |
//! | reads | Pictures and, in the same transaction, Friendships: what the caller may see at this moment; Comments; Users; Secrets: the cursor_signer of cursors |
//! | emits | changes and removals of Pictures rows: feeds and objects follow by subscription; Comments rows: people are told by subscription |

mod comments;
mod duplicates;
mod edit;

use domain::{CommentId, Picture, PictureKey, Relation, UserId};
use lambda::comment_writer::CommentWriter;
use lambda::http::{ApiError, Reply, Request};
use lambda::view::{PersonView, PictureView};
use serde_json::json;
use store::{Pictures, Secrets, UrlPresigner, Written};

pub use edit::Edit;

/// What this function works with.
#[derive(Debug)]
pub struct Context {
    /// What may be seen, and profiles; comments, which are written, too.
    pub comment_writer: CommentWriter,
    /// Written.
    pub pictures: Pictures,
    /// Seals cursors.
    pub secrets: Secrets,
    /// Signs downloads.
    pub presigner: UrlPresigner,
}

/// Answers one call.
///
/// # Errors
/// [`ApiError`].
pub async fn handle(context: &Context, request: Request) -> Result<Reply, ApiError> {
    match request.route() {
        ("GET", "/pictures/{ownerId}/{id}") => {
            read(context, Some(request.caller()?), request.picture()?).await
        }
        ("GET", "/pictures") => Reply::ok(duplicates::find(context, request.caller()?, &request).await?),
        ("GET", "/public/{ownerId}/{id}") => read(context, None, request.picture()?).await,
        ("PATCH", "/pictures/{ownerId}/{id}") => {
            edit(context, request.caller()?, request.picture()?, request.body()?).await
        }
        ("DELETE", "/pictures/{ownerId}/{id}") => {
            delete(context, request.caller()?, request.picture()?).await
        }
        ("GET", "/pictures/{ownerId}/{id}/comments") => {
            Reply::ok(comments::list(context, request.caller()?, &request).await?)
        }
        ("POST", "/pictures/{ownerId}/{id}/comments") => {
            let (caller, key) = (request.caller()?, request.picture()?);
            Reply::created(comments::write(context, caller, key, request.body()?).await?)
        }
        ("DELETE", "/pictures/{ownerId}/{id}/comments/{commentId}") => {
            let id: CommentId = request.id("commentId")?;
            comments::delete(context, request.caller()?, request.picture()?, id).await?;
            Reply::ok(json!({ "id": id }))
        }
        _ => Err(ApiError::NotFound("There is no such route.")),
    }
}

/// The picture, if the caller may know of it, and what they are to its owner.
async fn visible(
    context: &Context,
    caller: Option<UserId>,
    key: PictureKey,
) -> Result<(Picture, Relation), ApiError> {
    context.comment_writer.access.of(caller, key).await?.ok_or(ApiError::NO_PICTURE)
}

/// Refuses whoever is not the owner: 403 for a picture they may see, 404 for one that is not theirs to know about.
async fn only_owner(context: &Context, caller: UserId, key: PictureKey) -> Result<(), ApiError> {
    if caller == key.owner_id {
        return Ok(());
    }
    visible(context, Some(caller), key).await?;
    Err(ApiError::Forbidden("Only its owner can change or delete a picture."))
}

async fn read(context: &Context, caller: Option<UserId>, key: PictureKey) -> Result<Reply, ApiError> {
    let (picture, reader) = visible(context, caller, key).await?;
    shown(context, picture, reader).await
}

async fn edit(context: &Context, caller: UserId, key: PictureKey, edit: Edit) -> Result<Reply, ApiError> {
    only_owner(context, caller, key).await?;
    match context.pictures.change(key, edit.into_change()?).await? {
        Written::Picture(picture) => shown(context, *picture, Relation::Owner).await,
        Written::Gone => Err(ApiError::NO_PICTURE),
    }
}

async fn delete(context: &Context, caller: UserId, key: PictureKey) -> Result<Reply, ApiError> {
    only_owner(context, caller, key).await?;
    match context.pictures.delete(key).await? {
        true => Reply::ok(json!({ "id": key.picture_id })),
        false => Err(ApiError::NO_PICTURE),
    }
}

async fn shown(context: &Context, picture: Picture, reader: Relation) -> Result<Reply, ApiError> {
    let owner = picture.key.owner_id;
    let profile = context.comment_writer.users.get(owner).await?;
    let owner = PersonView::new(owner, profile.as_ref());
    Reply::ok(PictureView::new(picture, reader, owner, &context.presigner)?)
}

/// What this function takes and gives, as TypeScript.
#[cfg(feature = "typescript")]
pub fn typescript(types: &mut domain::typescript::Types) {
    types.add::<lambda::view::PictureView>();
    types.add::<Edit>();
    types.add::<comments::CommentInput>();
    types.add::<lambda::view::CommentView>();
}
