//! The weight of pages.

use aws_credential_types::Credentials;
use domain::{Picture, Visibility};
use store::UrlPresigner;

use crate::links::link;
use crate::world::{TOKEN, World, ada, album, picture};

/// The maximum length of a page as sent.
const MAX_BYTES: usize = 15 * 1024;
/// The length of the header and the trailer of gzip.
const GZIP_BYTES: usize = 18;

/// Returns a text that compresses as badly as prose.
fn prose(length: usize, seed: u64) -> String {
    let mut random = fastrand::Rng::with_seed(seed);
    let mut text = String::new();
    while text.chars().count() < length {
        let length = random.usize(1..10);
        text.extend((0..length).map(|_| random.lowercase()));
        text.push(' ');
    }
    text.chars().take(length).collect()
}

/// Presigns as on AWS, where the credentials of a function have a session token.
fn presigner() -> UrlPresigner {
    let mut random = fastrand::Rng::with_seed(1);
    let token: String = (0..1_000).map(|_| random.alphanumeric()).collect();
    let credentials =
        Credentials::new("ASIAIOSFODNN7EXAMPLE", "a secret of 40 characters", Some(token), None, "test");
    let url = "https://albumen-media-123456789012.s3.eu-central-1.amazonaws.com";
    UrlPresigner::new(credentials, "eu-central-1".into(), url.into())
}

#[tokio::test]
async fn a_page_has_at_most_15_kilobytes() {
    let pictures: Vec<_> = (1..=30)
        .map(|n| Picture {
            caption: Some(prose(2_000, n)),
            place: Some(prose(200, 1_000 + n)),
            ..picture(ada(), u128::from(n), Visibility::Public)
        })
        .collect();
    let mut world =
        World::with_pictures(pictures.clone()).with_album(Visibility::Public, &pictures).with_link(&link());
    world.albums.change_album(album(), &serde_json::json!({ "description": prose(2_000, 99) }));
    world.presigner = presigner();
    for n in 0..50 {
        world = world.with_comment(pictures[29].key, ada(), &prose(1_000, 2_000 + n));
    }
    let of_picture = format!("/@ada/{}", pictures[29].key.picture_id);
    let pages = ["/explore", "/@ada", &of_picture, &format!("/albums/{}", album()), &format!("/s/{TOKEN}")];
    for path in pages {
        let page = world.get(path).await;
        assert_eq!(page.status, 200);
        let bytes = miniz_oxide::deflate::compress_to_vec(page.body.as_bytes(), 6).len() + GZIP_BYTES;
        assert!(bytes <= MAX_BYTES, "{path} has {bytes} bytes");
    }
}
