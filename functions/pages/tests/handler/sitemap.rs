//! `/sitemap.xml` and `/robots.txt`.

use std::collections::BTreeSet;

use domain::Visibility;

use crate::feeds::Element;
use crate::world::{SITE, World, ada, member, path_of, picture};

/// Reads all sitemaps of the index. Returns their URLs.
async fn read_all(world: &World) -> Vec<Vec<String>> {
    let reply = world.send("pages-sitemap.json").await;
    assert_eq!((reply.status, reply.header("content-type")), (200, "application/xml"));
    reply.assert_is_cacheable();
    let index = Element::parse(&reply.body);
    assert_eq!(index.name, "sitemapindex");
    assert_eq!(index.attributes["xmlns"], "http://www.sitemaps.org/schemas/sitemap/0.9");
    let mut sitemaps = Vec::new();
    for sitemap in index.all("sitemap") {
        let reply = world.get(sitemap.text("loc")).await;
        reply.assert_is_cacheable();
        let sitemap = Element::parse(&reply.body);
        assert_eq!((reply.status, sitemap.name.as_str()), (200, "urlset"));
        for url in sitemap.all("url") {
            let changed = url.text("lastmod");
            assert!(changed.is_empty() || changed.parse::<jiff::Timestamp>().is_ok());
        }
        sitemaps.push(sitemap.all("url").map(|url| url.text("loc").to_owned()).collect());
    }
    sitemaps
}

#[tokio::test]
async fn the_sitemaps_list_all_public_pages_and_no_others() {
    let public: Vec<_> = (1..=1_100).map(|n| picture(ada(), n, Visibility::Public)).collect();
    let private = picture(member(2), 3, Visibility::Private);
    let world = World::with_pictures(public.clone())
        .with_user(member(2), "bob", "Bob", "")
        .with_picture(private.clone())
        .with_picture(picture(member(3), 4, Visibility::Public))
        .with_stale_row(private.key);
    let sitemaps = read_all(&world).await;
    assert_eq!(sitemaps.len(), 3);
    let urls: BTreeSet<_> = sitemaps.concat().into_iter().collect();
    let fixed = ["/explore", "/@ada"].map(str::to_owned);
    let expected = public.iter().map(path_of).chain(fixed).map(|path| format!("{SITE}{path}"));
    assert_eq!(urls, expected.collect());
}

#[tokio::test]
async fn the_sitemap_of_an_empty_site_has_one_page() {
    assert_eq!(read_all(&World::empty()).await, [[format!("{SITE}/explore")]]);
}

#[tokio::test]
async fn another_sitemap_does_not_exist() {
    for after in ["x", "", "00000000-0000-0000-0000-000000000000"] {
        let reply = World::empty().get(&format!("/sitemap.xml?after={after}")).await;
        assert_eq!(reply.status, 404, "{after}");
        reply.assert_is_private();
    }
}

#[tokio::test]
async fn robots_may_read_the_pages() {
    let reply = World::empty().send("pages-robots.json").await;
    assert_eq!((reply.status, reply.header("content-type")), (200, "text/plain; charset=utf-8"));
    reply.assert_is_cacheable();
    assert_eq!(reply.body, format!("User-agent: *\nDisallow: /v1/\nSitemap: {SITE}/sitemap.xml\n"));
}
