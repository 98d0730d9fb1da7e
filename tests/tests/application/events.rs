//! Events are hints: those that come twice, late or malformed change nothing.

use end_to_end::people::{Member, key_of};
use end_to_end::pictures::any;
use end_to_end::root::Root;
use end_to_end::{cloud, wait};
use serde_json::{Value, json};
use domain::object_key;
use domain::{PictureKey, Visibility};

/// The functions that work off a queue.
pub const WORKERS: [&str; 7] = ["thumbnail", "metadata", "index", "live", "deliver", "inbox", "cleanup"];

/// Waits until these workers have done all they were given.
pub async fn wait_until_idle(root: &Root, workers: &[&str]) {
    for worker in workers {
        wait::until_equal(&format!("{worker} is idle"), &0, async || root.waiting(worker).await).await;
    }
}

/// Waits until the workers have done all they were given, and holds nothing to be left over: a message that failed would
/// be in its queue for minutes, to be tried again, and then among the dead letters. (Where one test puts them for a moment.)
pub async fn assert_nothing_left_over(root: &Root) {
    wait_until_idle(root, &WORKERS).await;
    for worker in WORKERS {
        let what = format!("{worker} could deal with everything");
        wait::until_equal(&what, &0, async || root.dead_letters(worker).await).await;
    }
    assert_eq!(root.stream_failures().await, 0);
}

/// What S3 says of an object.
fn notification(name: &str, key: &str) -> Value {
    json!({"Records": [{
        "eventVersion": "2.1", "eventSource": "aws:s3", "awsRegion": cloud::stack().region,
        "eventTime": "2026-01-01T00:00:00.000Z", "eventName": name,
        "userIdentity": {"principalId": "x"}, "requestParameters": {"sourceIPAddress": "127.0.0.1"}, "responseElements": {},
        "s3": {"s3SchemaVersion": "1.0", "configurationId": "x",
            "bucket": {"name": cloud::stack().media_bucket, "arn": "x", "ownerIdentity": {"principalId": "x"}},
            "object": {"key": key, "size": 1, "eTag": "x", "sequencer": "0"}}}]})
}

/// What S3 says when an object was stored.
pub fn stored(key: &str) -> Value {
    notification("ObjectCreated:Put", key)
}

/// What S3 says when an object was deleted.
pub fn removed(key: &str) -> Value {
    notification("ObjectRemoved:Delete", key)
}

/// Objects with what tells whether they were written anew.
async fn objects(root: &Root, picture: PictureKey) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for key in root.objects(picture).await {
        let head = root.s3.head_object().bucket(&cloud::stack().media_bucket).key(&key).send().await.unwrap();
        found.push((key, format!("{:?} {:?}", head.e_tag(), head.last_modified())));
    }
    found
}

#[tokio::test]
async fn a_replayed_event_changes_nothing() {
    let owner = Member::new().await;
    let root = Root::default();
    let key = key_of(&owner.share(&any(), Visibility::Public).await);
    wait::until_true("it is in both feeds", async || root.feeds(key).await.len() == 2).await;
    let before = (root.record(key).await, root.feeds(key).await, objects(&root, key).await);
    for worker in ["thumbnail", "metadata"] {
        for _ in 0..3 {
            root.send(worker, &stored(&key::original(key)).to_string()).await;
        }
    }
    assert_nothing_left_over(&root).await;
    assert_eq!((root.record(key).await, root.feeds(key).await, objects(&root, key).await), before);
}

#[tokio::test]
async fn events_of_nothing_are_harmless() {
    let root = Root::default();
    let nobodys = key::original(PictureKey {
        owner_id: domain::UserId(uuid::Uuid::now_v7()),
        picture_id: domain::PictureId::new(),
    });
    let test =
        json!({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": cloud::stack().media_bucket});
    let messages = [test, stored("originals/read+me%2Etxt"), stored("renditions/x"), stored(&nobodys)];
    for worker in ["thumbnail", "metadata"] {
        for message in &messages {
            root.send(worker, &message.to_string()).await;
        }
    }
    assert_nothing_left_over(&root).await;
}
