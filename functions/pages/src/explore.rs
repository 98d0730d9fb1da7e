//! The page of the newest public pictures: `/explore`.

use askama::Template;
use domain::{PageRequest, PictureId};
use lambda::http::{ApiError, Reply};
use store::feed_pages::read_feed;

use crate::layout::{Grid, Layout, PAGE_SIZE, picture_href, public_page, read_owners, tiles};
use crate::{Call, layout, texts};

/// The path of the page.
pub const PATH: &str = "/explore";

#[derive(Template)]
#[template(path = "explore.html")]
struct ExplorePage {
    layout: Layout,
    grid: Grid,
}

pub async fn read(call: &Call<'_>) -> Result<Reply, ApiError> {
    let context = call.context;
    let cipher = context.secrets.cursor_cipher().await?;
    let page: PageRequest<PictureId> = call.request.page(cipher)?;
    let page = read_feed(&context.feeds, None, PageRequest { limit: PAGE_SIZE, ..page }).await?;
    let owners = read_owners(&context.users, &page.pictures).await?;
    let tiles = tiles(&page.pictures, &owners, &call.presigner, picture_href)?;
    let grid = Grid::new(tiles, PATH, call.request, call.request.cursor(cipher, page.next)?);
    let description = texts::EXPLORE_DESCRIPTION.to_owned();
    let mut layout = Layout::new(&context.settings, texts::EXPLORE.into(), description, "/public".into());
    layout.canonical = grid.first.is_none().then(|| call.site.url(PATH));
    layout.is_indexed = true;
    layout.feed = Some(call.site.url("/feed.xml"));
    layout.image = page.pictures.first().and_then(|visible| {
        let owner = owners.get(&visible.picture.key.owner_id);
        layout::preview_image(&call.site, &visible.picture, layout::describe(&visible.picture, owner))
    });
    public_page(&ExplorePage { layout, grid })
}
