//! The page of a member: `/@HANDLE`. It exists if the member has public pictures or albums.

use askama::Template;
use domain::{FeedId, Handle, PageRequest, PictureId, User, Visibility};
use lambda::http::{ApiError, Reply};
use serde_json::json;
use store::CoveredAlbum;
use store::feed_pages::read_feeds;

use crate::layout::{
    Grid, Layout, PAGE_SIZE, Tile, escape_json_ld, not_found_page, picture_href, preview_image, public_page,
    tiles,
};
use crate::site::{album_path, app_handle_path, app_profile_path, profile_path};
use crate::{Call, texts};

/// The maximum number of albums of a member that the page checks for public ones, last changed
/// first.
const MAX_CHECKED_ALBUMS: usize = 50;
/// The maximum number of albums on the page.
const MAX_ALBUMS: usize = 12;

#[derive(Template)]
#[template(path = "profile.html")]
struct ProfilePage {
    layout: Layout,
    handle: Handle,
    grid: Grid,
    albums: Vec<AlbumTile>,
}

/// An album on the public page of its owner.
pub struct AlbumTile {
    href: String,
    title: String,
    picture_count: String,
    cover: Option<Tile>,
}

pub async fn read(call: &Call<'_>, handle: &Handle) -> Result<Reply, ApiError> {
    let context = call.context;
    let cipher = context.secrets.cursor_cipher().await?;
    let page: PageRequest<PictureId> = call.request.page(cipher)?;
    let not_found = || not_found_page(&context.settings, app_handle_path(handle));
    let Some(user) = context.users.find_by_recent_handle(handle).await? else { return not_found() };
    let is_first = page.after.is_none();
    let page = PageRequest { limit: PAGE_SIZE, ..page };
    let page = read_feeds(&context.feeds, &[FeedId::PublicOf(user.id)], None, page).await?;
    let albums = match is_first {
        true => read_albums(call, &user).await?,
        false => Vec::new(),
    };
    let is_empty = page.pictures.is_empty() && albums.is_empty();
    // A page without pictures can have a next page with pictures.
    if is_empty && (is_first || page.next.is_none()) {
        return not_found();
    }
    let path = profile_path(&user.handle);
    if !call.is_canonical(&user.handle) {
        return Ok(call.redirect(&path));
    }
    let name = user.full_name();
    let next = call.request.cursor(cipher, page.next)?;
    let image = page.pictures.first().map(|visible| visible.picture.clone());
    let owners = [(user.id, user.clone())].into();
    let tiles = tiles(&page.pictures, &owners, &call.presigner, picture_href)?;
    let grid = Grid::new(tiles, &path, call.request, next);
    let description = texts::pictures_by(&name);
    let mut layout = Layout::new(&context.settings, name.clone(), description, app_profile_path(user.id));
    layout.canonical = is_first.then(|| call.site.url(&path));
    layout.is_indexed = true;
    // Without pictures, there is no feed.
    layout.feed = image.as_ref().map(|_| call.site.url(format_args!("{path}/feed.xml")));
    layout.image = image.and_then(|picture| preview_image(&call.site, &picture, name.clone()));
    layout.json_ld = Some(escape_json_ld(&json!({
        "@context": "https://schema.org",
        "@type": "ProfilePage",
        "mainEntity": {
            "@type": "Person",
            "name": name,
            "alternateName": user.handle,
            "url": call.site.url(&path),
        },
    })));
    public_page(&ProfilePage { layout, handle: user.handle, grid, albums })
}

/// Reads the public albums of a member, last changed first.
async fn read_albums(call: &Call<'_>, user: &User) -> Result<Vec<AlbumTile>, ApiError> {
    let context = call.context;
    let ids = context.albums.list_of_member(user.id, MAX_CHECKED_ALBUMS, None).await?.items;
    let albums = context.albums.get_all(&ids).await?;
    let is_public = |id: &domain::AlbumId| {
        albums.iter().any(|album| {
            album.album_id == *id && album.owner_id == user.id && album.visibility == Visibility::Public
        })
    };
    let ids: Vec<_> = ids.into_iter().filter(is_public).take(MAX_ALBUMS).collect();
    let mut found = Vec::new();
    for CoveredAlbum { viewed, cover } in context.access.read_covered_albums(None, &ids).await? {
        let href = album_path(viewed.album.album_id);
        let cover = tiles(&cover, &[].into(), &call.presigner, |_, _| href.clone())?.pop();
        let picture_count = texts::number_of_pictures(viewed.album.count);
        found.push(AlbumTile { href, title: viewed.album.title, picture_count, cover });
    }
    Ok(found)
}
