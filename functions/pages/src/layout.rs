//! The parts that several pages have in common.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use aws_lambda_events::http::header::RETRY_AFTER;
use domain::{Picture, PictureKey, RenditionSize, User, UserId, Visibility};
use jiff::Timestamp;
use lambda::Error;
use lambda::http::{ApiError, Caching, Reply, Request};
use serde_json::Value;
use store::{UrlPresigner, Users, VisiblePicture};

use crate::context::Settings;
use crate::site::{Site, app_picture_path, image_path, picture_path};
use crate::texts;

const HTML: &str = "text/html; charset=utf-8";

/// The content of the head, the header and the footer of a page.
#[derive(Clone, Debug)]
pub struct Layout {
    pub settings: Settings,
    /// The title without the name of the site.
    pub title: String,
    /// The description for search engines and link previews.
    pub description: String,
    /// The path of the corresponding page of the web app.
    pub app_path: String,
    /// Whether search engines can index the page.
    pub is_indexed: bool,
    /// The canonical URL. Further pages of a list, and share links, have none.
    pub canonical: Option<String>,
    /// The image of link previews.
    pub image: Option<PreviewImage>,
    /// The URL of the Atom feed.
    pub feed: Option<String>,
    /// The URL of the oEmbed response.
    pub oembed: Option<String>,
    /// JSON-LD, escaped for a `script` element.
    pub json_ld: Option<String>,
}

/// The image of a link preview.
#[derive(Clone, Debug)]
pub struct PreviewImage {
    pub url: String,
    pub width: u32,
    pub height: u32,
    pub alt: String,
}

impl PreviewImage {
    /// Returns `None` for a picture without renditions. `url` is the URL of the large one.
    pub fn new(url: String, picture: &Picture, alt: String) -> Option<Self> {
        let large = &picture.renditions.as_ref()?.large;
        Some(Self { url, width: large.width, height: large.height, alt })
    }
}

impl Layout {
    pub fn new(settings: &Settings, title: String, description: String, app_path: String) -> Self {
        Self {
            settings: settings.clone(),
            title,
            description,
            app_path,
            is_indexed: false,
            canonical: None,
            image: None,
            feed: None,
            oembed: None,
            json_ld: None,
        }
    }

    pub fn full_title(&self) -> String {
        texts::page_title(&self.title, &self.settings.title)
    }

    /// Returns the texts and URLs of the links in the footer.
    pub fn footer_links(&self) -> Vec<(&'static str, &str)> {
        let settings = &self.settings;
        let links = [
            (texts::CONTACT, &settings.contact_url),
            (texts::IMPRINT, &settings.imprint_url),
            (texts::TERMS, &settings.terms_url),
            (texts::PRIVACY, &settings.privacy_url),
        ];
        links.into_iter().filter(|(_, url)| !url.is_empty()).map(|(text, url)| (text, url.as_str())).collect()
    }
}

/// Escapes JSON for a `script` element, so that no text in it ends the element.
pub fn escape_json_ld(json: &Value) -> String {
    json.to_string().replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

/// The maximum number of pictures on a page.
pub const PAGE_SIZE: usize = 24;

/// A page of pictures.
#[derive(Clone, Debug)]
pub struct Grid {
    pub tiles: Vec<Tile>,
    /// The path and query of the first page. `None` on the first page.
    pub first: Option<String>,
    /// The path and query of the next page. `None` on the last page.
    pub next: Option<String>,
}

impl Grid {
    /// Creates the requested page of the list at `path`. `next` is the cursor of the next page.
    pub fn new(tiles: Vec<Tile>, path: &str, request: &Request, next: Option<String>) -> Self {
        let first = request.query("cursor").map(|_| path.to_owned());
        Self { tiles, first, next: next.map(|cursor| format!("{path}?cursor={cursor}")) }
    }
}

/// A picture in a grid.
#[derive(Clone, Debug)]
pub struct Tile {
    pub href: String,
    pub src: String,
    pub width: u32,
    pub height: u32,
    pub alt: String,
}

/// Builds the tiles of the pictures that have renditions. `path` returns the path of a picture.
pub fn tiles<'a>(
    pictures: impl IntoIterator<Item = &'a VisiblePicture>,
    owners: &BTreeMap<UserId, User>,
    presigner: &UrlPresigner,
    path: impl Fn(PictureKey, Option<&User>) -> String,
) -> Result<Vec<Tile>, Error> {
    let mut tiles = Vec::new();
    for VisiblePicture { picture, .. } in pictures {
        let Some(renditions) = &picture.renditions else { continue };
        let owner = owners.get(&picture.key.owner_id);
        tiles.push(Tile {
            href: path(picture.key, owner),
            src: presigner.rendition_url(picture.key, RenditionSize::Small)?,
            width: renditions.small.width,
            height: renditions.small.height,
            alt: describe(picture, owner),
        });
    }
    Ok(tiles)
}

/// Reads the profiles of the owners of pictures.
pub async fn read_owners<'a>(
    users: &Users,
    pictures: impl IntoIterator<Item = &'a VisiblePicture>,
) -> Result<BTreeMap<UserId, User>, Error> {
    let ids: BTreeSet<_> = pictures.into_iter().map(|visible| visible.picture.key.owner_id).collect();
    Ok(users.get_all(&ids).await?.into_iter().map(|user| (user.id, user)).collect())
}

/// Returns the title of a picture, which is also its alternative text: the first line of its
/// caption, or else a text that names its guest or owner.
pub fn describe(picture: &Picture, owner: Option<&User>) -> String {
    match (&picture.caption, &picture.guest) {
        (Some(caption), _) => first_line(caption),
        (None, Some(guest)) => texts::picture_by(&guest.name),
        (None, None) => texts::picture_by(&full_name(owner)),
    }
}

/// Formats a time without a fraction of a second. HTML and some parsers of sitemaps allow at most
/// three fractional digits.
pub fn format_seconds(time: Timestamp) -> String {
    format!("{time:.0}")
}

/// Returns the first line of a text, truncated to 100 characters, because a grid contains up to 24
/// of them.
pub fn first_line(text: &str) -> String {
    const MAX_CHARS: usize = 100;
    let line = text.lines().next().unwrap_or_default();
    match line.char_indices().nth(MAX_CHARS) {
        Some((end, _)) => format!("{}…", line[..end].trim_end()),
        None => line.to_owned(),
    }
}

/// Returns the owner of a picture if their public page certainly exists, because the picture is
/// public, or because they own the public album that shows it. The album of another member can show
/// a private picture of an owner who has no public page.
pub fn owner_with_page<'a>(visible: &VisiblePicture, owner: Option<&'a User>) -> Option<&'a User> {
    let owns_album = |owner: &User| visible.via.as_ref().is_some_and(|via| via.album.owner_id == owner.id);
    owner.filter(|owner| visible.picture.visibility == Visibility::Public || owns_album(owner))
}

/// Returns the full name of a member, or a placeholder if the member has no profile.
pub fn full_name(owner: Option<&User>) -> String {
    owner.map_or_else(|| texts::A_MEMBER.to_owned(), User::full_name)
}

/// Returns the path of the public page of a picture, or of its page in the web app if its owner has
/// no profile and thus no handle.
pub fn picture_href(key: PictureKey, owner: Option<&User>) -> String {
    match owner {
        Some(owner) => picture_path(&owner.handle, key.picture_id),
        None => app_picture_path(key),
    }
}

/// Returns the preview image of a public picture. Its URL never changes.
pub fn preview_image(site: &Site, picture: &Picture, alt: String) -> Option<PreviewImage> {
    PreviewImage::new(site.url(image_path(picture.key, RenditionSize::Large)), picture, alt)
}

/// Renders a public page, which caches can store for a minute.
pub fn public_page(template: &impl Template) -> Result<Reply, ApiError> {
    Ok(render(200, template)?.with_caching(Caching::Minute))
}

/// Renders a page that caches must not store.
pub fn uncached_page(status: u16, template: &impl Template) -> Result<Reply, ApiError> {
    Ok(render(status, template)?.with_caching(Caching::Never))
}

fn render(status: u16, template: &impl Template) -> Result<Reply, ApiError> {
    Ok(Reply::text(status, HTML, render_text(template)?))
}

/// Renders a template of any content type.
pub fn render_text(template: &impl Template) -> Result<String, ApiError> {
    template.render().map_err(|error| ApiError::Internal(error.into()))
}

/// A page that explains an error and names the next step.
#[derive(Template)]
#[template(path = "failure.html")]
struct FailurePage {
    layout: Layout,
    reason: &'static str,
    /// Whether a member who signs in may be able to view the page.
    sign_in_may_help: bool,
}

/// Renders the page with status 404, whether an object does not exist or is not public. `app_path`
/// is the path of the object in the web app, or `/` without one.
pub fn not_found_page(settings: &Settings, app_path: String) -> Result<Reply, ApiError> {
    failure_page(settings, 404, texts::NOT_FOUND, texts::NOT_FOUND_REASON, app_path)
}

/// Renders the page of an error. The page never contains the message of the error.
pub fn error_page(settings: &Settings, error: &ApiError) -> Result<Reply, ApiError> {
    let (title, reason) = match error {
        ApiError::Internal(_) => (texts::FAILED, texts::FAILED_REASON),
        ApiError::NotFound(_) => (texts::NOT_FOUND, texts::NOT_FOUND_REASON),
        _ => (texts::INVALID, texts::INVALID_REASON),
    };
    let reply = failure_page(settings, error.status(), title, reason, "/".into())?;
    Ok(match error.retry_after() {
        Some(seconds) => reply.with_header(RETRY_AFTER, seconds),
        None => reply,
    })
}

/// Renders the page of a share link that does not work.
pub fn link_not_found_page(settings: &Settings) -> Result<Reply, ApiError> {
    failure_page(settings, 404, texts::NO_LINK, texts::NO_LINK_REASON, "/".into())
}

fn failure_page(
    settings: &Settings,
    status: u16,
    title: &str,
    reason: &'static str,
    app_path: String,
) -> Result<Reply, ApiError> {
    let sign_in_may_help = app_path != "/";
    let layout = Layout::new(settings, title.into(), reason.into(), app_path);
    uncached_page(status, &FailurePage { layout, reason, sign_in_may_help })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_no_fraction_of_a_second() {
        let time = "2026-11-29T11:25:47.946326588Z".parse().unwrap();
        assert_eq!(format_seconds(time), "2026-11-29T11:25:47Z");
    }

    #[test]
    fn a_title_is_the_first_line_of_a_caption() {
        assert_eq!(first_line("Oslo\nin May"), "Oslo");
        let long = first_line(&"ä".repeat(200));
        assert_eq!(long.chars().count(), 101);
        assert!(long.ends_with('…'));
    }
}
