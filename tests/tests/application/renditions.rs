//! The URLs of renditions: they belong to the site, end within 15 minutes, and open one object.

use domain::{PictureKey, Visibility};
use end_to_end::cloud;
use end_to_end::people::{Member, key_of};
use end_to_end::pictures::unique_file;
use end_to_end::wire::{Reply, get, send};
use reqwest::header::HeaderValue;
use reqwest::{Method, Request};
use serde_json::Value;

fn url<'a>(picture: &'a Value, size: &str) -> &'a str {
    picture["renditions"][size]["url"].as_str().unwrap()
}

/// Returns the value of a query parameter.
fn parameter(url: &str, name: &str) -> String {
    let (_, rest) = url.split_once(&format!("{name}=")).unwrap();
    rest.split('&').next().unwrap().to_owned()
}

/// Asserts that a reply is the image at a URL of a rendition.
fn assert_image(reply: &Reply, url: &str) {
    assert_eq!(reply.status, 200, "{url}: {}", reply.text());
    let format = image::guess_format(&reply.bytes).unwrap();
    assert_eq!(reply.header("content-type"), format.to_mime_type(), "{url}");
}

/// Asserts that a URL opens nothing.
async fn assert_refused(description: &str, url: &str) {
    let reply = get(url).await;
    assert_eq!(reply.status, 403, "{description}: {}", reply.text());
    assert!(image::guess_format(&reply.bytes).is_err(), "{description}");
}

#[tokio::test]
async fn each_route_returns_urls_of_the_site() {
    let owner = Member::new().await;
    let picture = owner.share(&unique_file(), Visibility::Public).await;
    let key = key_of(&picture);
    let app = cloud::app();
    let edited = owner.patch(&format!("/pictures/{key}"), &serde_json::json!({"caption": "Here"})).await;
    let public = app.call(Method::GET, &format!("/public/{key}"), None).await.unwrap();
    let own = owner.get(&format!("/users/{}/pictures", owner.id())).await.ok().unwrap();
    let replies = [picture, edited.ok().unwrap(), public.ok().unwrap(), own["items"][0].clone()];
    for reply in &replies {
        for size in ["small", "large"] {
            let url = url(reply, size);
            let expected = format!("{}renditions/{key}/{size}?", cloud::stack().site);
            assert!(url.starts_with(&expected), "{url}");
            assert_image(&get(url).await, url);
        }
    }
}

#[tokio::test]
async fn only_the_unchanged_url_opens_a_rendition() {
    let owner = Member::new().await;
    let picture = owner.share(&unique_file(), Visibility::Private).await;
    let other = owner.share(&unique_file(), Visibility::Private).await;
    let valid = url(&picture, "small");
    assert_image(&get(valid).await, valid);
    let changed = |from: &str, to: &str| {
        assert!(valid.contains(from), "{valid}");
        valid.replace(from, to)
    };
    let signature = parameter(valid, "X-Amz-Signature");
    let reversed: String = signature.chars().rev().collect();
    let [id, other_id] = [key_of(&picture), key_of(&other)].map(|key: PictureKey| key.picture_id.to_string());
    assert_refused("without a signature", valid.split('?').next().unwrap()).await;
    assert_refused("an altered signature", &changed(&signature, &reversed)).await;
    assert_refused("another picture", &changed(&id, &other_id)).await;
    assert_refused("another size", &changed("/small?", "/large?")).await;
    assert_refused("the original", &changed("/small?", "?")).await;
    assert_refused("a longer validity", &changed("X-Amz-Expires=900", "X-Amz-Expires=9000")).await;
    assert_refused("another time", &changed(&parameter(valid, "X-Amz-Date"), "20200101T000000Z")).await;
    let original = picture["original"]["url"].as_str().unwrap();
    let (_, query) = original.split_once('?').unwrap();
    let site = &cloud::stack().site;
    assert_refused("the signature of the original", &format!("{}?{query}", valid.split('?').next().unwrap()))
        .await;
    let at_site = get(&format!("{site}originals/{}?{query}", key_of(&picture))).await;
    assert_eq!(at_site.status, 404, "the site serves no originals");
    assert_image(&get(valid).await, valid);
}

#[tokio::test]
async fn urls_of_downloads_end_within_15_minutes_and_stay_the_same_for_five() {
    let owner = Member::new().await;
    let picture = owner.share(&unique_file(), Visibility::Private).await;
    let now = jiff::Timestamp::now();
    for url in [url(&picture, "small"), url(&picture, "large"), picture["original"]["url"].as_str().unwrap()]
    {
        let signed_at = parameter(url, "X-Amz-Date");
        let parsed = jiff::fmt::strtime::parse("%Y%m%dT%H%M%SZ", &signed_at).unwrap().to_datetime().unwrap();
        let start = parsed.to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp();
        assert_eq!(start.as_second() % 300, 0, "{signed_at}");
        assert_eq!(parameter(url, "X-Amz-Expires"), "900", "{url}");
        assert!(start <= now, "{signed_at}: not in the future");
    }
}

#[tokio::test]
async fn pages_of_any_origin_can_show_a_rendition() {
    let owner = Member::new().await;
    let picture = owner.share(&unique_file(), Visibility::Private).await;
    let url = url(&picture, "large");
    let mut request = Request::new(Method::GET, url.parse().unwrap());
    request.headers_mut().insert("origin", HeaderValue::from_static("https://other.example"));
    let reply = send(request).await;
    assert_image(&reply, url);
    for (name, value) in [
        ("access-control-allow-origin", "*"),
        ("cross-origin-resource-policy", "cross-origin"),
        ("x-content-type-options", "nosniff"),
        ("strict-transport-security", "max-age=63072000"),
        ("cache-control", "private, max-age=86400, immutable"),
    ] {
        assert_eq!(reply.header(name), value, "{name}");
    }
    assert!(reply.header("content-security-policy").starts_with("default-src 'none'"));
}
