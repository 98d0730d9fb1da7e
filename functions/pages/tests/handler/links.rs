//! `/s/TOKEN`.

use domain::{Guest, Link, LinkId, LinkRights, LinkTarget, LinkToken, Picture, Sha256, Visibility};
use jiff::{SignedDuration, Timestamp};
use store::LinkSessions;

use crate::world::{Answer, SITE, TOKEN, World, ada, album, picture, request, sample_picture};

fn token() -> LinkToken {
    LinkToken::parse(TOKEN).unwrap()
}

/// A link to the album without rights and password.
pub fn link() -> Link {
    Link {
        link_id: token().link_id,
        owner_id: ada(),
        target: LinkTarget::Album(album()),
        name: Some("For the family".into()),
        secret_hash: token().secret_hash(),
        expires_at: None,
        password_hash: None,
        rights: LinkRights::default(),
        review: false,
        created_at: Timestamp::UNIX_EPOCH,
    }
}

fn locked() -> Link {
    Link { password_hash: Some("the hash of the password".into()), ..link() }
}

/// Returns a session of the link. The key of all secrets is constant.
fn session(link: &Link) -> String {
    LinkSessions::new(&[7; 32]).create(link, Timestamp::now()).0
}

/// An album with a private picture, and this link.
fn world(link: &Link) -> World {
    let picture = Picture { caption: Some("The cake\nand us".into()), ..sample_picture(Visibility::Private) };
    World::with_pictures([picture.clone()]).with_album(Visibility::Private, [&picture]).with_link(link)
}

fn path() -> String {
    format!("/s/{TOKEN}")
}

async fn get_with_cookie(world: &World, url: &str, cookie: &str) -> Answer {
    world.respond(request(url, &[("cookie", cookie)])).await
}

#[tokio::test]
async fn a_link_shows_an_album_and_its_pictures() {
    let world = world(&link());
    let page = world.send("pages-link.json").await;
    assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
    page.assert_is_private();
    page.assert_has("<h1>Oslo</h1>");
    page.assert_has("by Ada Lovelace · 1 picture<");
    page.assert_has("content=\"noindex\"");
    page.assert_has(&format!("<a class=\"button\" href=\"/shared/{TOKEN}\">Open in the app</a>"));
    for part in ["For the family", "Add your pictures", "canonical", "Subscribe", "ld+json", "/@ada"] {
        page.assert_has_no(part);
    }
    let image = page.attributes("<meta property=\"og:image\" ", "content").pop().unwrap();
    assert!(image.starts_with(&format!("{SITE}/renditions/")), "{image}");
    let tiles = page.tiles();
    assert_eq!(tiles, [format!("{}/{}", path(), sample_picture(Visibility::Private).key)]);
    let page = world.get(&tiles[0]).await;
    assert_eq!(page.status, 200);
    page.assert_is_private();
    page.assert_has("<title>The cake · Albumen</title>");
    page.assert_has("<figcaption>The cake\nand us</figcaption>");
    page.assert_has(&format!("<a class=\"button\" href=\"{}\">Back to the album</a>", path()));
    for part in ["originals/", "46.9", "latitude", "comment", "/i/"] {
        page.assert_has_no(part);
    }
    assert_eq!(world.send("pages-link-picture.json").await.body, page.body);
}

#[tokio::test]
async fn an_album_has_pages() {
    let pictures: Vec<_> = (1..=30).map(|n| picture(ada(), n, Visibility::Private)).collect();
    let world =
        World::with_pictures(pictures.clone()).with_album(Visibility::Private, &pictures).with_link(&link());
    let first = world.get(&path()).await;
    let next = first.attributes("rel=\"next\" ", "href").pop().unwrap();
    assert!(next.starts_with(&format!("{}?cursor=", path())), "{next}");
    let last = world.get(&next).await;
    let tiles = [first.tiles(), last.tiles()].concat();
    let expected = pictures.iter().rev().map(|picture| format!("{}/{}", path(), picture.key));
    assert_eq!(tiles, expected.collect::<Vec<_>>());
    assert_eq!(world.visits(), 1);
}

#[tokio::test]
async fn a_link_shows_a_picture() {
    let link = Link { target: LinkTarget::Picture(sample_picture(Visibility::Private).key), ..link() };
    let page = world(&link).send("pages-link.json").await;
    assert_eq!(page.status, 200);
    page.assert_is_private();
    page.assert_has("<figcaption>The cake\nand us</figcaption>");
    page.assert_has_no("Back to the album");
    let none = World::with_ada().with_link(&link);
    assert_eq!(none.send("pages-link.json").await.status, 404);
}

#[tokio::test]
async fn a_link_that_does_not_work_has_the_same_page() {
    let past = Timestamp::now() - SignedDuration::from_secs(1);
    let other = LinkToken::new(token().link_id, [8; 16]);
    let mut pages = Vec::new();
    for world in [
        World::with_ada(),
        world(&Link { link_id: LinkId::new(), ..link() }),
        world(&Link { expires_at: Some(past), ..locked() }),
        world(&Link { secret_hash: other.secret_hash(), ..locked() }),
        World::with_ada().with_link(&link()),
    ] {
        for url in [path(), format!("{}/{}", path(), sample_picture(Visibility::Private).key)] {
            for query in ["", "?error=wrong-password"] {
                let page = world.get(&format!("{url}{query}")).await;
                assert_eq!(page.status, 404);
                page.assert_is_private();
                pages.push(page.body);
            }
        }
        assert_eq!(world.visits(), 0);
    }
    pages.push(World::with_ada().get("/s/x").await.body);
    pages.push(world(&link()).get(&format!("{}/a/b", path())).await.body);
    assert!(pages.iter().all(|page| *page == pages[0]));
    assert!(pages[0].contains("This link does not work"));
}

#[tokio::test]
async fn a_link_shows_no_picture_outside_its_album() {
    let other = picture(ada(), 1, Visibility::Public);
    let world = world(&link()).with_picture(other.clone());
    let page = world.get(&format!("{}/{}", path(), other.key)).await;
    assert_eq!(page.status, 404);
    page.assert_is_private();
    page.assert_has("This picture is not shared by this link");
    page.assert_has(&format!("<a class=\"button main\" href=\"{}\">", path()));
    page.assert_has_no("has expired");
}

#[tokio::test]
async fn a_locked_link_shows_a_form_and_nothing_else() {
    let world = world(&locked());
    for url in [path(), format!("{}/{}", path(), sample_picture(Visibility::Private).key)] {
        for cookie in ["", "link-session=invalid", &format!("link-session={}", session(&link()))] {
            let page = get_with_cookie(&world, &url, cookie).await;
            assert_eq!(page.status, 200);
            page.assert_is_private();
            // The address of the form is that of the page.
            page.assert_has("<form method=\"post\">");
            page.assert_has("<input id=\"password\" name=\"password\" type=\"password\"");
            for part in ["Oslo", "Ada", "cake", "renditions", "role=\"alert\"", "og:image\""] {
                page.assert_has_no(part);
            }
        }
    }
    assert_eq!(world.visits(), 0);
}

#[tokio::test]
async fn the_form_says_why_a_password_was_not_accepted() {
    let world = world(&locked());
    let page = world.get(&format!("{}?error=wrong-password", path())).await;
    assert_eq!((page.status, page.header("retry-after")), (403, ""));
    page.assert_is_private();
    page.assert_has("This is not the password of the link.");
    page.assert_has("aria-invalid=\"true\"");
    let page = world.get(&format!("{}?error=too-many-attempts", path())).await;
    assert_eq!((page.status, page.header("retry-after")), (429, "900"));
    page.assert_has("Too many wrong passwords.");
    page.assert_has("<form method=\"post\">");
    assert_eq!(world.get(&format!("{}?error=x", path())).await.status, 200);
    let cookie = format!("link-session={}", session(&locked()));
    let page = get_with_cookie(&world, &format!("{}?error=wrong-password", path()), &cookie).await;
    assert_eq!(page.status, 200);
    page.assert_has("Oslo");
}

#[tokio::test]
async fn a_session_becomes_a_cookie_that_opens_the_link() {
    let world = world(&locked());
    let session = session(&locked());
    let reply = world.get(&format!("{}?session={session}", path())).await;
    assert_eq!((reply.status, reply.header("location")), (303, &*format!("{SITE}{}", path())));
    reply.assert_is_private();
    let expected =
        format!("link-session={session}; Path={}; Max-Age=43200; HttpOnly; SameSite=Lax; Secure", path());
    assert_eq!(reply.header("set-cookie"), expected);
    let cookie = format!("other=1; link-session={session}");
    let page = get_with_cookie(&world, &path(), &cookie).await;
    page.assert_has("Oslo");
    assert!(!page.headers.contains_key("set-cookie"));
    let url = format!("{}/{}", path(), sample_picture(Visibility::Private).key);
    get_with_cookie(&world, &url, &cookie).await.assert_has("The cake");
    assert_eq!(world.visits(), 1);
}

#[tokio::test]
async fn a_cookie_of_an_http_site_is_not_secure() {
    let mut event = request(&format!("{}?session={}", path(), session(&locked())), &[]);
    event.stage_variables.insert("site".into(), "http://localhost:4567/".into());
    let reply = world(&locked()).respond(event).await;
    assert_eq!(reply.header("location"), format!("http://localhost:4567{}", path()));
    assert!(reply.header("set-cookie").ends_with("SameSite=Lax"));
}

/// A link to the page can contain any text.
#[tokio::test]
async fn an_invalid_session_sets_no_cookie() {
    let of_other_password = session(&Link { password_hash: Some("another hash".into()), ..link() });
    for (link, session) in [
        (locked(), of_other_password.as_str()),
        (locked(), "x"),
        (locked(), ""),
        (link(), "x; Path=/; Max-Age=1"),
        (link(), "x%0D%0ASet-Cookie: a=b"),
    ] {
        let reply = world(&link).get(&format!("{}?session={session}", path())).await;
        assert_eq!((reply.status, reply.header("location")), (303, &*format!("{SITE}{}", path())));
        assert!(!reply.headers.contains_key("set-cookie"), "{session}");
    }
}

#[tokio::test]
async fn visits_are_counted_once_and_not_those_of_bots() {
    let world = world(&link());
    world.get(&path()).await;
    assert_eq!(world.visits(), 1);
    world.respond(request(&path(), &[("user-agent", "WhatsApp/2.23.20.0")])).await;
    let mut head = request(&path(), &[]);
    head.http_method = "HEAD".parse().unwrap();
    assert_eq!(world.respond(head).await.status, 200);
    world.send("pages-link-picture.json").await;
    assert_eq!(world.visits(), 1);
}

#[tokio::test]
async fn the_original_needs_the_right() {
    let guest = Guest { name: "Bo".into(), link_id: LinkId::new(), key_hash: Sha256::of(b"key") };
    for download in [false, true] {
        let link = Link { rights: LinkRights { download, upload: false }, ..link() };
        let page = world(&link).send("pages-link-picture.json").await;
        assert_eq!(page.body.contains("Download the original"), download);
        assert_eq!(page.body.contains("/originals/"), download);
        // Never that of a guest.
        let picture = Picture { guest: Some(guest.clone()), ..sample_picture(Visibility::Private) };
        let world = World::with_pictures([picture.clone()]).with_album(Visibility::Private, [&picture]);
        let page = world.with_link(&link).send("pages-link-picture.json").await;
        page.assert_has("<p class=\"lead\">sent by Bo");
        page.assert_has_no("/originals/");
    }
}

#[tokio::test]
async fn a_link_with_the_right_leads_guests_to_the_app() {
    let link = Link { rights: LinkRights { download: false, upload: true }, ..link() };
    let page = world(&link).send("pages-link.json").await;
    page.assert_has(&format!("<a class=\"button main\" href=\"/shared/{TOKEN}\">Add your pictures</a>"));
}
