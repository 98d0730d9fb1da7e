//! Real pictures: of cameras, with 10 to 22 megapixels, and of phones.

use domain::Visibility;
use end_to_end::people::{Member, is_in_public_feed, key_of};
use end_to_end::pictures::{
    File, alike, assert_same_picture, camera_pictures, fitted, phone_pictures, rendition,
};
use end_to_end::{cloud, wait, wire};
use image::{DynamicImage, ImageDecoder, ImageReader, RgbImage};
use reqwest::Method;
use std::io::Cursor;

/// The number of shared pictures.
const PICTURES: usize = 8;

/// Decodes a picture and applies its EXIF orientation.
fn decode_upright(bytes: &[u8]) -> RgbImage {
    let mut decoder =
        ImageReader::new(Cursor::new(bytes)).with_guessed_format().unwrap().into_decoder().unwrap();
    let orientation = decoder.orientation().unwrap();
    let mut picture = DynamicImage::from_decoder(decoder).unwrap();
    picture.apply_orientation(orientation);
    picture.into_rgb8()
}

#[tokio::test]
async fn shares_camera_pictures_with_everyone() {
    let (owner, stranger) = (Member::new().await, Member::new().await);
    let app = cloud::app();
    let found = camera_pictures();
    // With fewer files, shares some of them twice.
    for (name, bytes) in found.iter().cycle().take(if found.is_empty() { 0 } else { PICTURES }) {
        let file = File { content_type: "image/jpeg", bytes: bytes.clone() };
        let picture = owner.share(&file, Visibility::Public).await;
        let key = key_of(&picture);
        let original = wire::get(picture["original"]["url"].as_str().unwrap()).await;
        assert!(original.bytes == file.bytes, "{name}: byte for byte");
        let expected = decode_upright(&file.bytes);
        let size = (expected.width(), expected.height());
        assert_eq!((&picture["width"], &picture["height"]), (&size.0.into(), &size.1.into()), "{name}");
        for (rendered, edge) in [("small", 320), ("large", 1600)] {
            let decoded = rendition(&picture["renditions"][rendered]).await;
            assert_eq!((decoded.width(), decoded.height()), fitted(size, edge), "{name}");
            assert_same_picture(&decoded, &expected);
        }
        wait::until_true("the feed of a stranger contains it", async || {
            stranger.has_in_list("/feed", key).await
        })
        .await;
        wait::until_true("the public feed contains it", async || is_in_public_feed(&app, key).await).await;
        let open = app.call(Method::GET, &format!("/public/{key}"), None).await.unwrap().ok().unwrap();
        assert!(open.get("gps").is_none() && open.get("original").is_none(), "{name}: {open}");
        eprintln!("{name}: {} × {}, {} bytes, {}", size.0, size.1, file.bytes.len(), picture["metadata"]);
    }
}

/// Compares the renditions with each other, since the tests have no decoder for AVIF and HEIC.
#[tokio::test]
async fn renders_pictures_of_phones() {
    let owner = Member::new().await;
    for (name, file) in phone_pictures() {
        let picture = owner.share(&file, Visibility::Private).await;
        assert_eq!(picture["contentType"], file.content_type, "{name}");
        let side = |side: &str| u32::try_from(picture[side].as_u64().unwrap()).unwrap();
        let size = (side("width"), side("height"));
        let small = rendition(&picture["renditions"]["small"]).await;
        let large = rendition(&picture["renditions"]["large"]).await;
        assert_eq!((small.width(), small.height()), fitted(size, 320), "{name}");
        assert_eq!((large.width(), large.height()), fitted(size, 1600), "{name}");
        assert_same_picture(&small, &large);
        assert!(
            small.pixels().any(|pixel| !alike(pixel.0, small.get_pixel(0, 0).0)),
            "{name}: the rendition has one colour only"
        );
        let original = wire::get(picture["original"]["url"].as_str().unwrap()).await;
        assert!(original.bytes == file.bytes, "{name}: byte for byte");
        let ending = file.content_type.trim_start_matches("image/");
        let disposition = format!("attachment; filename={}.{ending}", picture["id"].as_str().unwrap());
        assert_eq!(original.header("content-disposition"), disposition, "{name}");
        eprintln!("{name}: {} × {}, {} bytes, {}", size.0, size.1, file.bytes.len(), picture["metadata"]);
    }
}
