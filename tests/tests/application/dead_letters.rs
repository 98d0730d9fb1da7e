//! What could not be dealt with is kept, said, and dealt with after all.

use end_to_end::people::{Member, Reachable, befriend, everything, key_of};
use end_to_end::pictures::any;
use end_to_end::root::Root;
use end_to_end::{cloud, records, wait};
use jiff::Timestamp;
use serde_json::{Value, json};
use domain::object_key;
use domain::{FeedId, FeedRow, Picture, PictureId, PictureKey, State, UserId, Visibility};
use uuid::Uuid;

use crate::events::{WORKERS, stored};

/// The last part of an ARN.
fn name(arn: &str) -> &str {
    arn.rsplit(':').next().unwrap()
}

#[tokio::test]
async fn whatever_waits_among_the_dead_letters_raises_an_alarm() {
    let root = Root::default();
    let (alarms, told) = (root.alarms().await, root.resource("AlarmsTopic").await);
    let mut queues = vec![root.failures_queue().await];
    for worker in WORKERS {
        queues.push(root.dead_letter_queue(worker).await);
    }
    for queue in &queues {
        let dimensions = json!([{"Name": "QueueName", "Value": name(queue)}]);
        let mut those = alarms.iter().filter(|alarm| alarm["Dimensions"] == dimensions);
        let (alarm, none) =
            (those.next().unwrap_or_else(|| panic!("none of {queue}: {alarms:?}")), those.next());
        assert!(none.is_none(), "{alarm}");
        assert_eq!(
            (&alarm["Namespace"], &alarm["MetricName"]),
            (&json!("AWS/SQS"), &json!("ApproximateNumberOfMessagesVisible"))
        );
        assert_eq!(alarm["ComparisonOperator"], "GreaterThanThreshold", "{alarm}");
        assert_eq!(alarm["Threshold"].as_f64(), Some(0.0), "{alarm}");
        for actions in ["AlarmActions", "OKActions"] {
            assert_eq!(alarm[actions], json!([told]), "{alarm}");
        }
    }
    assert_eq!(alarms.len(), queues.len(), "each queue has one: {alarms:?}");
}

/// One message that nobody understands costs the others nothing, and is tried again by itself.
#[tokio::test]
async fn what_cannot_be_read_is_reported_and_nothing_else() {
    let root = Root::default();
    let nobodys = PictureKey { owner_id: UserId(Uuid::now_v7()), picture_id: PictureId::new() };
    let activity = json!({"type": "picture.removed", "id": Uuid::now_v7(), "at": Timestamp::now(), "ownerId": nobodys.owner_id,
        "pictureId": nobodys.picture_id, "before": "nobody"});
    for worker in WORKERS {
        let good = match worker {
            "thumbnail" | "metadata" => stored(&key::original(nobodys)),
            "index" => json!({"user": nobodys.owner_id}),
            _ => activity.clone(),
        };
        let message = |id: &str, body: &str| {
            json!({"messageId": id, "receiptHandle": id, "body": body, "attributes": {}, "messageAttributes": {},
                "eventSource": "aws:sqs", "eventSourceARN": "arn:aws:sqs:us-east-1:0:queue", "awsRegion": "us-east-1"})
        };
        let bodies = [
            ("text", "not JSON"),
            ("good", &good.to_string()),
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

/// Puts a message among a worker's dead letters, sends all of them back and waits until there is none.
async fn buried_and_sent_back(root: &Root, worker: &str, message: &Value) {
    root.bury(worker, &message.to_string()).await;
    assert!(root.dead_letters(worker).await >= 1, "{worker}");
    root.redrive(worker).await;
    wait::until_equal(&format!("{worker} got it back"), &0, async || root.dead_letters(worker).await).await;
}

#[tokio::test]
async fn thumbnail_and_metadata_get_their_work_back() {
    let (owner, root) = (Member::new().await, Root::default());
    let key = key_of(&owner.share(&any(), Visibility::Private).await);
    let [ready] = root.pictures_of(owner.id()).await.try_into().unwrap();
    let Picture { visibility, content_type, bytes, .. } = ready;
    root.put_picture(&Picture::registered(key, visibility, content_type, bytes)).await;
    let path = format!("/pictures/{key}");
    assert_eq!(owner.get(&path).await.data["state"], "awaitingUpload");
    for worker in ["thumbnail", "metadata"] {
        buried_and_sent_back(&root, worker, &stored(&key::original(key))).await;
    }
    assert_eq!(owner.settled(key).await["state"], "ready");
}

#[tokio::test]
async fn index_gets_its_work_back() {
    let (owner, root) = (Member::new().await, Root::default());
    let picture = records::picture(owner.id(), Visibility::Private, State::Ready);
    root.put_picture(&picture).await;
    let feed = FeedId::User(owner.id());
    let row = FeedRow { feed_id: feed, key: picture.key };
    let found = async || root.feed(feed, None).await;
    wait::until_equal("it is in the feed", &[row], &found).await;
    // Nobody is told of a row that is overwritten.
    let wrong = FeedRow { key: PictureKey { owner_id: UserId(Uuid::now_v7()), ..row.key }, ..row };
    root.write_feeds(&[wrong], &[]).await;
    buried_and_sent_back(&root, "index", &json!({"user": owner.id()})).await;
    wait::until_equal("the feed is right again", &[row], &found).await;
}

#[tokio::test]
async fn live_and_deliver_get_their_work_back() {
    let (asked, asking, root) = (Reachable::new(everything()).await, Member::new().await, Root::default());
    let page = asked.member.open_page().await;
    assert_eq!(asking.befriend(&asked.member).await.code, 200);
    page.first("friend.requested").await;
    wait::until_equal("the phone is told", &1, async || asked.pushed(&root).await.len()).await;
    // As if it had been told to nobody: it has an id that nobody knows.
    let id = Uuid::now_v7();
    let again = json!({"type": "friend.requested", "id": id, "at": Timestamp::now(), "from": asking.id(), "to": asked.member.id()});
    for worker in ["live", "deliver"] {
        buried_and_sent_back(&root, worker, &again).await;
    }
    wait::until_true("the page is told", async || {
        page.of_type("friend.requested").iter().any(|told| told["id"] == json!(id))
    })
    .await;
    wait::until_true("the phone is told", async || {
        asked.pushes(&root).await.iter().any(|push| push["data"]["id"] == json!(id))
    })
    .await;
}

#[tokio::test]
async fn inbox_gets_its_work_back() {
    let (asked, asking, root) = (Member::new().await, Member::new().await, Root::default());
    assert_eq!(asking.befriend(&asked).await.code, 200);
    let kept = async || root.notifications_of(asked.id()).await.len();
    wait::until_equal("it is kept", &1, &kept).await;
    // As if it had never come: it has an id that nobody knows.
    let message = json!({"type": "friend.requested", "id": Uuid::now_v7(), "at": Timestamp::now(), "from": asking.id(),
        "to": asked.id()});
    buried_and_sent_back(&root, "inbox", &message).await;
    wait::until_equal("it is kept, too", &2, &kept).await;
}

#[tokio::test]
async fn cleanup_gets_its_work_back() {
    let (owner, friend, root) = (Member::new().await, Member::new().await, Root::default());
    befriend(&owner, &friend).await;
    let picture = PictureKey { owner_id: owner.id(), picture_id: PictureId::new() };
    for size in ["small", "large"] {
        let request = root.s3.put_object().bucket(&cloud::stack().media_bucket).body(b"x".to_vec().into());
        request.key(format!("{}{picture}/{size}", key::RENDITIONS)).send().await.unwrap();
    }
    assert_eq!(root.objects(picture).await.len(), 2);
    let removed = json!({"type": "picture.removed", "id": Uuid::now_v7(), "at": Timestamp::now(), "ownerId": picture.owner_id,
        "pictureId": picture.picture_id, "before": "friends"});
    buried_and_sent_back(&root, "cleanup", &removed).await;
    wait::until_equal("nothing is left", &[""; 0], async || root.objects(picture).await).await;
}
