//! Reads, edits and deletes pictures, finds duplicates, and reads and writes comments.
//!
//! | | |
//! |---|---|
//! | triggered by members | `GET`, `PATCH` and `DELETE /pictures/{ownerId}/{id}` |
//! | | `GET /pictures?sha256=`, `POST /pictures/known` |
//! | | `GET` and `POST /pictures/{ownerId}/{id}/comments` |
//! | | `DELETE /pictures/{ownerId}/{id}/comments/{commentId}` |
//! | triggered by anyone | `GET /public/{ownerId}/{id}` |
//! | reads | Pictures and Friendships in one transaction; Comments, Users, Secrets |
//! | emits | changes of Pictures rows; they trigger `index` and `activity` |
//! | | changes of Comments rows; they trigger `activity` |
//! | | counters of Quotas, and of Links for the pictures of guests |

mod comments;
mod context;
mod duplicates;
mod edit;
mod known;
#[cfg(feature = "openapi")]
pub mod openapi;

use domain::access::can_edit_picture;
use domain::{CommentId, PictureKey, Relation, UserId};
use lambda::http::{ApiError, Caching, Reply, Request};
use lambda::view::{IdView, PersonView, PictureView};
use store::{UrlPresigner, VisiblePicture};

pub use context::Context;
pub use edit::Edit;

/// Handles a request to the REST API.
pub async fn handle(context: &Context, request: Request) -> Result<Reply, ApiError> {
    let presigner = &context.presigner.for_site(request.site());
    match request.route() {
        ("GET", "/pictures/{ownerId}/{id}") => {
            read(context, presigner, Some(request.caller()?), request.picture()?).await
        }
        ("GET", "/pictures") => {
            Reply::ok(duplicates::find(context, presigner, request.caller()?, &request).await?)
        }
        ("POST", "/pictures/known") => {
            Reply::ok(known::find(context, request.caller()?, request.body()?).await?)
        }
        ("GET", "/public/{ownerId}/{id}") => {
            Ok(read(context, presigner, None, request.picture()?).await?.with_caching(Caching::Minute))
        }
        ("PATCH", "/pictures/{ownerId}/{id}") => {
            let (caller, key) = (request.caller()?, request.picture()?);
            edit(context, presigner, caller, key, request.body()?).await
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
            Reply::ok(IdView::new(id))
        }
        _ => Err(ApiError::NotFound("There is no such route.")),
    }
}

/// Reads a picture if the caller can view it.
async fn read_visible(
    context: &Context,
    caller: Option<UserId>,
    key: PictureKey,
) -> Result<VisiblePicture, ApiError> {
    context.comment_writer.access.read_visible(caller, key).await?.ok_or(ApiError::NO_PICTURE)
}

/// Returns an error unless the caller owns the picture. The status is 403 if the caller can view
/// the picture, and 404 otherwise.
async fn require_owner(context: &Context, caller: UserId, key: PictureKey) -> Result<(), ApiError> {
    if can_edit_picture(key, caller) {
        return Ok(());
    }
    read_visible(context, Some(caller), key).await?;
    Err(ApiError::Forbidden("You can only change or delete your own pictures."))
}

async fn read(
    context: &Context,
    presigner: &UrlPresigner,
    caller: Option<UserId>,
    key: PictureKey,
) -> Result<Reply, ApiError> {
    let visible = read_visible(context, caller, key).await?;
    reply_with(context, presigner, visible).await
}

async fn edit(
    context: &Context,
    presigner: &UrlPresigner,
    caller: UserId,
    key: PictureKey,
    edit: Edit,
) -> Result<Reply, ApiError> {
    require_owner(context, caller, key).await?;
    let picture = context.pictures.update(key, edit.into_update()?).await?.ok_or(ApiError::NO_PICTURE)?;
    reply_with(context, presigner, VisiblePicture::new(picture, Relation::OWNER)).await
}

async fn delete(context: &Context, caller: UserId, key: PictureKey) -> Result<Reply, ApiError> {
    require_owner(context, caller, key).await?;
    match context.pictures.delete(key).await? {
        true => Reply::ok(IdView::new(key.picture_id)),
        false => Err(ApiError::NO_PICTURE),
    }
}

async fn reply_with(
    context: &Context,
    presigner: &UrlPresigner,
    visible: VisiblePicture,
) -> Result<Reply, ApiError> {
    let owner = visible.picture.key.owner_id;
    let profile = context.comment_writer.users.get(owner).await?;
    let owner = PersonView::new(owner, profile.as_ref());
    Reply::ok(PictureView::new(visible, owner, presigner)?)
}
