//! From the uploaded file to renditions, metadata and feeds.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::Visibility;
use end_to_end::people::{Member, is_in_public_feed, key_of};
use end_to_end::pictures::{self, File, Shot, assert_same_picture, fitted, quarters, rendition};
use end_to_end::{cloud, wait, wire};
use image::RgbImage;
use reqwest::Method;
use serde_json::{Value, json};

/// Long edges of the two renditions (pixels).
const EDGES: [(&str, u32); 2] = [("small", 320), ("large", 1600)];

/// Asserts that the size, the renditions and the placeholder of a picture match the uploaded
/// pixels.
async fn assert_rendered(picture: &Value, upright: &RgbImage) {
    let size = (upright.width(), upright.height());
    assert_eq!((&picture["width"], &picture["height"]), (&size.0.into(), &size.1.into()), "{picture}");
    for (name, edge) in EDGES {
        let rendered = rendition(&picture["renditions"][name]).await;
        assert_eq!((rendered.width(), rendered.height()), fitted(size, edge), "{name}");
        assert_same_picture(&rendered, upright);
    }
    let hash = STANDARD.decode(picture["thumbhash"].as_str().unwrap()).unwrap();
    let (width, height, pixels) = thumbhash::thumb_hash_to_rgba(&hash).unwrap();
    let pixels: Vec<u8> = pixels.chunks_exact(4).flat_map(|pixel| pixel[..3].to_vec()).collect();
    let placeholder = RgbImage::from_raw(width.try_into().unwrap(), height.try_into().unwrap(), pixels);
    assert_eq!(width > height, size.0 > size.1, "the placeholder has the same orientation");
    assert!(placeholder.is_some());
}

async fn assert_original(picture: &Value, file: &File) {
    let original = wire::get(picture["original"]["url"].as_str().unwrap()).await;
    assert!(original.status == 200 && original.bytes == file.bytes, "the original, byte for byte");
    assert_eq!(original.header("content-type"), file.content_type);
    assert_eq!(
        (&picture["contentType"], &picture["bytes"]),
        (&file.content_type.into(), &file.bytes.len().into())
    );
}

#[tokio::test]
async fn processes_each_content_type() {
    let owner = Member::new().await;
    let upright = quarters(600, 450);
    let shot = Shot::default();
    let files = [
        pictures::jpeg(&upright),
        pictures::png(&upright, &shot),
        pictures::webp(&upright, &shot),
        pictures::gif(&upright),
    ];
    for file in files {
        let picture = owner.share(&file, Visibility::Private).await;
        assert_rendered(&picture, &upright).await;
        assert_original(&picture, &file).await;
    }
}

#[tokio::test]
async fn applies_the_orientation_and_reads_the_metadata_of_a_photograph() {
    let owner = Member::new().await;
    let upright = quarters(1500, 2000);
    let file = pictures::photograph(&upright, &Shot { orientation: 6, ..Shot::default() });
    let picture = owner.share(&file, Visibility::Private).await;
    assert_rendered(&picture, &upright).await;
    assert_original(&picture, &file).await;
    let metadata = &picture["metadata"];
    assert_eq!(metadata["camera"], "Albumen One", "the make is not repeated");
    assert_eq!(metadata["lens"], "Petzval 58mm");
    assert_eq!((&metadata["exposure"], &metadata["aperture"]), (&"1/250".into(), &2.8.into()));
    assert_eq!((&metadata["iso"], &metadata["focalLength"]), (&200.into(), &58.0.into()));
    assert_eq!(picture["takenAt"], "2024-06-01T14:30:00+02:00", "local time and its offset");
    let degrees = |name: &str| picture["gps"][name].as_f64().unwrap();
    assert!((degrees("latitude") - Shot::LATITUDE).abs() < 1e-6, "{}", picture["gps"]);
    assert!((degrees("longitude") - Shot::LONGITUDE).abs() < 1e-6, "{}", picture["gps"]);
    assert!((degrees("altitude") - Shot::ALTITUDE).abs() < 0.1, "{}", picture["gps"]);
}

#[tokio::test]
async fn the_owner_changes_and_removes_the_time_of_a_picture() {
    let owner = Member::new().await;
    let picture = owner.share(&pictures::unique_file(), Visibility::Private).await;
    let path = format!("/pictures/{}", key_of(&picture));
    for time in [json!("2024-01-01T00:05:00+09:00"), json!("2024-01-01T00:05:00"), Value::Null] {
        let change = owner.patch(&path, &json!({"takenAt": time})).await.ok().unwrap();
        assert_eq!(change.get("takenAt").unwrap_or(&Value::Null), &time);
        assert_eq!(owner.get(&path).await.data.get("takenAt").unwrap_or(&Value::Null), &time);
    }
    assert_eq!(owner.patch(&path, &json!({"takenAt": "1 January"})).await.code, 400);
}

#[tokio::test]
async fn reads_the_metadata_of_png_and_webp() {
    let owner = Member::new().await;
    let shot = Shot { offset: None, placed: false, ..Shot::default() };
    for file in [pictures::png(&quarters(64, 48), &shot), pictures::webp(&quarters(64, 48), &shot)] {
        let picture = owner.share(&file, Visibility::Private).await;
        assert_eq!(picture["metadata"]["camera"], "Albumen One", "{}", file.content_type);
        assert_eq!(picture["takenAt"], "2024-06-01T14:30:00", "local time, because the file has no offset");
        assert!(picture.get("gps").is_none(), "{picture}");
    }
}

#[tokio::test]
async fn does_not_enlarge_a_small_picture() {
    let owner = Member::new().await;
    let upright = quarters(60, 40);
    let picture = owner.share(&pictures::jpeg(&upright), Visibility::Private).await;
    assert_rendered(&picture, &upright).await;
}

#[tokio::test]
async fn a_public_picture_reaches_all_feeds() {
    let (owner, stranger) = (Member::new().await, Member::without_profile().await);
    let app = cloud::app();
    let file = pictures::photograph(&quarters(400, 300), &Shot::default());
    let picture = owner.share(&file, Visibility::Public).await;
    let key = key_of(&picture);
    wait::until_true("the feed of a stranger contains it", async || stranger.has_in_list("/feed", key).await)
        .await;
    wait::until_true("the public feed contains it", async || is_in_public_feed(&app, key).await).await;
    let signed_in = stranger.get(&format!("/pictures/{key}")).await.ok().unwrap();
    let anonymous = app.call(Method::GET, &format!("/public/{key}"), None).await.unwrap().ok().unwrap();
    for shown in [signed_in, anonymous] {
        assert_eq!(shown["owner"]["handle"], owner.handle.as_str());
        assert_eq!(
            (&shown["owner"]["firstName"], &shown["owner"]["lastName"]),
            (&"Ada".into(), &"Lovelace".into())
        );
        assert_eq!(shown["metadata"]["camera"], "Albumen One");
        for private in ["original", "gps", "failure"] {
            assert!(shown.get(private).is_none(), "{private}: {shown}");
        }
        rendition(&shown["renditions"]["small"]).await;
    }
    assert!(stranger.has_in_list(&format!("/users/{}/pictures", owner.id()), key).await);
}
