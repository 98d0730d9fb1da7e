//! `/albums/ALBUMID`.

use domain::{Picture, Visibility};
use serde_json::json;

use crate::world::{SITE, World, ada, album, member, path_of, picture};

fn pictures() -> Vec<Picture> {
    (1..=26).map(|n| picture(ada(), n, Visibility::Public)).collect()
}

#[tokio::test]
async fn a_public_album_shows_its_pictures_page_by_page() {
    let pictures = pictures();
    let mut world = World::with_pictures(pictures.clone()).with_album(Visibility::Public, &pictures);
    world.albums.put_cover(album(), pictures[7].key);
    world.albums.change_album(album(), &json!({ "title": "Lake Bled", "description": "In May" }));
    let page = world.send("pages-album.json").await;
    assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
    page.assert_is_cacheable();
    let path = format!("/albums/{}", album());
    for part in [
        "<h1>Lake Bled</h1>",
        "<a href=\"/@ada\" rel=\"author\">Ada Lovelace</a> · 26 pictures",
        "<p class=\"description\">In May</p>",
        "content=\"Lake Bled, an album by Ada Lovelace\"",
        &format!("<link rel=\"canonical\" href=\"{SITE}{path}\">"),
        &format!("href=\"{SITE}{path}/feed.xml\""),
        &format!("<a class=\"button\" href=\"/a/{}\">", album()),
    ] {
        page.assert_has(part);
    }
    let next = page.attributes("rel=\"next\" ", "href");
    let last = world.get(&next[0]).await;
    let tiles = [page.tiles(), last.tiles()].concat();
    assert_eq!(tiles, pictures.iter().rev().map(path_of).collect::<Vec<_>>());
    last.assert_has(&format!("<a class=\"button\" href=\"{path}\">First page</a>"));
    last.assert_has_no("noindex");
}

/// The cover is on the first page if the owner chose none.
#[tokio::test]
async fn the_preview_is_the_cover_of_the_album() {
    let pictures: Vec<_> = pictures().into_iter().take(3).collect();
    let mut world = World::with_pictures(pictures.clone()).with_album(Visibility::Public, &pictures);
    let image = async |world: &World| {
        let page = world.send("pages-album.json").await;
        page.attributes("<meta property=\"og:image\" ", "content").pop().unwrap()
    };
    assert_eq!(image(&world).await, format!("{SITE}/i/{}/large", pictures[2].key));
    world.albums.put_cover(album(), pictures[0].key);
    assert_eq!(image(&world).await, format!("{SITE}/i/{}/large", pictures[0].key));
}

#[tokio::test]
async fn an_album_that_is_not_public_leads_to_the_app() {
    let pictures = pictures();
    let mut bodies = Vec::new();
    for visibility in [Some(Visibility::Private), Some(Visibility::Friends), None] {
        let world = World::with_pictures(pictures.clone());
        let world = match visibility {
            Some(visibility) => world.with_album(visibility, &pictures),
            None => world,
        };
        for name in ["pages-album.json", "pages-feed-of-album.json"] {
            let page = world.send(name).await;
            assert_eq!(page.status, 404);
            page.assert_is_private();
            assert_eq!(page.attributes("<a class=\"button main\" ", "href"), [format!("/a/{}", album())]);
            page.assert_has_no("Oslo");
            bodies.push(page.body);
        }
    }
    assert!(bodies.iter().all(|body| *body == bodies[0]));
    assert_eq!(World::with_ada().get("/albums/x").await.status, 404);
}

#[tokio::test]
async fn an_album_omits_what_is_gone() {
    let [kept, deleted] = [1, 2].map(|n| picture(ada(), n, Visibility::Private));
    let world = World::with_pictures([kept.clone()]).with_album(Visibility::Public, [&kept, &deleted]);
    let page = world.send("pages-album.json").await;
    assert_eq!(page.tiles(), [path_of(&kept)]);
    let empty = World::with_ada().with_album(Visibility::Public, []);
    empty.send("pages-album.json").await.assert_has("This album has no pictures yet.");
}

#[tokio::test]
async fn the_picture_of_a_member_without_a_profile_links_to_the_app() {
    let picture = picture(member(3), 1, Visibility::Private);
    let world = World::with_pictures([picture.clone()]).with_album(Visibility::Public, [&picture]);
    let page = world.send("pages-album.json").await;
    assert_eq!(page.tiles(), [format!("/p/{}", picture.key)]);
}
