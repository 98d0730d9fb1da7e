//! `cargo dev bench kills`: a hundred uploads while functions are killed at random points, then a hundred deletions. At the end every
//! picture is ready, every page was told of every picture, and afterwards nothing is left. On the local cloud that is up.
#![allow(clippy::unwrap_used, reason = "a benchmark that fails has nothing to tell")]
#![expect(clippy::print_stdout, reason = "the result of the benchmark")]

mod processes;

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use bytes::Bytes;
use domain::{FeedId, PictureKey};
use end_to_end::live::{Page, is_about};
use end_to_end::people::{Member, Registered, befriend};
use end_to_end::pictures::{File, any};
use end_to_end::root::Root;
use end_to_end::wait;
use futures_util::future::{Either, select};
use futures_util::stream::{StreamExt, iter};
use reqwest::Method;
use serde_json::{Value, json};
use std::pin::pin;

const PICTURES: usize = 100;
/// Pictures that are commented on.
const COMMENTED: usize = 20;
/// How many are uploaded at the same time.
const SIDE_BY_SIDE: usize = 4;
/// How long what was interrupted may take: messages that were in dead hands are hidden for up to a minute and a half, some more
/// than once.
const PATIENCE: Duration = Duration::from_secs(900);

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (owner, friend) = (Member::new().await, Member::new().await);
    befriend(&owner, &friend).await;
    let phone = want_push(&friend).await;
    let (root, pages) = (Root::default(), [owner.open_page().await, friend.open_page().await]);

    let start = Instant::now();
    let pictures = while_killing("uploads", upload_all(&owner)).await;
    right("every picture is ready", async || unready(&root, &owner).await).await;
    right("both pages were told of every picture", async || untold(&pages, &pictures)).await;
    right("both feeds have every picture", async || not_in_feeds(&root, [&owner, &friend], &pictures).await)
        .await;
    right("there are three objects for each picture", async || objects(&root, &owner, &pictures).await).await;
    right("the friend's phone was told of every picture", async || unpushed(&root, &phone, &pictures).await)
        .await;
    println!("all is right {:.0} s after the first upload", start.elapsed().as_secs_f64());
    println!("told more than once (known by their ids): {}", pages.iter().map(repeated).sum::<usize>());

    let start = Instant::now();
    while_killing("comments and deletions", async {
        for picture in pictures.iter().take(COMMENTED) {
            let comment = json!({"text": "Good-bye"});
            persist(&friend, Method::POST, &format!("/pictures/{picture}/comments"), Some(&comment), &[201])
                .await;
        }
        for picture in &pictures {
            // One that was deleted by a call whose answer was lost is not there any more.
            persist(&owner, Method::DELETE, &format!("/pictures/{picture}"), None, &[200, 404]).await;
        }
    })
    .await;
    right("nothing is left", async || leftovers(&root, &owner, &pictures).await).await;
    println!("nothing is left {:.0} s after the first deletion", start.elapsed().as_secs_f64());
}

async fn right(what: &str, look: impl AsyncFn() -> Result<(), String>) {
    wait::within(PATIENCE, what, look).await;
}

/// Does something while functions die.
async fn while_killing<T>(what: &str, work: impl Future<Output = T>) -> T {
    let mut killed = BTreeMap::new();
    let done = {
        let killing = pin!(processes::kill_at_random(&mut killed));
        match select(pin!(work), killing).await {
            Either::Left((done, _)) => done,
            Either::Right(((), _)) => unreachable!("killing does not end by itself"),
        }
    };
    println!("{} functions killed during {what}: {killed:?}", killed.values().sum::<usize>());
    done
}

/// Uploads all, as a patient person does: whatever is not answered is tried again.
async fn upload_all(owner: &Member) -> BTreeSet<PictureKey> {
    let file = any();
    let uploads = (0..PICTURES).map(|_| upload(owner, &file));
    iter(uploads).buffer_unordered(SIDE_BY_SIDE).collect().await
}

async fn upload(owner: &Member, file: &File) -> PictureKey {
    let body = json!({"contentType": file.content_type, "bytes": file.bytes.len(), "visibility": "friends"});
    let data = persist(owner, Method::POST, "/pictures", Some(&body), &[201]).await;
    let registered: Registered = serde_json::from_value(data).unwrap();
    let bytes = Bytes::from(file.bytes.clone());
    owner.session.send_bytes(&registered.upload, bytes, |_, _| ()).await.unwrap();
    registered.key()
}

/// Calls until one of these answers comes.
async fn persist(member: &Member, method: Method, path: &str, body: Option<&Value>, good: &[u16]) -> Value {
    loop {
        match member.session.call(method.clone(), path, body).await {
            Ok(answer) if good.contains(&answer.code) => return answer.data,
            Ok(answer) if answer.code < 500 => panic!("{path}: {answer:?}"),
            _ => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    }
}

/// Registrations whose answer was lost are never uploaded: those await their deadline.
async fn unready(root: &Root, owner: &Member) -> Result<(), String> {
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

fn untold(pages: &[Page], pictures: &BTreeSet<PictureKey>) -> Result<(), String> {
    let missing = |page: &Page| {
        let told = page.of_type("picture.ready");
        pictures.iter().filter(|picture| !told.iter().any(|told| is_about(told, **picture))).count()
    };
    match pages.iter().map(missing).sum() {
        0 => Ok(()),
        missing => Err(format!("{missing} messages are missing")),
    }
}

/// Registers a phone that is to be told of pictures, and says by which token it is known.
async fn want_push(friend: &Member) -> String {
    let mut profile = friend.profile();
    profile["notifications"] = json!({"picture.ready": ["live", "push"]});
    assert_eq!(friend.put(&format!("/users/{}", friend.id()), &profile).await.code, 200);
    let token = format!("{:0>64}", friend.id().0.simple());
    let phone = friend.post("/devices", &json!({"platform": "apns", "token": token})).await;
    assert_eq!(phone.code, 201, "{phone:?}");
    token
}

async fn unpushed(root: &Root, phone: &str, pictures: &BTreeSet<PictureKey>) -> Result<(), String> {
    let sent = root.pushes(phone).await.iter().map(ToString::to_string).collect::<String>();
    match pictures.iter().filter(|picture| !sent.contains(&picture.picture_id.to_string())).count() {
        0 => Ok(()),
        missing => Err(format!("{missing} messages to a phone are missing")),
    }
}

/// How many messages a page got more than once.
fn repeated(page: &Page) -> usize {
    let ids: Vec<_> = page.told().into_iter().map(|(_, told)| told["id"].to_string()).collect();
    ids.len() - ids.iter().collect::<BTreeSet<_>>().len()
}

async fn not_in_feeds(
    root: &Root,
    readers: [&Member; 2],
    pictures: &BTreeSet<PictureKey>,
) -> Result<(), String> {
    for reader in readers {
        let rows = root.feed(FeedId::User(reader.id()), None).await;
        let found: BTreeSet<_> = rows.into_iter().map(|row| row.key).collect();
        if found != *pictures {
            return Err(format!("{} in a feed", found.len()));
        }
    }
    Ok(())
}

async fn objects(root: &Root, owner: &Member, pictures: &BTreeSet<PictureKey>) -> Result<(), String> {
    match root.objects_of(owner.id()).await.len() {
        number if number == 3 * pictures.len() => Ok(()),
        number => Err(format!("{number} objects")),
    }
}

/// What should not be there: objects, rows of feeds, comments, deadlines of these pictures.
async fn leftovers(root: &Root, owner: &Member, pictures: &BTreeSet<PictureKey>) -> Result<(), String> {
    let objects = root.objects_of(owner.id()).await;
    let ids: BTreeSet<_> = pictures.iter().map(|picture| picture.picture_id.to_string()).collect();
    let rows = root.all_rows().await.into_iter().map(|row| format!("{row:?}"));
    let rows: Vec<_> = rows.filter(|row| ids.iter().any(|id| row.contains(id.as_str()))).collect();
    match (objects.len(), rows.len()) {
        (0, 0) => Ok(()),
        (objects, number) => Err(format!("{objects} objects, {number} rows, the first {:?}", rows.first())),
    }
}
