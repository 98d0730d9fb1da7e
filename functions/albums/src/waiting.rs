//! Lists, approves and rejects the pictures of guests that wait for approval.

use domain::access::can_manage_album;
use domain::{AlbumId, AlbumRole, PageRequest, PictureKey, PictureState, UserId};
use lambda::http::{ApiError, Page, Request};
use lambda::view::PictureView;
use serde::Deserialize;
use store::{AlbumManager, Conflict, ViewedAlbum};

use crate::pictures::{RefusedPicture, RefusedPictures, album_full, check_lists, smart_album};
use crate::{Context, explain_refusal, read_album};

/// The reason why a call does not approve or reject a picture.
const NOT_WAITING: &str = "This picture does not wait for approval.";
/// The reason why a call does not approve a picture that nobody can see yet.
const NOT_READY: &str = "This picture is not ready yet. Wait a moment, then approve it.";

/// The body of `POST /albums/{albumId}/waiting`.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Review {
    /// Pictures to add to the album.
    #[serde(default)]
    approve: Vec<PictureKey>,
    /// Pictures to remove from the list. Those that no other album contains are deleted.
    #[serde(default)]
    reject: Vec<PictureKey>,
}

/// Reads a page of the pictures of guests that wait for approval, first sent first. Omits pictures
/// that are not ready or that the caller cannot view, so that a page can be short although more
/// pictures follow.
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
    // The owner of an album can view the pictures of guests before they are ready.
    waiting.retain(|_, visible| visible.picture.state() == PictureState::Ready);
    let pictures = page.items.iter().filter_map(|key| waiting.remove(key)).collect();
    let presigner = context.presigner.for_site(request.site());
    Ok(Page {
        items: PictureView::load_all(pictures, &context.users, &presigner).await?,
        cursor: request.cursor(cipher, page.next)?,
    })
}

/// Approves and rejects pictures that wait, and returns those that do not wait. Approval adds a
/// picture to the album. Rejection removes it from the list, and deletes it if no other album
/// contains it. Idempotent.
pub async fn review(
    context: &Context,
    caller: UserId,
    id: AlbumId,
    review: Review,
) -> Result<RefusedPictures, ApiError> {
    let viewed = require_manager(context, caller, id).await?;
    let [approved, rejected] = check_lists(("approve", &review.approve), ("reject", &review.reject))?;
    if viewed.album.rule.is_some() && !approved.is_empty() {
        return Err(smart_album());
    }
    let mut refused = Vec::new();
    // One after the other, because each approval changes the row of the album.
    for key in approved {
        if let Err(error) = approve(context, caller, &viewed, key).await? {
            refused.push(RefusedPicture::new(key, error));
        }
    }
    let manager = AlbumManager { album: &viewed.album, user_id: caller };
    for key in rejected {
        match context.albums.reject(manager, key).await? {
            Ok(()) => {}
            Err(Conflict::NotAllowed) => {
                return Err(explain_refusal(context, caller, id, check_manager).await?);
            }
            Err(_) => refused.push(RefusedPicture::new(key, NOT_WAITING)),
        }
    }
    Ok(RefusedPictures { refused })
}

/// Approves a picture that waits. Idempotent. The inner error is the reason for a refusal. Refuses
/// a picture that is not ready: the guest could still send any file, which nobody would review.
///
/// # Errors
/// Returns an error if the caller can no longer review pictures.
pub async fn approve(
    context: &Context,
    caller: UserId,
    viewed: &ViewedAlbum,
    key: PictureKey,
) -> Result<Result<(), ApiError>, ApiError> {
    let (id, manager) = (viewed.album.album_id, AlbumManager { album: &viewed.album, user_id: caller });
    let Some(picture) = context.pictures.get(key).await? else { return Ok(Err(ApiError::NO_PICTURE)) };
    if picture.state() != PictureState::Ready {
        return Ok(Err(ApiError::Conflict(NOT_READY.into())));
    }
    match context.albums.approve(manager, &picture).await? {
        Ok(()) => Ok(Ok(())),
        Err(Conflict::NotAllowed) => Err(explain_refusal(context, caller, id, check_manager).await?),
        Err(Conflict::LimitReached) => match context.albums.get(id).await? {
            Some(album) if album.rule.is_some() => Ok(Err(smart_album())),
            Some(_) => Ok(Err(album_full())),
            None => Err(ApiError::NO_ALBUM),
        },
        Err(_) => Ok(match context.albums.filter_contained(id, &[key]).await?.contains(&key) {
            true => Ok(()),
            false => Err(ApiError::Conflict(NOT_WAITING.into())),
        }),
    }
}

async fn require_manager(context: &Context, caller: UserId, id: AlbumId) -> Result<ViewedAlbum, ApiError> {
    let viewed = read_album(context, caller, id).await?;
    check_manager(viewed.access.role())?;
    Ok(viewed)
}

fn check_manager(role: Option<AlbumRole>) -> Result<(), ApiError> {
    match can_manage_album(role) {
        true => Ok(()),
        false => {
            let message = "Only the owner and the curators of an album can review the pictures of guests.";
            Err(ApiError::Forbidden(message))
        }
    }
}
