//! Repeated S3 events, and S3 events without a picture, change nothing. Also contains helpers for
//! queues and events.

use domain::{PictureKey, Visibility, object_key};
use end_to_end::people::{Member, key_of};
use end_to_end::pictures::unique_file;
use end_to_end::root::Root;
use end_to_end::{cloud, wait};
use serde_json::{Value, json};

/// The functions that consume a queue.
pub const WORKERS: [&str; 8] =
    ["thumbnail", "metadata", "index", "live", "deliver", "inbox", "cleanup", "smart-albums"];

/// Waits until the queues of these workers are empty.
pub async fn wait_until_idle(root: &Root, workers: &[&str]) {
    for worker in workers {
        wait::until_equal(&format!("the queue of {worker} is empty"), &0, async || {
            root.count_messages(worker).await
        })
        .await;
    }
}

/// Waits until all queues and dead-letter queues are empty, and asserts that no stream record
/// failed. A failed message would remain in its queue for minutes and then in the dead-letter
/// queue. Waits, because another test uses the dead-letter queues briefly.
pub async fn assert_no_failures(root: &Root) {
    wait_until_idle(root, &WORKERS).await;
    wait_until_idle(root, &["rule-steps"]).await;
    for worker in WORKERS {
        let what = format!("the dead-letter queue of {worker} is empty");
        wait::until_equal(&what, &0, async || root.count_dead_letters(worker).await).await;
    }
    assert_eq!(root.count_stream_failures().await, 0);
}

/// Returns an S3 event notification.
fn notification(name: &str, key: &str) -> Value {
    json!({"Records": [{
        "eventVersion": "2.1", "eventSource": "aws:s3", "awsRegion": cloud::stack().region,
        "eventTime": "2026-01-01T00:00:00.000Z", "eventName": name,
        "userIdentity": {"principalId": "x"}, "responseElements": {},
        "requestParameters": {"sourceIPAddress": "127.0.0.1"},
        "s3": {"s3SchemaVersion": "1.0", "configurationId": "x",
            "bucket": {"name": cloud::stack().media_bucket, "arn": "x", "ownerIdentity": {"principalId": "x"}},
            "object": {"key": key, "size": 1, "eTag": "x", "sequencer": "0"}}}]})
}

/// Returns the S3 event of a stored object.
pub fn stored(key: &str) -> Value {
    notification("ObjectCreated:Put", key)
}

/// Returns the S3 event of a deleted object.
pub fn removed(key: &str) -> Value {
    notification("ObjectRemoved:Delete", key)
}

/// Returns the keys of a picture's objects, with the ETag and the time of the last write.
async fn objects(root: &Root, picture: PictureKey) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for key in root.object_keys(picture).await {
        let head = root.s3.head_object().bucket(&cloud::stack().media_bucket).key(&key).send().await.unwrap();
        found.push((key, format!("{:?} {:?}", head.e_tag(), head.last_modified())));
    }
    found
}

#[tokio::test]
async fn a_repeated_event_changes_nothing() {
    let owner = Member::new().await;
    let root = Root::default();
    let key = key_of(&owner.share(&unique_file(), Visibility::Public).await);
    wait::until_true("all feeds contain it", async || root.feed_ids(key).await.len() == 4).await;
    let before = (root.picture_row(key).await, root.feed_ids(key).await, objects(&root, key).await);
    for worker in ["thumbnail", "metadata"] {
        for _ in 0..3 {
            root.send_message(worker, &stored(&object_key::original(key)).to_string()).await;
        }
    }
    assert_no_failures(&root).await;
    assert_eq!((root.picture_row(key).await, root.feed_ids(key).await, objects(&root, key).await), before);
}

#[tokio::test]
async fn ignores_events_without_a_picture() {
    let root = Root::default();
    let missing = object_key::original(PictureKey {
        owner_id: domain::UserId(uuid::Uuid::now_v7()),
        picture_id: domain::PictureId::new(),
    });
    let test =
        json!({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": cloud::stack().media_bucket});
    let messages = [test, stored("originals/read+me%2Etxt"), stored("renditions/x"), stored(&missing)];
    for worker in ["thumbnail", "metadata"] {
        for message in &messages {
            root.send_message(worker, &message.to_string()).await;
        }
    }
    assert_no_failures(&root).await;
}
