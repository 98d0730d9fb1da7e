//! `cargo dev bench kills`: one hundred uploads, and then their deletions, while functions are
//! killed at random. Asserts that every picture becomes ready and reaches every page, and that the
//! deletions leave nothing. Runs on the local cloud that is up.
#![allow(clippy::unwrap_used, reason = "a benchmark may panic")]
#![expect(clippy::print_stdout, reason = "the result of the benchmark")]

mod processes;

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use bytes::Bytes;
use domain::{FeedId, PictureKey};
use end_to_end::live::{Page, is_about};
use end_to_end::people::{Member, Registration, befriend};
use end_to_end::pictures::{File, unique_file};
use end_to_end::root::Root;
use end_to_end::wait;
use futures_util::future::{Either, select};
use futures_util::stream::{StreamExt, iter};
use reqwest::Method;
use serde_json::{Value, json};
use std::pin::pin;

const PICTURES: usize = 100;
/// The number of pictures with a comment.
const COMMENTED: usize = 20;
/// The number of uploads that run at the same time.
const CONCURRENCY: usize = 4;
/// The time limit for the recovery. The queues hide the message of a killed function for up to 90
/// seconds, some messages several times.
const TIMEOUT: Duration = Duration::from_secs(900);

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (owner, friend) = (Member::new().await, Member::new().await);
    befriend(&owner, &friend).await;
    let phone = enable_push(&friend).await;
    let (root, pages) = (Root::default(), [owner.open_page().await, friend.open_page().await]);

    let start = Instant::now();
    let pictures = while_killing("uploads", upload_all(&owner)).await;
    until_ok("every picture is ready", async || check_ready(&root, &owner).await).await;
    until_ok("both pages have received every picture", async || check_pages(&pages, &pictures)).await;
    let feeds = async || check_feeds(&root, [&owner, &friend], &pictures).await;
    until_ok("both feeds contain every picture", feeds).await;
    let objects = async || check_objects(&root, &owner, &pictures).await;
    until_ok("there are three objects for each picture", objects).await;
    let pushes = async || check_pushes(&root, &phone, &pictures).await;
    until_ok("the friend's phone has received every picture", pushes).await;
    println!("all checks pass {:.0} s after the first upload", start.elapsed().as_secs_f64());
    println!("duplicate messages, by their ids: {}", pages.iter().map(count_duplicates).sum::<usize>());

    let start = Instant::now();
    while_killing("comments and deletions", async {
        for picture in pictures.iter().take(COMMENTED) {
            let comment = json!({"text": "Good-bye"});
            call_until(
                &friend,
                Method::POST,
                &format!("/pictures/{picture}/comments"),
                Some(&comment),
                &[201],
            )
            .await;
        }
        for picture in &pictures {
            // The API replies 404 if an earlier call deleted the picture and its reply was lost.
            call_until(&owner, Method::DELETE, &format!("/pictures/{picture}"), None, &[200, 404]).await;
        }
    })
    .await;
    until_ok("the deletions are complete", async || check_deleted(&root, &owner, &pictures).await).await;
    println!("the deletions are complete {:.0} s after the first one", start.elapsed().as_secs_f64());
}

async fn until_ok(what: &str, check: impl AsyncFn() -> Result<(), String>) {
    wait::within(TIMEOUT, what, check).await;
}

/// Runs `work` while functions are killed.
async fn while_killing<T>(what: &str, work: impl Future<Output = T>) -> T {
    let mut killed = BTreeMap::new();
    let done = {
        let killing = pin!(processes::kill_at_random(&mut killed));
        match select(pin!(work), killing).await {
            Either::Left((done, _)) => done,
            Either::Right(((), _)) => unreachable!("`kill_at_random` does not return"),
        }
    };
    println!("{} functions killed during {what}: {killed:?}", killed.values().sum::<usize>());
    done
}

/// Uploads all pictures and retries failed calls.
async fn upload_all(owner: &Member) -> BTreeSet<PictureKey> {
    let file = unique_file();
    let uploads = (0..PICTURES).map(|_| upload(owner, &file));
    iter(uploads).buffer_unordered(CONCURRENCY).collect().await
}

async fn upload(owner: &Member, file: &File) -> PictureKey {
    let body = json!({"contentType": file.content_type, "bytes": file.bytes.len(), "visibility": "friends"});
    let data = call_until(owner, Method::POST, "/pictures", Some(&body), &[201]).await;
    let registered: Registration = serde_json::from_value(data).unwrap();
    let bytes = Bytes::from(file.bytes.clone());
    owner.session.send_bytes(&registered.upload, bytes, |_, _| ()).await.unwrap();
    registered.key()
}

/// Repeats a call until it gives one of these status codes.
async fn call_until(
    member: &Member,
    method: Method,
    path: &str,
    body: Option<&Value>,
    codes: &[u16],
) -> Value {
    loop {
        match member.session.call(method.clone(), path, body).await {
            Ok(answer) if codes.contains(&answer.code) => return answer.data,
            Ok(answer) if answer.code < 500 => panic!("{path}: {answer:?}"),
            _ => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    }
}

/// Expects every uploaded picture to be ready. Registrations with a lost reply were never uploaded
/// and wait for their deadline.
async fn check_ready(root: &Root, owner: &Member) -> Result<(), String> {
    let states: Vec<_> =
        root.pictures_of(owner.id()).await.iter().map(|picture| format!("{:?}", picture.state())).collect();
    let count = |state: &str| states.iter().filter(|other| *other == state).count();
    let (ready, waiting) = (count("Ready"), count("AwaitingUpload"));
    if ready == PICTURES && ready + waiting == states.len() {
        Ok(())
    } else {
        Err(format!("{ready} of {states:?}"))
    }
}

fn check_pages(pages: &[Page], pictures: &BTreeSet<PictureKey>) -> Result<(), String> {
    let missing = |page: &Page| {
        let messages = page.messages_of_type("picture.ready");
        let received = |picture| messages.iter().any(|message| is_about(message, picture));
        pictures.iter().filter(|picture| !received(**picture)).count()
    };
    match pages.iter().map(missing).sum() {
        0 => Ok(()),
        missing => Err(format!("{missing} messages are missing")),
    }
}

/// Registers a phone, turns push on for pictures, and returns the token of the phone.
async fn enable_push(friend: &Member) -> String {
    let mut profile = friend.profile();
    profile["notifications"] = json!({"picture.ready": ["live", "push"]});
    assert_eq!(friend.put(&format!("/users/{}", friend.id()), &profile).await.code, 200);
    let token = format!("{:0>64}", friend.id().0.simple());
    let phone = friend.post("/devices", &json!({"platform": "apns", "token": token})).await;
    assert_eq!(phone.code, 201, "{phone:?}");
    token
}

async fn check_pushes(root: &Root, phone: &str, pictures: &BTreeSet<PictureKey>) -> Result<(), String> {
    let sent = root.pushes(phone).await.iter().map(ToString::to_string).collect::<String>();
    match pictures.iter().filter(|picture| !sent.contains(&picture.picture_id.to_string())).count() {
        0 => Ok(()),
        missing => Err(format!("{missing} messages to a phone are missing")),
    }
}

/// Returns the number of messages that a page received more than once.
fn count_duplicates(page: &Page) -> usize {
    let ids: Vec<_> = page.messages().into_iter().map(|(_, message)| message["id"].to_string()).collect();
    ids.len() - ids.iter().collect::<BTreeSet<_>>().len()
}

async fn check_feeds(
    root: &Root,
    readers: [&Member; 2],
    pictures: &BTreeSet<PictureKey>,
) -> Result<(), String> {
    for reader in readers {
        let rows = root.feed_rows(FeedId::User(reader.id()), None).await;
        let found: BTreeSet<_> = rows.into_iter().map(|row| row.key).collect();
        if found != *pictures {
            return Err(format!("a feed has {} pictures", found.len()));
        }
    }
    Ok(())
}

async fn check_objects(root: &Root, owner: &Member, pictures: &BTreeSet<PictureKey>) -> Result<(), String> {
    match root.object_keys_of(owner.id()).await.len() {
        number if number == 3 * pictures.len() => Ok(()),
        number => Err(format!("{number} objects")),
    }
}

/// Expects no object and no row of any table to contain the id of a picture.
async fn check_deleted(root: &Root, owner: &Member, pictures: &BTreeSet<PictureKey>) -> Result<(), String> {
    let objects = root.object_keys_of(owner.id()).await;
    let ids: BTreeSet<_> = pictures.iter().map(|picture| picture.picture_id.to_string()).collect();
    let rows = root.all_rows().await.into_iter().map(|row| format!("{row:?}"));
    let rows: Vec<_> = rows.filter(|row| ids.iter().any(|id| row.contains(id.as_str()))).collect();
    match (objects.len(), rows.len()) {
        (0, 0) => Ok(()),
        (objects, number) => Err(format!("{objects} objects, {number} rows, the first {:?}", rows.first())),
    }
}
