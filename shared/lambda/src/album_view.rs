//! Albums as the API shows them to one reader.

use domain::{Album, AlbumId, AlbumRole, PictureId, RuleFailure, RuleProgress, RuleState, Visibility};
use jiff::Timestamp;
use serde::Serialize;
use store::{AlbumOrder, CoveredAlbum, UrlPresigner, Users};

use crate::Error;
use crate::http::ApiError;
use crate::view::{PersonView, PictureView, read_profiles};

/// The `album` of the API.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema), schemars(rename = "Album"))]
pub struct AlbumView {
    id: AlbumId,
    owner: PersonView,
    title: String,
    description: Option<String>,
    /// The readers besides the owner and the members.
    visibility: Visibility,
    /// The role of the caller; null for a reader who is neither the owner nor a member.
    role: Option<AlbumRole>,
    /// The chosen cover, or else the newest picture that the reader can view.
    cover: Option<PictureView>,
    /// Whether a rule chooses the pictures, so that nobody adds pictures by hand.
    pub smart: bool,
    /// The code of the rule of a smart album. Only the owner gets it, because it can contain
    /// private words and places.
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<String>,
    /// How far the rule was applied. Only the owner of a smart album gets it.
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_progress: Option<RuleProgressView>,
    /// The number of pictures, without those that wait for approval.
    count: u32,
    created_at: Timestamp,
    /// The time of the last change of the album or its pictures (UTC).
    updated_at: Timestamp,
}

/// How far the rule of a smart album was applied to the pictures of its owner.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema), schemars(rename = "RuleProgress"))]
pub struct RuleProgressView {
    state: RuleState,
    /// The number of pictures that were read.
    read: u32,
    /// The first picture for which the rule has an error. The album does not contain it.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<RuleFailure>,
    /// The first picture for which the rule is true, but which is in 50 other albums.
    #[serde(skip_serializing_if = "Option::is_none")]
    skipped: Option<PictureId>,
}

impl From<Option<RuleProgress>> for RuleProgressView {
    fn from(progress: Option<RuleProgress>) -> Self {
        match progress {
            Some(RuleProgress { state, read, error, skipped, .. }) => Self { state, read, error, skipped },
            None => Self { state: RuleState::Running, read: 0, error: None, skipped: None },
        }
    }
}

impl AlbumView {
    /// Builds the view of an album for a reader with this role.
    #[must_use]
    pub fn new(album: Album, role: Option<AlbumRole>, owner: PersonView, cover: Option<PictureView>) -> Self {
        let smart = album.rule.is_some();
        let rule = album.rule.filter(|_| role == Some(AlbumRole::Owner));
        Self {
            id: album.album_id,
            owner,
            title: album.title,
            description: album.description,
            visibility: album.visibility,
            role,
            cover,
            smart,
            rule_progress: rule.is_some().then(|| album.rule_progress.into()),
            rule,
            count: album.count,
            created_at: album.created_at,
            updated_at: album.updated_at,
        }
    }

    /// Builds the views of several albums, in their order. Reads all profiles in one request.
    pub async fn load_all(
        albums: Vec<CoveredAlbum>,
        users: &Users,
        presigner: &UrlPresigner,
    ) -> Result<Vec<Self>, Error> {
        let owners = albums.iter().flat_map(|CoveredAlbum { viewed, cover }| {
            let of_cover = cover.as_ref().map(|visible| visible.picture.key.owner_id);
            [viewed.album.owner_id].into_iter().chain(of_cover)
        });
        let profiles = read_profiles(owners, users).await?;
        let person = |id| PersonView::new(id, profiles.get(&id));
        let build_view = |CoveredAlbum { viewed, cover }: CoveredAlbum| {
            let view_cover = |visible: store::VisiblePicture| {
                let owner = person(visible.picture.key.owner_id);
                PictureView::new(visible, owner, presigner)
            };
            let cover = cover.map(view_cover).transpose()?;
            let owner = person(viewed.album.owner_id);
            Ok(Self::new(viewed.album, viewed.access.role(), owner, cover))
        };
        albums.into_iter().map(build_view).collect()
    }
}

/// Parses the query parameter `order` of a list of pictures. The default is the order of addition.
///
/// # Errors
/// Returns [`ApiError::Invalid`] for any other text than `added` and `taken`.
pub fn parse_order(text: Option<&str>) -> Result<AlbumOrder, ApiError> {
    match text {
        None | Some("added") => Ok(AlbumOrder::Added),
        Some("taken") => Ok(AlbumOrder::Taken),
        Some(_) => Err(ApiError::Invalid("order must be added or taken".into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_is_that_of_adding_by_default() {
        for (text, expected) in [
            (None, AlbumOrder::Added),
            (Some("added"), AlbumOrder::Added),
            (Some("taken"), AlbumOrder::Taken),
        ] {
            assert_eq!(parse_order(text).unwrap(), expected);
        }
        assert_eq!(parse_order(Some("title")).unwrap_err().status(), 400);
    }
}
