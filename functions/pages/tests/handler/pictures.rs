//! `/@HANDLE/PICTUREID` and `/i/…`.

use domain::{CameraFacts, Guest, LinkId, Picture, Rendition, Renditions, Sha256, Visibility};
use serde_json::json;

use crate::world::{SITE, World, ada, member, path_of, picture, request, sample_picture};

/// The picture of the sample events with all facts.
fn with_facts() -> Picture {
    Picture {
        caption: Some("Lake Bled\nat dawn".into()),
        place: Some("Bled, Slovenia".into()),
        taken_at: Some("2026-05-04T03:02:01+02:00".parse().unwrap()),
        metadata: Some(CameraFacts {
            camera: Some("NIKON D90".into()),
            lens: Some("18-105 mm".into()),
            exposure: Some("1/250".into()),
            aperture: Some(5.6),
            iso: Some(200),
            focal_length: Some(35.0),
        }),
        ..sample_picture(Visibility::Public)
    }
}

#[tokio::test]
async fn a_picture_has_facts_and_comments() {
    let picture = with_facts();
    let world = World::with_pictures([picture.clone()])
        .with_user(member(2), "bob", "Bob", "")
        .with_comment(picture.key, member(2), "Nice <light> & colours")
        .with_comment(picture.key, member(3), "By a member without a profile");
    let page = world.send("pages-picture.json").await;
    assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
    page.assert_is_cacheable();
    for part in [
        "<title>Lake Bled · Albumen</title>",
        "<figcaption>Lake Bled\nat dawn</figcaption>",
        "<a href=\"/@ada\" rel=\"author\">Ada Lovelace</a>",
        "<dt>Taken</dt><dd>4 May 2026</dd>",
        "<dt>Place</dt><dd>Bled, Slovenia</dd>",
        "<dt>Camera</dt><dd>NIKON D90</dd>",
        "<dt>Lens</dt><dd>18-105 mm</dd>",
        "<dt>Exposure</dt><dd>1/250 s, f/5.6, ISO 200, 35 mm</dd>",
        "<dt>Size</dt><dd>4288 × 2848</dd>",
        "<p>Nice &#60;light&#62; &#38; colours</p><p class=\"by\">Bob · <time datetime=\"2026-03-04T05:06:07Z\">4 March 2026</time>",
        "<p>By a member without a profile</p><p class=\"by\">A member ·",
        "Comment in the app",
    ] {
        page.assert_has(part);
    }
    let key = picture.key;
    let sizes = format!("srcset=\"/i/{key}/small 320w, /i/{key}/large 1600w\"");
    page.assert_has(&sizes);
}

/// Each candidate of `srcset` needs a width of its own.
#[tokio::test]
async fn a_small_picture_has_one_candidate() {
    let size = Rendition { width: 200, height: 150, bytes: 9_000 };
    let renditions = Some(Renditions { small: size.clone(), large: size });
    let picture = Picture { renditions, ..with_facts() };
    let page = World::with_pictures([picture]).send("pages-picture.json").await;
    page.assert_has("width=\"200\" height=\"150\"");
    page.assert_has_no("srcset");
}

#[tokio::test]
async fn a_picture_has_a_preview_and_structured_data() {
    let picture = with_facts();
    let page = World::with_pictures([picture.clone()]).send("pages-picture.json").await;
    let (key, url) = (picture.key, format!("{SITE}{}", path_of(&picture)));
    assert_eq!(page.attributes("<link rel=\"canonical\" ", "href").concat(), url);
    let meta = |name: &str| page.attributes(&format!("<meta property=\"{name}\" "), "content").pop().unwrap();
    assert_eq!(meta("og:image"), format!("{SITE}/i/{key}/large"));
    assert_eq!((meta("og:image:width"), meta("og:image:height")), ("1600".into(), "1063".into()));
    assert_eq!((meta("og:title"), meta("og:url")), ("Lake Bled".into(), url.clone()));
    assert_eq!(meta("og:description"), "Picture by Ada Lovelace");
    let oembed = page.attributes("<link rel=\"alternate\" type=\"application/json+oembed\" ", "href");
    let reply = World::with_pictures([picture]).get(&oembed[0]).await;
    assert_eq!((oembed.len(), reply.status), (1, 200));
    let expected = json!({
        "@context": "https://schema.org",
        "@type": "ImageObject",
        "contentUrl": format!("{SITE}/i/{key}/large"),
        "thumbnailUrl": format!("{SITE}/i/{key}/small"),
        "url": url,
        "width": 1600,
        "height": 1063,
        "uploadDate": page.json_ld()["uploadDate"],
        "creator": { "@type": "Person", "name": "Ada Lovelace", "url": format!("{SITE}/@ada") },
        "caption": "Lake Bled\nat dawn",
        "dateCreated": "2026-05-04T03:02:01",
        "contentLocation": "Bled, Slovenia",
    });
    assert_eq!(page.json_ld(), expected);
}

#[tokio::test]
async fn a_page_with_many_comments_links_to_all_of_them() {
    let picture = with_facts();
    for (number, text) in [(49, "Comment in the app"), (50, "Read all comments in the app")] {
        let world = (0..number).fold(World::with_pictures([picture.clone()]), |world, n| {
            world.with_comment(picture.key, ada(), &format!("number {n}"))
        });
        let page = world.send("pages-picture.json").await;
        assert_eq!(page.body.matches("<time").count(), number);
        page.assert_has(&format!("<a href=\"/p/{}\">{text}</a>", picture.key));
    }
}

#[tokio::test]
async fn neighbors_are_public() {
    let pictures: Vec<_> = (1..=5)
        .map(|n| picture(ada(), n, if n == 2 { Visibility::Private } else { Visibility::Public }))
        .collect();
    let other = picture(member(2), 4, Visibility::Public);
    let world = World::with_pictures(pictures.clone()).with_picture(other).with_stale_row(pictures[1].key);
    let page = world.get(&path_of(&pictures[2])).await;
    assert_eq!(page.attributes("rel=\"prev\" ", "href"), [path_of(&pictures[3])]);
    assert_eq!(page.attributes("rel=\"next\" ", "href"), [path_of(&pictures[0])]);
    let page = world.get(&path_of(&pictures[4])).await;
    assert!(page.attributes("rel=\"prev\" ", "href").is_empty());
    let page = World::with_pictures([pictures[0].clone()]).get(&path_of(&pictures[0])).await;
    page.assert_has_no("Neighboring");
}

#[tokio::test]
async fn no_page_has_a_position_an_original_or_a_failure() {
    let picture = with_facts();
    let world = World::with_pictures([picture.clone()]).with_album(Visibility::Public, [&picture]);
    for name in [
        "pages-explore.json",
        "pages-profile.json",
        "pages-picture.json",
        "pages-album.json",
        "pages-image.json",
        "pages-feed.json",
        "pages-feed-of-person.json",
        "pages-feed-of-album.json",
        "pages-oembed.json",
        "pages-sitemap.json",
    ] {
        let page = world.send(name).await;
        assert!(page.status < 400, "{name} {}", page.status);
        let all = format!("{} {:?}", page.body, page.headers).to_lowercase();
        for part in ["46.9", "latitude", "originals/", "3196160"] {
            assert!(!all.contains(part), "{name}: {part}");
        }
    }
}

#[tokio::test]
async fn a_hidden_picture_leads_to_the_app() {
    let unready = Picture { renditions: None, ..sample_picture(Visibility::Public) };
    let failed = Picture { failure: Some("no picture".into()), ..unready.clone() };
    let hidden = [Visibility::Private, Visibility::Friends].map(sample_picture);
    let worlds = hidden.into_iter().chain([unready, failed]).map(|picture| World::with_pictures([picture]));
    let mut bodies = Vec::new();
    let key = sample_picture(Visibility::Private).key;
    for world in worlds {
        let page = world.send("pages-picture.json").await;
        assert_eq!(page.status, 404);
        page.assert_is_private();
        assert_eq!(page.attributes("<a class=\"button main\" ", "href"), [format!("/p/{key}")]);
        page.assert_has("If somebody shared the page with you, sign in to view it.");
        page.assert_has_no("og:image");
        bodies.push(page.body);
    }
    assert!(bodies.iter().all(|body| *body == bodies[0]));
    // The page of a picture that does not exist contains no user id.
    let missing = World::with_ada().send("pages-picture.json").await.body;
    assert_eq!(missing, bodies[0].replace(&key.owner_id.to_string(), "@ada"));
}

/// The picture is public only as a part of the album.
#[tokio::test]
async fn a_public_album_shows_a_private_picture() {
    let picture = Picture { albums: 1, ..sample_picture(Visibility::Private) };
    let world = World::with_pictures([picture.clone()]).with_album(Visibility::Public, [&picture]);
    let world = world.with_comment(picture.key, ada(), "For friends only");
    let page = world.send("pages-picture.json").await;
    assert_eq!(page.status, 200);
    page.assert_has_no("For friends only");
    page.assert_has_no("omment");
    assert_eq!(page.attributes("", "href").iter().filter(|href| *href == "/@ada").count(), 1);
    assert_eq!(world.send("pages-image.json").await.status, 302);
    let private = World::with_pictures([picture.clone()]).with_album(Visibility::Private, [&picture]);
    assert_eq!(private.send("pages-picture.json").await.status, 404);
    assert_eq!(private.send("pages-image.json").await.status, 404);
}

/// The owner of the picture has no public page.
#[tokio::test]
async fn a_private_picture_in_the_album_of_another_member_links_to_no_profile() {
    let picture = Picture { albums: 1, ..picture(member(2), 1, Visibility::Private) };
    let world = World::with_pictures([picture.clone()])
        .with_user(member(2), "bob", "Bob", "")
        .with_album(Visibility::Public, [&picture]);
    assert_eq!(world.get("/@bob").await.status, 404);
    let path = format!("/@bob/{}", picture.key.picture_id);
    let page = world.get(&path).await;
    assert_eq!(page.status, 200);
    page.assert_has("<p class=\"lead\">Bob");
    assert_eq!(page.json_ld()["creator"], json!({ "@type": "Person", "name": "Bob" }));
    let oembed: serde_json::Value =
        serde_json::from_str(&world.get(&format!("/oembed?url={SITE}{path}")).await.body).unwrap();
    assert_eq!((&oembed["author_name"], oembed.get("author_url")), (&json!("Bob"), None));
    world.send("pages-feed-of-album.json").await.assert_has_no("<uri>");
    world.send("pages-album.json").await.assert_has(&format!("<a href=\"{path}\"><img"));
}

#[tokio::test]
async fn the_picture_of_a_guest_names_the_guest() {
    let guest = Guest { name: "Bo".into(), link_id: LinkId::new(), key_hash: Sha256::of(b"key") };
    let picture = Picture { albums: 1, guest: Some(guest), ..sample_picture(Visibility::Private) };
    let world = World::with_pictures([picture.clone()]).with_album(Visibility::Public, [&picture]);
    let page = world.send("pages-picture.json").await;
    page.assert_has("Ada Lovelace</a> · sent by Bo");
    page.assert_has("alt=\"Picture by Bo\"");
    assert_eq!(page.json_ld()["creator"], json!({ "@type": "Person", "name": "Bo" }));
    world.send("pages-feed-of-album.json").await.assert_has("<author><name>Bo</name></author>");
}

#[tokio::test]
async fn the_address_of_an_image_redirects_while_everyone_may_see_it() {
    let world = World::with_pictures([sample_picture(Visibility::Public)]);
    let reply = world.send("pages-image.json").await;
    assert_eq!((reply.status, reply.body.as_str()), (302, ""));
    reply.assert_is_cacheable();
    let key = sample_picture(Visibility::Public).key;
    let location = reply.header("location");
    assert!(location.starts_with(&format!("{SITE}/renditions/{key}/")), "{location}");
    assert!(location.contains("X-Amz-Signature"), "{location}");
    let [small, large] = ["small", "large"].map(|size| format!("/i/{key}/{size}"));
    assert_ne!(world.get(&small).await.header("location"), world.get(&large).await.header("location"));
    let mut head = request(&large, &[]);
    head.http_method = "HEAD".parse().unwrap();
    assert_eq!(world.respond(head).await.status, 302);
    for path in
        [format!("/i/{key}"), format!("/i/{key}/original"), "/i/a/b/small".into(), format!("/i/{key}/")]
    {
        assert_eq!(world.get(path.trim_end_matches('/')).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn the_address_of_an_image_that_is_not_public_has_none() {
    let unready = Picture { renditions: None, ..sample_picture(Visibility::Public) };
    let hidden = [Visibility::Private, Visibility::Friends].map(sample_picture);
    for picture in hidden.into_iter().chain([unready]) {
        let reply = World::with_pictures([picture]).send("pages-image.json").await;
        assert_eq!((reply.status, reply.header("location")), (404, ""));
        assert_eq!(reply.header("content-type"), "text/plain; charset=utf-8");
        reply.assert_is_private();
    }
    assert_eq!(World::empty().send("pages-image.json").await.status, 404);
}

#[tokio::test]
async fn clients_revalidate_a_page_with_its_tag() {
    let world = World::with_pictures([with_facts()]).with_album(Visibility::Public, [&with_facts()]);
    for name in ["explore", "profile", "picture", "album", "feed", "oembed", "sitemap", "robots"] {
        let mut event: aws_lambda_events::apigw::ApiGatewayProxyRequest =
            testing::sample_event(&format!("pages-{name}.json"));
        let page = world.respond(event.clone()).await;
        page.assert_is_cacheable();
        let tag = page.headers["etag"].clone();
        event.multi_value_headers.insert("if-none-match", tag.clone());
        let again = world.respond(event.clone()).await;
        assert_eq!((again.status, again.body.as_str(), &again.headers["etag"]), (304, "", &tag), "{name}");
        again.assert_is_cacheable();
        // Access can change at any time.
        if ["profile", "picture", "album", "oembed"].contains(&name) {
            assert_eq!(World::with_ada().respond(event).await.status, 404, "{name}");
        }
    }
}
