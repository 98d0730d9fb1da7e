//! Reads, edits and deletes a picture; comments on it; finds one's own by the file.
//!
//! | | |
//! |---|---|
//! | triggered by | `GET`, `PATCH`, `DELETE /pictures/{ownerId}/{id}`, `GET`, `POST …/comments`, `DELETE …/comments/{commentId}`, `GET /pictures?sha256=`, from members; `GET /public/{ownerId}/{id}`, from anyone |
//! | reads | Pictures and, in the same transaction, Friendships: what the caller may see at this moment; Comments; Users; Secrets: the seal of cursors |
//! | emits | changes and removals of Pictures rows: feeds and objects follow by subscription; Comments rows: people are told by subscription |

mod comments;
mod duplicates;
mod edit;

use serde_json::json;
use shared::api::{ApiError, Reply, Request};
use shared::commenting::Commenting;
use shared::model::{CommentId, Picture, PictureKey, Reader, UserId};
use shared::store::{Links, Pictures, Secrets, Written};
use shared::view::{PersonView, PictureView};

pub use edit::Edit;

/// What this function works with.
#[derive(Debug)]
pub struct Stores {
    /// What may be seen, and profiles; comments, which are written, too.
    pub commenting: Commenting,
    /// Written.
    pub pictures: Pictures,
    /// Seals cursors.
    pub secrets: Secrets,
    /// Signs downloads.
    pub links: Links,
}

/// Answers one call.
///
/// # Errors
/// [`ApiError`].
pub async fn handle(stores: &Stores, request: Request) -> Result<Reply, ApiError> {
    match request.route() {
        ("GET", "/pictures/{ownerId}/{id}") => {
            read(stores, Some(request.caller()?), request.picture()?).await
        }
        ("GET", "/pictures") => Reply::ok(duplicates::find(stores, request.caller()?, &request).await?),
        ("GET", "/public/{ownerId}/{id}") => read(stores, None, request.picture()?).await,
        ("PATCH", "/pictures/{ownerId}/{id}") => {
            edit(stores, request.caller()?, request.picture()?, request.body()?).await
        }
        ("DELETE", "/pictures/{ownerId}/{id}") => delete(stores, request.caller()?, request.picture()?).await,
        ("GET", "/pictures/{ownerId}/{id}/comments") => {
            Reply::ok(comments::list(stores, request.caller()?, &request).await?)
        }
        ("POST", "/pictures/{ownerId}/{id}/comments") => {
            let (caller, key) = (request.caller()?, request.picture()?);
            Reply::created(comments::write(stores, caller, key, request.body()?).await?)
        }
        ("DELETE", "/pictures/{ownerId}/{id}/comments/{commentId}") => {
            let id: CommentId = request.id("commentId")?;
            comments::delete(stores, request.caller()?, request.picture()?, id).await?;
            Reply::ok(json!({ "id": id }))
        }
        _ => Err(ApiError::NotFound("There is no such route.")),
    }
}

/// The picture, if the caller may know of it, and what they are to its owner.
async fn visible(
    stores: &Stores,
    caller: Option<UserId>,
    key: PictureKey,
) -> Result<(Picture, Reader), ApiError> {
    stores.commenting.sight.of(caller, key).await?.ok_or(ApiError::NO_PICTURE)
}

/// Refuses whoever is not the owner: 403 for a picture they may see, 404 for one that is not theirs to know about.
async fn only_owner(stores: &Stores, caller: UserId, key: PictureKey) -> Result<(), ApiError> {
    if caller == key.owner_id {
        return Ok(());
    }
    visible(stores, Some(caller), key).await?;
    Err(ApiError::Forbidden("Only its owner can change or delete a picture."))
}

async fn read(stores: &Stores, caller: Option<UserId>, key: PictureKey) -> Result<Reply, ApiError> {
    let (picture, reader) = visible(stores, caller, key).await?;
    shown(stores, picture, reader).await
}

async fn edit(stores: &Stores, caller: UserId, key: PictureKey, edit: Edit) -> Result<Reply, ApiError> {
    only_owner(stores, caller, key).await?;
    match stores.pictures.change(key, edit.into_change()?).await? {
        Written::Picture(picture) => shown(stores, *picture, Reader::Owner).await,
        Written::Gone => Err(ApiError::NO_PICTURE),
    }
}

async fn delete(stores: &Stores, caller: UserId, key: PictureKey) -> Result<Reply, ApiError> {
    only_owner(stores, caller, key).await?;
    match stores.pictures.delete(key).await? {
        true => Reply::ok(json!({ "id": key.picture_id })),
        false => Err(ApiError::NO_PICTURE),
    }
}

async fn shown(stores: &Stores, picture: Picture, reader: Reader) -> Result<Reply, ApiError> {
    let owner = picture.key.owner_id;
    let profile = stores.commenting.users.get(owner).await?;
    let owner = PersonView::new(owner, profile.as_ref());
    Reply::ok(PictureView::new(picture, reader, owner, &stores.links)?)
}

/// What this function takes and gives, as TypeScript.
#[cfg(feature = "typescript")]
pub fn typescript(types: &mut shared::typescript::Types) {
    types.add::<shared::view::PictureView>();
    types.add::<Edit>();
    types.add::<comments::CommentInput>();
    types.add::<shared::view::CommentView>();
}
