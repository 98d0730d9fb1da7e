//! Creates, reads, lists, changes and deletes albums.

use domain::access::can_edit_album;
use domain::{Album, AlbumId, MAX_ALBUMS_OF_MEMBER, MAX_SMART_ALBUMS, PageRequest, UserId, format_thousands};
use jiff::Timestamp;
use lambda::album_view::AlbumView;
use lambda::http::{ApiError, Page, Request};
use store::{Conflict, ViewedAlbum};

use crate::edit::{AlbumInput, Edit, NewAlbum, ParsedEdit};
use crate::{Context, read_album};

/// Creates an album of the caller and returns its id. The limit of albums is checked before the
/// write, so that concurrent calls can exceed it slightly, which is harmless.
pub async fn create(context: &Context, caller: UserId, input: AlbumInput) -> Result<AlbumId, ApiError> {
    let NewAlbum { title, description, visibility, rule } = input.parse()?;
    check_number_of_albums(context, caller, TooManyAlbums::OfCaller).await?;
    let album = Album::new(AlbumId::new(), caller, title, Timestamp::now());
    let album = Album { description, visibility, rule, ..album };
    match context.albums.create(&album).await? {
        Ok(()) => Ok(album.album_id),
        Err(Conflict::NoProfile(_)) => Err(ApiError::no_own_profile()),
        Err(conflict) => Err(refuse_rule(context, conflict)),
    }
}

/// The member who has the maximum number of albums.
#[derive(Clone, Copy, Debug)]
pub enum TooManyAlbums {
    /// The caller, who creates an album.
    OfCaller,
    /// The friend whom the caller adds to an album.
    OfFriend,
}

/// Returns an error if a member owns or has joined the maximum number of albums.
pub async fn check_number_of_albums(
    context: &Context,
    user: UserId,
    error: TooManyAlbums,
) -> Result<(), ApiError> {
    let max = usize::try_from(MAX_ALBUMS_OF_MEMBER).unwrap_or(usize::MAX);
    if context.albums.count_of_member(user).await? < max {
        return Ok(());
    }
    let max = format_thousands(max);
    Err(ApiError::Conflict(match error {
        TooManyAlbums::OfCaller => {
            format!("You have {max} albums, which is the maximum. Delete or leave an album first.")
        }
        TooManyAlbums::OfFriend => {
            format!("They have {max} albums, which is the maximum. They must delete or leave one first.")
        }
    }))
}

/// Returns the error of a call that sets or removes a rule and wrote nothing.
fn refuse_rule(context: &Context, conflict: Conflict) -> ApiError {
    match conflict {
        Conflict::AccountDeleted => ApiError::ACCOUNT_DELETED,
        Conflict::LimitReached => ApiError::Conflict(format!(
            "You have {MAX_SMART_ALBUMS} smart albums, which is the maximum. Remove the rule of one first."
        )),
        Conflict::QuotaExceeded(quota) => ApiError::quota_exceeded(quota, &context.limits),
        unexpected => ApiError::Internal(format!("unexpected conflict: {unexpected:?}").into()),
    }
}

/// Returns the view of an album for `reader` (`None` if not signed in).
pub async fn view(
    context: &Context,
    request: &Request,
    reader: Option<UserId>,
    id: AlbumId,
) -> Result<AlbumView, ApiError> {
    let covered = context.access.read_covered_albums(reader, &[id]).await?;
    let presigner = context.presigner.for_site(request.site());
    let views = AlbumView::load_all(covered, &context.users, &presigner).await?;
    views.into_iter().next().ok_or(ApiError::NO_ALBUM)
}

/// Reads a page of the albums that the caller owns or has joined, last changed first. Omits albums
/// that the caller can no longer view, so that a page can be short although more albums follow.
pub async fn list(context: &Context, caller: UserId, request: &Request) -> Result<Page<AlbumView>, ApiError> {
    let cipher = context.secrets.cursor_cipher().await?;
    let PageRequest { limit, after } = request.page(cipher)?;
    let page = context.albums.list_of_member(caller, limit, after).await?;
    let mut covered = context.access.read_covered_albums(Some(caller), &page.items).await?;
    // A former member whose row is not deleted yet, or one with a block, can have the access of a
    // visitor only.
    covered.retain(|covered| covered.viewed.access.role().is_some());
    let presigner = context.presigner.for_site(request.site());
    Ok(Page {
        items: AlbumView::load_all(covered, &context.users, &presigner).await?,
        cursor: request.cursor(cipher, page.next)?,
    })
}

/// Changes an album of the caller. A rule that the album already has is not applied again.
pub async fn edit(context: &Context, caller: UserId, id: AlbumId, edit: Edit) -> Result<(), ApiError> {
    let ViewedAlbum { album, .. } = require_owner(context, caller, id).await?;
    let ParsedEdit { update, cover, rule } = edit.parse()?;
    let rule = rule.filter(|rule| *rule != album.rule);
    let not_contained = || {
        let message = "The album does not contain this picture. Add it before you choose it as cover.";
        Err(ApiError::Conflict(message.into()))
    };
    if let Some(cover) = cover {
        let visible = context.access.read_album_pictures(Some(caller), id, &[cover]).await?;
        if visible.is_none_or(|(_, pictures)| pictures.is_empty()) {
            return not_contained();
        }
    }
    let outcome = match (rule, cover) {
        (Some(rule), _) => context.albums.update_with_rule(&album, update, rule.as_deref(), cover).await?,
        (None, Some(cover)) => context.albums.update_with_cover(id, update, cover).await?,
        // The album has the rule already.
        (None, None) if update.is_empty() => Ok(()),
        (None, None) => context.albums.update(id, update).await?.map(drop).ok_or(Conflict::NotAllowed),
    };
    match outcome {
        Ok(()) => Ok(()),
        Err(Conflict::NotAllowed) => Err(ApiError::NO_ALBUM),
        // Somebody removed the picture after the read.
        Err(Conflict::Changed) => not_contained(),
        Err(conflict) => Err(refuse_rule(context, conflict)),
    }
}

/// Deletes an album of the caller. Its pictures remain.
pub async fn delete(context: &Context, caller: UserId, id: AlbumId) -> Result<(), ApiError> {
    require_owner(context, caller, id).await?;
    match context.albums.delete(id).await? {
        true => Ok(()),
        false => Err(ApiError::NO_ALBUM),
    }
}

async fn require_owner(context: &Context, caller: UserId, id: AlbumId) -> Result<ViewedAlbum, ApiError> {
    let viewed = read_album(context, caller, id).await?;
    match can_edit_album(viewed.access.role()) {
        true => Ok(viewed),
        false => Err(ApiError::Forbidden("You can only change and delete your own albums.")),
    }
}
