//! The page of the newest public pictures: `/explore`.

use askama::Template;
use domain::{PageRequest, PictureId};
use lambda::http::{ApiError, Reply};
use store::feed_pages::read_feed;

use crate::layout::{Grid, Layout, PAGE_SIZE, path_of_picture, public_page, read_owners, tiles};
use crate::{Visit, layout, texts};

/// The path of the page.
pub const PATH: &str = "/explore";

#[derive(Template)]
#[template(path = "explore.html")]
struct ExplorePage {
    layout: Layout,
    grid: Grid,
}

pub async fn read(visit: &Visit<'_>) -> Result<Reply, ApiError> {
    let context = visit.context;
    let cipher = context.secrets.cursor_cipher().await?;
    let page: PageRequest<PictureId> = visit.request.page(cipher)?;
    let page = read_feed(&context.feeds, None, PageRequest { limit: PAGE_SIZE, ..page }).await?;
    let owners = read_owners(&context.users, &page.pictures).await?;
    let tiles = tiles(&page.pictures, &owners, &visit.presigner, path_of_picture)?;
    let grid = Grid::new(tiles, PATH, visit.request, visit.request.cursor(cipher, page.next)?);
    let description = texts::EXPLORE_DESCRIPTION.to_owned();
    let mut layout = Layout::new(&context.settings, texts::EXPLORE.into(), description, "/public".into());
    layout.canonical = grid.first.is_none().then(|| visit.site.url(PATH));
    layout.feed = Some(visit.site.url("/feed.xml"));
    layout.image = page.pictures.first().and_then(|visible| {
        let owner = owners.get(&visible.picture.key.owner_id);
        layout::preview_image(&visit.site, &visible.picture, layout::describe(&visible.picture, owner))
    });
    public_page(&ExplorePage { layout, grid })
}
