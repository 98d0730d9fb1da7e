//! The two halves of the test of an upgrade, for `cargo dev upgrade`. `before` runs on the other
//! revision, creates people and pictures, and records what each person sees. `after` runs on this
//! revision, over the same data.
#![allow(clippy::unwrap_used, reason = "clippy does not recognise helpers of tests")]

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use bytes::Bytes;
use domain::{PictureKey, PresignedRequest, Visibility};
use end_to_end::people::{
    Member, befriend, comments_path, is_in_public_feed, key_of, keys_on_page, new_token, register_phone,
};
use end_to_end::pictures::{File, unique_file};
use end_to_end::root::{Root, Tables};
use end_to_end::{cloud, specification, wait, wire};
use futures_util::future::join_all;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The members, in the order of [`World::people`].
const PEOPLE: [&str; 5] = ["owner", "friend", "requester", "blocked", "newcomer"];
/// The visibility of the owner's pictures, in the order of [`World::pictures`].
const VISIBILITIES: [Visibility; 3] = [Visibility::Private, Visibility::Friends, Visibility::Public];
/// Fields that change with time, or with a default of the template.
const VOLATILE: [&str; 3] = ["expiresAt", "limits", "url"];

/// The state that `before` records for `after`.
#[derive(Debug, Serialize, Deserialize)]
struct World {
    people: Vec<Account>,
    /// The pictures of the owner.
    pictures: [PictureKey; 3],
    /// The reply to each person's calls, by the index of the person and the path.
    replies: Vec<BTreeMap<String, Value>>,
    /// The first page of the owner's feed, with one picture and the cursor of the rest.
    page: Value,
    /// The lengths of the renditions and the original of each picture.
    images: BTreeMap<String, usize>,
    /// The rows of some tables, for `shared/store/tests/released.json`.
    rows: BTreeMap<String, Value>,
    /// A picture whose upload ended just before the upgrade.
    uploaded: PictureKey,
    /// A picture that was registered before the upgrade, and its file.
    registered: (PictureKey, PresignedRequest, Vec<u8>),
}

#[derive(Debug, Serialize, Deserialize)]
struct Account {
    email: String,
    password: String,
    handle: String,
}

impl Account {
    async fn sign_in(&self) -> Member {
        let session = cloud::app().sign_in(&self.email, &self.password).await.unwrap();
        let (email, password, handle) = (self.email.clone(), self.password.clone(), self.handle.clone());
        Member { session, email, password, handle }
    }
}

fn world_file() -> PathBuf {
    std::env::var_os("ALBUMEN_UPGRADE").unwrap().into()
}

#[tokio::test]
#[ignore = "runs on another revision, in `cargo dev upgrade`"]
async fn before() {
    specification::ignore();
    let people = join_all(PEOPLE.map(|_| Member::new())).await;
    let [owner, friend, requester, blocked, newcomer] = people.as_slice() else { unreachable!() };
    let mut pictures = Vec::new();
    for visibility in VISIBILITIES {
        let key = key_of(&owner.share(&unique_file(), visibility).await);
        let answer = owner.patch(&format!("/pictures/{key}"), &json!({"caption": "Before."})).await;
        assert_eq!(answer.code, 200, "{answer:?}");
        pictures.push(key);
    }
    let pictures @ [_, shared, public] = pictures.try_into().unwrap();
    befriend(owner, friend).await;
    assert_eq!(requester.befriend(owner).await.code, 200);
    assert_eq!(owner.block(blocked).await.code, 200);
    assert_eq!(friend.comment(shared, "I was there.").await.code, 201);
    register_phone(friend, "fcm", &new_token()).await;
    wait::until_true("the friend sees the picture", async || friend.has_in_list("/feed", shared).await).await;
    wait::until_equal("the owner is notified", &3, async || {
        owner.read_all("/notifications", 100).await.len()
    })
    .await;
    wait::until_true("everyone sees the picture", async || {
        is_in_public_feed(&cloud::app(), public).await && requester.has_in_list("/feed", public).await
    })
    .await;
    let world = World {
        replies: replies(&people, &pictures).await,
        page: owner.get("/feed?limit=1").await.ok().unwrap(),
        images: images(owner, &pictures).await,
        rows: rows(&Root::default()).await,
        registered: registered(newcomer).await,
        uploaded: newcomer.upload(&unique_file(), Visibility::Private).await,
        people: people.into_iter().map(account).collect(),
        pictures,
    };
    fs::write(world_file(), serde_json::to_string_pretty(&world).unwrap()).unwrap();
}

fn account(member: Member) -> Account {
    Account { email: member.email, password: member.password, handle: member.handle }
}

async fn rows(root: &Root) -> BTreeMap<String, Value> {
    let Tables { comments, devices, feeds, friendships, notifications, pictures, users, .. } =
        root.tables().await;
    let mut rows = BTreeMap::new();
    for (name, table) in [
        ("comments", comments),
        ("devices", devices),
        ("feeds", feeds),
        ("friendships", friendships),
        ("notifications", notifications),
        ("pictures", pictures),
        ("users", users),
    ] {
        rows.insert(name.to_owned(), root.rows_as_json(table).await);
    }
    rows
}

async fn registered(member: &Member) -> (PictureKey, PresignedRequest, Vec<u8>) {
    let file = unique_file();
    let registration = member.register(&file, Visibility::Private).await;
    (registration.key(), registration.upload, file.bytes)
}

/// Returns the replies to the calls of each person about everything that is shared with them, or
/// not.
async fn replies(people: &[Member], pictures: &[PictureKey]) -> Vec<BTreeMap<String, Value>> {
    let mut paths =
        vec!["/feed", "/public", "/friends", "/friends?state=requested", "/friends?state=invited"]
            .into_iter()
            .map(str::to_owned)
            .collect::<Vec<_>>();
    paths.extend(["/blocks", "/devices", "/notifications"].map(str::to_owned));
    paths.extend(people.iter().flat_map(|person| {
        let id = person.id();
        [format!("/users/{id}"), format!("/users/{id}/pictures"), format!("/users/{id}/usage")]
    }));
    paths.extend(people.iter().map(|person| format!("/users?handle={}", person.handle)));
    paths.extend(pictures.iter().flat_map(|key| [format!("/pictures/{key}"), comments_path(*key)]));
    let mut all = Vec::new();
    // The pictures of the last one change during the upgrade.
    for person in &people[..people.len() - 1] {
        let mut replies = BTreeMap::new();
        for path in &paths {
            let answer = person.get(path).await;
            replies.insert(path.clone(), json!({"code": answer.code, "data": answer.data}));
        }
        all.push(replies);
    }
    all
}

/// Returns the lengths of all images of the owner's pictures.
async fn images(owner: &Member, pictures: &[PictureKey]) -> BTreeMap<String, usize> {
    let mut images = BTreeMap::new();
    for key in pictures {
        let picture = owner.get(&format!("/pictures/{key}")).await.ok().unwrap();
        let Value::Object(renditions) = &picture["renditions"] else { panic!("{picture}") };
        for (name, image) in renditions.iter().map(|(name, image)| (name.as_str(), image)) {
            images.insert(format!("{key}/{name}"), length(image).await);
        }
        images.insert(format!("{key}/original"), length(&picture["original"]).await);
    }
    images
}

async fn length(image: &Value) -> usize {
    let reply = wire::get(image["url"].as_str().unwrap()).await;
    assert_eq!(reply.status, 200, "{image}");
    reply.bytes.len()
}

#[tokio::test]
#[ignore = "runs after another revision, in `cargo dev upgrade`"]
async fn after() {
    let world: World = serde_json::from_slice(&fs::read(world_file()).unwrap()).unwrap();
    let people = join_all(world.people.iter().map(Account::sign_in)).await;
    let [owner, friend, requester, _, newcomer] = people.as_slice() else { unreachable!() };
    assert_nothing_is_lost(&world, &people).await;
    assert_eq!(images(owner, &world.pictures).await, world.images);
    assert_cursor_continues(owner, &world).await;
    assert_uploads_continue(newcomer, &world).await;

    let [private, shared, public] = world.pictures;
    assert_eq!(friend.comment(shared, "I am still there.").await.code, 201);
    wait::until_equal("the owner is notified", &4, async || {
        owner.read_all("/notifications", 100).await.len()
    })
    .await;
    assert_eq!(owner.befriend(requester).await.data["state"], "friends");
    wait::until_true("the new friend sees the picture", async || {
        requester.has_in_list("/feed", shared).await
    })
    .await;
    assert_eq!(owner.unfriend(friend).await.code, 200);
    wait::until_true("the former friend does not see the picture", async || {
        !friend.has_in_list("/feed", shared).await
    })
    .await;
    let change = json!({"visibility": "private"});
    assert_eq!(owner.patch(&format!("/pictures/{public}"), &change).await.code, 200);
    wait::until_true("the picture is not public", async || !is_in_public_feed(&cloud::app(), public).await)
        .await;
    assert_eq!(owner.delete(&format!("/pictures/{private}")).await.code, 200);
    wait::until_true("the picture is deleted", async || !owner.has_in_list("/feed", private).await).await;
    let new = owner.share(&unique_file(), Visibility::Friends).await;
    let new = key_of(&new);
    wait::until_true("the friend sees a new picture", async || requester.has_in_list("/feed", new).await)
        .await;
}

async fn assert_nothing_is_lost(world: &World, people: &[Member]) {
    let now = replies(people, &world.pictures).await;
    let mut differences = Vec::new();
    for ((person, before), now) in PEOPLE.iter().zip(&world.replies).zip(&now) {
        for (path, before) in before {
            compare(&format!("{person}: {path}"), before, &now[path], &mut differences);
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// Lists what a reply contained before the upgrade and does not contain now. New fields are no
/// difference.
fn compare(place: &str, before: &Value, now: &Value, differences: &mut Vec<String>) {
    match (before, now) {
        (Value::Object(before), Value::Object(now)) => {
            for (name, before) in before {
                if !VOLATILE.contains(&name.as_str()) {
                    let now = now.get(name).unwrap_or(&Value::Null);
                    compare(&format!("{place}.{name}"), before, now, differences);
                }
            }
        }
        (Value::Array(before), Value::Array(now)) if before.len() == now.len() => {
            for (n, (before, now)) in before.iter().zip(now).enumerate() {
                compare(&format!("{place}[{n}]"), before, now, differences);
            }
        }
        _ if before == now => {}
        _ => differences.push(format!("{place}\n  before  {before}\n  now     {now}")),
    }
}

/// Asserts that a list continues at a cursor from before the upgrade.
async fn assert_cursor_continues(owner: &Member, world: &World) {
    let cursor = world.page["cursor"].as_str().unwrap();
    let rest = owner.get(&format!("/feed?limit=100&cursor={cursor}")).await.ok().unwrap();
    let mut pictures = keys_on_page(&world.page);
    pictures.extend(keys_on_page(&rest));
    pictures.reverse();
    assert_eq!(pictures, world.pictures);
}

/// Asserts that an upload that ended before the upgrade, and one that begins after it with an
/// address from before, become ready.
async fn assert_uploads_continue(member: &Member, world: &World) {
    let (registered, upload, bytes) = &world.registered;
    let file = File { content_type: "image/jpeg", bytes: bytes.clone() };
    member.session.send_bytes(upload, Bytes::from(file.bytes), |_, _| ()).await.unwrap();
    for key in [world.uploaded, *registered] {
        let picture = member.until_processed(key).await;
        assert_eq!(picture["state"], "ready", "{picture}");
        wait::until_true("the picture is in the feed", async || member.has_in_list("/feed", key).await).await;
    }
}

#[test]
fn only_what_is_lost_is_a_difference() {
    let before = json!({"items": [{"id": 1, "caption": "a", "url": "old"}], "cursor": null});
    let differences = |now: Value| {
        let mut found = Vec::new();
        compare("/", &before, &now, &mut found);
        found.len()
    };
    let same =
        json!({"items": [{"id": 1, "caption": "a", "url": "new", "place": "b"}], "cursor": null, "new": 1});
    assert_eq!(differences(same), 0);
    assert_eq!(differences(json!({"items": [{"id": 1, "caption": "b"}], "cursor": null})), 1);
    assert_eq!(differences(json!({"items": [{"id": 1}], "cursor": null})), 1);
    assert_eq!(differences(json!({"items": [], "cursor": null})), 1);
}
