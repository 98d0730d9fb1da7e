//! The choice of the owner or a member of an album to be notified of its pictures.

use domain::{AlbumId, AlbumNotices, UserId};
use lambda::http::ApiError;
use serde::{Deserialize, Serialize};

use crate::{Context, read_album};

/// The body of `PUT /albums/{albumId}/notifications`.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema), schemars(rename = "AlbumNotificationsChange"))]
pub struct NoticesInput {
    #[cfg_attr(feature = "openapi", schemars(with = "AlbumNotices"))]
    pictures: Option<String>,
}

impl NoticesInput {
    fn parse(&self) -> Result<AlbumNotices, ApiError> {
        match self.pictures.as_deref() {
            Some("all") => Ok(AlbumNotices::All),
            Some("none") => Ok(AlbumNotices::None),
            _ => Err(ApiError::Invalid("pictures must be all or none".into())),
        }
    }
}

/// The `data` of the replies of `/albums/{albumId}/notifications`.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema), schemars(rename = "AlbumNotifications"))]
pub struct NoticesView {
    /// Whether the caller is notified of pictures that others add, and of those that wait for their
    /// approval.
    pictures: AlbumNotices,
}

/// Reads what the caller is notified of.
pub async fn get(context: &Context, caller: UserId, id: AlbumId) -> Result<NoticesView, ApiError> {
    let viewed = read_album(context, caller, id).await?;
    let notices = match viewed.access.role() {
        Some(_) => context.albums.get_notices(&viewed.album, caller).await?,
        None => None,
    };
    notices.map(|pictures| NoticesView { pictures }).ok_or_else(not_a_member)
}

/// Changes what the caller is notified of.
pub async fn put(
    context: &Context,
    caller: UserId,
    id: AlbumId,
    input: NoticesInput,
) -> Result<NoticesView, ApiError> {
    let pictures = input.parse()?;
    let viewed = read_album(context, caller, id).await?;
    let is_member = viewed.access.role().is_some();
    match is_member && context.albums.set_notices(&viewed.album, caller, pictures).await? {
        true => Ok(NoticesView { pictures }),
        false => Err(not_a_member()),
    }
}

fn not_a_member() -> ApiError {
    ApiError::Forbidden("Only the owner and the members of an album are notified of its pictures.")
}
