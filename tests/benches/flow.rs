//! `cargo dev bench flow`: the time from the upload of a 12-megapixel JPEG until the open page of a
//! friend receives it, the time until each function has ended, and the latency of API calls. Runs
//! on the local cloud that is up, with one picture at a time.
#![allow(clippy::unwrap_used, reason = "a benchmark may panic")]
#![expect(clippy::print_stdout, reason = "the result of the benchmark")]

use std::collections::BTreeMap;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use domain::{PictureKey, Visibility};
use end_to_end::art::Landscape;
use end_to_end::live::Page;
use end_to_end::people::{Member, befriend, keys_on_page};
use end_to_end::pictures::{self, File, Shot};
use end_to_end::root::Root;
use tokio::time::sleep;

/// The number of measured pictures. One more before them warms the functions up.
const PICTURES: usize = 15;
/// The interval at which the feed is read until it contains the picture.
const POLL_INTERVAL: Duration = Duration::from_millis(20);
/// The preferred number of pixels of the measured picture.
const PIXELS: u64 = 12_000_000;
/// The functions that process a picture between the bucket and the page or the feed.
const FUNCTIONS: [&str; 5] = ["thumbnail", "metadata", "activity", "live", "index"];

/// The durations of each step.
#[derive(Default)]
struct Times(BTreeMap<&'static str, Vec<Duration>>);

impl Times {
    fn add(&mut self, step: &'static str, time: Duration) {
        self.0.entry(step).or_default().push(time);
    }

    fn print(&mut self, step: &str, label: &str) {
        let Some(times) = self.0.get_mut(step) else { return println!("{label:<58} not seen") };
        times.sort_unstable();
        let [minimum, median, maximum] =
            [0, times.len() / 2, times.len() - 1].map(|i| times[i].as_secs_f64() * 1000.0);
        println!("{label:<58} {median:>8.0} {minimum:>8.0} {maximum:>8.0}");
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (owner, friend) = (Member::new().await, Member::new().await);
    befriend(&owner, &friend).await;
    let page = friend.open_page().await;
    let root = Root::default();
    let (name, file) = picture();
    println!("{name}, {:.1} MB, {PICTURES} times", file.bytes.len() as f64 / 1e6);
    measure(&owner, &page, &root, &file, &mut Times::default()).await;
    let mut times = Times::default();
    for _ in 0..PICTURES {
        measure(&owner, &page, &root, &file, &mut times).await;
    }
    println!("{:<58} {:>8} {:>8} {:>8}", "milliseconds", "median", "min", "max");
    times.print("received", "from the start of the upload until a friend's page has it");
    println!("by step, from the start of the upload until …");
    times.print("sent", "  the upload is complete");
    for function in FUNCTIONS {
        times.print(function, &format!("  {function} has ended"));
    }
    times.print("in feed", "  the owner's feed contains it (read after the page has it)");
    println!("calls");
    times.print("register", "  POST /pictures");
    times.print("read", "  GET /pictures/{ownerId}/{id}");
    times.print("feed", "  GET /feed?limit=50");
}

/// Returns the real picture closest to 12 megapixels, or a generated picture if there are no
/// real pictures.
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
            let landscape = Landscape { number: 1, width: 4000, height: 3000, grain: 12 }.paint();
            (
                "a generated picture of 12 megapixels".into(),
                pictures::photograph(&landscape, &Shot::default()),
            )
        }
    }
}

/// Uploads a picture, waits until the friend's page and the owner's feed contain it, and deletes
/// it. Makes no calls until the page receives it, because calls would slow down the functions on
/// one machine.
async fn measure(owner: &Member, page: &Page, root: &Root, file: &File, times: &mut Times) {
    let start = Instant::now();
    let registered = owner.register(file, Visibility::Friends).await;
    times.add("register", start.elapsed());
    let key = registered.key();
    let (start, clock) = (Instant::now(), SystemTime::now().duration_since(UNIX_EPOCH).unwrap());
    owner.session.send_bytes(&registered.upload, Bytes::from(file.bytes.clone()), |_, _| ()).await.unwrap();
    times.add("sent", start.elapsed());
    let (received, message) = page.until_received("picture.ready", key).await;
    times.add("received", received - start);
    while !is_in_feed(owner, key, times).await {
        sleep(POLL_INTERVAL).await;
    }
    times.add("in feed", start.elapsed());
    let called = Instant::now();
    owner.get(&format!("/pictures/{key}")).await.ok().unwrap();
    times.add("read", called.elapsed());
    add_function_times(root, key, message["id"].as_str().unwrap(), clock.as_millis(), times).await;
    assert_eq!(owner.delete(&format!("/pictures/{key}")).await.code, 200);
}

/// Adds the time at which each function ended its invocation for a picture or its event, from the
/// logs.
async fn add_function_times(root: &Root, key: PictureKey, message: &str, since: u128, times: &mut Times) {
    for function in FUNCTIONS {
        let (id, lines) = (key.picture_id.to_string(), root.logs(function, since).await);
        let about = lines.iter().filter(|(_, line)| line.contains(&id) || line.contains(message));
        if let Some((ended, _)) = about.min() {
            times.add(function, Duration::from_millis(u64::try_from(ended - since).unwrap()));
        }
    }
}

async fn is_in_feed(member: &Member, key: PictureKey, times: &mut Times) -> bool {
    let start = Instant::now();
    let page = member.get("/feed?limit=50").await.ok().unwrap();
    times.add("feed", start.elapsed());
    keys_on_page(&page).contains(&key)
}
