//! Dead-letter queues: failed messages raise an alarm, and each worker processes them after a
//! redrive.

use domain::{FeedId, FeedRow, Picture, PictureId, PictureKey, PictureState, UserId, Visibility, object_key};
use end_to_end::people::{Member, MemberWithPhone, all_notifications, befriend, key_of};
use end_to_end::pictures::unique_file;
use end_to_end::root::Root;
use end_to_end::{cloud, rows, wait};
use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::events::{WORKERS, stored};

/// Returns the last part of an ARN.
fn queue_name(arn: &str) -> &str {
    arn.rsplit(':').next().unwrap()
}

#[tokio::test]
async fn each_dead_letter_queue_has_an_alarm() {
    let root = Root::default();
    let (mut alarms, topic) = (root.alarms().await, root.physical_id("AlarmsTopic").await);
    alarms.retain(|alarm| alarm["Namespace"] == "AWS/SQS");
    let mut queues = vec![root.failures_queue_arn().await];
    for worker in WORKERS {
        queues.push(root.dead_letter_queue_arn(worker).await);
    }
    for queue in &queues {
        let dimensions = json!([{"Name": "QueueName", "Value": queue_name(queue)}]);
        let mut found = alarms.iter().filter(|alarm| alarm["Dimensions"] == dimensions);
        let alarm = found.next().unwrap_or_else(|| panic!("no alarm for {queue}: {alarms:?}"));
        assert!(found.next().is_none(), "a second alarm for {queue}");
        assert_eq!(alarm["MetricName"], "ApproximateNumberOfMessagesVisible", "{alarm}");
        assert_eq!(alarm["ComparisonOperator"], "GreaterThanThreshold", "{alarm}");
        assert_eq!(alarm["Threshold"].as_f64(), Some(0.0), "{alarm}");
        for actions in ["AlarmActions", "OKActions"] {
            assert_eq!(alarm[actions], json!([topic]), "{alarm}");
        }
    }
    assert_eq!(alarms.len(), queues.len(), "one alarm for each queue: {alarms:?}");
}

/// See docs/decisions/2026-11-28-worker-concurrency.md.
#[tokio::test]
async fn throttled_messages_do_not_become_dead_letters() {
    let root = Root::default();
    for worker in WORKERS {
        let mapping = root.queue_mapping(worker).await;
        assert!(mapping["ScalingConfig"]["MaximumConcurrency"].as_u64() >= Some(2), "{mapping}");
        let queue = root.queue_attributes(mapping["EventSourceArn"].as_str().unwrap()).await;
        let policy: Value = serde_json::from_str(queue["RedrivePolicy"].as_str().unwrap()).unwrap();
        assert!(policy["maxReceiveCount"].as_u64() >= Some(5), "{worker}: {policy}");
        let hidden: u64 = queue["VisibilityTimeout"].as_str().unwrap().parse().unwrap();
        let timeout = root.function_configuration(worker).await["Timeout"].as_u64().unwrap();
        assert!(hidden >= 6 * timeout, "{worker}: hidden for {hidden} s, timeout {timeout} s");
        assert!(hidden <= 360, "{worker}: a failed message waits for {hidden} s");
    }
}

/// SQS repeats only the reported messages, so that an invalid message does not block the valid
/// ones.
#[tokio::test]
async fn workers_report_exactly_the_invalid_messages_of_a_batch() {
    let root = Root::default();
    let missing = PictureKey { owner_id: UserId(Uuid::now_v7()), picture_id: PictureId::new() };
    let activity = json!({"type": "picture.removed", "id": Uuid::now_v7(), "at": Timestamp::now(),
        "ownerId": missing.owner_id, "pictureId": missing.picture_id, "before": "nobody"});
    for worker in WORKERS {
        let valid = match worker {
            "thumbnail" | "metadata" => stored(&object_key::original(missing)),
            "index" => json!({"user": missing.owner_id}),
            _ => activity.clone(),
        };
        let message = |id: &str, body: &str| {
            json!({"messageId": id, "receiptHandle": id, "body": body, "attributes": {},
                "messageAttributes": {}, "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:us-east-1:0:queue", "awsRegion": "us-east-1"})
        };
        let bodies = [
            ("text", "not JSON"),
            ("valid", &valid.to_string()),
            ("list", "[]"),
            ("other", r#"{"type": "x"}"#),
        ];
        let records: Vec<_> = bodies.iter().map(|(id, body)| message(id, body)).collect();
        let reply = root.invoke(worker, &json!({ "Records": records })).await;
        let failed: Vec<_> = reply["batchItemFailures"]
            .as_array()
            .unwrap_or_else(|| panic!("{worker}: {reply}"))
            .iter()
            .map(|failure| failure["itemIdentifier"].as_str().unwrap())
            .collect();
        assert_eq!(failed, ["text", "list", "other"], "{worker}: {reply}");
    }
}

/// Sends a message to a worker's dead-letter queue, redrives the queue, and waits until it is
/// empty.
async fn redrive(root: &Root, worker: &str, message: &Value) {
    root.send_dead_letter(worker, &message.to_string()).await;
    assert!(root.count_dead_letters(worker).await >= 1, "{worker}");
    root.redrive(worker).await;
    wait::until_equal(&format!("the dead-letter queue of {worker} is empty"), &0, async || {
        root.count_dead_letters(worker).await
    })
    .await;
}

#[tokio::test]
async fn thumbnail_and_metadata_process_redriven_messages() {
    let (owner, root) = (Member::new().await, Root::default());
    let key = key_of(&owner.share(&unique_file(), Visibility::Private).await);
    let [ready] = root.pictures_of(owner.id()).await.try_into().unwrap();
    let Picture { visibility, content_type, bytes, .. } = ready;
    root.put_picture(&Picture::register(key, visibility, content_type, bytes)).await;
    let path = format!("/pictures/{key}");
    assert_eq!(owner.get(&path).await.data["state"], "awaitingUpload");
    for worker in ["thumbnail", "metadata"] {
        redrive(&root, worker, &stored(&object_key::original(key))).await;
    }
    assert_eq!(owner.until_processed(key).await["state"], "ready");
}

#[tokio::test]
async fn index_processes_redriven_messages() {
    let (owner, root) = (Member::new().await, Root::default());
    let picture = rows::picture(owner.id(), Visibility::Private, PictureState::Ready);
    root.put_picture(&picture).await;
    let feed = FeedId::User(owner.id());
    let row = FeedRow::direct(feed, picture.key);
    let rows = async || root.feed_rows(feed, None).await;
    wait::until_equal("the feed contains it", &[row], &rows).await;
    // The function ignores stream records of overwritten rows.
    let wrong = FeedRow { key: PictureKey { owner_id: UserId(Uuid::now_v7()), ..row.key }, ..row };
    root.write_feed_rows(&[wrong], &[]).await;
    redrive(&root, "index", &json!({"user": owner.id()})).await;
    wait::until_equal("the feed is correct again", &[row], &rows).await;
}

#[tokio::test]
async fn live_and_deliver_process_redriven_messages() {
    let (invited, requester, root) =
        (MemberWithPhone::new(all_notifications()).await, Member::new().await, Root::default());
    let page = invited.member.open_page().await;
    assert_eq!(requester.befriend(&invited.member).await.code, 200);
    page.until_first("friend.requested").await;
    wait::until_equal("the phone receives it", &1, async || invited.push_types(&root).await.len()).await;
    // A new id makes it a new event.
    let id = Uuid::now_v7();
    let message = json!({"type": "friend.requested", "id": id, "at": Timestamp::now(),
        "from": requester.id(), "to": invited.member.id()});
    for worker in ["live", "deliver"] {
        redrive(&root, worker, &message).await;
    }
    wait::until_true("the page receives it", async || {
        page.messages_of_type("friend.requested").iter().any(|message| message["id"] == json!(id))
    })
    .await;
    wait::until_true("the phone receives it", async || {
        invited.pushes(&root).await.iter().any(|push| push["data"]["id"] == json!(id))
    })
    .await;
}

#[tokio::test]
async fn inbox_processes_redriven_messages() {
    let (invited, requester, root) = (Member::new().await, Member::new().await, Root::default());
    assert_eq!(requester.befriend(&invited).await.code, 200);
    let stored = async || root.notifications_of(invited.id()).await.len();
    wait::until_equal("one notification is stored", &1, &stored).await;
    // A new id makes it a new event.
    let message = json!({"type": "friend.requested", "id": Uuid::now_v7(), "at": Timestamp::now(),
        "from": requester.id(), "to": invited.id()});
    redrive(&root, "inbox", &message).await;
    wait::until_equal("two notifications are stored", &2, &stored).await;
}

#[tokio::test]
async fn cleanup_processes_redriven_messages() {
    let (owner, friend, root) = (Member::new().await, Member::new().await, Root::default());
    befriend(&owner, &friend).await;
    let picture = PictureKey { owner_id: owner.id(), picture_id: PictureId::new() };
    for size in ["small", "large"] {
        let request = root.s3.put_object().bucket(&cloud::stack().media_bucket).body(b"x".to_vec().into());
        request.key(format!("{}{picture}/{size}", object_key::RENDITIONS)).send().await.unwrap();
    }
    assert_eq!(root.object_keys(picture).await.len(), 2);
    let removed = json!({"type": "picture.removed", "id": Uuid::now_v7(), "at": Timestamp::now(),
        "ownerId": picture.owner_id, "pictureId": picture.picture_id, "before": "friends"});
    redrive(&root, "cleanup", &removed).await;
    wait::until_equal("no object is left", &[""; 0], async || root.object_keys(picture).await).await;
}

#[tokio::test]
async fn smart_albums_process_redriven_messages() {
    let (owner, root) = (Member::new().await, Root::default());
    let picture = rows::picture(owner.id(), Visibility::Private, PictureState::Ready);
    root.put_picture(&picture).await;
    let created = owner.post("/albums", &json!({ "title": "All", "rule": "True" })).await;
    let id = created.data["id"].as_str().unwrap();
    let pictures = async || owner.read_all(&format!("/albums/{id}/pictures"), 100).await.len();
    wait::until_equal("the album contains it", &1, &pictures).await;
    // A picture that somebody removes comes back with its next event.
    let path = format!("/albums/{id}/pictures/{}", picture.key);
    assert_eq!(owner.delete(&path).await.code, 200);
    let changed = json!({"type": "picture.changed", "id": Uuid::now_v7(), "at": Timestamp::now(),
        "ownerId": owner.id(), "pictureId": picture.key.picture_id, "before": "owner"});
    redrive(&root, "smart-albums", &changed).await;
    wait::until_equal("the album contains it again", &1, &pictures).await;
}
