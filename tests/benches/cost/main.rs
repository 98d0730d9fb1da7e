//! `cargo dev bench cost`: the price of an upload, a page of the feed and other steps on AWS.
//!
//! Starts a throw-away local cloud that records each call, and multiplies the counts with the list
//! prices of AWS (`prices.rs`). Beside it, the price of the design with one index object for each
//! person. See `docs/cost.md`.
#![allow(clippy::unwrap_used, reason = "a benchmark may panic")]
#![expect(clippy::print_stdout, reason = "the result of the benchmark")]

mod index_objects;
mod month;
mod prices;
mod record;
mod report;
mod usage;

use domain::{PictureKey, Visibility, Watch};
use end_to_end::art::Landscape;
use end_to_end::live::Page;
use end_to_end::people::{Member, befriend, keys_on_page};
use end_to_end::pictures::{self, File, Shot};

use record::{Record, Step};

/// The number of friends of the member who uploads.
const FRIENDS: usize = 10;
/// The number of pictures on a page of the feed.
const PAGE: usize = 50;
/// The number of repetitions of each step.
const TIMES: usize = 5;

/// The effects of each step, once.
pub struct Steps {
    /// An upload of a picture for friends, of whom one has the page open.
    pub shared_upload: Step,
    /// An upload of a private picture.
    pub private_upload: Step,
    /// A page of 50 pictures of the feed.
    pub feed_page: Step,
    /// A visit: a connection, the profile, the notifications, a picture and its comments.
    pub visit: Step,
    /// A comment on a friend's picture.
    pub comment: Step,
    /// A new friendship with a member who has shared 60 pictures.
    pub friendship: Step,
    /// The profile of a new member.
    pub profile: Step,
    /// The deletion of a picture.
    pub deletion: Step,
}

/// The members of the benchmark.
struct People {
    owner: Member,
    friends: Vec<Member>,
    page: Page,
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let people = People::create().await;
    let mut record = Record::open();
    let files = photographs();
    let bytes: usize = files.iter().map(|file| file.bytes.len()).sum();
    println!(
        "{} photographs of {:.1} MB, {FRIENDS} friends, {TIMES} times",
        files.len(),
        bytes as f64 / files.len() as f64 / 1e6
    );
    // Starts all functions.
    let first = people.upload(&files[0], Visibility::Friends).await;
    people.visit(first).await;
    people.comment(first).await;
    people.fill_feed().await;
    record.finish_step(1).await;

    let mut keys = Vec::new();
    for file in files.iter().cycle().take(TIMES) {
        keys.push(people.upload(file, Visibility::Friends).await);
    }
    let shared_upload = record.finish_step(TIMES).await;
    for file in files.iter().cycle().take(TIMES) {
        people.owner.upload(file, Visibility::Private).await;
        // One at a time, as in the other step.
        record.wait().await;
    }
    let private_upload = record.finish_step(TIMES).await;
    for _ in 0..TIMES {
        people.read_feed().await;
    }
    let feed_page = record.finish_step(TIMES).await;
    for key in &keys {
        people.visit(*key).await;
    }
    let visit = record.finish_step(TIMES).await;
    for key in &keys {
        people.comment(*key).await;
    }
    let comment = record.finish_step(TIMES).await;
    let strangers = people.sign_up().await;
    let profile = record.finish_step(TIMES).await;
    for stranger in &strangers {
        befriend(stranger, &people.owner).await;
    }
    let friendship = record.finish_step(TIMES).await;
    for key in &keys {
        assert_eq!(people.owner.delete(&format!("/pictures/{key}")).await.code, 200);
    }
    let deletion = record.finish_step(TIMES).await;
    report::print(&Steps {
        shared_upload,
        private_upload,
        feed_page,
        visit,
        comment,
        friendship,
        profile,
        deletion,
    });
}

impl People {
    async fn create() -> Self {
        let owner = Member::new().await;
        let mut friends = Vec::new();
        for _ in 0..FRIENDS {
            let friend = Member::new().await;
            befriend(&owner, &friend).await;
            friends.push(friend);
        }
        let page = friends[0].open_page().await;
        Self { owner, friends, page }
    }

    /// Uploads a picture and waits until the page of a friend has it. Makes no other call.
    async fn upload(&self, file: &File, visibility: Visibility) -> PictureKey {
        let key = self.owner.upload(file, visibility).await;
        self.page.until_received("picture.ready", key).await;
        key
    }

    /// Fills the feeds with more pictures than a page has.
    async fn fill_feed(&self) {
        for _ in 0..PAGE {
            self.upload(&pictures::unique_file(), Visibility::Friends).await;
        }
    }

    async fn read_feed(&self) {
        let page = self.friends[0].get(&format!("/feed?limit={PAGE}")).await.ok().unwrap();
        assert_eq!(keys_on_page(&page).len(), PAGE);
    }

    /// Opens the web app of a friend at a picture, except for the feed.
    async fn visit(&self, key: PictureKey) {
        let friend = &self.friends[1];
        let page = friend.open_page().await;
        page.watch(Watch { picture: Some(key), ..Watch::default() }).await;
        for path in [
            format!("/users/{}", friend.id()),
            "/notifications".into(),
            format!("/pictures/{key}"),
            format!("/pictures/{key}/comments"),
        ] {
            friend.get(&path).await.ok().unwrap();
        }
    }

    async fn comment(&self, key: PictureKey) {
        assert_eq!(self.friends[2].comment(key, "Where was that?").await.code, 201);
    }

    async fn sign_up(&self) -> Vec<Member> {
        let mut members = Vec::new();
        for _ in 0..TIMES {
            members.push(Member::new().await);
        }
        members
    }
}

/// Returns photographs of a camera, or generated ones if there are no real pictures.
fn photographs() -> Vec<File> {
    let real = pictures::camera_pictures();
    if real.is_empty() {
        let landscape = Landscape { number: 1, width: 4000, height: 3000, grain: 12 }.paint();
        return vec![pictures::photograph(&landscape, &Shot::default())];
    }
    real.into_iter().map(|(_, bytes)| File { content_type: "image/jpeg", bytes }).collect()
}
