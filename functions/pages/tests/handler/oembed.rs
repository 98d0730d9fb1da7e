//! `/oembed`.

use domain::{Picture, Visibility};
use serde_json::{Value, json};

use crate::world::{Answer, SITE, World, path_of, sample_picture};

fn picture() -> Picture {
    Picture { caption: Some("Lake \"Bled\"\nat dawn".into()), ..sample_picture(Visibility::Public) }
}

/// Requests the description of the picture with these further parameters.
async fn read(parameters: &str) -> Answer {
    let url = format!("/oembed?url={SITE}{}{parameters}", path_of(&picture()));
    World::with_pictures([picture()]).get(&url).await
}

fn json(reply: &Answer) -> Value {
    assert_eq!((reply.status, reply.header("content-type")), (200, "application/json"));
    serde_json::from_str(&reply.body).unwrap()
}

#[tokio::test]
async fn a_consumer_gets_the_photo() {
    let reply = World::with_pictures([picture()]).send("pages-oembed.json").await;
    reply.assert_is_cacheable();
    let image = format!("{SITE}/i/{}", picture().key);
    let expected = json!({
        "version": "1.0",
        "type": "photo",
        "url": format!("{image}/large"),
        "width": 1600,
        "height": 1063,
        "title": "Lake \"Bled\"\nat dawn",
        "author_name": "Ada Lovelace",
        "author_url": format!("{SITE}/@ada"),
        "provider_name": "Albumen",
        "provider_url": format!("{SITE}/explore"),
        "cache_age": 60,
        "thumbnail_url": format!("{image}/small"),
        "thumbnail_width": 320,
        "thumbnail_height": 213,
    });
    assert_eq!(json(&reply), expected);
    assert_eq!(json(&read("&format=json").await), expected);
}

#[tokio::test]
async fn the_photo_fits_the_maximum_size() {
    for (parameters, size, width, height) in [
        ("&maxwidth=1600", "large", 1600, 1063),
        ("&maxwidth=800", "small", 320, 213),
        ("&maxheight=213", "small", 320, 213),
        ("&maxwidth=160&maxheight=160", "small", 160, 106),
    ] {
        let photo = json(&read(parameters).await);
        assert!(photo["url"].as_str().unwrap().ends_with(size), "{parameters}");
        assert_eq!((&photo["width"], &photo["height"]), (&json!(width), &json!(height)), "{parameters}");
        assert_eq!(photo.get("thumbnail_url").is_some(), width >= 320, "{parameters}");
    }
    for parameters in ["&maxwidth=0", "&maxwidth=-1", "&maxheight=a"] {
        assert_eq!(read(parameters).await.status, 400, "{parameters}");
    }
}

#[tokio::test]
async fn the_only_format_is_json() {
    let reply = read("&format=xml").await;
    assert_eq!(reply.status, 501);
    reply.assert_is_private();
}

#[tokio::test]
async fn only_public_pictures_of_the_site_have_a_description() {
    let world = World::with_pictures([picture()]);
    let path = path_of(&picture());
    for url in [
        format!("https://example.org{path}"),
        format!("{SITE}.example.org{path}"),
        format!("http://photos.example.org{path}"),
        format!("{SITE}/@nobody/{}", picture().key.picture_id),
        format!("{SITE}/@ada"),
        path.clone(),
        String::new(),
    ] {
        let reply = world.get(&format!("/oembed?url={url}")).await;
        assert_eq!(reply.status, 404, "{url}");
        reply.assert_is_private();
    }
    assert_eq!(world.get("/oembed").await.status, 404);
    for visibility in [Visibility::Private, Visibility::Friends] {
        let world = World::with_pictures([sample_picture(visibility)]);
        assert_eq!(world.send("pages-oembed.json").await.status, 404);
    }
}

/// Blogs contain addresses with former handles.
#[tokio::test]
async fn a_former_address_has_a_description() {
    let world = World::with_pictures([picture()]).with_former_handle("countess", "ada");
    let url = format!("/oembed?url={SITE}/@Countess/{}", picture().key.picture_id);
    assert_eq!(json(&world.get(&url).await)["author_url"], format!("{SITE}/@ada"));
}
