//! Pictures, people and comments as one particular reader may see them: the `picture` and the `comment` of the API.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::Serialize;

use crate::Error;
use crate::model::{
    CameraFacts, Comment, CommentId, ContentType, Gps, Handle, Picture, PictureId, Reader, Rendition,
    RenditionSize, State, User, UserId, Visibility,
};
use crate::store::{Links, Users};

/// A person with a profile, as others may know them.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "Person"))]
pub struct NamedView {
    id: UserId,
    handle: Handle,
    first_name: String,
    last_name: String,
}

impl From<User> for NamedView {
    fn from(User { id, handle, first_name, last_name, .. }: User) -> Self {
        Self { id, handle, first_name, last_name }
    }
}

/// A person, as everyone may know them. Only the id is known of somebody who has not made a profile.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "Owner", optional_fields = nullable))]
pub struct PersonView {
    id: UserId,
    handle: Option<Handle>,
    first_name: Option<String>,
    last_name: Option<String>,
}

impl PersonView {
    /// What others are told of them.
    #[must_use]
    pub fn new(id: UserId, profile: Option<&User>) -> Self {
        Self {
            id,
            handle: profile.map(|user| user.handle.clone()),
            first_name: profile.map(|user| user.first_name.clone()),
            last_name: profile.map(|user| user.last_name.clone()),
        }
    }

    /// What others are told of several people, in their order, with all profiles in one request.
    ///
    /// # Errors
    /// DynamoDB's.
    pub async fn all(ids: impl Iterator<Item = UserId> + Clone, users: &Users) -> Result<Vec<Self>, Error> {
        let profiles = profiles(ids.clone(), users).await?;
        Ok(ids.map(|id| Self::new(id, profiles.get(&id))).collect())
    }
}

/// The `comment` of the API.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "Comment"))]
pub struct CommentView {
    id: CommentId,
    author: PersonView,
    text: String,
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    created_at: Timestamp,
}

impl CommentView {
    /// A comment with its author's profile.
    #[must_use]
    pub fn new(comment: Comment, author: Option<&User>) -> Self {
        let Comment { comment_id: id, author_id, text, created_at, .. } = comment;
        Self { id, author: PersonView::new(author_id, author), text, created_at }
    }

    /// The views of several comments, in their order, with all authors' profiles in one request.
    ///
    /// # Errors
    /// DynamoDB's.
    pub async fn all(comments: Vec<Comment>, users: &Users) -> Result<Vec<Self>, Error> {
        let profiles = profiles(comments.iter().map(|comment| comment.author_id), users).await?;
        let view = |comment: Comment| {
            let author = profiles.get(&comment.author_id);
            Self::new(comment, author)
        };
        Ok(comments.into_iter().map(view).collect())
    }
}

/// Profiles by id, in one request.
async fn profiles(ids: impl Iterator<Item = UserId>, users: &Users) -> Result<BTreeMap<UserId, User>, Error> {
    let ids: BTreeSet<_> = ids.collect();
    Ok(users.get_all(&ids).await?.into_iter().map(|user| (user.id, user)).collect())
}

/// A picture in one size.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "Rendition"))]
struct RenditionView {
    url: String,
    #[serde(flatten)]
    rendition: Rendition,
}

/// A picture in the sizes it is shown in.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "Renditions"))]
struct RenditionsView {
    /// 320 pixels on the long edge, for grids.
    small: RenditionView,
    /// 1600 pixels on the long edge, for one picture alone.
    large: RenditionView,
}

/// The file as it was uploaded.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "Original"))]
struct OriginalView {
    url: String,
}

/// The `picture` of the API.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "Picture", optional_fields = nullable))]
pub struct PictureView {
    id: PictureId,
    owner: PersonView,
    state: State,
    /// Why it failed, in a sentence for its owner.
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<String>,
    visibility: Visibility,
    caption: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<String>,
    /// When the shutter opened; local time without an offset where the camera knew none.
    #[serde(skip_serializing_if = "Option::is_none")]
    taken_at: Option<String>,
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    uploaded_at: Timestamp,
    /// Pixels, upright; null until it has been read.
    width: Option<u32>,
    /// The same.
    height: Option<u32>,
    /// As recognised from the bytes; until then as declared.
    content_type: ContentType,
    bytes: u64,
    /// Base64.
    thumbhash: Option<String>,
    renditions: Option<RenditionsView>,
    metadata: CameraFacts,
    /// For the owner only.
    #[serde(skip_serializing_if = "Option::is_none")]
    original: Option<OriginalView>,
    /// For the owner only.
    #[serde(skip_serializing_if = "Option::is_none")]
    gps: Option<Gps>,
}

impl PictureView {
    /// `picture` for a `reader` who was found to be allowed to see it. What is the owner's alone stays out for others.
    ///
    /// # Errors
    /// URLs cannot be signed.
    pub fn new(picture: Picture, reader: Reader, owner: PersonView, links: &Links) -> Result<Self, Error> {
        let state = picture.state();
        let owners = reader == Reader::Owner;
        let renditions = match picture.renditions.filter(|_| state == State::Ready) {
            None => None,
            Some(both) => {
                let view = |size, rendition| {
                    Ok::<_, Error>(RenditionView { url: links.rendition(picture.key, size)?, rendition })
                };
                Some(RenditionsView {
                    small: view(RenditionSize::Small, both.small)?,
                    large: view(RenditionSize::Large, both.large)?,
                })
            }
        };
        let original = match owners && state != State::AwaitingUpload {
            true => Some(OriginalView { url: links.original(picture.key, picture.content_type)? }),
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
            original,
            gps: picture.gps.filter(|_| owners),
        })
    }

    /// The views of several pictures, in their order, with all owners' profiles in one request.
    ///
    /// # Errors
    /// DynamoDB's, or URLs cannot be signed.
    pub async fn all(
        pictures: Vec<(Picture, Reader)>,
        users: &Users,
        links: &Links,
    ) -> Result<Vec<Self>, Error> {
        let profiles = profiles(pictures.iter().map(|(picture, _)| picture.key.owner_id), users).await?;
        let mut views = Vec::with_capacity(pictures.len());
        for (picture, reader) in pictures {
            let owner = picture.key.owner_id;
            let owner = PersonView::new(owner, profiles.get(&owner));
            views.push(Self::new(picture, reader, owner, links)?);
        }
        Ok(views)
    }
}
