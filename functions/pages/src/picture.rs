//! The page of a picture: `/@HANDLE/PICTUREID`.

use std::collections::BTreeSet;

use askama::Template;
use domain::{
    Comment, CommentId, FeedId, Handle, PageRequest, Picture, PictureId, PictureKey, RenditionSize, User,
    Visibility,
};
use lambda::http::{ApiError, Reply};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use store::{Users, VisiblePicture};

use crate::layout::{
    Layout, describe, escape_json_ld, format_seconds, full_name, not_found_page, owner_with_page,
    preview_image, public_page,
};
use crate::site::{
    Site, app_picture_path, app_picture_path_with_handle, image_path, picture_path, profile_path,
};
use crate::{Call, texts};

/// The maximum number of comments on the page. The page shows the oldest ones.
const MAX_COMMENTS: usize = 50;
/// The maximum length in bytes of all comments on the page together, which keeps the page small.
const MAX_COMMENT_BYTES: usize = 12_000;

#[derive(Template)]
#[template(path = "picture.html")]
struct PicturePage {
    layout: Layout,
    shown: ShownPicture,
    owner: String,
    /// The path of the owner's public page.
    owner_path: Option<String>,
    /// The text that names the guest who sent the picture.
    guest: Option<String>,
    /// `None` if the picture is visible in an album only.
    comment_section: Option<CommentSection>,
    /// The path of the page of the next newer picture.
    newer: Option<String>,
    /// The path of the page of the next older picture.
    older: Option<String>,
}

/// The comments on the page, oldest first.
struct CommentSection {
    comments: Vec<ShownComment>,
    /// Whether the picture may have more comments.
    has_more: bool,
}

/// The parts of a picture that its page shows.
pub struct ShownPicture {
    /// The URL of the small rendition.
    pub small: String,
    /// The URL of the large rendition.
    pub large: String,
    pub small_width: u32,
    /// The width of the large rendition.
    pub width: u32,
    /// The height of the large rendition.
    pub height: u32,
    pub alt: String,
    pub caption: Option<String>,
    /// The labels and values of the details.
    pub facts: Vec<(&'static str, String)>,
}

/// A comment on the page.
struct ShownComment {
    author: String,
    text: String,
    /// RFC 3339, UTC.
    time: String,
    date: String,
}

impl ShownPicture {
    /// Returns `None` for a picture without renditions. `small` and `large` are their URLs.
    pub fn new(picture: &Picture, owner: Option<&User>, small: String, large: String) -> Option<Self> {
        let renditions = picture.renditions.as_ref()?;
        Some(Self {
            small,
            large,
            small_width: renditions.small.width,
            width: renditions.large.width,
            height: renditions.large.height,
            alt: describe(picture, owner),
            caption: picture.caption.clone(),
            facts: list_facts(picture),
        })
    }
}

impl CommentSection {
    /// Reads the profiles of the authors, and omits the comments beyond [`MAX_COMMENT_BYTES`].
    async fn load(comments: Vec<Comment>, users: &Users) -> Result<Self, ApiError> {
        let authors: BTreeSet<_> = comments.iter().map(|comment| comment.author_id).collect();
        let authors = users.get_all(&authors).await?;
        let mut bytes = 0;
        let is_shown = |comment: &&Comment| {
            bytes += comment.text.len();
            bytes <= MAX_COMMENT_BYTES
        };
        let shown_count = comments.iter().take_while(is_shown).count();
        let has_more = shown_count < comments.len() || comments.len() == MAX_COMMENTS;
        let comments = comments.into_iter().take(shown_count).map(|comment| ShownComment {
            author: full_name(authors.iter().find(|user| user.id == comment.author_id)),
            text: comment.text,
            time: format_seconds(comment.created_at),
            date: texts::date(comment.created_at.to_zoned(jiff::tz::TimeZone::UTC).date()),
        });
        Ok(Self { comments: comments.collect(), has_more })
    }
}

fn list_facts(picture: &Picture) -> Vec<(&'static str, String)> {
    let camera = picture.metadata.clone().unwrap_or_default();
    let taken = picture.taken_at.as_ref().and_then(|taken| taken.local());
    let uploaded = picture.uploaded_at.to_zoned(jiff::tz::TimeZone::UTC).date();
    let exposure = [
        camera.exposure.as_deref().map(texts::exposure_time),
        camera.aperture.map(texts::aperture),
        camera.iso.map(texts::iso),
        camera.focal_length.map(texts::focal_length),
    ];
    let exposure: Vec<_> = exposure.into_iter().flatten().collect();
    let size = picture.width.zip(picture.height);
    let facts = [
        (texts::TAKEN, taken.map(|taken| texts::date(taken.date()))),
        (texts::PLACE, picture.place.clone()),
        (texts::CAMERA, camera.camera),
        (texts::LENS, camera.lens),
        (texts::EXPOSURE, (!exposure.is_empty()).then(|| exposure.join(", "))),
        (texts::SIZE, size.map(|(width, height)| texts::pixels(width, height))),
        (texts::UPLOADED, Some(texts::date(uploaded))),
    ];
    facts.into_iter().filter_map(|(label, value)| Some((label, value?))).collect()
}

pub async fn read(call: &Call<'_>, handle: &Handle, picture_id: PictureId) -> Result<Reply, ApiError> {
    let context = call.context;
    let not_found = |path| not_found_page(&context.settings, path);
    let Some(user) = context.users.find_by_recent_handle(handle).await? else {
        return not_found(app_picture_path_with_handle(handle, picture_id));
    };
    let key = PictureKey { owner_id: user.id, picture_id };
    let page: PageRequest<CommentId> = PageRequest { limit: MAX_COMMENTS, after: None };
    // Reads the comments before it checks the access, so that the page contains no comment that
    // somebody adds after the picture becomes private.
    let comments = context.comments.read_page(key, page).await?;
    let visible = context.access.read_visible(None, key).await?;
    let Some(visible) = visible else {
        // Only people who received the address know the id of a picture that is not public.
        return not_found(match context.pictures.get(key).await? {
            Some(_) => app_picture_path(key),
            None => app_picture_path_with_handle(handle, picture_id),
        });
    };
    let picture = &visible.picture;
    let path = picture_path(&user.handle, picture_id);
    if !call.is_canonical(&user.handle) {
        return Ok(call.redirect(&path));
    }
    // An album changes who can view a picture, and nothing else.
    let comment_section = match picture.visibility == Visibility::Public {
        true => Some(CommentSection::load(comments, &context.users).await?),
        false => None,
    };
    let neighbors = context.feeds.read_neighbors(FeedId::PublicOf(user.id), picture_id).await?;
    let neighbor_path = |key: PictureKey| picture_path(&user.handle, key.picture_id);
    let (newer, older) = (neighbors.0.map(neighbor_path), neighbors.1.map(neighbor_path));

    let image = |size| image_path(key, size);
    let (small, large) = (image(RenditionSize::Small), image(RenditionSize::Large));
    let Some(shown) = ShownPicture::new(picture, Some(&user), small, large) else {
        return not_found(app_picture_path(key));
    };
    let owner = user.full_name();
    let guest = picture.guest.as_ref().map(|guest| guest.name.clone());
    let description = texts::picture_by(guest.as_ref().unwrap_or(&owner));
    let title = describe(picture, Some(&user));
    let mut layout = Layout::new(&context.settings, title, description, app_picture_path(key));
    let url = call.site.url(&path);
    layout.oembed =
        Some(call.site.url(format_args!("/oembed?url={}", utf8_percent_encode(&url, NON_ALPHANUMERIC))));
    layout.image = preview_image(&call.site, picture, shown.alt.clone());
    layout.json_ld = Some(escape_json_ld(&build_image_object(&call.site, &visible, &user)));
    layout.canonical = Some(url);
    layout.is_indexed = true;
    let owner_path = owner_with_page(&visible, Some(&user)).map(|owner| profile_path(&owner.handle));
    public_page(&PicturePage {
        layout,
        shown,
        owner,
        owner_path,
        guest: guest.as_deref().map(texts::sent_by_guest),
        comment_section,
        newer,
        older,
    })
}

/// Returns the [`ImageObject`](https://schema.org/ImageObject) of a picture.
fn build_image_object(site: &Site, visible: &VisiblePicture, owner: &User) -> Value {
    let picture = &visible.picture;
    let large = picture.renditions.as_ref().map(|both| (both.large.width, both.large.height));
    let image = |size| site.url(image_path(picture.key, size));
    let mut object = json!({
        "@context": "https://schema.org",
        "@type": "ImageObject",
        "contentUrl": image(RenditionSize::Large),
        "thumbnailUrl": image(RenditionSize::Small),
        "url": site.url(picture_path(&owner.handle, picture.key.picture_id)),
        "width": large.map(|(width, _)| width),
        "height": large.map(|(_, height)| height),
        "uploadDate": picture.uploaded_at,
        "creator": { "@type": "Person" },
    });
    match &picture.guest {
        Some(guest) => object["creator"]["name"] = guest.name.as_str().into(),
        None => {
            object["creator"]["name"] = owner.full_name().into();
            if let Some(owner) = owner_with_page(visible, Some(owner)) {
                object["creator"]["url"] = site.url(profile_path(&owner.handle)).into();
            }
        }
    }
    let details = [
        ("caption", picture.caption.clone()),
        ("dateCreated", picture.taken_at.as_ref().and_then(|taken| Some(taken.local()?.to_string()))),
        ("contentLocation", picture.place.clone()),
    ];
    for (name, value) in details {
        if let Some(value) = value {
            object[name] = value.into();
        }
    }
    object
}
