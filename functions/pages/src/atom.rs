//! Atom feeds (RFC 4287) of the newest public pictures, of a member, and of an album.

use askama::Template;
use domain::{AlbumId, FeedId, Handle, PageRequest, RenditionSize, User, UserId};
use jiff::Timestamp;
use lambda::http::{ApiError, Caching, Reply};
use std::collections::BTreeMap;
use store::feed_pages::{read_feed, read_feeds};
use store::{AlbumOrder, VisiblePicture};

use crate::layout::{
    describe, full_name, not_found_page, owner_with_page, picture_href, read_owners, render_text,
};
use crate::site::{album_path, app_album_path, app_handle_path, image_path, profile_path};
use crate::{Call, explore, texts};

const ATOM: &str = "application/atom+xml; charset=utf-8";
/// The maximum number of entries of a feed.
const MAX_ENTRIES: usize = 50;
const FIRST_PAGE: PageRequest = PageRequest { limit: MAX_ENTRIES, after: None };

/// An Atom feed.
#[derive(Template)]
#[template(path = "feed.xml")]
struct AtomFeed {
    /// A URI that never changes.
    id: String,
    title: String,
    /// The URL of the feed.
    url: String,
    /// The URL of the page with the same pictures.
    page: String,
    /// RFC 3339, UTC.
    updated: String,
    entries: Vec<Entry>,
}

/// A picture in a feed.
struct Entry {
    id: String,
    title: String,
    url: String,
    author: String,
    author_url: Option<String>,
    /// RFC 3339, UTC.
    published: String,
    /// The URL of the large rendition.
    image: String,
    /// The size of the large rendition.
    bytes: u64,
    /// HTML.
    content: String,
}

/// The content of an entry.
#[derive(Template)]
#[template(path = "feed-entry.html")]
struct EntryContent {
    url: String,
    image: String,
    width: u32,
    height: u32,
    alt: String,
    caption: Option<String>,
}

/// Returns the feed of the newest public pictures of all members.
pub async fn read_public(call: &Call<'_>) -> Result<Reply, ApiError> {
    let page = read_feed(&call.context.feeds, None, FIRST_PAGE).await?;
    // The site has no UUID, so the feed id is its URL. The ids of entries do not depend on it.
    let id = call.site.url("/feed.xml");
    let title = texts::page_title(texts::EXPLORE, &call.context.settings.title);
    build_feed(call, id, title, "/feed.xml", explore::PATH, &page.pictures, None).await
}

/// Returns the feed of the public pictures of a member.
pub async fn read_profile(call: &Call<'_>, handle: &Handle) -> Result<Reply, ApiError> {
    let context = call.context;
    let not_found = || not_found_page(&context.settings, app_handle_path(handle));
    let Some(user) = context.users.find_by_recent_handle(handle).await? else { return not_found() };
    let page = read_feeds(&context.feeds, &[FeedId::PublicOf(user.id)], None, FIRST_PAGE).await?;
    if page.pictures.is_empty() {
        return not_found();
    }
    let path = profile_path(&user.handle);
    let feed_path = format!("{path}/feed.xml");
    if !call.is_canonical(&user.handle) {
        return Ok(call.redirect(&feed_path));
    }
    let title = texts::page_title(&user.full_name(), &context.settings.title);
    build_feed(call, uuid_urn(user.id), title, &feed_path, &path, &page.pictures, None).await
}

/// Returns the feed of the pictures of a public album.
pub async fn read_album(call: &Call<'_>, id: AlbumId) -> Result<Reply, ApiError> {
    let context = call.context;
    let page = context.albums.read_page(id, AlbumOrder::Added, MAX_ENTRIES, None).await?;
    let Some((viewed, mut visible)) = context.access.read_album_pictures(None, id, &page.items).await? else {
        return not_found_page(&context.settings, app_album_path(id));
    };
    let pictures: Vec<_> = page.items.iter().filter_map(|key| visible.remove(key)).collect();
    let path = album_path(id);
    let feed_path = format!("{path}/feed.xml");
    let title = texts::page_title(&viewed.album.title, &context.settings.title);
    let updated = Some(viewed.album.updated_at);
    build_feed(call, uuid_urn(id), title, &feed_path, &path, &pictures, updated).await
}

fn uuid_urn(id: impl std::fmt::Display) -> String {
    format!("urn:uuid:{id}")
}

async fn build_feed(
    call: &Call<'_>,
    id: String,
    title: String,
    feed_path: &str,
    page_path: &str,
    pictures: &[VisiblePicture],
    updated: Option<Timestamp>,
) -> Result<Reply, ApiError> {
    let owners = read_owners(&call.context.users, pictures).await?;
    let mut entries = Vec::new();
    for visible in pictures {
        entries.extend(build_entry(call, visible, &owners)?);
    }
    let newest = pictures.iter().map(|visible| visible.picture.uploaded_at).max();
    let updated = updated.or(newest).unwrap_or(Timestamp::UNIX_EPOCH).to_string();
    let (url, page) = (call.site.url(feed_path), call.site.url(page_path));
    let feed = AtomFeed { id, title, url, page, updated, entries };
    Ok(Reply::text(200, ATOM, render_text(&feed)?).with_caching(Caching::Minute))
}

fn build_entry(
    call: &Call<'_>,
    visible: &VisiblePicture,
    owners: &BTreeMap<UserId, User>,
) -> Result<Option<Entry>, ApiError> {
    let picture = &visible.picture;
    let Some(renditions) = &picture.renditions else { return Ok(None) };
    let owner = owners.get(&picture.key.owner_id);
    let url = call.site.url(picture_href(picture.key, owner));
    let image = call.site.url(image_path(picture.key, RenditionSize::Large));
    let alt = describe(picture, owner);
    let content = EntryContent {
        url: url.clone(),
        image: image.clone(),
        width: renditions.large.width,
        height: renditions.large.height,
        alt: alt.clone(),
        caption: picture.caption.clone(),
    };
    let author_with_page = owner_with_page(visible, owner).filter(|_| picture.guest.is_none());
    Ok(Some(Entry {
        id: uuid_urn(picture.key.picture_id),
        title: alt,
        url,
        author: picture.guest.as_ref().map_or_else(|| full_name(owner), |guest| guest.name.clone()),
        author_url: author_with_page.map(|owner| call.site.url(profile_path(&owner.handle))),
        published: picture.uploaded_at.to_string(),
        image,
        bytes: renditions.large.bytes,
        content: render_text(&content)?,
    }))
}
