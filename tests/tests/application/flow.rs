//! From a file to everyone's feed.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use end_to_end::people::{Member, anyone_sees, key_of};
use end_to_end::pictures::{self, File, Shot, assert_same_picture, fitted, quarters, rendition};
use end_to_end::{cloud, wait, wire};
use image::RgbImage;
use reqwest::Method;
use serde_json::Value;
use domain::Visibility;

/// Long edges of the two renditions (pixels).
const EDGES: [(&str, u32); 2] = [("small", 320), ("large", 1600)];

/// Holds a picture to what was uploaded: size, renditions, placeholder.
async fn assert_shown(picture: &Value, upright: &RgbImage) {
    let size = (upright.width(), upright.height());
    assert_eq!((&picture["width"], &picture["height"]), (&size.0.into(), &size.1.into()), "{picture}");
    for (name, edge) in EDGES {
        let shown = rendition(&picture["renditions"][name]).await;
        assert_eq!((shown.width(), shown.height()), fitted(size, edge), "{name}");
        assert_same_picture(&shown, upright);
    }
    let hash = STANDARD.decode(picture["thumbhash"].as_str().unwrap()).unwrap();
    let (width, height, pixels) = thumbhash::thumb_hash_to_rgba(&hash).unwrap();
    let pixels: Vec<u8> = pixels.chunks_exact(4).flat_map(|pixel| pixel[..3].to_vec()).collect();
    let placeholder = RgbImage::from_raw(width.try_into().unwrap(), height.try_into().unwrap(), pixels);
    assert_eq!(width > height, size.0 > size.1, "the placeholder lies as the picture does");
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
async fn every_type_becomes_ready() {
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
        assert_shown(&picture, &upright).await;
        assert_original(&picture, &file).await;
    }
}

#[tokio::test]
async fn a_photograph_is_upright_and_knows_its_camera() {
    let owner = Member::new().await;
    let upright = quarters(1500, 2000);
    let file = pictures::photograph(&upright, &Shot { orientation: 6, ..Shot::default() });
    let picture = owner.share(&file, Visibility::Private).await;
    assert_shown(&picture, &upright).await;
    assert_original(&picture, &file).await;
    let metadata = &picture["metadata"];
    assert_eq!(metadata["camera"], "Albumen One", "the make is not repeated");
    assert_eq!(metadata["lens"], "Petzval 58mm");
    assert_eq!((&metadata["exposure"], &metadata["aperture"]), (&"1/250".into(), &2.8.into()));
    assert_eq!((&metadata["iso"], &metadata["focalLength"]), (&200.into(), &58.0.into()));
    assert_eq!(picture["takenAt"], "2024-06-01T12:30:00Z", "in UTC, since the camera knew its offset");
    let degrees = |name: &str| picture["gps"][name].as_f64().unwrap();
    assert!((degrees("latitude") - Shot::LATITUDE).abs() < 1e-6, "{}", picture["gps"]);
    assert!((degrees("longitude") - Shot::LONGITUDE).abs() < 1e-6, "{}", picture["gps"]);
    assert!((degrees("altitude") - Shot::ALTITUDE).abs() < 0.1, "{}", picture["gps"]);
}

#[tokio::test]
async fn the_other_containers_know_their_camera_too() {
    let owner = Member::new().await;
    let shot = Shot { offset: None, placed: false, ..Shot::default() };
    for file in [pictures::png(&quarters(64, 48), &shot), pictures::webp(&quarters(64, 48), &shot)] {
        let picture = owner.share(&file, Visibility::Private).await;
        assert_eq!(picture["metadata"]["camera"], "Albumen One", "{}", file.content_type);
        assert_eq!(
            picture["takenAt"], "2024-06-01T14:30:00",
            "local time, since the camera did not know its offset"
        );
        assert!(picture.get("gps").is_none(), "{picture}");
    }
}

#[tokio::test]
async fn a_small_picture_is_not_enlarged() {
    let owner = Member::new().await;
    let upright = quarters(60, 40);
    let picture = owner.share(&pictures::jpeg(&upright), Visibility::Private).await;
    assert_shown(&picture, &upright).await;
}

#[tokio::test]
async fn a_public_picture_is_in_everyones_feed() {
    let (owner, stranger) = (Member::new().await, Member::without_profile().await);
    let app = cloud::app();
    let file = pictures::photograph(&quarters(400, 300), &Shot::default());
    let picture = owner.share(&file, Visibility::Public).await;
    let key = key_of(&picture);
    wait::until_true("a stranger has it", async || stranger.sees_in("/feed", key).await).await;
    wait::until_true("everyone has it", async || anyone_sees(&app, key).await).await;
    let theirs = stranger.get(&format!("/pictures/{key}")).await.ok().unwrap();
    let open = app.call(Method::GET, &format!("/public/{key}"), None).await.unwrap().ok().unwrap();
    for shown in [theirs, open] {
        assert_eq!(shown["owner"]["handle"], owner.handle.as_str());
        assert_eq!(
            (&shown["owner"]["firstName"], &shown["owner"]["lastName"]),
            (&"Ada".into(), &"Lovelace".into())
        );
        assert_eq!(shown["metadata"]["camera"], "Albumen One");
        for only_the_owners in ["original", "gps", "failure"] {
            assert!(shown.get(only_the_owners).is_none(), "{only_the_owners}: {shown}");
        }
        rendition(&shown["renditions"]["small"]).await;
    }
    assert!(stranger.sees_in(&format!("/users/{}/pictures", owner.id()), key).await);
}

#[tokio::test]
async fn a_rendition_keeps_its_address_for_a_while() {
    let owner = Member::new().await;
    let picture = owner.share(&pictures::any(), Visibility::Private).await;
    let again = owner.get(&format!("/pictures/{}", key_of(&picture))).await.ok().unwrap();
    let address = |picture: &Value| picture["renditions"]["small"]["url"].as_str().unwrap().to_owned();
    let signed = |url: &str| url.split("X-Amz-Date=").nth(1).unwrap()[..16].to_owned();
    // Unless half an hour just began, or another process of the function answered with keys of its own.
    if signed(&address(&picture)) == signed(&address(&again)) {
        let key = |url: &str| url.split("X-Amz-Credential=").nth(1).unwrap()[..20].to_owned();
        if key(&address(&picture)) == key(&address(&again)) {
            assert_eq!(address(&picture), address(&again));
        }
    }
    assert!(signed(&address(&picture)).ends_with("000Z"), "signed at {}", signed(&address(&picture)));
}
