//! Pictures, members and comments as the API shows them to one reader.

use std::collections::{BTreeMap, BTreeSet};

use domain::access::{can_download_original, can_view_owner_fields};
use domain::{
    AlbumId, CameraFacts, Comment, CommentId, ContentType, Gps, Guest, Handle, Link, PictureId, PictureState,
    Rendition, RenditionSize, TakenAt, User, UserId, Visibility,
};
use jiff::Timestamp;
use serde::Serialize;
use store::{UrlPresigner, Users, VisiblePicture};
use uuid::Uuid;

use crate::Error;

/// A member with a profile, as other members see them.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema), schemars(rename = "Person"))]
pub struct ProfileView {
    id: UserId,
    handle: Handle,
    first_name: String,
    last_name: String,
}

impl From<User> for ProfileView {
    fn from(User { id, handle, first_name, last_name, .. }: User) -> Self {
        Self { id, handle, first_name, last_name }
    }
}

/// A member as everyone sees them. Only the id is set if the member has no profile.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema), schemars(rename = "Owner"))]
pub struct PersonView {
    id: UserId,
    handle: Option<Handle>,
    first_name: Option<String>,
    last_name: Option<String>,
}

impl PersonView {
    /// Builds the view of one member.
    #[must_use]
    pub fn new(id: UserId, profile: Option<&User>) -> Self {
        Self {
            id,
            handle: profile.map(|user| user.handle.clone()),
            first_name: profile.map(|user| user.first_name.clone()),
            last_name: profile.map(|user| user.last_name.clone()),
        }
    }

    /// Builds the views of several members, in their order. Reads all profiles in one request.
    pub async fn load_all(
        ids: impl Iterator<Item = UserId> + Clone,
        users: &Users,
    ) -> Result<Vec<Self>, Error> {
        let profiles = read_profiles(ids.clone(), users).await?;
        Ok(ids.map(|id| Self::new(id, profiles.get(&id))).collect())
    }
}

/// The `comment` of the API.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema), schemars(rename = "Comment"))]
pub struct CommentView {
    id: CommentId,
    author: PersonView,
    text: String,
    created_at: Timestamp,
}

impl CommentView {
    /// Builds the view of a comment with the profile of its author.
    #[must_use]
    pub fn new(comment: Comment, author: Option<&User>) -> Self {
        let Comment { comment_id: id, author_id, text, created_at, .. } = comment;
        Self { id, author: PersonView::new(author_id, author), text, created_at }
    }

    /// Builds the views of several comments, in their order. Reads all profiles in one request.
    pub async fn load_all(comments: Vec<Comment>, users: &Users) -> Result<Vec<Self>, Error> {
        let profiles = read_profiles(comments.iter().map(|comment| comment.author_id), users).await?;
        let build_view = |comment: Comment| {
            let author = profiles.get(&comment.author_id);
            Self::new(comment, author)
        };
        Ok(comments.into_iter().map(build_view).collect())
    }
}

/// The `data` of a reply that contains only the id of the object.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema), schemars(rename = "ObjectId"))]
pub struct IdView {
    id: Uuid,
}

impl IdView {
    /// Creates the view of an object.
    pub fn new(id: impl Into<Uuid>) -> Self {
        Self { id: id.into() }
    }
}

/// Reads profiles by id in one request.
pub(crate) async fn read_profiles(
    ids: impl Iterator<Item = UserId>,
    users: &Users,
) -> Result<BTreeMap<UserId, User>, Error> {
    let ids: BTreeSet<_> = ids.collect();
    Ok(users.get_all(&ids).await?.into_iter().map(|user| (user.id, user)).collect())
}

/// One rendition of a picture.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema), schemars(rename = "Rendition"))]
struct RenditionView {
    url: String,
    #[serde(flatten)]
    rendition: Rendition,
}

/// The renditions of a picture.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema), schemars(rename = "Renditions"))]
struct RenditionsView {
    /// At most 320 pixels on the long edge, for grids.
    small: RenditionView,
    /// At most 1600 pixels on the long edge, for a single picture.
    large: RenditionView,
}

/// The uploaded file.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema), schemars(rename = "Original"))]
struct OriginalView {
    url: String,
}

/// The person without an account who sent a picture by a share link.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema), schemars(rename = "Guest"))]
struct GuestView {
    /// The name that the guest gave.
    name: String,
}

/// The album because of which a list contains a picture.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema), schemars(rename = "SourceAlbum"))]
struct SourceView {
    id: AlbumId,
    title: String,
}

/// The `picture` of the API.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema), schemars(rename = "Picture"))]
pub struct PictureView {
    id: PictureId,
    owner: PersonView,
    state: PictureState,
    /// The reason of a failure, as a sentence for the owner.
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<String>,
    visibility: Visibility,
    caption: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<String>,
    /// The time of the place, with its offset if known; `Z` if only UTC is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    taken_at: Option<TakenAt>,
    uploaded_at: Timestamp,
    /// Pixels, upright; null until the picture is processed.
    width: Option<u32>,
    /// Pixels, upright; null until the picture is processed.
    height: Option<u32>,
    /// Detected from the bytes, or as declared until the picture is processed.
    content_type: ContentType,
    bytes: u64,
    /// A placeholder image, base64.
    thumbhash: Option<String>,
    renditions: Option<RenditionsView>,
    metadata: CameraFacts,
    /// The sender of a picture that a guest sent by a share link.
    #[serde(skip_serializing_if = "Option::is_none")]
    guest: Option<GuestView>,
    /// An album that shows the picture to the caller.
    #[serde(skip_serializing_if = "Option::is_none")]
    album: Option<SourceView>,
    /// Visible to the owner, and by share links that allow downloads.
    #[serde(skip_serializing_if = "Option::is_none")]
    original: Option<OriginalView>,
    /// Visible to the owner only.
    #[serde(skip_serializing_if = "Option::is_none")]
    gps: Option<Gps>,
}

impl PictureView {
    /// Builds the view of a picture that the reader can view. Presigns the URLs.
    pub fn new(visible: VisiblePicture, owner: PersonView, presigner: &UrlPresigner) -> Result<Self, Error> {
        Self::with_link(visible, None, owner, presigner)
    }

    /// Builds the view of a picture that `link`, if present, shows to the reader.
    pub fn with_link(
        VisiblePicture { picture, relation, via }: VisiblePicture,
        link: Option<&Link>,
        owner: PersonView,
        presigner: &UrlPresigner,
    ) -> Result<Self, Error> {
        let state = picture.state();
        let owner_fields = can_view_owner_fields(relation);
        let has_original = can_download_original(&picture, relation, link);
        let renditions = match picture.renditions.filter(|_| state == PictureState::Ready) {
            None => None,
            Some(both) => {
                let view = |size, rendition| {
                    Ok::<_, Error>(RenditionView {
                        url: presigner.rendition_url(picture.key, size)?,
                        rendition,
                    })
                };
                Some(RenditionsView {
                    small: view(RenditionSize::Small, both.small)?,
                    large: view(RenditionSize::Large, both.large)?,
                })
            }
        };
        let original = match has_original {
            true => Some(OriginalView { url: presigner.original_url(picture.key, picture.content_type)? }),
            false => None,
        };
        Ok(Self {
            id: picture.key.picture_id,
            owner,
            state,
            failure: picture.failure,
            visibility: picture.visibility,
            caption: picture.caption,
            place: picture.place,
            taken_at: picture.taken_at,
            uploaded_at: picture.uploaded_at,
            width: picture.width,
            height: picture.height,
            content_type: picture.content_type,
            bytes: picture.bytes,
            thumbhash: picture.thumbhash,
            renditions,
            metadata: picture.metadata.unwrap_or_default(),
            guest: picture.guest.map(|Guest { name, .. }| GuestView { name }),
            album: via
                .filter(|_| !relation.has_block())
                .map(|via| SourceView { id: via.album.album_id, title: via.album.title }),
            original,
            gps: picture.gps.filter(|_| owner_fields),
        })
    }

    /// Builds the views of several pictures, in their order. Reads all profiles in one request.
    pub async fn load_all(
        pictures: Vec<VisiblePicture>,
        users: &Users,
        presigner: &UrlPresigner,
    ) -> Result<Vec<Self>, Error> {
        Self::load_all_with_link(pictures, None, users, presigner).await
    }

    /// Builds the views of several pictures that `link`, if present, shows to the reader.
    pub async fn load_all_with_link(
        pictures: Vec<VisiblePicture>,
        link: Option<&Link>,
        users: &Users,
        presigner: &UrlPresigner,
    ) -> Result<Vec<Self>, Error> {
        let profiles =
            read_profiles(pictures.iter().map(|visible| visible.picture.key.owner_id), users).await?;
        let mut views = Vec::with_capacity(pictures.len());
        for visible in pictures {
            let owner = visible.picture.key.owner_id;
            let owner = PersonView::new(owner, profiles.get(&owner));
            views.push(Self::with_link(visible, link, owner, presigner)?);
        }
        Ok(views)
    }
}
