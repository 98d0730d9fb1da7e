//! Lists, approves and rejects the pictures of guests that wait for approval.

use domain::access::can_manage_album;
use domain::{AlbumId, PageRequest, PictureKey, UserId};
use lambda::http::{ApiError, Page, Request};
use lambda::view::PictureView;
use serde::Deserialize;
use store::ViewedAlbum;

use crate::pictures::{RefusedPicture, RefusedPictures, approve, check_lists};
use crate::{Context, read_album};

/// The body of `POST /albums/{albumId}/waiting`.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Review {
    /// Pictures to add to the album.
    #[serde(default)]
    approve: Vec<PictureKey>,
    /// Pictures to delete.
    #[serde(default)]
    reject: Vec<PictureKey>,
}

/// Reads a page of the pictures of guests that wait for approval, first sent first. Omits pictures
/// that the caller cannot view, so that a page can be short although more pictures follow.
pub async fn list(
    context: &Context,
    caller: UserId,
    id: AlbumId,
    request: &Request,
) -> Result<Page, ApiError> {
    let viewed = require_manager(context, caller, id).await?;
    let cipher = context.secrets.cursor_cipher().await?;
    let PageRequest { limit, after } = request.page(cipher)?;
    let page = context.albums.list_waiting(id, limit, after).await?;
    let waiting = context.access.read_waiting_pictures(caller, &viewed.album, &page.items).await?;
    let mut waiting = waiting.ok_or(ApiError::NO_ALBUM)?;
    let pictures = page.items.iter().filter_map(|key| waiting.remove(key)).collect();
    let presigner = context.presigner.for_site(request.site());
    Ok(Page {
        items: PictureView::load_all(pictures, &context.users, &presigner).await?,
        cursor: request.cursor(cipher, page.next)?,
    })
}

/// Approves and rejects pictures that wait, and returns those that do not wait. Approval adds a
/// picture to the album, rejection deletes it. Idempotent.
pub async fn review(
    context: &Context,
    caller: UserId,
    id: AlbumId,
    review: Review,
) -> Result<RefusedPictures, ApiError> {
    require_manager(context, caller, id).await?;
    let [approved, rejected] = check_lists(("approve", &review.approve), ("reject", &review.reject))?;
    let mut refused = Vec::new();
    // One after the other, because each approval changes the row of the album.
    for key in approved {
        if let Err(error) = approve(context, id, key).await? {
            refused.push(RefusedPicture::new(key, error));
        }
    }
    let waiting = context.albums.filter_waiting(id, &rejected).await?;
    let existing = context.pictures.get_all(&rejected).await?;
    for picture in existing {
        match waiting.contains(&picture.key) && picture.guest.is_some() {
            true => drop(context.pictures.delete(picture.key).await?),
            false => {
                let reason = "This picture does not wait for approval.";
                refused.push(RefusedPicture::new(picture.key, reason));
            }
        }
    }
    Ok(RefusedPictures { refused })
}

async fn require_manager(context: &Context, caller: UserId, id: AlbumId) -> Result<ViewedAlbum, ApiError> {
    let viewed = read_album(context, caller, id).await?;
    match can_manage_album(viewed.access.role()) {
        true => Ok(viewed),
        false => {
            let message = "Only the owner and the curators of an album can review the pictures of guests.";
            Err(ApiError::Forbidden(message))
        }
    }
}
