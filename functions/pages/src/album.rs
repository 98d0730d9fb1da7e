//! The page of a public album: `/albums/ALBUMID`.

use askama::Template;
use domain::{AlbumId, PageRequest};
use lambda::http::{ApiError, Reply};
use store::{AlbumOrder, AlbumPosition};

use crate::layout::{
    Grid, Layout, PAGE_SIZE, full_name, not_found_page, picture_href, preview_image, public_page,
    read_owners, tiles,
};
use crate::site::{album_path, app_album_path, profile_path};
use crate::{Call, texts};

#[derive(Template)]
#[template(path = "album.html")]
struct AlbumPage {
    layout: Layout,
    description: Option<String>,
    owner: String,
    /// The path of the owner's public page.
    owner_path: Option<String>,
    picture_count: String,
    grid: Grid,
}

pub async fn read(call: &Call<'_>, id: AlbumId) -> Result<Reply, ApiError> {
    let context = call.context;
    let cipher = context.secrets.cursor_cipher().await?;
    let page: PageRequest<AlbumPosition> = call.request.page(cipher)?;
    let is_first = page.after.is_none();
    let page = context.albums.read_page(id, AlbumOrder::Added, PAGE_SIZE, page.after).await?;
    let Some((viewed, mut visible)) = context.access.read_album_pictures(None, id, &page.items).await? else {
        return not_found_page(&context.settings, app_album_path(id));
    };
    let album = viewed.album;
    let pictures: Vec<_> = page.items.iter().filter_map(|key| visible.remove(key)).collect();
    let owners = read_owners(&context.users, &pictures).await?;
    let owner = match owners.get(&album.owner_id) {
        Some(owner) => Some(owner.clone()),
        None => context.users.get(album.owner_id).await?,
    };
    let path = album_path(id);
    let tiles = tiles(&pictures, &owners, &call.presigner, picture_href)?;
    let grid = Grid::new(tiles, &path, call.request, call.request.cursor(cipher, page.next)?);
    let name = full_name(owner.as_ref());
    let description = texts::album_by(&album.title, &name);
    let mut layout = Layout::new(&context.settings, album.title, description, app_album_path(id));
    layout.canonical = is_first.then(|| call.site.url(&path));
    layout.is_indexed = true;
    layout.feed = Some(call.site.url(format_args!("{path}/feed.xml")));
    let cover = pictures.iter().find(|visible| Some(visible.picture.key) == album.cover);
    layout.image = cover
        .or(pictures.first())
        .and_then(|visible| preview_image(&call.site, &visible.picture, layout.title.clone()));
    public_page(&AlbumPage {
        layout,
        description: album.description,
        owner: name,
        owner_path: owner.map(|owner| profile_path(&owner.handle)),
        picture_count: texts::number_of_pictures(album.count),
        grid,
    })
}
