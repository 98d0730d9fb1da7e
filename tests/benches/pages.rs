//! `cargo dev bench pages`: the weight and the time of each public page. Runs on the local cloud
//! that is up. Calls the API directly, so that no cache answers, with one request at a time.
#![allow(clippy::unwrap_used, reason = "a benchmark may panic")]
#![expect(clippy::print_stdout, reason = "the result of the benchmark")]

use std::time::{Duration, Instant};

use domain::{Picture, PictureKey, PictureState, Visibility};
use end_to_end::people::Member;
use end_to_end::root::Root;
use end_to_end::{cloud, rows, wait};
use reqwest::header::ACCEPT_ENCODING;
use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode};
use serde_json::json;

/// The number of public pictures: more than fit on one page.
const PICTURES: usize = 60;
/// The number of comments on the picture of the measured page.
const COMMENTS: usize = 20;
/// The number of requests of each page. One more before them warms the function up.
const ROUNDS: usize = 100;
/// The minimum time of a round. It has two calls of the sitemap, whose limit is five a second.
const ROUND_TIME: Duration = Duration::from_millis(500);

/// The measurements of one page.
struct Measured {
    path: String,
    times: Vec<Duration>,
    /// The length of the compressed body in bytes.
    compressed: usize,
    /// The length of the body in bytes.
    bytes: usize,
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let owner = Member::new().await;
    let paths = create_pages(&owner).await;
    let client = Client::builder().redirect(Policy::none()).build().unwrap();
    let mut pages = Vec::new();
    for path in paths {
        pages.push(Measured { path, times: Vec::new(), compressed: 0, bytes: 0 });
    }
    // In turns, so that a busy moment of the machine affects all pages.
    for round in 0..=ROUNDS {
        let end = tokio::time::sleep(ROUND_TIME);
        for page in &mut pages {
            measure(&client, page, round > 0).await;
        }
        end.await;
    }
    println!("{:<44} {:>8} {:>8} {:>8} {:>10}", "page", "bytes", "gzip", "median", "95th pct.");
    for Measured { path, mut times, compressed, bytes } in pages {
        times.sort_unstable();
        let [median, high] =
            [times.len() / 2, times.len() * 95 / 100].map(|n| times[n].as_secs_f64() * 1000.0);
        let path: String = path.chars().take(44).collect();
        println!("{path:<44} {bytes:>8} {compressed:>8} {median:>8.1} {high:>10.1}");
    }
    // The pictures have no files. Other pages of the local cloud would show them.
    assert_eq!(owner.delete(&format!("/users/{}", owner.id())).await.code, 200);
}

async fn measure(client: &Client, page: &mut Measured, counts: bool) {
    let url = format!("{}/pages{}", cloud::stack().api.trim_end_matches('/'), page.path);
    let start = Instant::now();
    let reply = client.get(&url).header(ACCEPT_ENCODING, "identity").send().await.unwrap();
    assert!(reply.status() == StatusCode::OK || reply.status() == StatusCode::FOUND, "{url}: {reply:?}");
    let body = reply.bytes().await.unwrap();
    if counts {
        page.times.push(start.elapsed());
    } else {
        let site = format!("{}{}", cloud::stack().site.trim_end_matches('/'), page.path);
        let reply = client.get(site).header(ACCEPT_ENCODING, "gzip").send().await.unwrap();
        (page.bytes, page.compressed) = (body.len(), reply.bytes().await.unwrap().len());
    }
}

/// Creates public pictures with comments, an album and a share link. Returns the paths of their
/// pages.
async fn create_pages(owner: &Member) -> Vec<String> {
    let root = Root::default();
    let mut keys: Vec<PictureKey> = Vec::new();
    for n in 0..PICTURES {
        let picture = rows::picture(owner.id(), Visibility::Public, PictureState::Ready);
        let caption =
            format!("Number {n}: Morning fog over Lake Bled, seen from the castle above its cliffs");
        root.put_picture(&Picture { caption: Some(caption), ..picture.clone() }).await;
        keys.push(picture.key);
    }
    let key = keys[PICTURES / 2];
    let profile = format!("/@{}", owner.handle);
    wait::until_true("the profile shows the newest picture", async || {
        let path = format!("/users/{}/pictures", owner.id());
        owner.has_in_list(&path, keys[PICTURES - 1]).await
    })
    .await;
    for n in 0..COMMENTS {
        assert_eq!(owner.comment(key, &format!("Comment number {n}")).await.code, 201);
    }
    let album = owner.post("/albums", &json!({"title": "Slovenia", "visibility": "public"})).await;
    let album = album.ok().unwrap()["id"].as_str().unwrap().to_owned();
    let add: Vec<_> =
        keys.iter().map(|key| json!({"ownerId": key.owner_id, "pictureId": key.picture_id})).collect();
    owner.post(&format!("/albums/{album}/pictures"), &json!({"add": add})).await.ok().unwrap();
    let link = owner.post("/links", &json!({"albumId": album, "download": true})).await.ok().unwrap();
    let token = link["token"].as_str().unwrap().to_owned();
    vec![
        "/explore".into(),
        profile.clone(),
        format!("{profile}/{}", key.picture_id),
        format!("/albums/{album}"),
        format!("/s/{token}"),
        format!("/s/{token}/{key}"),
        format!("/i/{key}/large"),
        "/feed.xml".into(),
        format!("{profile}/feed.xml"),
        "/sitemap.xml".into(),
        "/sitemap.xml?after=ffffffff-ffff-ffff-ffff-ffffffffffff".into(),
    ]
}
