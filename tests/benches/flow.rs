//! `cargo dev bench flow`: how long it takes from sending a 12-megapixel JPEG until a friend's open page is told, and where the
//! time goes; and how long calls take. On the local cloud that is up, one picture after another, as people see it.
#![allow(clippy::unwrap_used, reason = "a benchmark that fails has nothing to tell")]
#![expect(clippy::print_stdout, reason = "the result of the benchmark")]

use std::collections::BTreeMap;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use domain::{PictureKey, Visibility};
use end_to_end::art::Landscape;
use end_to_end::live::Page;
use end_to_end::people::{Member, befriend, items};
use end_to_end::pictures::{self, File, Shot};
use end_to_end::root::Root;
use tokio::time::sleep;

/// Pictures that are counted; one before them wakes the functions.
const PICTURES: usize = 15;
/// How often is looked whether a picture is in the feed.
const LOOK: Duration = Duration::from_millis(20);
/// Pixels that are aimed at.
const PIXELS: u64 = 12_000_000;
/// The functions on the way from the bucket to the page, and beside it.
const HOPS: [&str; 5] = ["thumbnail", "metadata", "notify", "live", "index"];

/// How long each step took, by its name.
#[derive(Default)]
struct Times(BTreeMap<&'static str, Vec<Duration>>);

impl Times {
    fn add(&mut self, step: &'static str, time: Duration) {
        self.0.entry(step).or_default().push(time);
    }

    fn print(&mut self, step: &str, what: &str) {
        let Some(times) = self.0.get_mut(step) else { return println!("{what:<58} not seen") };
        times.sort_unstable();
        let [least, median, most] =
            [0, times.len() / 2, times.len() - 1].map(|i| times[i].as_secs_f64() * 1000.0);
        println!("{what:<58} {median:>8.0} {least:>8.0} {most:>8.0}");
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
    share(&owner, &page, &root, &file, &mut Times::default()).await;
    let mut times = Times::default();
    for _ in 0..PICTURES {
        share(&owner, &page, &root, &file, &mut times).await;
    }
    println!("{:<58} {:>8} {:>8} {:>8}", "milliseconds", "median", "least", "most");
    times.print("told", "from the start of sending until a friend's page is told");
    println!("by hop, from the start of sending until …");
    times.print("sent", "  all was sent to the bucket");
    for hop in HOPS {
        times.print(hop, &format!("  {hop} was done with it"));
    }
    times.print("in feed", "  it is in the owner's feed (asked after the page was told)");
    println!("calls");
    times.print("register", "  POST /pictures");
    times.print("read", "  GET /pictures/{ownerId}/{id}");
    times.print("feed", "  GET /feed?limit=50");
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

/// Uploads a picture, follows it to a friend's page and into the feed, and deletes it. Nothing is asked of the cloud until the page
/// is told: on one machine the question would stand in the way.
async fn share(owner: &Member, page: &Page, root: &Root, file: &File, times: &mut Times) {
    let start = Instant::now();
    let registered = owner.register(file, Visibility::Friends).await;
    times.add("register", start.elapsed());
    let key = registered.key();
    let (start, clock) = (Instant::now(), SystemTime::now().duration_since(UNIX_EPOCH).unwrap());
    owner.session.send_bytes(&registered.upload, Bytes::from(file.bytes.clone()), |_, _| ()).await.unwrap();
    times.add("sent", start.elapsed());
    let (told, message) = page.about("picture.ready", key).await;
    times.add("told", told - start);
    while !is_in_feed(owner, key, times).await {
        sleep(LOOK).await;
    }
    times.add("in feed", start.elapsed());
    let asked = Instant::now();
    owner.get(&format!("/pictures/{key}")).await.ok().unwrap();
    times.add("read", asked.elapsed());
    hops(root, key, message["id"].as_str().unwrap(), clock.as_millis(), times).await;
    assert_eq!(owner.delete(&format!("/pictures/{key}")).await.code, 200);
}

/// When each function was done with a picture or the message about it, by its log.
async fn hops(root: &Root, key: PictureKey, message: &str, since: u128, times: &mut Times) {
    for hop in HOPS {
        let (id, lines) = (key.picture_id.to_string(), root.logs(hop, since).await);
        let about = lines.iter().filter(|(_, line)| line.contains(&id) || line.contains(message));
        if let Some((done, _)) = about.min() {
            times.add(hop, Duration::from_millis(u64::try_from(done - since).unwrap()));
        }
    }
}

async fn is_in_feed(member: &Member, key: PictureKey, times: &mut Times) -> bool {
    let start = Instant::now();
    let page = member.get("/feed?limit=50").await.ok().unwrap();
    times.add("feed", start.elapsed());
    items(&page).contains(&key)
}
