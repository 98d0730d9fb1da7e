//! Failures, and a site without public pages.

use domain::Visibility;

use crate::links::link;
use crate::world::{World, sample_picture};

fn world() -> World {
    let picture = sample_picture(Visibility::Public);
    World::with_pictures([picture.clone()]).with_album(Visibility::Public, [&picture])
}

#[tokio::test]
async fn the_page_of_a_failure_does_not_reveal_its_cause() {
    let mut world = world();
    world.is_broken = true;
    for name in ["pages-explore.json", "pages-profile.json", "pages-picture.json", "pages-link.json"] {
        let page = world.send(name).await;
        assert_eq!((page.status, page.header("content-type")), (500, "text/html; charset=utf-8"), "{name}");
        page.assert_is_private();
        page.assert_has("Something went wrong on our side");
        let all = format!("{} {:?}", page.body, page.headers);
        assert!(!all.contains("albumen-Users") && !all.contains("ResourceNotFound"), "{all}");
    }
}

#[tokio::test]
async fn an_unknown_address_has_a_page() {
    for path in
        ["/nothing", "/@", "/@a", "/@ada/x", "/@ada/feed.xml/x", "/explore/x", "/i", "/albums", "/ada"]
    {
        let page = world().get(path).await;
        assert_eq!((page.status, page.header("content-type")), (404, "text/html; charset=utf-8"), "{path}");
        page.assert_is_private();
        page.assert_has("<a href=\"/\">Go to the start</a>");
    }
}

#[tokio::test]
async fn without_public_pages_only_share_links_work() {
    let mut world = world().with_link(&link());
    world.settings.has_public_pages = false;
    for name in ["explore", "profile", "picture", "album", "image", "feed", "feed-of-person", "feed-of-album"]
    {
        let page = world.send(&format!("pages-{name}.json")).await;
        assert_eq!((page.status, page.header("location")), (404, ""), "{name}");
        page.assert_is_private();
        page.assert_has_no("/explore");
        page.assert_has_no("Lovelace");
    }
    for path in ["/oembed?url=https://photos.example.org/@ada/x", "/sitemap.xml", "/@Ada"] {
        assert_eq!(world.get(path).await.status, 404, "{path}");
    }
    let page = world.send("pages-link.json").await;
    assert_eq!(page.status, 200);
    page.assert_has_no("/explore");
    assert_eq!(world.send("pages-link-picture.json").await.status, 200);
    let robots = world.send("pages-robots.json").await;
    assert_eq!(
        (robots.status, robots.body.as_str()),
        (200, "User-agent: *\nDisallow: /\nAllow: /s/\nAllow: /pages.css\n")
    );
}
