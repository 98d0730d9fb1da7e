//! A backlog: functions process nothing for a while, as if the account had no executions left, and
//! recover one after the other. A test target of its own, because all other tests would wait.
#![allow(clippy::unwrap_used, reason = "clippy does not recognise helpers of tests")]

use std::panic::{AssertUnwindSafe, resume_unwind};

use domain::{PictureKey, Visibility};
use end_to_end::people::{Member, befriend};
use end_to_end::pictures::unique_file;
use end_to_end::root::Root;
use end_to_end::wait;
use futures_util::FutureExt;
use futures_util::future::join_all;

const PICTURES: usize = 12;
/// The functions between an upload and a notification, in the order of the flow.
const FUNCTIONS: [&str; 5] = ["thumbnail", "metadata", "index", "activity", "inbox"];
/// The functions of [`FUNCTIONS`] that read a queue.
const WORKERS: [&str; 4] = ["thumbnail", "metadata", "index", "inbox"];

#[tokio::test]
async fn a_backlog_is_processed_completely_in_the_order_of_the_flow() {
    let root = Root::default();
    let people = join_all((0..2).map(|_| Member::new())).await;
    befriend(&people[0], &people[1]).await;
    set_all(&root, false).await;
    // A failure must not leave the functions disabled, because the next test targets need them.
    let result = AssertUnwindSafe(recover(&root, &people[0], &people[1])).catch_unwind().await;
    set_all(&root, true).await;
    result.unwrap_or_else(|panic| resume_unwind(panic));
}

async fn set_all(root: &Root, enabled: bool) {
    for function in FUNCTIONS {
        root.set_event_sources(function, enabled).await;
    }
}

async fn recover(root: &Root, owner: &Member, friend: &Member) {
    let keys =
        join_all((0..PICTURES).map(|_| async { owner.upload(&unique_file(), Visibility::Friends).await }))
            .await;
    for worker in ["thumbnail", "metadata"] {
        wait::until_equal("all messages wait", &PICTURES, async || root.count_messages(worker).await).await;
    }
    assert_eq!(states(owner, &keys).await, ["awaitingUpload"; PICTURES]);

    root.set_event_sources("thumbnail", true).await;
    wait::until_equal("no message waits", &0, async || root.count_messages("thumbnail").await).await;
    assert_eq!(states(owner, &keys).await, ["processing"; PICTURES]);

    root.set_event_sources("metadata", true).await;
    wait::until_equal("all are ready", &["ready"; PICTURES], async || states(owner, &keys).await).await;
    assert_eq!(count_in_feed(friend, &keys).await, 0, "the feeds wait");

    root.set_event_sources("index", true).await;
    wait::until_equal("the friend sees all", &PICTURES, async || count_in_feed(friend, &keys).await).await;
    assert_eq!(count_notifications(friend).await, 0, "the activity waits");

    root.set_event_sources("activity", true).await;
    wait::until_true("the notifications wait", async || root.count_messages("inbox").await >= PICTURES).await;
    assert_eq!(count_notifications(friend).await, 0);

    root.set_event_sources("inbox", true).await;
    wait::until_equal("the friend is notified of all", &PICTURES, async || count_notifications(friend).await)
        .await;
    for worker in WORKERS {
        wait::until_equal("no message waits", &0, async || root.count_messages(worker).await).await;
        assert_eq!(root.count_dead_letters(worker).await, 0, "{worker}");
    }
    assert_eq!(root.count_stream_failures().await, 0);
    assert_eq!((count_in_feed(friend, &keys).await, count_notifications(friend).await), (PICTURES, PICTURES));
}

/// Returns the states of pictures.
async fn states(owner: &Member, keys: &[PictureKey]) -> Vec<String> {
    let state = async |key: &PictureKey| {
        let picture = owner.get(&format!("/pictures/{key}")).await.ok().unwrap();
        picture["state"].as_str().unwrap().to_owned()
    };
    join_all(keys.iter().map(state)).await
}

/// Returns the number of these pictures in the feed of a member.
async fn count_in_feed(member: &Member, keys: &[PictureKey]) -> usize {
    let oldest = keys.iter().map(|key| key.picture_id).min().unwrap();
    member.read_pictures("/feed", 100, oldest).await.len()
}

/// Returns the number of notifications of ready pictures.
async fn count_notifications(member: &Member) -> usize {
    let entries = member.read_all("/notifications", 100).await;
    entries.iter().filter(|entry| entry["type"] == "picture.ready").count()
}
