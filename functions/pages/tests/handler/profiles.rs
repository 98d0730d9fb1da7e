//! `/explore` and `/@HANDLE`.

use domain::{Picture, Visibility};
use serde_json::json;

use crate::world::{SITE, World, ada, album, decode, member, path_of, picture, sample_picture};

fn public(numbers: std::ops::RangeInclusive<u128>) -> Vec<Picture> {
    numbers.map(|n| picture(ada(), n, Visibility::Public)).collect()
}

/// Reads a list from its first page to its last one. Returns the links of the tiles of each page.
async fn read_pages(world: &World, path: &str) -> Vec<Vec<String>> {
    let mut pages = Vec::new();
    let mut next = Some(path.to_owned());
    while let Some(url) = next {
        let page = world.get(&url).await;
        assert_eq!(page.status, 200, "{url}: {}", page.body);
        assert_eq!(page.body.contains("\">First page</a>"), url != path);
        // Only the first page has an address that does not change.
        assert_eq!(page.body.contains("rel=\"canonical\""), url == path);
        // Search engines follow the links of all pages.
        page.assert_has_no("noindex");
        pages.push(page.tiles());
        next = page.attributes("rel=\"next\" ", "href").pop();
    }
    pages
}

#[tokio::test]
async fn explore_shows_all_public_pictures_page_by_page() {
    let pictures = public(1..=50);
    let hidden = [(60, Visibility::Private), (61, Visibility::Friends)];
    let hidden = hidden.map(|(n, visibility)| picture(ada(), n, visibility));
    let world = World::with_pictures(pictures.iter().cloned().chain(hidden));
    let pages = read_pages(&world, "/explore").await;
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [24, 24, 2]);
    let expected: Vec<_> = pictures.iter().rev().map(path_of).collect();
    assert_eq!(pages.concat(), expected);
}

#[tokio::test]
async fn explore_has_a_preview_and_a_feed() {
    let page = World::with_pictures(public(1..=2)).send("pages-explore.json").await;
    assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
    page.assert_is_cacheable();
    page.assert_has("<title>Explore · Albumen</title>");
    page.assert_has(&format!("<link rel=\"canonical\" href=\"{SITE}/explore\">"));
    let image = picture(ada(), 2, Visibility::Public).key;
    page.assert_has(&format!("<meta property=\"og:image\" content=\"{SITE}/i/{image}/large\">"));
    page.assert_has("<meta name=\"twitter:card\" content=\"summary_large_image\">");
    page.assert_has(&format!(
        "<link rel=\"alternate\" type=\"application/atom+xml\" href=\"{SITE}/feed.xml\""
    ));
    page.assert_has("alt=\"Picture by Ada Lovelace\"");
    page.assert_has("width=\"320\" height=\"213\"");
    page.assert_has_no("<script");
}

#[tokio::test]
async fn an_empty_site_has_a_page_and_lists() {
    let page = World::empty().get("/explore").await;
    assert_eq!(page.status, 200);
    page.assert_has("There are no public pictures yet.");
    page.assert_has_no("<ul");
}

/// Rows of feeds are hints. The picture decides.
#[tokio::test]
async fn a_stale_row_shows_nothing() {
    let [private, friends] = [Visibility::Private, Visibility::Friends].map(|visibility| {
        let picture = picture(ada(), 5, visibility);
        World::with_pictures([picture.clone()]).with_stale_row(picture.key)
    });
    let deleted = World::with_ada().with_stale_row(sample_picture(Visibility::Public).key);
    let unready = Picture { renditions: None, ..sample_picture(Visibility::Public) };
    for world in [private, friends, deleted, World::with_pictures([unready])] {
        world.get("/explore").await.assert_has("There are no public pictures yet.");
        assert_eq!(world.get("/@ada").await.status, 404);
        assert_eq!(world.get("/@ada/feed.xml").await.status, 404);
        world.get("/feed.xml").await.assert_has_no("<entry>");
        world.get("/sitemap.xml?after=ffffffff-ffff-ffff-ffff-ffffffffffff").await.assert_has_no("@ada");
    }
}

#[tokio::test]
async fn a_profile_shows_public_pictures_and_albums() {
    let pictures = public(1..=30);
    let world = World::with_pictures(pictures.clone())
        .with_picture(picture(member(2), 90, Visibility::Public))
        .with_picture(picture(ada(), 91, Visibility::Friends))
        .with_album(Visibility::Public, &pictures[..3]);
    let page = world.send("pages-profile.json").await;
    assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
    page.assert_is_cacheable();
    page.assert_has("<h1>Ada Lovelace</h1>");
    page.assert_has(&format!("<li><a href=\"/albums/{}\">", album()));
    page.assert_has("<strong>Oslo</strong> <span>3 pictures</span>");
    page.assert_has(&format!("href=\"{SITE}/@ada/feed.xml\""));
    page.assert_has(&format!("<a class=\"button\" href=\"/people/{}\">Open in the app</a>", ada()));
    assert_eq!(page.json_ld()["mainEntity"]["url"], format!("{SITE}/@ada"));
    let pages = read_pages(&world, "/@ada").await;
    let expected: Vec<_> = pictures.iter().rev().map(path_of).collect();
    assert_eq!(pages.concat(), expected);
}

#[tokio::test]
async fn a_public_album_suffices_for_a_profile_and_a_private_one_does_not() {
    let private = picture(ada(), 1, Visibility::Private);
    for (visibility, status) in
        [(Visibility::Public, 200), (Visibility::Friends, 404), (Visibility::Private, 404)]
    {
        let world = World::with_pictures([private.clone()]).with_album(visibility, [&private]);
        let page = world.get("/@ada").await;
        assert_eq!(page.status, status, "{visibility:?}");
        // The feed contains pictures only.
        page.assert_has_no("feed.xml");
        assert_eq!(page.body.contains("Oslo"), status == 200);
    }
}

/// Nobody learns from a page whether a handle belongs to a member.
#[tokio::test]
async fn a_member_without_public_content_and_a_missing_one_have_the_same_page() {
    let world = World::with_pictures([picture(ada(), 1, Visibility::Friends)]);
    let world = world.with_former_handle("countess", "ada");
    for path in ["", "/feed.xml", "/019a1234-5678-7abc-8def-0123456789ab"] {
        let mut pages = Vec::new();
        for handle in ["ada", "nobody", "countess", "ADA"] {
            let page = world.get(&format!("/@{handle}{path}")).await;
            assert_eq!((page.status, page.header("content-type")), (404, "text/html; charset=utf-8"));
            page.assert_is_private();
            page.assert_has_no("Lovelace");
            page.assert_has_no(&ada().to_string());
            let app_path = page.attributes("<a class=\"button main\" ", "href").pop().unwrap();
            let address = app_path.split('/').nth(2).unwrap().to_owned();
            assert_eq!(address, format!("@{}", handle.to_ascii_lowercase()));
            pages.push((page.headers, page.body.replace(&address, "HANDLE")));
        }
        assert!(pages.iter().all(|page| *page == pages[0]), "{path}");
    }
}

/// A visitor can keep the address of the second page.
#[tokio::test]
async fn a_later_page_of_a_member_who_became_private_does_not_exist() {
    let before = World::with_pictures(public(1..=30));
    let next = before.get("/@ada").await.attributes("rel=\"next\" ", "href").pop().unwrap();
    assert_eq!(before.get(&next).await.status, 200);
    let page = World::with_ada().get(&next).await;
    assert_eq!(page.status, 404);
    page.assert_has_no("Lovelace");
}

#[tokio::test]
async fn a_former_handle_redirects_to_public_content_only() {
    let public = sample_picture(Visibility::Public);
    let private = picture(ada(), 1, Visibility::Private);
    let world = World::with_pictures([public.clone(), private.clone()])
        .with_former_handle("countess", "augusta")
        .with_former_handle("augusta", "ada");
    let paths = ["", "/feed.xml", &format!("/{}", public.key.picture_id)].map(str::to_owned);
    for handle in ["countess", "augusta", "Ada", "Countess"] {
        for path in &paths {
            let page = world.get(&format!("/@{handle}{path}")).await;
            assert_eq!((page.status, page.header("location")), (301, &*format!("{SITE}/@ada{path}")));
            page.assert_is_cacheable();
        }
        let page = world.get(&format!("/@{handle}/{}", private.key.picture_id)).await;
        assert_eq!((page.status, page.header("location")), (404, ""));
    }
    let private = World::with_ada().with_former_handle("countess", "ada");
    assert_eq!(private.get("/@countess").await.status, 404);
}

#[tokio::test]
async fn an_address_with_a_slash_at_its_end_redirects() {
    let world = World::with_pictures(public(1..=1));
    for path in ["/explore", "/@ada", "/@ada/feed.xml"] {
        let page = world.get(&format!("{path}/")).await;
        assert_eq!((page.status, page.header("location")), (301, &*format!("{SITE}{path}")));
    }
    for path in ["/", "//", "//evil.example/", "/@ada//", "/s//"] {
        let page = world.get(path).await;
        assert_eq!((page.status, page.header("location")), (404, ""), "{path}");
    }
}

#[tokio::test]
async fn a_cursor_belongs_to_its_list() {
    let world = World::with_pictures(public(1..=30));
    let next = world.get("/@ada").await.attributes("rel=\"next\" ", "href").pop().unwrap();
    let cursor = next.split_once('?').unwrap().1;
    for path in [format!("/explore?{cursor}"), "/explore?cursor=x".into(), "/@ada?cursor=".into()] {
        let page = world.get(&path).await;
        assert_eq!(page.status, 400, "{path}");
        page.assert_is_private();
        page.assert_has("This address is not valid");
    }
}

#[tokio::test]
async fn the_footer_has_the_pages_of_the_operator() {
    let mut world = World::empty();
    world.get("/explore").await.assert_has_no("<footer>");
    world.settings.title = "Ada & Co".into();
    world.settings.imprint_url = "https://example.org/?a=1&b=2".into();
    world.settings.contact_url = "mailto:ada@example.org".into();
    let page = world.get("/explore").await;
    page.assert_has("<title>Explore · Ada &#38; Co</title>");
    let (_, footer) = page.body.split_once("<footer>").unwrap();
    assert!(decode(footer).contains("<a href=\"https://example.org/?a=1&b=2\">Imprint</a>"), "{footer}");
    assert!(footer.contains("<a href=\"mailto:ada@example.org\">Contact</a>"), "{footer}");
    assert!(!footer.contains("Privacy"), "{footer}");
}

#[tokio::test]
async fn the_structured_data_of_a_profile_names_the_person() {
    let data = World::with_pictures(public(1..=1)).get("/@ada").await.json_ld();
    let person = json!({ "@type": "Person", "name": "Ada Lovelace", "alternateName": "ada",
        "url": format!("{SITE}/@ada") });
    assert_eq!((&data["@type"], &data["mainEntity"]), (&json!("ProfilePage"), &person));
}
