//! Lists, adds and removes the pictures of an album.

use std::collections::BTreeSet;

use domain::access::{can_add_to_album, can_remove_from_album};
use domain::{
    AlbumId, AlbumRole, MAX_ALBUM_CHANGES, MAX_ALBUM_PICTURES, MAX_ALBUMS_OF_PICTURE, PageRequest,
    PictureKey, UserId, format_thousands,
};
use lambda::album_view::parse_order;
use lambda::http::{ApiError, Page, Request};
use lambda::view::PictureView;
use serde::{Deserialize, Serialize};
use store::{Addition, AlbumManager, ViewedAlbum};

use crate::waiting::approve;
use crate::{Context, explain_refusal, read_album};

/// The error if a caller adds a picture of another member.
const CANNOT_ADD_OF_OTHERS: &str = "You can only add your own pictures.";
/// The error if a caller without the role of a contributor adds pictures.
const CANNOT_ADD: &str = "You can view this album, but not add pictures to it.";
/// The reason why a call does not add a picture of a guest that nobody can see yet.
const NOT_READY: &str = "This picture of a guest is not ready yet. Wait a moment, then add it.";
/// The reason why a call does not remove a picture of a guest that waits for approval.
const WAITING: &str = "This picture waits for approval. Approve or reject it instead.";
/// The error if a caller adds pictures to a smart album.
const SMART_ALBUM: &str = "This is a smart album: only its rule adds pictures. Change the rule instead.";
/// The error if a caller without the role of a curator removes a picture of another member.
const CANNOT_REMOVE_OF_OTHERS: &str = "You can only remove your own pictures from this album.";

/// The body of `POST /albums/{albumId}/pictures`.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema), schemars(rename = "AlbumPicturesChange"))]
pub struct Changes {
    /// Pictures to add. The call applies `remove` first.
    #[serde(default)]
    add: Vec<PictureKey>,
    /// Pictures to remove.
    #[serde(default)]
    remove: Vec<PictureKey>,
}

/// A picture that a call did not change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct RefusedPicture {
    #[serde(flatten)]
    key: PictureKey,
    /// The reason, as a sentence for the caller.
    reason: String,
}

impl RefusedPicture {
    /// Creates the refusal of a picture.
    pub fn new(key: PictureKey, reason: impl ToString) -> Self {
        Self { key, reason: reason.to_string() }
    }
}

/// The `data` of a call that changes many pictures of an album: those that it did not change.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct RefusedPictures {
    /// The refused pictures. The call changed all others, or they already were as requested.
    pub refused: Vec<RefusedPicture>,
}

/// Checks the two lists of a call that changes many pictures, and returns them without duplicates.
///
/// # Errors
/// Returns [`ApiError::Invalid`] if the lists are empty or too long, or if they overlap.
pub fn check_lists(
    (first_name, first): (&str, &[PictureKey]),
    (second_name, second): (&str, &[PictureKey]),
) -> Result<[Vec<PictureKey>; 2], ApiError> {
    let invalid = |message| Err(ApiError::Invalid(message));
    match first.len() + second.len() {
        0 => return invalid(format!("nothing to change; send {first_name} or {second_name}")),
        1..=MAX_ALBUM_CHANGES => {}
        number => {
            return invalid(format!("{number} pictures; the maximum in one call is {MAX_ALBUM_CHANGES}"));
        }
    }
    let [first, second] = [first, second].map(|keys| keys.iter().copied().collect::<BTreeSet<_>>());
    if let Some(key) = first.intersection(&second).next() {
        return invalid(format!("{first_name} and {second_name} both contain {key}"));
    }
    Ok([first, second].map(|keys| keys.into_iter().collect()))
}

/// Reads a page of the pictures of an album that `reader` (`None` if not signed in) can view. Omits
/// pictures that the reader cannot view instead of reading more, so that a page can be short
/// although more pictures follow.
pub async fn list(
    context: &Context,
    reader: Option<UserId>,
    id: AlbumId,
    request: &Request,
) -> Result<Page, ApiError> {
    let order = parse_order(request.query("order"))?;
    let cipher = context.secrets.cursor_cipher().await?;
    let PageRequest { limit, after } = request.page(cipher)?;
    let page = context.albums.read_page(id, order, limit, after).await?;
    // Checks access after reading the entries. A reader who has lost access must not learn of
    // pictures that were added afterwards.
    let visible = context.access.read_album_pictures(reader, id, &page.items).await?;
    let (_, mut visible) = visible.ok_or(ApiError::NO_ALBUM)?;
    let pictures = page.items.iter().filter_map(|key| visible.remove(key)).collect();
    let presigner = context.presigner.for_site(request.site());
    Ok(Page {
        items: PictureView::load_all(pictures, &context.users, &presigner).await?,
        cursor: request.cursor(cipher, page.next)?,
    })
}

/// Adds a picture of the caller to an album.
pub async fn add(context: &Context, caller: UserId, id: AlbumId, key: PictureKey) -> Result<(), ApiError> {
    let viewed = read_album(context, caller, id).await?;
    let role = viewed.access.role();
    if !can_add_to_album(role, key, caller) {
        let reason = if role >= Some(AlbumRole::Contributor) { CANNOT_ADD_OF_OTHERS } else { CANNOT_ADD };
        return Err(ApiError::Forbidden(reason));
    }
    if viewed.album.rule.is_some() {
        return Err(smart_album());
    }
    match add_own(context, caller, &viewed, &[key]).await?.into_iter().next() {
        None => Ok(()),
        Some((_, refusal)) => Err(refusal),
    }
}

/// Adds pictures of the caller, who must be a contributor. Returns the refused ones with an error.
async fn add_own(
    context: &Context,
    caller: UserId,
    viewed: &ViewedAlbum,
    keys: &[PictureKey],
) -> Result<Vec<(PictureKey, ApiError)>, ApiError> {
    let album = &viewed.album;
    // The owner of an album approves the picture of a guest by adding it.
    let waiting = context.albums.filter_waiting(album.album_id, keys).await?;
    let mut refused = Vec::new();
    for key in &waiting {
        if let Err(error) = approve(context, caller, viewed, *key).await? {
            refused.push((*key, error));
        }
    }
    let others: Vec<_> = keys.iter().filter(|key| !waiting.contains(key)).copied().collect();
    for (key, addition) in context.albums.add_pictures(album, caller, &others).await? {
        let error = match addition {
            Addition::Added => continue,
            Addition::NoPicture => ApiError::NO_PICTURE,
            Addition::NotReady => ApiError::Conflict(NOT_READY.into()),
            Addition::InTooManyAlbums => ApiError::Conflict(format!(
                "This picture is in {MAX_ALBUMS_OF_PICTURE} albums, which is the maximum. Remove it from one \
                 first."
            )),
            Addition::AlbumFull => album_full(),
            Addition::SmartAlbum => smart_album(),
            Addition::NotAllowed => ApiError::Forbidden("You can no longer add pictures to this album."),
        };
        refused.push((key, error));
    }
    Ok(refused)
}

/// The album has a rule.
pub fn smart_album() -> ApiError {
    ApiError::Conflict(SMART_ALBUM.into())
}

/// The album has the maximum number of pictures.
pub fn album_full() -> ApiError {
    let max = format_thousands(MAX_ALBUM_PICTURES);
    ApiError::Conflict(format!("The album has {max} pictures, which is the maximum. Remove some first."))
}

/// Removes a picture from an album. Its owner can remove it even if they can no longer view the
/// album.
pub async fn remove(context: &Context, caller: UserId, id: AlbumId, key: PictureKey) -> Result<(), ApiError> {
    match context.access.read_album(Some(caller), id).await? {
        Some(viewed) => {
            check_can_remove(viewed.access.role(), key, caller)?;
            match remove_allowed(context, caller, &viewed, &[key]).await?.is_empty() {
                true => Ok(()),
                false => Err(ApiError::Conflict(WAITING.into())),
            }
        }
        None if key.owner_id == caller && contains(context, id, key).await? => {
            Ok(context.albums.remove_pictures(id, &[key]).await?)
        }
        None => Err(ApiError::NO_ALBUM),
    }
}

fn check_can_remove(role: Option<AlbumRole>, key: PictureKey, caller: UserId) -> Result<(), ApiError> {
    match can_remove_from_album(role, key, caller) {
        true => Ok(()),
        false => Err(ApiError::Forbidden(CANNOT_REMOVE_OF_OTHERS)),
    }
}

/// Removes pictures that the caller can remove, and returns those that wait for approval instead
/// of removing them: only a review decides about those. Their own pictures need no role.
async fn remove_allowed(
    context: &Context,
    caller: UserId,
    viewed: &ViewedAlbum,
    keys: &[PictureKey],
) -> Result<BTreeSet<PictureKey>, ApiError> {
    let id = viewed.album.album_id;
    let waiting = context.albums.filter_waiting(id, keys).await?;
    let needs_no_role = |key: &PictureKey| can_remove_from_album(None, *key, caller);
    let removed = keys.iter().filter(|key| !waiting.contains(key));
    let (own, others): (Vec<_>, Vec<_>) = removed.partition(|key| needs_no_role(key));
    context.albums.remove_pictures(id, &own).await?;
    let manager = AlbumManager { album: &viewed.album, user_id: caller };
    if context.albums.remove_pictures_by(manager, &others).await?.is_err() {
        let check = |role| others.iter().try_for_each(|key| check_can_remove(role, *key, caller));
        return Err(explain_refusal(context, caller, id, check).await?);
    }
    Ok(waiting)
}

async fn contains(context: &Context, id: AlbumId, key: PictureKey) -> Result<bool, ApiError> {
    Ok(!context.albums.filter_contained(id, &[key]).await?.is_empty())
}

/// Removes and adds pictures, and returns those that the caller cannot remove or add.
///
/// # Errors
/// Returns [`ApiError::Conflict`] for pictures to add to a smart album.
/// Returns [`ApiError::Forbidden`] if the caller has no role that adds pictures, and owns none of
/// the pictures to remove. Also returns an error if the caller loses the required role during the
/// call, which may have changed some of the pictures before.
pub async fn change_many(
    context: &Context,
    caller: UserId,
    id: AlbumId,
    changes: Changes,
) -> Result<RefusedPictures, ApiError> {
    let viewed = read_album(context, caller, id).await?;
    let [add, remove] = check_lists(("add", &changes.add), ("remove", &changes.remove))?;
    let role = viewed.access.role();
    let can_remove = |key: &PictureKey| can_remove_from_album(role, *key, caller);
    if role < Some(AlbumRole::Contributor) && !(add.is_empty() && remove.iter().any(can_remove)) {
        return Err(ApiError::Forbidden(if add.is_empty() { CANNOT_REMOVE_OF_OTHERS } else { CANNOT_ADD }));
    }
    if viewed.album.rule.is_some() && !add.is_empty() {
        return Err(smart_album());
    }
    let (removable, others): (Vec<_>, Vec<_>) = remove.into_iter().partition(can_remove);
    let mut refused: Vec<_> =
        others.into_iter().map(|key| RefusedPicture::new(key, CANNOT_REMOVE_OF_OTHERS)).collect();
    let waiting = remove_allowed(context, caller, &viewed, &removable).await?;
    refused.extend(waiting.into_iter().map(|key| RefusedPicture::new(key, WAITING)));
    let can_add = |key: &PictureKey| can_add_to_album(role, *key, caller);
    let (own, others): (Vec<_>, Vec<_>) = add.into_iter().partition(can_add);
    refused.extend(others.into_iter().map(|key| RefusedPicture::new(key, CANNOT_ADD_OF_OTHERS)));
    let of_own = add_own(context, caller, &viewed, &own).await?.into_iter();
    refused.extend(of_own.map(|(key, error)| RefusedPicture::new(key, error)));
    Ok(RefusedPictures { refused })
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::PictureId;
    use uuid::Uuid;

    fn keys(numbers: std::ops::Range<u128>) -> Vec<PictureKey> {
        let key = |n| PictureKey { owner_id: UserId(Uuid::nil()), picture_id: PictureId(Uuid::from_u128(n)) };
        numbers.map(key).collect()
    }

    #[test]
    fn a_call_changes_at_most_a_hundred_pictures_once_each() {
        let check =
            |first: &[PictureKey], second: &[PictureKey]| check_lists(("add", first), ("remove", second));
        assert_eq!(check(&keys(0..50), &keys(50..100)).unwrap().map(|keys| keys.len()), [50, 50]);
        let twice = [keys(0..2), keys(0..2)].concat();
        assert_eq!(check(&twice, &[]).unwrap(), [keys(0..2), vec![]]);
        for (first, second, expected) in [
            (0..0, 0..0, "nothing to change; send add or remove"),
            (0..51, 51..101, "101 pictures; the maximum in one call is 100"),
            (0..2, 1..3, "add and remove both contain"),
        ] {
            let error = check(&keys(first), &keys(second)).unwrap_err();
            assert!(error.status() == 400 && error.to_string().contains(expected), "{error}");
        }
    }
}
