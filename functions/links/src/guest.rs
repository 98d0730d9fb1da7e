//! The pictures of guests: registration, state and deletion.

use domain::{
    Album, GUEST_DELETION_PERIOD, Guest, Link, Picture, PictureId, PictureKey, QuotaExceeded, QuotaLimits,
    Relation, Sha256, Text, Visibility, Window,
};
use jiff::Timestamp;
use lambda::http::{ApiError, Reply, Request};
use lambda::registration::NewOriginal;
use lambda::view::{IdView, PersonView, PictureView};
use serde::Deserialize;
use store::{Conflict, LinkView, VisiblePicture};

use crate::view::{GuestRegistration, SharedPicture};
use crate::visitor::{NO_LINK, Visitor};
use crate::{Context, new_guest_key};

/// The header with the guest key of a picture.
const KEY_HEADER: &str = "x-guest-key";
const NO_UPLOADS: ApiError = ApiError::Forbidden("This link does not accept pictures.");
const NOT_YOUR_PICTURE: ApiError =
    ApiError::Forbidden("You can only delete the pictures that you sent through this link.");
const TOO_LATE: ApiError =
    ApiError::Forbidden("You can only delete a picture within 24 hours of sending it.");
/// The value of `Retry-After` in seconds if the link or its album is full.
const RETRY_AFTER_FULL: u64 = 3_600;

/// The body of `POST /shared/{token}/pictures`.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct GuestPicture {
    #[cfg_attr(feature = "openapi", schemars(with = "domain::ContentType"))]
    content_type: Option<String>,
    /// The length of the file.
    #[cfg_attr(feature = "openapi", schemars(with = "u64", range(min = 1, max = domain::MAX_ORIGINAL_BYTES)))]
    bytes: Option<serde_json::Number>,
    /// The name of the guest, which everyone who can view the picture sees.
    #[cfg_attr(feature = "openapi", schemars(with = "String", length(min = 1, max = Text::GUEST_NAME.max_chars)))]
    name: Option<String>,
    #[cfg_attr(feature = "openapi", schemars(length(max = Text::CAPTION.max_chars)))]
    caption: Option<String>,
}

/// Registers a picture of a guest. It belongs to the owner of the album. Nobody else can view it
/// outside the album.
pub async fn register(context: &Context, request: &Request) -> Result<Reply, ApiError> {
    let LinkView { link, album, .. } = Visitor::new(context, request).await?.read(&[]).await?;
    let album = album.filter(|_| link.rights.upload).ok_or(NO_UPLOADS)?;
    if album.rule.is_some() {
        return Err(smart_album());
    }
    let GuestPicture { content_type, bytes, name, caption } = request.body()?;
    let name = Text::GUEST_NAME.clean_required(name.as_deref())?;
    let guest_key = new_guest_key()?;
    let key = PictureKey { owner_id: link.owner_id, picture_id: PictureId::new() };
    let picture = NewOriginal { content_type, bytes, caption }.register(key, Visibility::Private)?;
    let guest = Guest { name, link_id: link.link_id, key_hash: Sha256::of(guest_key.as_bytes()) };
    // The same transaction adds the picture to the album.
    let picture = Picture { guest: Some(guest), albums: 1, ..picture };
    let upload = context.presigner.presign_original(&picture)?;
    let owner = context.users.get(link.owner_id).await?;
    let created = context.pictures.create_by_guest(&picture, album.album_id, &link, &context.limits).await?;
    if let Err(conflict) = created {
        // The conditions on a deleted album or a smart album fail, too.
        if matches!(conflict, Conflict::NotAllowed | Conflict::LimitReached) {
            match context.albums.get(album.album_id).await? {
                None => return Err(NO_LINK),
                Some(album) if album.rule.is_some() => return Err(smart_album()),
                Some(_) => {}
            }
        }
        return Err(explain_refusal(&conflict, &context.limits));
    }
    let owner = PersonView::new(link.owner_id, owner.as_ref());
    let visible = VisiblePicture::new(picture, Relation::LINK);
    let picture = PictureView::with_link(visible, Some(&link), owner, &context.presigner)?;
    let picture = SharedPicture { picture, waiting: Some(link.review) };
    Ok(Reply::created(GuestRegistration { picture, upload, guest_key })?.with_picture(key))
}

/// The album has a rule, which alone adds pictures.
fn smart_album() -> ApiError {
    ApiError::Conflict("This album is filled by its rule, so it takes no pictures of guests.".into())
}

/// Returns the error reply to a refused registration. It does not disclose the quotas of the owner.
fn explain_refusal(conflict: &Conflict, limits: &QuotaLimits) -> ApiError {
    let now = Timestamp::now();
    match conflict {
        Conflict::NotAllowed => {
            ApiError::Conflict("This link has changed. Load it again, then try again.".into())
        }
        Conflict::LimitReached => ApiError::TooMany {
            notes: "This link or its album has the maximum number of pictures. Ask the owner to remove some.",
            retry_after: RETRY_AFTER_FULL,
        },
        Conflict::HourlyLimitReached => ApiError::TooMany {
            notes: "This link has received the maximum number of pictures for this hour. Try again in the next hour.",
            // Rounds up to whole seconds.
            retry_after: Window::Hour.end(now).duration_since(now).as_secs().unsigned_abs() + 1,
        },
        Conflict::QuotaExceeded(quota) => ApiError::TooMany {
            notes: "The owner of the album cannot receive more pictures now. Try again later.",
            retry_after: QuotaExceeded::new(*quota, limits, now).retry_after(),
        },
        // The account of the owner was deleted.
        _ => NO_LINK,
    }
}

/// Reads a picture of the guest that the link does not show: it is not processed yet, or it waits
/// for approval. The second value states whether it waits.
pub async fn read_own(
    context: &Context,
    request: &Request,
    link: &Link,
    album: Option<Album>,
    key: PictureKey,
) -> Result<(VisiblePicture, bool), ApiError> {
    let (Some(album), Some(picture)) = (album, find_own(context, request, link, key).await?) else {
        return Err(ApiError::NO_PICTURE);
    };
    let waiting = !context.albums.filter_waiting(album.album_id, &[key]).await?.is_empty();
    // A guest cannot view a picture that the album no longer contains.
    if !waiting && context.albums.filter_contained(album.album_id, &[key]).await?.is_empty() {
        return Err(ApiError::NO_PICTURE);
    }
    Ok((VisiblePicture::new(picture, Relation::LINK), waiting))
}

/// Reads a picture that a guest sent through this link, if the request contains its guest key.
async fn find_own(
    context: &Context,
    request: &Request,
    link: &Link,
    key: PictureKey,
) -> Result<Option<Picture>, ApiError> {
    let Some(guest_key) = request.header(KEY_HEADER).filter(|_| key.owner_id == link.owner_id) else {
        return Ok(None);
    };
    let key_hash = Sha256::of(guest_key.as_bytes());
    let is_sent_by_guest = |guest: &Guest| guest.link_id == link.link_id && guest.key_hash == key_hash;
    let picture = context.pictures.get(key).await?;
    Ok(picture.filter(|picture| picture.guest.as_ref().is_some_and(is_sent_by_guest)))
}

/// Deletes a picture of the guest within 24 hours of its registration. `cleanup` removes it from
/// the album.
pub async fn delete(context: &Context, request: &Request) -> Result<Reply, ApiError> {
    let key = request.picture()?;
    let LinkView { link, pictures, .. } = Visitor::new(context, request).await?.read(&[key]).await?;
    let Some(picture) = find_own(context, request, &link, key).await? else {
        return Err(match pictures.contains_key(&key) {
            true => NOT_YOUR_PICTURE,
            false => ApiError::NO_PICTURE,
        });
    };
    if Timestamp::now().duration_since(picture.uploaded_at) > GUEST_DELETION_PERIOD {
        return Err(TOO_LATE);
    }
    match context.pictures.delete(key).await? {
        true => Reply::ok(IdView::new(key.picture_id)),
        false => Err(ApiError::NO_PICTURE),
    }
}
