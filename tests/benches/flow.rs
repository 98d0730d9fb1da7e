//! `cargo dev bench flow`: how long it takes from sending a 12-megapixel JPEG until it is `ready`, and until it is in the
//! feed; and how long calls take. On the local cloud that is up, one picture after another, as one person sees it.
#![allow(clippy::unwrap_used, reason = "a benchmark that fails has nothing to tell")]
#![expect(clippy::print_stdout, reason = "the result of the benchmark")]

use std::time::{Duration, Instant};

use bytes::Bytes;
use end_to_end::art::Landscape;
use end_to_end::people::{Member, items};
use end_to_end::pictures::{self, File, Shot};
use shared::model::{PictureKey, Visibility};

/// Pictures that are counted; one before them wakes the functions.
const PICTURES: usize = 15;
/// How often is looked whether a picture is ready.
const LOOK: Duration = Duration::from_millis(20);
/// Pixels that are aimed at.
const PIXELS: u64 = 12_000_000;

/// How long each step took.
#[derive(Default)]
struct Times {
    register: Vec<Duration>,
    sent: Vec<Duration>,
    ready: Vec<Duration>,
    in_feed: Vec<Duration>,
    read: Vec<Duration>,
    feed: Vec<Duration>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let member = Member::new().await;
    let (name, file) = picture();
    println!("{name}, {:.1} MB, {PICTURES} times", file.bytes.len() as f64 / 1e6);
    share(&member, &file, &mut Times::default()).await;
    let mut times = Times::default();
    for _ in 0..PICTURES {
        share(&member, &file, &mut times).await;
    }
    println!("{:<38} {:>8} {:>8} {:>8}", "milliseconds", "median", "least", "most");
    print("sent", times.sent);
    print("from the start of sending until ready", times.ready);
    print("… until in the feed", times.in_feed);
    print("POST /pictures", times.register);
    print("GET /pictures/{ownerId}/{id}", times.read);
    print("GET /feed?limit=50", times.feed);
}

/// The real picture that is nearest to 12 megapixels, else a made one.
fn picture() -> (String, File) {
    let distance = |bytes: &[u8]| {
        let reader = image::ImageReader::new(std::io::Cursor::new(bytes)).with_guessed_format().unwrap();
        let (width, height) = reader.into_dimensions().unwrap();
        (u64::from(width) * u64::from(height)).abs_diff(PIXELS)
    };
    let real = pictures::camera_pictures().into_iter().min_by_key(|(_, bytes)| distance(bytes));
    match real {
        Some((name, bytes)) => (name, File { content_type: "image/jpeg", bytes }),
        None => {
            let made = Landscape { number: 1, width: 4000, height: 3000, grain: 12 }.paint();
            ("a made picture of 12 megapixels".into(), pictures::photograph(&made, &Shot::default()))
        }
    }
}

/// Uploads a picture, follows it into the feed, and deletes it.
async fn share(member: &Member, file: &File, times: &mut Times) {
    let start = Instant::now();
    let registered = member.register(file, Visibility::Private).await;
    times.register.push(start.elapsed());
    let key = registered.key();
    let start = Instant::now();
    member.session.send_bytes(&registered.upload, Bytes::from(file.bytes.clone()), |_, _| ()).await.unwrap();
    times.sent.push(start.elapsed());
    while !is_ready(member, key, times).await {
        tokio::time::sleep(LOOK).await;
    }
    times.ready.push(start.elapsed());
    while !is_in_feed(member, key, times).await {
        tokio::time::sleep(LOOK).await;
    }
    times.in_feed.push(start.elapsed());
    assert_eq!(member.delete(&format!("/pictures/{key}")).await.code, 200);
}

async fn is_ready(member: &Member, key: PictureKey, times: &mut Times) -> bool {
    let start = Instant::now();
    let picture = member.get(&format!("/pictures/{key}")).await.ok().unwrap();
    times.read.push(start.elapsed());
    assert_ne!(picture["state"], "failed", "{picture}");
    picture["state"] == "ready"
}

async fn is_in_feed(member: &Member, key: PictureKey, times: &mut Times) -> bool {
    let start = Instant::now();
    let page = member.get("/feed?limit=50").await.ok().unwrap();
    times.feed.push(start.elapsed());
    items(&page).contains(&key)
}

fn print(what: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let [least, median, most] =
        [0, times.len() / 2, times.len() - 1].map(|i| times[i].as_secs_f64() * 1000.0);
    println!("{what:<38} {median:>8.0} {least:>8.0} {most:>8.0}");
}
