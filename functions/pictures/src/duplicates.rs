//! `GET /pictures?sha256=…`: finds the caller's pictures with a given original.

use domain::{PictureState, Relation, Sha256, UserId};
use lambda::http::{ApiError, Request};
use lambda::view::{PersonView, PictureView};
use serde::Serialize;
use store::{UrlPresigner, VisiblePicture};

use crate::Context;

/// The maximum number of pictures in the reply.
pub const MAX_ITEMS: usize = 10;

/// The `data` of `GET /pictures?sha256=`.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Duplicates {
    items: Vec<PictureView>,
}

/// Finds the caller's pictures with the original that the query names by its SHA-256, newest first.
/// Omits failed pictures. Never reads pictures of other members.
///
/// # Errors
/// Returns [`ApiError::Invalid`] if the query has no valid hash.
pub async fn find(
    context: &Context,
    presigner: &UrlPresigner,
    caller: UserId,
    request: &Request,
) -> Result<Duplicates, ApiError> {
    let invalid_hash =
        || ApiError::Invalid("sha256 must be the file's SHA-256, as 64 hexadecimal digits: ?sha256=…".into());
    let sha256 = request.query("sha256").and_then(Sha256::parse).ok_or_else(invalid_hash)?;
    let mut pictures = context.pictures.find_by_hash(caller, &sha256, MAX_ITEMS).await?;
    pictures.retain(|picture| matches!(picture.state(), PictureState::Ready | PictureState::Processing));
    let profile = match pictures.is_empty() {
        true => None,
        false => context.comment_writer.users.get(caller).await?,
    };
    let owner = PersonView::new(caller, profile.as_ref());
    let view = |picture| {
        let visible = VisiblePicture::new(picture, Relation::OWNER);
        PictureView::new(visible, owner.clone(), presigner)
    };
    Ok(Duplicates { items: pictures.into_iter().map(view).collect::<Result<_, _>>()? })
}
